"""Reports and OperationOutcomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.errors import InputError
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.outcome import entries_of, from_outcome, to_outcome
from fhir_matters.path import Path

EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-"
ISSUE = Issue(
    rule="FM120",
    severity=Severity.ERROR,
    code="value",
    message="Expected a code of AdministrativeGender.",
    path=Path(("gender",), "Patient.gender"),
    profile="http://example.org/StructureDefinition/p",
    message_id="Terminology_TX_NoValid_16",
    found="femme\nfatale",
    line=3,
    column=14,
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
ISSUES = st.builds(
    Issue,
    rule=st.sampled_from(["FM100", "FM120"]),
    severity=st.sampled_from(Severity),
    code=st.sampled_from(["structure", "invariant"]),
    message=WORDS,
    path=st.builds(Path, st.just(()), st.sampled_from(["", "Patient.name[0].given"])),
    profile=st.sampled_from(["", "http://example.org/p"]),
    message_id=st.sampled_from(["", "Validation_VAL_Profile_Minimum"]),
    found=st.text(),
    undecided=st.booleans(),
    line=st.none() | st.integers(1, 10**6),
    column=st.none() | st.integers(1, 10**6),
    excerpt=st.none(),  # the line itself is not for an outcome
).map(lambda issue: issue if issue.line else issue._replace(column=None))


@given(st.lists(ISSUES), st.sampled_from(["", "patients.ndjson:12"]))
def test_a_report_comes_back_from_its_outcome(issues, source):
    report = Report(tuple(issues), source=source)
    assert from_outcome(to_outcome(report, show_values=True)) == report


def test_an_issue_is_written_with_place_position_rule_and_message_id():
    (issue,) = to_outcome(Report((ISSUE,)))["issue"]
    assert issue == {
        "extension": [
            {"url": f"{EXTENSION}issue-line", "valueInteger": 3},
            {"url": f"{EXTENSION}issue-col", "valueString": "14"},
            {"url": f"{EXTENSION}message-id", "valueString": "Terminology_TX_NoValid_16"},
        ],
        "severity": "error",
        "code": "value",
        "details": {
            "coding": [{"system": "https://w3id.org/fhir-matters/rules", "code": "FM120"}],
            "text": "Expected a code of AdministrativeGender.",
        },
        "diagnostics": "profile: http://example.org/StructureDefinition/p",
        "expression": ["Patient.gender"],
    }


def test_values_are_in_the_outcome_only_when_asked_for():
    assert "fatale" not in str(to_outcome(Report((ISSUE,))))
    assert "fatale" in str(to_outcome(Report((ISSUE,)), show_values=True))


def test_nothing_found_is_said_in_one_informational_issue_and_read_as_nothing():
    outcome = to_outcome(Report())
    assert [issue["severity"] for issue in outcome["issue"]] == ["information"]
    assert from_outcome(outcome) == Report()


def test_what_could_not_be_decided_stays_undecided():
    report = Report((ISSUE._replace(undecided=True, found=""),))
    assert from_outcome(to_outcome(report)).undecided


def test_an_outcome_of_hapi_is_read_with_its_place_message_id_and_position():
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "processing",
                "details": {
                    "coding": [{"system": "http://hl7.org/fhir/java-core-messageId", "code": "Validation_VAL_X"}]
                },
                "diagnostics": "Patient.name: minimum required = 1, but only found 0",
                "location": ["Patient.name[0]", "Line[1] Col[27]"],
            }
        ],
    }
    (issue,) = from_outcome(outcome)
    assert issue.message == "Patient.name: minimum required = 1, but only found 0"
    assert (issue.path.expression, issue.line, issue.column) == ("Patient.name[0]", 1, 27)
    assert (issue.message_id, issue.rule, issue.severity) == ("Validation_VAL_X", "", Severity.ERROR)


def test_an_outcome_of_the_hl7_validator_is_read_from_its_extensions():
    outcome = {
        "resourceType": "OperationOutcome",
        "extension": [{"url": f"{EXTENSION}file", "valueString": "p.json"}],
        "issue": [
            {
                "extension": [
                    {"url": f"{EXTENSION}issue-line", "valueInteger": 4},
                    {"url": f"{EXTENSION}issue-col", "valueString": "9"},
                    {"url": f"{EXTENSION}message-id", "valueCode": "Type_Specific"},
                ],
                "severity": "warning",
                "code": "invalid",
                "details": {"text": "Careful."},
                "diagnostics": "profile: of no concern",
                "expression": ["Patient.contact[0]"],
            }
        ],
    }
    report = from_outcome(outcome)
    (issue,) = report
    assert (report.source, issue.message, issue.message_id) == ("p.json", "Careful.", "Type_Specific")
    assert (issue.line, issue.column, issue.profile, issue.rule) == (4, 9, "", "")


@pytest.mark.parametrize("text", ["All OK", "No issues detected during validation"])
def test_the_ways_to_say_that_all_is_well_are_no_issues(text):
    issue = {"severity": "information", "code": "informational", "diagnostics": text}
    assert from_outcome({"resourceType": "OperationOutcome", "issue": [issue]}) == Report()


@pytest.mark.parametrize(
    "issue",
    [
        {},
        {"severity": "catastrophe", "code": 7, "details": [], "expression": "Patient", "location": [3]},
        {"details": {"coding": [None, {"display": "Boom"}]}, "extension": {"url": "x"}},
        {"location": ["Line[0] Col[-1]"], "extension": [{"url": f"{EXTENSION}issue-line", "valueInteger": -1}]},
    ],
    ids=["empty", "wrong types", "odd details", "no position"],
)
def test_a_malformed_issue_is_an_error_without_what_is_malformed(issue):
    (found,) = from_outcome({"resourceType": "OperationOutcome", "issue": ["no object", issue]})
    assert (found.severity, found.code, found.line) == (Severity.ERROR, "processing", None)


@pytest.mark.parametrize("resource", [{}, {"resourceType": "Patient"}])
def test_another_resource_is_refused(resource):
    with pytest.raises(InputError, match="OperationOutcome"):
        from_outcome(resource)


def test_several_reports_make_entries_with_stable_full_urls():
    reports = [Report((ISSUE,), source="a.json"), Report(source="a.json"), Report(source="b.json")]
    entries = list(entries_of(reports))
    urls = [entry["fullUrl"] for entry in entries]
    assert len(set(urls)) == 3
    assert urls == [entry["fullUrl"] for entry in entries_of(reports)]
    assert [from_outcome(entry["resource"]).source for entry in entries] == ["a.json", "a.json", "b.json"]
