"""Reports as OperationOutcomes and back: our own, the HL7 validator's, HAPI's, any server's.

Line, column, message id, terminology server and file travel in the extensions that the HL7 validator and HAPI use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fhir_matters.errors import InputError
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Path

RULES_SYSTEM = "https://w3id.org/fhir-matters/rules"
_EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-"
_LINE, _COLUMN = f"{_EXTENSION}issue-line", f"{_EXTENSION}issue-col"
_MESSAGE_ID, _FILE = f"{_EXTENSION}message-id", f"{_EXTENSION}file"
_SERVER = f"{_EXTENSION}issue-server"
_HL7_MESSAGES = "http://hl7.org/fhir/java-core-messageId"
_UNDECIDED = "undecided"
_NOTHING_FOUND = {"All OK", "No issues detected during validation"}
# HAPI and older servers give the place in the text as one more `location`.
_POSITION = re.compile(r"Line\[(\d+)\] Col\[(\d+)\]")


def to_outcome(report: Report, show_values: bool = False) -> dict[str, Any]:
    """The OperationOutcome of one report, an informational issue in it where there is nothing to say.

    Values of the resource (`Issue.found`) are in it only if `show_values`.
    """
    issues = [_written(issue, show_values) for issue in report.issues] or [_all_ok()]
    outcome: dict[str, Any] = {"resourceType": "OperationOutcome"}
    if report.source:
        outcome["extension"] = [{"url": _FILE, "valueString": report.source}]
    return {**outcome, "issue": issues}


def from_outcome(outcome: Mapping[str, Any]) -> Report:
    """The report that an OperationOutcome holds: its places as FHIRPath, without steps through the JSON.

    What is malformed in an issue is left out of it; a severity that is none counts as an error. Raises
    InputError where this is no OperationOutcome.
    """
    if outcome.get("resourceType") != "OperationOutcome":
        raise InputError("Expected an OperationOutcome, found something else.")
    issues = tuple(_read(issue) for issue in _objects(outcome.get("issue")) if not _says_nothing(issue))
    return Report(issues, source=_extension(outcome, _FILE))


def entries_of(reports: Iterable[Report], show_values: bool = False) -> Iterator[dict[str, Any]]:
    """An entry of a collection Bundle for each report, its OperationOutcome in it, one by one in their order.

    Their fullUrls follow from place and source, so that they stay the same.
    """
    for number, report in enumerate(reports):
        name = uuid5(NAMESPACE_URL, f"{RULES_SYSTEM}#{number}/{report.source}")
        yield {"fullUrl": f"urn:uuid:{name}", "resource": to_outcome(report, show_values)}


def _all_ok() -> dict[str, Any]:
    """OperationOutcome.issue is 1..*, so nothing found is said in so many words, as the HL7 validator does."""
    return {"severity": "information", "code": "informational", "details": {"text": "All OK"}}


def _says_nothing(issue: Mapping[str, Any]) -> bool:
    text = _object(issue.get("details")).get("text") or issue.get("diagnostics")
    return issue.get("severity") in ("information", "success") and text in _NOTHING_FOUND


def _written(issue: Issue, show_values: bool) -> dict[str, Any]:
    said = {
        "extension": _extensions(issue),
        "severity": issue.severity.value,
        "code": issue.code,
        "details": _details(issue),
        "diagnostics": _diagnostics(issue, show_values),
        "expression": [issue.path.expression] if issue.path.expression else [],
    }
    return {name: value for name, value in said.items() if value}


def _extensions(issue: Issue) -> list[dict[str, Any]]:
    values = (
        {"url": _LINE, "valueInteger": issue.line},
        {"url": _COLUMN, "valueString": None if issue.column is None else str(issue.column)},  # its published type
        {"url": _MESSAGE_ID, "valueString": issue.message_id or None},
        {"url": _SERVER, "valueUrl": issue.server or None},
    )
    return [extension for extension in values if None not in extension.values()]


def _details(issue: Issue) -> dict[str, Any]:
    codes = (issue.rule, _UNDECIDED if issue.undecided else "")
    coding = [{"system": RULES_SYSTEM, "code": code} for code in codes if code]
    return {name: value for name, value in (("coding", coding), ("text", issue.message)) if value}


def _diagnostics(issue: Issue, show_values: bool) -> str:
    profile = f"profile: {issue.profile}" if issue.profile else ""
    found = f"found: {issue.found}" if issue.found and show_values else ""
    return "\n".join(filter(None, (profile, found)))


def _read(issue: Mapping[str, Any]) -> Issue:
    details = _object(issue.get("details"))
    codes = [str(coding.get("code", "")) for coding in _codings(details, RULES_SYSTEM)]
    diagnostics = _text(issue.get("diagnostics"))
    profile, found = _diagnosed(diagnostics) if codes else ("", "")
    line, column = _position(issue)
    return Issue(
        rule=next((code for code in codes if code != _UNDECIDED), ""),
        severity=_severity(issue.get("severity")),
        code=_text(issue.get("code")) or "processing",
        message=_text(details.get("text")) or diagnostics or _display(details),
        path=Path(expression=_place(issue)),
        profile=profile,
        message_id=_message_id(issue, details),
        found=found,
        undecided=_UNDECIDED in codes,
        line=line,
        column=column,
        server=_extension(issue, _SERVER),
    )


def _diagnosed(diagnostics: str) -> tuple[str, str]:
    """Profile and found value out of our own diagnostics; the value may have lines of its own."""
    profile, rest = "", diagnostics
    if rest.startswith("profile: "):
        first, _, rest = rest.partition("\n")
        profile = first.removeprefix("profile: ")
    return profile, rest.removeprefix("found: ") if rest.startswith("found: ") else ""


def _place(issue: Mapping[str, Any]) -> str:
    """Where, as FHIRPath if the server says it so, else as it says it."""
    return next((place for place in _places(issue) if not _POSITION.fullmatch(place)), "")


def _places(issue: Mapping[str, Any]) -> list[str]:
    lists = (issue.get("expression"), issue.get("location"))
    return [place for listed in lists if isinstance(listed, list) for place in listed if isinstance(place, str)]


def _position(issue: Mapping[str, Any]) -> tuple[int | None, int | None]:
    line, column = _number(_extension(issue, _LINE)), _number(_extension(issue, _COLUMN))
    if line is None:
        match = next(filter(None, map(_POSITION.search, _places(issue))), None)
        line, column = (_number(match[1]), _number(match[2])) if match else (None, None)
    return line, column


def _number(text: str) -> int | None:
    """A line or column, which begin at one; servers say 0 or -1 where they do not know."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") and int(text) else None


def _message_id(issue: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    coded = (_text(coding.get("code")) for coding in _codings(details, _HL7_MESSAGES))
    return _extension(issue, _MESSAGE_ID) or next(coded, "")


def _severity(value: Any) -> Severity:
    return Severity(value) if value in _SEVERITIES else Severity.ERROR


_SEVERITIES = frozenset(severity.value for severity in Severity)


def _display(details: Mapping[str, Any]) -> str:
    """The words of the first coding, for servers that say no more."""
    codings = _objects(details.get("coding"))
    return next((_text(coding.get("display")) or _text(coding.get("code")) for coding in codings), "")


def _codings(details: Mapping[str, Any], system: str) -> list[Mapping[str, Any]]:
    return [coding for coding in _objects(details.get("coding")) if coding.get("system") == system]


def _extension(element: Mapping[str, Any], url: str) -> str:
    """The extension's value as text, of whichever type (the types changed between versions); empty if absent."""
    for extension in _objects(element.get("extension")):
        if extension.get("url") == url:
            values = (value for key, value in extension.items() if key.startswith("value"))
            return next((str(value) for value in values if isinstance(value, (str, int))), "")
    return ""


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
