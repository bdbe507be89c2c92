"""What can go wrong, as exceptions: the job could not be done.

    FhirMattersError
    ├── InputError          bytes or files that cannot be read as FHIR
    ├── RecordError         a record form that says something wrong
    ├── DefinitionsError    a package or profile that is absent or broken
    ├── WrongArgument       something was called with what it does not take; a TypeError too
    └── ServerError         a server that did not do what was asked
        ├── Unreachable     no answer, or not in time
        ├── Unauthorised    401 or 403
        ├── NotFhir         an answer that is no FHIR
        └── Conflict        409 or 412: somebody else was there first

What a check finds in a resource is no exception but a value: `fhir_matters.issue.Issue`.
"""

from __future__ import annotations


class FhirMattersError(Exception):
    """A failure that a person reads: what happened, where, and what to do next.

    Neither `message` nor `place` nor `next_step` ever holds a value out of a record.
    """

    def __init__(self, message: str, *, place: str = "", next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.next_step = next_step

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text} {self.next_step}" if self.next_step else text


class InputError(FhirMattersError):
    """Bytes or files that cannot be read; `place` is `file:line:column` as far as it is known."""


class RecordError(FhirMattersError):
    """A record form that says something wrong; `problems` holds one line for each mistake, with its place."""

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), place: str = "", next_step: str = "") -> None:
        super().__init__(message, place=place, next_step=next_step)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join((super().__str__(), *(f"  {problem}" for problem in self.problems)))


class WrongArgument(FhirMattersError, TypeError):
    """Something was called with what it does not take; `next_step` is what to call instead."""


class DefinitionsError(FhirMattersError):
    """A package or a definition that is absent, damaged or of the wrong version."""


class BaseMissingError(DefinitionsError):
    """What a profile builds on is not at hand, or is of another type."""


class ServerError(FhirMattersError):
    """A server did not do what was asked; `status` is its HTTP status, 0 where there was no answer."""

    def __init__(self, message: str, *, status: int = 0, place: str = "", next_step: str = "") -> None:
        super().__init__(message, place=place, next_step=next_step)
        self.status = status


class Unreachable(ServerError):
    """No answer, or not in time."""


class Unauthorised(ServerError):
    """The server asked for other credentials (401), or refused these (403)."""


class NotFhir(ServerError):
    """The answer is no FHIR resource: a login page, a proxy's error, half an answer."""


class Conflict(ServerError):
    """Somebody else changed or made the same resource first (409 or 412)."""
