"""What was found in a resource: issues, and the report that holds them. Values only; nothing here judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from fhir_matters.path import Path


class Severity(StrEnum):
    """FHIR's issue severities (R4 value set `issue-severity`), worst first."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Issue(NamedTuple):
    """One finding at one place.

    `message` never repeats a value of the resource; the offending value, where there is one, is `found`,
    which is printed only when asked for. `undecided` marks what could not be judged: it is never a pass.
    `server` is the terminology server that had a say in it; empty where it was decided here. `issue._replace(line=3)`
    is the same with another line.
    """

    rule: str
    severity: Severity
    code: str
    message: str
    path: Path = Path()
    profile: str = ""
    message_id: str = ""
    found: str = ""
    undecided: bool = False
    line: int | None = None
    column: int | None = None
    server: str = ""

    @property
    def is_error(self) -> bool:
        """True where the resource is invalid because of this issue."""
        return self.severity in _ERRORS


_ERRORS = (Severity.FATAL, Severity.ERROR)


@dataclass(frozen=True, init=False)
class Report:
    """Everything found in one resource, in the order of the resource.

    `source` names where the resource came from (`bundle.json`, `patients.ndjson:12`); it may be empty. `told` is how
    many questions about codes a terminology server decided.
    """

    issues: tuple[Issue, ...]
    source: str
    resource_type: str
    resource_id: str
    strict: bool = field(kw_only=True)
    told: int = field(kw_only=True)

    # There is a report for every resource, and the __init__ that a frozen dataclass gets takes four times as long.
    def __init__(
        self,
        issues: tuple[Issue, ...] = (),
        source: str = "",
        resource_type: str = "",
        resource_id: str = "",
        *,
        strict: bool = False,
        told: int = 0,
    ) -> None:
        self.__dict__.update(
            issues=issues,
            source=source,
            resource_type=resource_type,
            resource_id=resource_id,
            strict=strict,
            told=told,
        )

    def with_issues(self, issues: Iterable[Issue]) -> Report:
        """The same report with these issues."""
        return Report(
            tuple(issues), self.source, self.resource_type, self.resource_id, strict=self.strict, told=self.told
        )

    @property
    def ok(self) -> bool:
        """True where there is no error, and, if strict, nothing was left undecided."""
        wrong = [each for each in self.issues if each.severity in _ERRORS or (self.strict and each.undecided)]
        return not wrong

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that make the resource invalid."""
        return tuple(issue for issue in self.issues if issue.is_error)

    @property
    def undecided(self) -> tuple[Issue, ...]:
        """What could not be judged: unknown value sets, invariants that were not evaluated, absent profiles."""
        return tuple(issue for issue in self.issues if issue.undecided)

    def __iter__(self) -> Iterator[Issue]:
        return iter(self.issues)
