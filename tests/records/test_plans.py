"""Anticipatory plans: what is feared is nowhere a diagnosis, and what to do is where a reader of plans looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fhir_matters.records.record import Record

ART = Record.load(Path(__file__).parents[2] / "examples" / "art.yaml")
OWN = "https://w3id.org/fhir-matters"


def resource(bundle: dict[str, Any], place: str) -> dict[str, Any]:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["identifier"][0]["value"] == place)


def planned(said: str, more: str = "") -> dict[str, Any]:
    bundle = Record.loads(f"id: a\nperson: {{name: Ivy}}\nplans: {{p: {{if: A bleed, {said}}}}}\n{more}").bundle()
    return resource(bundle, "a/plans/p")


def details(plan: dict[str, Any], part: str) -> list[dict[str, Any]]:
    found = [activity["detail"] for activity in plan["activity"]]
    return [detail for detail in found if detail["code"]["coding"][0]["code"] == part]


def test_what_is_feared_is_in_the_title_and_never_a_condition() -> None:
    bundle = ART.bundle()
    plan = resource(bundle, "art/plans/big-bleed")
    assert plan["title"] == "If this happens: A big bleed at home"
    assert "addresses" not in plan
    assert {"Condition", "RiskAssessment"}.isdisjoint(entry["resource"]["resourceType"] for entry in bundle["entry"])
    parts = {each["url"]: each["valueString"] for each in plan["extension"][0]["extension"]}
    assert parts == {"what": "A big bleed at home", "warningSigns": "More tired than he was, or a smaller bleed first"}


def test_each_thing_to_do_to_have_to_call_and_to_leave_is_a_line_of_its_own() -> None:
    plan = resource(ART.bundle(), "art/plans/big-bleed")
    parts = [activity["detail"]["code"]["coding"][0]["code"] for activity in plan["activity"]]
    assert parts == [
        "at-home", "at-home", "at-home", "in-hospital", "medicine", "kit", "call-first", "then-call", "not-this",
    ]  # fmt: skip
    assert {activity["detail"]["status"] for activity in plan["activity"]} == {"not-started"}
    assert [d["doNotPerform"] for d in details(plan, "not-this")] == [True]
    assert [d["description"] for d in details(plan, "call-first")] == ["Call first: Jo Pritchard"]


def test_a_medicine_says_how_where_and_who_may_give_it() -> None:
    (medicine,) = details(resource(ART.bundle(), "art/plans/big-bleed"), "medicine")
    assert medicine["productCodeableConcept"] == {"text": "midazolam 10 mg in 2 ml"}
    assert medicine["description"] == "10 mg, under the tongue or under the skin"
    assert medicine["location"] == {"display": "the blue box on the kitchen dresser"}
    assert [who["display"] for who in medicine["performer"]] == ["Jo Pritchard", "Daniel Bell"]


def test_a_medicine_with_a_code_keeps_it_beside_its_name() -> None:
    code = '{system: "http://snomed.info/sct", code: "1", display: M}'
    (medicine,) = details(planned(f"medicines: [{{what: mine, code: {code}}}]"), "medicine")
    coding = {"system": "http://snomed.info/sct", "code": "1", "display": "M"}
    assert medicine["productCodeableConcept"] == {"coding": [coding], "text": "mine"}


def test_readers_of_us_core_and_of_pacio_adi_find_it_each_by_a_category_of_its_own() -> None:
    plan = resource(ART.bundle(), "art/plans/big-bleed")
    assert [[coding["code"] for coding in each["coding"]] for each in plan["category"]] == [
        ["assess-plan"],
        ["81378-2"],
    ]


@pytest.mark.parametrize(
    ("who", "intent"),
    [("asked_by: person", "proposal"), ("asked_by: jo", "proposal"), ("", "proposal"), ("asked_by: amy", "plan")],
)
def test_it_is_a_proposal_where_it_is_the_person_s_own_and_a_plan_where_a_colleague_asked(
    who: str, intent: str
) -> None:
    plan = planned(who, "people: {jo: {name: Jo}}\ncolleagues: {amy: {name: Amy}}")
    assert plan["intent"] == intent


def test_it_ends_looks_again_and_says_who_agreed() -> None:
    plan = planned("when: 2026-03-03, valid_until: 2026-05, review_by: 2026-04-01, agreed_by: [person]")
    assert (plan["created"], plan["period"]) == ("2026-03-03", {"start": "2026-03-03", "end": "2026-05"})
    found = {each["url"].rpartition("/")[2]: each for each in plan["extension"]}
    assert found["review-by"]["valueDate"] == "2026-04-01"
    assert found["agreed-by"]["valueReference"]["display"] == "Ivy"


def test_the_text_says_all_of_it() -> None:
    text = resource(ART.bundle(), "art/plans/big-bleed")["text"]["div"]
    for words in ("A big bleed at home", "dark towels", "blue box", "Jo Pritchard, Daniel Bell", "ring Jo first"):
        assert words in text
