"""What was found in a resource: issues, and the report that holds them. Values only; nothing here judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple, NoReturn, SupportsIndex, overload

from fhir_matters import doors
from fhir_matters.instead import instead
from fhir_matters.path import Path


class Severity(StrEnum):
    """FHIR's issue severities (R4 value set `issue-severity`), worst first."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Excerpt(NamedTuple):
    """The line that a finding is about, or what is around it in a long one; `at` is where in it, from zero."""

    text: str
    at: int


class Issue(NamedTuple):
    """One finding at one place.

    `message` never repeats a value of the resource; the offending value, where there is one, is `found`, and the line
    that it stands in, where that was kept, `excerpt`: both are printed only when asked for. `undecided` marks what
    could not be judged: it is never a pass.
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
    excerpt: Excerpt | None = None

    def __repr__(self) -> str:  # without `found`: a failed assertion ends up in a log
        return f"<Issue {self.rule} {self.severity.value} {self.path.expression}: {self.message}>"

    @property
    def is_error(self) -> bool:
        """True where the resource is invalid because of this issue."""
        return self.severity in _ERRORS


_ERRORS = (Severity.FATAL, Severity.ERROR)


class Aside(NamedTuple):
    """A finding that is not told, by what it was set aside (`--ignore`, the name of a file), and why, if it is said."""

    issue: Issue
    by: str
    reason: str = ""


@instead(
    valid="ok",
    is_valid="ok",
    findings="issues",
    results="issues",
    warnings="[issue for issue in report if issue.severity == 'warning']",
    to_json="fhir_matters.reports.structured([report])",
    to_dict="fhir_matters.outcome.to_outcome(report)",
    to_html="fhir_matters.notebook.shown(report)",
)
@dataclass(frozen=True, init=False)
class Report:
    """Everything found in one resource, in the order of the resource.

    `source` names where the resource came from (`bundle.json`, `patients.ndjson:12`); it may be empty. `told` is how
    many questions about codes a terminology server decided; `aside` what was found and set aside (`choosing`).
    """

    issues: tuple[Issue, ...]
    source: str
    resource_type: str
    resource_id: str
    strict: bool = field(kw_only=True)
    told: int = field(kw_only=True)
    aside: tuple[Aside, ...] = field(kw_only=True)

    # There is a report for every resource, and the __init__ that a frozen dataclass gets takes twice as long.
    def __init__(
        self,
        issues: tuple[Issue, ...] = (),
        source: str = "",
        resource_type: str = "",
        resource_id: str = "",
        *,
        strict: bool = False,
        told: int = 0,
        aside: tuple[Aside, ...] = (),
    ) -> None:
        mine = self.__dict__
        mine["issues"], mine["source"] = issues, source
        mine["resource_type"], mine["resource_id"] = resource_type, resource_id
        mine["strict"], mine["told"], mine["aside"] = strict, told, aside

    def with_issues(self, issues: Iterable[Issue]) -> Report:
        """The same report with these issues."""
        return Report(
            tuple(issues), self.source, self.resource_type, self.resource_id, strict=self.strict, told=self.told
        )

    def __repr__(self) -> str:
        what = " ".join(filter(None, (self.source, f"{self.resource_type}/{self.resource_id}".strip("/"))))
        return f"<Report {what or 'of one resource'}: {'' if self.ok else 'not '}ok, {list(self.issues)!r}>"

    @property
    def ok(self) -> bool:
        """True where there is no error, and, if strict, nothing was left undecided."""
        for each in self.issues:  # noqa: SIM110 (a generator takes three times as long, and every report is asked)
            if each.severity in _ERRORS or (self.strict and each.undecided):
                return False
        return True

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

    def __bool__(self) -> NoReturn:
        # It would be true whatever was found: `assert validator.validate(bundle)` could not fail.
        raise TypeError("A report is neither true nor false: ask report.ok, or report.issues for what was found.")

    def to_arrow(self, *, each: Literal["finding", "resource"] = "finding", show_values: bool = False) -> Any:
        """A `pyarrow.Table`, a row a finding, or one row for the resource with its findings in a list.

        Raises FhirMattersError where pyarrow is not installed.
        """
        return Reports((self,)).to_arrow(each=each, show_values=show_values)

    def to_pandas(self, *, each: Literal["finding", "resource"] = "finding", show_values: bool = False) -> Any:
        """The same as a `pandas.DataFrame`. Raises FhirMattersError where pandas or pyarrow is not installed."""
        return Reports((self,)).to_pandas(each=each, show_values=show_values)

    def _repr_html_(self) -> str:
        """The report in a notebook; values are shown by `fhir_matters.notebook.shown(report, values=True)`."""
        return Reports((self,))._repr_html_()


class Reports(tuple[Report, ...]):
    """Many reports, as `validate_many` tells them, kept: `Reports(validate_many(["bundles"], jobs=4))`."""

    __slots__ = ()

    @overload
    def __getitem__(self, at: SupportsIndex) -> Report: ...
    @overload
    def __getitem__(self, at: slice) -> Reports: ...
    def __getitem__(self, at: SupportsIndex | slice) -> Report | Reports:
        return Reports(super().__getitem__(at)) if isinstance(at, slice) else super().__getitem__(at)

    @property
    def ok(self) -> bool:
        """True where each of them is."""
        return all(report.ok for report in self)

    @property
    def failed(self) -> Reports:
        """Those that are not ok."""
        return Reports(report for report in self if not report.ok)

    def to_arrow(self, *, each: Literal["finding", "resource"] = "finding", show_values: bool = False) -> Any:
        """A `pyarrow.Table`, a row a finding, or a row a resource with its findings in a list.

        Raises FhirMattersError where pyarrow is not installed.
        """
        return doors.through("to_arrow")(self, each=each, show_values=show_values)

    def to_pandas(self, *, each: Literal["finding", "resource"] = "finding", show_values: bool = False) -> Any:
        """The same as a `pandas.DataFrame`. Raises FhirMattersError where pandas or pyarrow is not installed."""
        return doors.through("to_pandas")(self, each=each, show_values=show_values)

    def _repr_html_(self) -> str:
        html: str = doors.through("reports_html")(self)
        return html
