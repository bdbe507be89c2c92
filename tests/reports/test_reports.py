"""What the reports say."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.outcome import from_outcome
from fhir_matters.path import Path
from fhir_matters.reports import REPORTERS, concise, outcome, structured, text
from fhir_matters.rules import RULES

RULE = next(iter(RULES.values()))
WRONG = Issue(
    RULE.code,
    Severity.ERROR,
    "value",
    "Expected a code of AdministrativeGender, found another.",
    Path(("gender",), "Patient.gender"),
    found="femme",
    line=4,
    column=13,
)
OPEN = Issue("FM601", Severity.INFORMATION, "incomplete", "Invariant dom-6 was not evaluated.", undecided=True, line=1)
BAD = Report((WRONG, OPEN), "a.json", "Patient", "p1")
GOOD = Report((), "b.json", "Patient", "p2")


def lines(report, *reports, **options) -> list[str]:
    return list(report(reports, **options))


@pytest.mark.parametrize("report", REPORTERS.values(), ids=REPORTERS)
def test_values_are_told_only_when_asked_for(report):
    assert "femme" not in "".join(lines(report, BAD))
    assert "femme" in "".join(lines(report, BAD, show_values=True))


@pytest.mark.parametrize("style", sorted(REPORTERS.keys() - {"html"}))
def test_reports_stream(style):
    endless = (replace(BAD, source=f"{number}.json") for number in count())
    written = REPORTERS[style](endless)
    assert any("9.json" in next(written) for _ in range(100))


@pytest.mark.parametrize("report", REPORTERS.values(), ids=REPORTERS)
@given(st.text(), st.text())
def test_hostile_words_stay_in_their_line(report, words, name):
    issue = WRONG._replace(message=words, path=Path((name,), name), found=words)
    for line in report([Report((issue,), source=name)], show_values=True):
        assert "\x1b" not in line
        assert "\n" not in line or report in (outcome, REPORTERS["html"])


def test_text_tells_what_is_wrong_where_and_what_to_do():
    assert lines(text, BAD, GOOD) == [
        "a.json Patient/p1",
        f"  a.json:4:13 error   {RULE.code} Patient.gender",
        "    Expected a code of AdministrativeGender, found another.",
        f"    {RULE.todo}",
        "",
        "Could not be decided here:",
        "  FM601 Invariant dom-6 was not evaluated. (a.json:1)",
        "",
        "2 resources checked, 1 resource failed: 1 error, 1 undecided question.",
        "What could not be decided is not a pass; --strict makes it fail.",
    ]


def test_text_of_clean_resources_is_one_line():
    assert lines(text, GOOD, GOOD) == ["2 resources checked, nothing found."]


def test_text_never_calls_nothing_clean():
    assert lines(text) == ["Nothing was checked."]


def test_text_explains_a_rule_once():
    assert "\n".join(lines(text, BAD, BAD)).count(RULE.todo) == 1


def test_text_sums_up_what_could_not_be_decided():
    told = lines(text, *[Report((OPEN, OPEN._replace(severity=Severity.WARNING)), f"{n}.json") for n in range(500)])
    assert "  FM601 Invariant dom-6 was not evaluated. (1,000 times, first at 0.json:1)" in told
    assert told[-2] == "500 resources checked, none failed: 1,000 undecided questions."


def test_text_leaves_a_long_list_of_open_questions_to_other_formats():
    told = lines(text, Report(tuple(OPEN._replace(message=str(number)) for number in range(40))))
    assert "  … and 25 more; --format concise lists them all." in told


def claim(profile: str, **more) -> Issue:
    words = f"The profile {profile} is claimed but is in none of the loaded packages: load its package."
    return OPEN._replace(rule="FM701", severity=Severity.WARNING, message=words, profile=profile, **more)


US, UK = "http://hl7.org/fhir/us/core", "https://fhir.hl7.org.uk"
CLAIMS = (
    claim(f"{US}/StructureDefinition/a"),
    claim(f"{UK}/StructureDefinition/a"),
    claim(f"{US}/StructureDefinition/b"),
)


def test_text_says_once_for_each_guide_that_its_package_is_to_be_passed():
    told = lines(text, Report((*CLAIMS, OPEN), "a.json"), Report(CLAIMS[:2], "b.json"))
    assert told == [
        "Could not be decided here:",
        "  FM701 Claimed, but not loaded and so not checked: 3 profiles. Pass with --package the package of",
        f"    {US} (2 profiles, 3 times, first at a.json:1)",
        f"    {UK} (1 profile, 2 times, first at a.json:1)",
        "  FM601 Invariant dom-6 was not evaluated. (a.json:1)",
        "",
        "2 resources checked, none failed: 6 undecided questions.",
        "What could not be decided is not a pass; --strict makes it fail.",
    ]


def test_a_claim_whose_address_is_no_structure_definition_is_named_whole():
    told = lines(text, Report((claim("urn:oid:1.2.3"),), "a.json"))
    assert "    urn:oid:1.2.3 (1 profile, 1 time, first at a.json:1)" in told


def test_many_guides_do_not_crowd_out_what_else_is_open():
    several = (claim(f"https://{number}.test/StructureDefinition/a") for number in range(40))
    told = lines(text, Report((*several, OPEN), "a.json"))
    assert sum(".test (" in line for line in told) == 15
    assert "  FM601 Invariant dom-6 was not evaluated. (a.json:1)" in told


@pytest.mark.parametrize("report", [concise, structured, outcome])
def test_reports_for_programs_hold_every_claim(report):
    told = "".join(lines(report, Report(CLAIMS, "a.json")))
    assert all(issue.profile in told for issue in CLAIMS)


def test_a_claim_that_is_not_checked_fails_a_strict_run():
    assert "1 resource failed" in lines(text, Report(CLAIMS, "a.json", strict=True))[-2]


def test_text_shows_an_undecided_error_at_its_place():
    told = lines(text, Report((OPEN._replace(severity=Severity.ERROR),), "a.json"))
    assert any(line.startswith("  a.json:1 error") for line in told)


def test_text_names_a_profile_that_is_not_the_base_one():
    guide = WRONG._replace(profile="http://example.org/StructureDefinition/p")
    base = WRONG._replace(profile="http://hl7.org/fhir/StructureDefinition/Patient")
    assert "    Profile: http://example.org/StructureDefinition/p" in lines(text, Report((guide,)))
    assert not any("Profile:" in line for line in lines(text, Report((base,))))


def test_text_can_be_coloured_by_its_caller():
    marked = list(text([BAD], style=lambda words, role: f"<{role}>{words}</>"))
    assert "<place>a.json Patient/p1</>" in marked
    assert any("<error>error  </>" in line for line in marked)


def test_concise_is_one_line_an_issue_that_editors_follow():
    assert lines(concise, BAD, GOOD) == [
        f"a.json:4:13: error {RULE.code} Patient.gender: Expected a code of AdministrativeGender, found another.",
        "a.json:1: information FM601: Invariant dom-6 was not evaluated.",
    ]


@pytest.mark.parametrize(
    ("source", "line", "expected"),
    [
        ("patients.ndjson:12", 12, "patients.ndjson:12:13: "),
        ("patients.ndjson", 12, "patients.ndjson:12:13: "),
        ("C:\\data\\p.json", 4, "C:\\data\\p.json:4:13: "),
        ("p.json", None, "p.json: "),
        ("", 4, "resource:4:13: "),
        ("", None, "Patient/p1: "),
    ],
)
def test_places_are_written_as_compilers_do(source, line, expected):
    column = 13 if line else None
    report = Report((WRONG._replace(line=line, column=column),), source, "Patient", "p1")
    assert lines(concise, report)[0].startswith(expected)


def test_json_is_one_document_with_a_summary():
    document = json.loads("".join(lines(structured, BAD, GOOD)))
    assert document["format"] == 1
    assert document["summary"] == {
        "resources": 2,
        "failed": 1,
        "errors": 1,
        "warnings": 0,
        "information": 0,
        "undecided": 1,
        "toldByServer": 0,
        "setAside": 0,
    }
    first, second = document["reports"]
    assert (first["source"], first["resourceType"], first["resourceId"], first["ok"]) == (
        "a.json",
        "Patient",
        "p1",
        False,
    )
    assert second["issues"] == []
    assert first["issues"][0] == {
        "rule": RULE.code,
        "severity": "error",
        "code": "value",
        "message": "Expected a code of AdministrativeGender, found another.",
        "expression": "Patient.gender",
        "pointer": "/gender",
        "line": 4,
        "column": 13,
        "profile": "",
        "messageId": "",
        "undecided": False,
        "server": "",
    }


def test_json_of_nothing_is_a_document_too():
    assert json.loads("".join(lines(structured)))["reports"] == []


def test_a_strict_report_that_is_undecided_fails_in_every_summary():
    strict = Report((OPEN,), "a.json", strict=True)
    assert json.loads("".join(lines(structured, strict)))["summary"]["failed"] == 1
    assert "1 resource failed" in lines(text, strict)[-2]


def test_the_outcome_of_one_resource_is_an_operation_outcome():
    found = json.loads("".join(lines(outcome, BAD)))
    assert [issue.rule for issue in from_outcome(found)] == [RULE.code, "FM601"]


def test_the_outcomes_of_several_resources_are_a_collection():
    bundle = json.loads("".join(lines(outcome, BAD, GOOD, BAD)))
    assert (bundle["resourceType"], bundle["type"], len(bundle["entry"])) == ("Bundle", "collection", 3)
    assert json.loads("".join(lines(outcome))) == {"resourceType": "Bundle", "type": "collection"}
