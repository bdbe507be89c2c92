"""One document → its report, whatever it does: what cannot be read is FM010, where the check fails FM710."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import extract_tb

from fhir_matters.errors import FhirMattersError
from fhir_matters.issue import Issue, Report
from fhir_matters.locate import located
from fhir_matters.rules import RULES
from fhir_matters.sources import Document
from fhir_matters.validation.validator import Validator

UNREAD, FAILED = "FM010", "FM710"


class StoppedError(KeyboardInterrupt):
    """An interrupt ended the run: the reports came of all that was read, but of these."""

    def __init__(self, unreached: Sequence[str]) -> None:
        super().__init__()
        self.unreached = tuple(unreached)


class NoProcessError(FhirMattersError):
    """There is no process left to validate in: the reports came of all that was read, but of these."""

    unreached: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judge:
    """How documents are judged: what makes a validator, and the profiles that are asked for.

    It may go to another process if `validator` may: a class or a function of a module, or a `partial` of one.
    """

    validator: Callable[[], Validator]
    profiles: tuple[str, ...] = ()

    def ready(self) -> Callable[[Document], Report]:
        """A validator of its own, as a function. Raises what making one raises: DefinitionsError."""
        return partial(judged, self.validator(), self.profiles)


def judged(validator: Validator, profiles: tuple[str, ...], document: Document) -> Report:
    """The report on one document, with lines and columns. Raises nothing because of what it holds."""
    if document.error is not None:
        return unread(document)
    try:
        report = validator.validate(document.raw, profiles, source=document.name)
        return located(report, document.raw, document.first_line)
    except Exception as error:  # noqa: BLE001 (a mistake of ours in one resource is no reason to leave out the others)
        frame = extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
        return failed(document, f"The check itself failed: {where}.")


def unread(document: Document) -> Report:
    """The report on a document that could not be read: its error."""
    error = document.error
    return _about(document, UNREAD, f"{error.message} {error.next_step}".rstrip() if error is not None else "")


def failed(document: Document, message: str) -> Report:
    """The report on a document that could not be judged."""
    return _about(document, FAILED, message)


def _about(document: Document, code: str, message: str) -> Report:
    rule = RULES[code]
    issue = Issue(code, rule.severity, rule.issue_type, message, undecided=rule.undecided, line=document.line)
    return Report((issue,), document.name)
