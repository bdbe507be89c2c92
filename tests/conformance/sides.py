"""The HL7 validator and ours, asked alike: the same definitions, the same policies, both outcomes in one form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from fhir_matters import Validator, jsonio, slips, xmlio
from fhir_matters.definitions.registry import core
from fhir_matters.definitions.shapes import Shapes
from fhir_matters.errors import InputError
from fhir_matters.validation.asked import Options
from tests.conformance.hl7_cases import issue_of, once
from tests.conformance.mutators import Mutant
from tests.conformance.places import without_notes
from tests.java.counterparts import Finding, Oracle
from tests.java.packages import TERMINOLOGY

Outcome: TypeAlias = dict[str, Any]
Wrong: TypeAlias = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Both:
    """What both said of one text; `ours` is None where it failed."""

    theirs: Outcome
    ours: Outcome | None


def alike(shared: Path, packages: Iterable[Path] = ()) -> Validator:
    """Ours, with the definitions and the policies that the HL7 validator has under `tests/java/validator`."""
    beside = [shared / "packages" / file for file in TERMINOLOGY.values()]
    registry = core().with_packages([*packages, *beside])
    return Validator(registry=registry, extensions="known", examples=True, options=Options(complete=True))


class Sides:
    """One of each, warm, set alike.

    `start` starts an HL7 validator that knows the same packages; also another one, should the first end.
    """

    def __init__(
        self, start: Callable[[], Oracle], shared: Path, packages: Iterable[Path] = (), profiles: Sequence[str] = ()
    ) -> None:
        self._start = start
        self._oracle = start()
        self._profiles = tuple(profiles)
        self._validator = alike(shared, packages)
        self._shapes = Shapes(self._validator.registry)

    def close(self) -> None:
        """Ends the HL7 validator."""
        self._oracle.close()

    def theirs(self, text: str) -> None:
        """Lets the HL7 validator judge, for its time alone."""
        self._oracle.validate(text, profiles=self._profiles)

    def ours(self, text: str) -> None:
        """Lets ours judge, for its time alone."""
        self._validator.validate(text, self._profiles)

    def said(self, text: str, form: str) -> Both | None:
        """Both outcomes; None where the HL7 validator came to none."""
        try:
            found = self._oracle.validate(text, form=form, profiles=self._profiles)
        except RuntimeError:
            if not self._oracle.runs:
                self._oracle.close()
                self._oracle = self._start()
            return None
        return Both({"resourceType": "OperationOutcome", "issue": _told_once(found)}, self._ours(text))

    def of(self, mutant: Mutant, resource: Any = None) -> Both | None:
        """Both outcomes of a mutant, or of another resource written in its way."""
        return self.said(mutant.text(resource), mutant.form)

    def _ours(self, text: str) -> Outcome | None:
        try:
            report = self._validator.validate(text.encode("utf-8", "surrogatepass"), self._profiles)
        except Exception:  # noqa: BLE001 (whatever goes wrong, it counts as wrong and the rest goes on)
            return None
        resource = self._read(text)
        xml = jsonio.is_xml(text)
        issues = once(_unnoted(issue_of(each, resource, xml=xml)) for each in report.issues)
        return {"resourceType": "OperationOutcome", "issue": issues}

    def _read(self, text: str) -> Any:
        """The resource, to name the resources in a place; None where it is none."""
        try:
            raw = text.encode()
            return xmlio.parse(raw, self._shapes).resource if jsonio.is_xml(raw) else jsonio.read(raw)
        except (InputError, UnicodeError):
            return _slipped(text)


def _slipped(text: str) -> Any:
    """The resource as its slips let it be read."""
    try:
        return slips.read(text)[0]
    except (InputError, ValueError):
        return None


def _told_once(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """What it says of a place, each once: by what ways the place may be reached is no other finding."""
    return once(_theirs(replace(each, text=_WAYS.sub("", each.text))) for each in found)


_WAYS = re.compile(r" \(this element is \[[^\]]*\]")


def _theirs(finding: Finding) -> dict[str, Any]:
    return _unnoted(
        {
            "severity": finding.severity,
            "code": finding.code,
            "details": {"text": f"{finding.id} {finding.text}"},
            "diagnostics": f"[{finding.line},{finding.column}]",
            "expression": [finding.location] if finding.location else [],
        }
    )


def _unnoted(issue: dict[str, Any]) -> dict[str, Any]:
    """The issue at its place without notes: of one resource it is noted or not by how the HL7 validator got there.

    By an entry or a reference it notes `/*Type/id*/`, by a discriminator of slices it does not, and what it found then
    it keeps.
    """
    return {**issue, "expression": [without_notes(each) for each in issue.get("expression", ())]}


def errors(outcome: Mapping[str, Any] | None) -> list[str]:
    """Each error on a line: code, place, what is said."""
    if outcome is None:
        return ["(not done)"]
    wrong = (each for each in outcome["issue"] if each["severity"] in ("fatal", "error"))
    return sorted(
        f"{each.get('code')} {(each.get('expression') or [''])[0]} | {each['details']['text']}" for each in wrong
    )


def wrong(outcome: Mapping[str, Any] | None) -> Wrong:
    """How often each (code, place) is an error."""
    issues = outcome["issue"] if outcome else ()
    return Counter(
        (str(each.get("code")), str((each.get("expression") or [""])[0]))
        for each in issues
        if each["severity"] in ("fatal", "error")
    )
