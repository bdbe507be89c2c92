"""SARIF 2.1.0, for code scanning and editors: one run, its rules with what they mean and what to do.

What could not be decided is a result of kind `open`, what an ignore file or a baseline set aside a suppressed one with
its reason. Lines and columns begin at one; columns count code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from fhir_matters import jsonio
from fhir_matters.choosing import NEVER, fingerprint
from fhir_matters.issue import Aside, Issue, Report, Severity
from fhir_matters.reports.words import file_of, resource
from fhir_matters.rules import RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://w3id.org/fhir-matters"
_LEVELS = {Severity.FATAL: "error", Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


@dataclass
class _Run:
    """What is known of a run only at its end: which rules spoke, in their order, and whether everything was checked."""

    rules: dict[str, int] = field(default_factory=dict)
    complete: bool = True

    def index(self, rule: str) -> int:
        return self.rules.setdefault(rule, len(self.rules))


def sarif(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
    """A SARIF log of one run, written as it comes: a line a result, and what the rules mean at the end."""
    run = _Run()
    yield f'{{"$schema":{_written(SCHEMA)},"version":"2.1.0","runs":[{{"columnKind":"unicodeCodePoints","results":['
    comma = ""
    for report in reports:
        for result in _results(report, run, show_values):
            yield comma + _written(result)
            comma = ","
    yield f'],"tool":{_written(_tool(run))},"invocations":[{{"executionSuccessful":{_written(run.complete)}}}]}}]}}'


def _results(report: Report, run: _Run, show_values: bool) -> Iterator[dict[str, Any]]:
    for issue in report:
        run.complete &= issue.rule not in NEVER
        yield _result(report, issue, run, show_values)
    for aside in report.aside:
        if aside.reason:
            yield {**_result(report, aside.issue, run, show_values), "suppressions": [_suppression(aside)]}


def _suppression(aside: Aside) -> dict[str, str]:
    return {"kind": "external", "justification": f"{aside.reason} ({aside.by})"}


def _result(report: Report, issue: Issue, run: _Run, show_values: bool) -> dict[str, Any]:
    undecided = issue.undecided and not issue.is_error and not report.strict
    level = "error" if report.strict and issue.undecided else _LEVELS[issue.severity]
    said = f"{issue.message} Found: {issue.found}" if issue.found and show_values else issue.message
    return {
        "ruleId": issue.rule,
        "ruleIndex": run.index(issue.rule),
        "kind": "open" if undecided else "fail",
        "level": "none" if undecided else level,
        "message": {"text": said or issue.rule},
        "locations": [_location(report, issue, show_values)],
        "partialFingerprints": {"fhirMatters/v1": fingerprint(report, issue)},
        "properties": _properties(issue),
    }


def _location(report: Report, issue: Issue, show_values: bool) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if file := file_of(report):
        location["physicalLocation"] = {"artifactLocation": {"uri": uri_of(file)}}
        if issue.line is not None:
            location["physicalLocation"]["region"] = _region(issue, show_values)
    names = {"name": resource(report), "fullyQualifiedName": issue.path.expression}
    if said := {name: value for name, value in names.items() if value}:
        location["logicalLocations"] = [{**said, "kind": "element"}]
    return location


def _region(issue: Issue, show_values: bool) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": issue.line}
    if issue.column is not None:
        region["startColumn"] = issue.column
    if issue.excerpt is not None and show_values:
        region["snippet"] = {"text": issue.excerpt.text}
    return region


def uri_of(file: str) -> str:
    """The file as a URI reference (RFC 3986): `file:` for an absolute path, a relative one as it is."""
    path: PurePath = PureWindowsPath(file)
    if path.drive and path.is_absolute():
        return f"file:///{quote(path.as_posix(), safe='/:')}"
    name = file.replace("\\", "/")
    if name.startswith("/"):
        return f"file://{quote(name)}"
    return quote(name.removeprefix("./"), errors="replace")


def _properties(issue: Issue) -> dict[str, Any]:
    said = {
        "issueType": issue.code,
        "profile": issue.profile,
        "messageId": issue.message_id,
        "server": issue.server,
        "pointer": issue.path.pointer,
    }
    return {name: value for name, value in said.items() if value}


def _tool(run: _Run) -> dict[str, Any]:
    rules = [_rule(code) for code in run.rules]
    return {"driver": {"name": "fhir-matters", "informationUri": HOME, "rules": rules}}


def _rule(code: str) -> dict[str, Any]:
    rule = RULES.get(code)
    if rule is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} {rule.todo}", "markdown": f"{rule.why}\n\n**What to do:** {rule.todo}"},
        "helpUri": rule.spec,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["fhir", "undecided"] if rule.undecided else ["fhir"]},
    }


def _written(value: Any) -> str:
    return jsonio.write(value).decode()
