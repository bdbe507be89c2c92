"""How it went: whose view it is, what did not have to happen, and where it was in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fhir_matters import jsonio
from fhir_matters.records.record import Record

ART = Record.load(Path(__file__).parents[2] / "examples" / "art.yaml")


def resource(bundle: dict[str, Any], place: str) -> dict[str, Any]:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["identifier"][0]["value"] == place)


def went(said: str, kind: str = "place of death") -> dict[str, Any]:
    text = f"""
    id: a
    person: {{name: Ivy}}
    preferences: {{p: {{kind: {kind}, wish: home}}}}
    outcomes: {{o: {{of: p, said_by: person, {said}}}}}
    """
    return resource(Record.loads(text).bundle(), "a/outcomes/o")


def parts(outcome: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {component["code"]["coding"][0]["code"]: component for component in outcome["component"]}


def test_two_who_see_it_differently_are_both_heard_about_the_same_wish() -> None:
    bundle = ART.bundle()
    jo, daniel = (resource(bundle, f"art/outcomes/at-home-{who}") for who in ("jo", "daniel"))
    home = next(e["fullUrl"] for e in bundle["entry"] if e["resource"] == resource(bundle, "art/preferences/home"))
    assert jo["focus"] == daniel["focus"] == [{"reference": home}]
    assert [o["valueCodeableConcept"]["coding"][0]["code"] for o in (jo, daniel)] == ["yes", "partly"]
    assert [o["performer"][0]["display"] for o in (jo, daniel)] == ["Jo Pritchard", "Daniel Bell"]
    assert {o["status"] for o in (jo, daniel)} == {"final"}


def test_the_value_is_whether_it_was_honoured_and_their_words_are_its_text() -> None:
    value = resource(ART.bundle(), "art/outcomes/no-bleed")["valueCodeableConcept"]
    assert value["coding"][0]["code"] == "could-not-know"
    assert value["text"] == "It never came. The towels are still by his chair."


def test_what_did_not_have_to_happen_says_who_saw_it_and_how_many_hours() -> None:
    found = parts(resource(ART.bundle(), "art/outcomes/sat-down"))
    assert found["repeated-conversation"]["valueString"].startswith("Nobody's asked me since")
    hours, seen = found["staff-time"]["extension"]
    assert hours["valueQuantity"] == {"value": 1, "unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}
    assert seen["valueReference"]["display"] == "Amara Okafor"


def test_hours_keep_the_spelling_of_whoever_counted() -> None:
    staff = parts(went("honoured: yes, avoided: [{what: staff time, hours: 2.50}]"))["staff-time"]
    assert staff["extension"][0]["valueQuantity"]["value"] == jsonio.Number("2.50")
    assert staff["valueBoolean"] is True


@pytest.mark.parametrize(
    ("kind", "place", "codes"),
    [
        ("place of death", "home", ["876879006", "264362003", "home"]),
        ("place of death", "Hospice", ["876882001", "284546000", "hospice"]),
        ("place of death", "hospital", ["183676005", "22232009", "hospital"]),
        ("place of death", "nursing home", ["876884000", "108344006", "nursing-home"]),
        ("place of care", "home", ["264362003", "home"]),
        ("place of death", "on the boat", []),
        ("place of death", "no", []),
    ],
)
def test_the_actual_place_stands_beside_the_wish_as_a_place_of_death_only_where_that_was_the_wish(
    kind: str, place: str, codes: list[str]
) -> None:
    value = parts(went(f"honoured: partly, place: {place}", kind))["place"]["valueCodeableConcept"]
    assert [coding["code"] for coding in value.get("coding", ())] == codes
    assert value["text"] == place


def test_it_is_said_in_a_language_with_a_translation_beside_it() -> None:
    found = went("honoured: yes, words: Gartref, language: cy, translations: {en: At home}")
    assert found["language"] == "cy"
    (translation,) = found["valueCodeableConcept"]["_text"]["extension"]
    assert {each["url"]: [*each.values()][1] for each in translation["extension"]} == {
        "lang": "en",
        "content": "At home",
    }


def test_one_that_nobody_said_is_entered_in_error() -> None:
    found = went("honoured: no, withdrawn: true")
    assert found["status"] == "entered-in-error"
    assert "nobody said this" in found["text"]["div"]


@pytest.mark.parametrize(
    ("section", "about"),
    [
        ("what_matters: {p: {words: The tide, said_by: person}}", "The tide"),
        ("preferences: {p: {kind: cpr, answer: declined to answer}}", "cpr"),
        ("choices: {p: {question: Where now, options: {o: {what: Home}}}}", "Where now"),
        ("departures: {p: {protocol: Stairs, left_out: Them}}", "Stairs"),
        ("plans: {p: {if: A bleed}}", "A bleed"),
        ("legal: {p: {kind: cpr decision, attempt_cpr: false}}", "cpr decision"),
    ],
)
def test_its_text_says_what_it_is_about(section: str, about: str) -> None:
    text = f"id: a\nperson: {{name: Ivy}}\n{section}\noutcomes: {{o: {{of: p, honoured: yes, said_by: person}}}}"
    assert f"How it went: {about}" in resource(Record.loads(text).bundle(), "a/outcomes/o")["text"]["div"]
