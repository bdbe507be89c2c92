"""The differential instrument: small mutants of real resources get the verdict of the HL7 validator; how it counts."""

from __future__ import annotations

import json
from itertools import islice

from tests.conformance.differential import Comparison, Difference, as_they_are, is_known, known, mutants, told
from tests.conformance.minimise import disagreement, smallest
from tests.conformance.mutators import plain
from tests.conformance.originals import Original, originals
from tests.conformance.sides import Both, Sides

# Sixty mutants are few: of many the shares are 99 and 93 to 95 %.
LEAST = {"L1": 95.0, "L3": 85.0}


def outcome(*wrong):
    issues = [
        {"severity": "error", "code": code, "expression": [place], "details": {"text": "said"}} for code, place in wrong
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}


def test_mutants_of_real_resources_are_judged_as_the_hl7_validator_judges_them(shared, hl7):
    found = originals(
        [shared / "corpora" / "bulk-10-patients", shared / "packages" / "hl7.fhir.r4.examples-4.0.1.tgz"], 20_000
    )
    comparison = Comparison(Sides(lambda: hl7, shared), tries=0)
    for each in islice(mutants(found, 20), 60):
        comparison.judge(each)
    runs = comparison.runs
    assert len(runs) >= 55
    agreed = {depth: 100 * sum(each.agrees[depth] for each in runs) / len(runs) for depth in LEAST}
    said = "\n".join(map(told, comparison.differences))
    assert {depth: share for depth, share in agreed.items() if share < LEAST[depth]} == {}, said


def test_every_resource_as_it_is_or_some_of_them(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"resourceType": "Basic", "id": name}))
    (tmp_path / "more.ndjson").write_text('{"resourceType": "Patient"}\n\n{"no": "resource"}\n')
    found = originals([tmp_path], 1000)
    assert [each.source for each in as_they_are(found, 1, 0)] == ["a.json", "b.json", "c.json", "more.ndjson:1"]
    assert len(list(as_they_are(found, 1, 2))) == 2


def test_what_is_larger_than_asked_for_is_left_out(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"resourceType": "Basic", "id": "x" * 60}))
    assert originals([tmp_path], 50) == []


def test_only_the_mutators_asked_for_are_used():
    found = [Original("a", "Basic", b'{"resourceType": "Basic", "id": "a"}')]
    assert {each.name for each in islice(mutants(found, 1, ["bad-id", "unknown-field"]), 6)} == {
        "bad-id",
        "unknown-field",
    }


def test_a_disagreement_is_told_by_side_code_and_place_without_numbers():
    both = Both(outcome(("value", "Patient.name[1]"), ("value", "Patient.id")), outcome(("value", "Patient.id")))
    assert disagreement(both) == {("hl7", "value", "Patient.name")}
    assert disagreement(Both(outcome(), None)) == {("ours", "failed", "")}


def test_a_resource_is_made_as_small_as_the_disagreement_allows():
    resource = {"resourceType": "Patient", "id": "a", "name": [{"given": ["A", "B"]}, {"family": "C", "use": "home"}]}

    def said(found):
        wrong = any("family" in each for each in found.get("name", ()))
        return Both(outcome(*[("value", "Patient.name")] * wrong), outcome())

    assert smallest(resource, said, 50) == {"resourceType": "Patient", "name": [{"family": "C"}]}


def test_no_more_is_asked_than_allowed():
    asked = []

    def said(found):
        asked.append(found)
        return Both(outcome(*[("value", "Patient")] * (len(found.get("a", ())) == 100)), outcome())

    smallest({"resourceType": "Patient", "a": list(range(100))}, said, 10)
    assert len(asked) == 11


def test_a_disagreement_is_known_only_if_all_of_it_is_listed(monkeypatch):
    listed = [{"side": "hl7", "code": "value", "place": ".name", "reason": "", "specification": ""}]
    monkeypatch.setattr("tests.conformance.differential.known", lambda: listed)
    both = Both(outcome(("value", "Patient.name")), outcome())
    one = Difference(plain("a", {}), disagreement(both), "{}", both)
    two = Difference(plain("a", {}), disagreement(both) | {("ours", "value", "Patient.id")}, "{}", both)
    assert (is_known(one), is_known(two)) == (True, False)


def test_the_known_disagreements_have_a_reason_and_a_sentence_of_the_specification():
    assert all(each["reason"] and each["specification"] and each["side"] in ("hl7", "ours") for each in known())
