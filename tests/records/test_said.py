"""What a statement carries beside its words: translations, no answer, until when it stands, who said it again."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.records.ids import value_of
from fhir_matters.records.read import read
from fhir_matters.records.record import Record

HEAD = """id: a
person: {name: Ivy}
people: {gwenno: {name: Gwenno}}
"""


def _made(text: str, place: str) -> dict[str, Any]:
    record = Record.loads(HEAD + text)
    bundle = record.bundle()
    assert read(bundle) == record
    return next(e["resource"] for e in bundle["entry"] if value_of(e["resource"]) == f"a/{place}")


def _translations(element: dict[str, Any]) -> list[tuple[str, str]]:
    found = [each["extension"] for each in element["extension"] if each["url"].endswith("/translation")]
    return [(lang["valueCode"], content["valueString"]) for lang, content in found]


def test_words_stay_as_they_were_said_with_their_translations_beside_them() -> None:
    both = "{fr: Continuer, en: Keep going}"
    text = f"what_matters: {{w: {{words: Dal ati, said_by: person, language: cy, translations: {both}}}}}"
    said = _made(text, "what_matters/w")
    assert said["valueString"] == "Dal ati"
    assert said["language"] == "cy"
    assert _translations(said["_valueString"]) == [("en", "Keep going"), ("fr", "Continuer")]
    assert "Keep going" in said["text"]["div"]


@pytest.mark.parametrize(
    ("answer", "element"),
    [("wish: home, words: Adre", "valueCodeableConcept"), ("answer: undecided, words: Adre", "dataAbsentReason")],
)
def test_words_beside_a_code_have_their_translations_too(answer: str, element: str) -> None:
    said = _made(f"preferences: {{p: {{kind: place of death, {answer}, translations: {{en: Home}}}}}}", "preferences/p")
    assert said[element]["text"] == "Adre"
    assert _translations(said[element]["_text"]) == [("en", "Home")]


def test_words_that_are_the_wish_and_have_a_translation_were_said() -> None:
    text = "preferences: {p: {kind: cpr, wish: x, words: x, translations: {en: y}}}"
    _made(text, "preferences/p")
    assert Record.loads(HEAD + text).preferences["p"].words == "x"


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ("not now", ["temp-unknown", "not-now"]),
        ("undecided", ["asked-unknown", "517161000000101", "undecided"]),
        ("declined to answer", ["asked-declined", "766391000000108", "declined-to-answer"]),
        ("not appropriate", ["not-asked", "517131000000106", "not-appropriate"]),
        ("unable to say", ["asked-unknown", "517111000000103", "unable-to-say"]),
        ("not asked", ["not-asked", "not-asked"]),
    ],
)
def test_no_answer_about_the_place_of_death_is_coded_for_everybody_and_for_uk_readers(
    answer: str, codes: list[str]
) -> None:
    asked = _made(f"preferences: {{p: {{kind: place of death, answer: {answer}}}}}", "preferences/p")
    assert [c["code"] for c in asked["dataAbsentReason"]["coding"]] == codes
    assert not any(name.startswith("value") for name in asked)


def test_no_answer_about_anything_else_is_no_finding_about_the_place_of_death() -> None:
    asked = _made("preferences: {p: {kind: cpr, answer: undecided}}", "preferences/p")
    assert [c["code"] for c in asked["dataAbsentReason"]["coding"]] == ["asked-unknown", "undecided"]


def test_what_matters_may_be_asked_and_not_answered() -> None:
    asked = _made("what_matters: {w: {answer: declined to answer, said_by: person}}", "what_matters/w")
    assert asked["dataAbsentReason"]["coding"][0]["code"] == "asked-declined"
    assert "declined to answer" in asked["text"]["div"]


def test_a_talk_put_off_has_no_reason_of_an_observation() -> None:
    talk = _made("conversations: {t: {when: 2026, answer: not now}}", "conversations/t")
    assert [c["code"] for c in talk["statusReason"]["coding"]] == ["not-now"]


def test_it_stands_for_a_while_and_was_said_again_by_somebody() -> None:
    text = (
        "what_matters: {w: {words: tea, said_by: person, valid_from: 2026-01, valid_until: 2026-06, "
        "review_by: 2026-05-01, still_stands: [{when: 2026-02, by: gwenno, to: person}]}}"
    )
    said = _made(text, "what_matters/w")
    assert {e["url"].rpartition("/")[2] for e in said["extension"]} >= {"valid-from", "valid-until", "review-by"}
    assert "2026-02, by Gwenno, to Ivy" in said["text"]["div"]


def test_the_sign_on_the_door_can_be_read_by_those_who_do_not_know_the_language() -> None:
    sign = _made(
        "preferences: {p: {kind: please do, words: Siaradwch, translations: {en: Speak}}}", "preferences/p/flag"
    )
    assert sign["code"]["text"] == "Siaradwch"
    assert _translations(sign["code"]["_text"]) == [("en", "Speak")]
    assert "Speak" in sign["text"]["div"]
