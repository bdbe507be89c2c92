"""The shape of each resource, the names of things, and the two kinds of bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fhir_matters import jsonio
from fhir_matters.records.dates import surely_after, surely_begins
from fhir_matters.records.ids import value_of
from fhir_matters.records.record import Record
from fhir_matters.validation.validator import Validator
from tests.records.strategies import records

EXAMPLES = Path(__file__).parents[2] / "examples"
ART = Record.load(EXAMPLES / "art.yaml")
OWN = "https://w3id.org/fhir-matters"


def _resource(bundle: dict[str, Any], place: str) -> dict[str, Any]:
    return next(e["resource"] for e in bundle["entry"] if value_of(e["resource"]) == place)


def _art(place: str) -> dict[str, Any]:
    return _resource(ART.bundle(), f"art/{place}")


def _extension(element: dict[str, Any], name: str) -> Any:
    found = next(e for e in element["extension"] if e["url"].rpartition("/")[2] == name)
    return next(value for key, value in found.items() if key != "url")


def _preference(said: str) -> dict[str, Any]:
    return _resource(
        Record.loads(f"id: a\nperson: {{name: Ivy}}\npreferences: {{p: {said}}}").bundle(), "a/preferences/p"
    )


VALIDATOR = Validator()


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_whatever_is_said_makes_a_valid_bundle(record: Record) -> None:
    report = VALIDATOR.validate(jsonio.write(record.bundle()))
    assert [(str(issue.path), issue.message) for issue in report.errors] == []


def test_the_person_has_the_name_they_like_and_the_way_to_talk_with_them() -> None:
    patient = _art("person")
    assert patient["name"][1] == {"use": "usual", "text": "Art", "given": ["Art"]}
    assert patient["communication"][0]["language"]["coding"][0]["code"] == "en-GB"
    assert _extension(patient, "communicates").startswith("Hears better")
    assert patient["photo"][0]["hash"] == "1gGS0XS675QazziecPQybs/Mn/8="


def test_a_dog_is_no_related_person_and_still_takes_part() -> None:
    text = """
    id: a
    person: {name: Ivy}
    people: {bess: {who: "Bess, the dog", roles: [knows me best]}}
    conversations: {talk: {when: 2026, with: [bess]}}
    """
    bundle = Record.loads(text).bundle()
    assert [e["resource"]["resourceType"] for e in bundle["entry"]] == ["Patient", "Procedure"]
    identifier = {"system": f"{OWN}/identifier", "value": "a/people/bess"}
    assert bundle["entry"][1]["resource"]["performer"] == [
        {"actor": {"identifier": identifier, "display": "Bess, the dog"}}
    ]


def test_a_relation_is_in_the_person_s_words_with_a_code_only_where_they_say_it() -> None:
    assert _art("people/daniel")["relationship"][0]["coding"][0]["code"] == "SONC"
    assert _art("people/ruth")["relationship"] == [{"text": "my sister. I'll tell her myself"}]


def test_a_colleague_is_a_human_being_in_a_role_and_what_is_said_refers_to_the_role() -> None:
    bundle = ART.bundle()
    role = next(e for e in bundle["entry"] if value_of(e["resource"]) == "art/colleagues/amara/role")
    practitioner = next(e for e in bundle["entry"] if value_of(e["resource"]) == "art/colleagues/amara")
    assert role["resource"]["practitioner"]["reference"] == practitioner["fullUrl"]
    assert role["resource"]["organization"] == {"display": "Hospital palliative care"}
    assert role["fullUrl"] in str(_art("conversations/long-talk")["performer"])


def test_a_talk_that_did_not_happen_says_why() -> None:
    talk = _art("conversations/round-6")
    assert talk["status"] == "not-done"
    assert talk["statusReason"]["coding"][0] == {
        "system": f"{OWN}/CodeSystem/answer",
        "code": "not-now",
        "display": "Not now",
    }
    assert _art("conversations/long-talk")["status"] == "completed"


def test_a_statement_is_the_words_of_the_one_who_said_them_when_they_were_said() -> None:
    said = _art("what_matters/boatyard")
    assert said["valueString"].startswith("He ran a boatyard")
    assert said["performer"][0]["display"] == "Daniel Bell"
    assert said["effectiveDateTime"] == "2026-03-03T14:00:00Z"
    assert said["status"] == "final"
    assert said["code"]["coding"][0]["code"] == "95541-9"
    categories = [c["coding"][0]["code"] for c in said["category"]]
    assert categories == [*["care-experience-preference"] * 2, "survey", "what-matters"]


def test_a_place_of_death_is_coded_place_first_and_keeps_the_words_and_the_condition() -> None:
    home = _art("preferences/home")
    value = home["valueCodeableConcept"]
    assert [c["code"] for c in value["coding"]] == ["264362003", "110481000000108", "home"]
    assert value["text"].startswith("Home, as long as")
    assert _extension(home, "only-if").startswith("someone comes")
    assert [c["code"] for c in home["code"]["coding"]] == ["75773-2", "75780-7", "395091006", "place-of-death"]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("{kind: cpr, words: No more.}", {"valueString": "No more."}),
        ("{kind: cpr, wish: on the boat}", {"valueString": "on the boat"}),
        ("{kind: cpr, wish: on the boat, words: Aye}", {"valueString": "Aye"}),
    ],
)
def test_a_wish_that_no_code_says_stays_words(said: str, value: dict[str, Any]) -> None:
    assert {name: found for name, found in _preference(said).items() if name.startswith("value")} == value


def test_a_coded_wish_is_text_too_and_words_that_only_repeat_it_are_said_once() -> None:
    home = _preference("{kind: place of death, wish: Home}")
    assert home["valueCodeableConcept"]["text"] == "Home"
    assert home == _preference("{kind: place of death, wish: Home, words: Home}")


def test_asked_and_not_answered_is_on_record_without_a_value() -> None:
    asked = _art("preferences/resuscitation")
    assert asked["dataAbsentReason"]["coding"][0]["code"] == "asked-declined"
    assert not any(name.startswith("value") for name in asked)


def test_a_preference_that_nobody_said_is_entered_in_error() -> None:
    assert _preference("{kind: cpr, wish: x, withdrawn: true}")["status"] == "entered-in-error"


def test_a_change_of_mind_is_a_new_statement_and_takes_the_sign_off_the_door() -> None:
    text = """
    id: a
    person: {name: Ivy}
    preferences:
      old: {kind: please do, words: Wake me, said_by: person, when: 2026-01-01, valid_until: 2025}
      new: {kind: please do, words: Let me sleep, said_by: person, when: 2026-02-01, replaces: old}
    """
    bundle = Record.loads(text).bundle()
    replaced = next(e for e in _resource(bundle, "a/preferences/new")["extension"] if "replaces" in e["url"])
    assert replaced["valueReference"]["reference"] in [e["fullUrl"] for e in bundle["entry"]]
    assert _resource(bundle, "a/preferences/old")["status"] == "final"
    assert _resource(bundle, "a/preferences/old/flag")["status"] == "inactive"
    assert _resource(bundle, "a/preferences/old/flag")["period"] == {"end": "2025"}
    assert _resource(bundle, "a/preferences/new/flag")["status"] == "active"


def test_a_sign_on_the_door_says_its_conditions_too() -> None:
    text = "id: a\nperson: {name: Ivy}\npreferences: {p: {kind: please do not, words: Lift me, unless: I fall}}"
    assert "<i>Unless</i>: I fall" in _resource(Record.loads(text).bundle(), "a/preferences/p/flag")["text"]["div"]


@pytest.mark.parametrize(
    ("until", "status"), [("2026-03-09", "inactive"), ("2026-03", "active"), ("2026-04", "active")]
)
def test_a_sign_comes_off_the_door_once_something_was_said_after_its_end(until: str, status: str) -> None:
    text = f"""
    id: a
    person: {{name: Ivy}}
    conversations: {{talk: {{when: 2026-03-10T09:00:00Z}}}}
    preferences: {{p: {{kind: please do, words: Wake me, when: 2026-03-01, valid_until: {until}}}}}
    """
    assert _resource(Record.loads(text).bundle(), "a/preferences/p/flag")["status"] == status


def test_a_choice_is_a_panel_of_options_of_considerations() -> None:
    choice, home = _art("choices/where"), _art("choices/where/options/home")
    assert choice["valueString"] == "Home then. If you'll do what you said."
    assert len(choice["hasMember"]) == 2
    assert len(choice["derivedFrom"]) == 3
    assert _extension(choice, "decided-option") == choice["hasMember"][1]
    assert _extension(_art("choices/where/options/stay"), "as-things-are") is True
    found = home["component"][2]
    assert found["code"]["coding"][0]["code"] == "psychological-against"
    likelihood = {e["url"]: e for e in _extension(found, "likelihood")}
    assert likelihood["range"]["valueRange"]["low"]["value"] == jsonio.Number("0.05")
    assert likelihood["source"]["valueReference"]["display"] == "Amara Okafor"


def test_while_still_weighing_there_is_no_value() -> None:
    text = "id: a\nperson: {name: Ivy}\nchoices: {c: {question: Where, options: {o: {what: Home}}}}"
    choice = _resource(Record.loads(text).bundle(), "a/choices/c")
    assert "valueString" not in choice
    assert "still weighing" in choice["text"]["div"]


def test_hostile_words_are_words_in_the_text() -> None:
    said = _preference("{kind: cpr, words: '</div><script>x</script>'}")
    assert "&lt;/div&gt;&lt;script&gt;" in said["text"]["div"]


def test_words_in_another_language_say_which() -> None:
    said = _preference("{kind: cpr, words: خانه, language: fa}")
    assert said["language"] == "fa"
    assert 'xml:lang="fa"' in said["text"]["div"]


def test_a_language_or_a_date_that_the_record_says_anyway_is_said_once() -> None:
    text = """
    person: {name: Ivy}
    conversations: {talk: {when: 2026-03-03}}
    what_matters: {tea: {words: tea, said_by: person, in: talk, when: 2026-03-03, language: en}}
    """
    said = Record.loads(text).what_matters["tea"]
    assert (said.when, said.language) == (None, None)


def test_the_same_person_has_the_same_id_until_the_record_says_another() -> None:
    def identity(text: str) -> str:
        return Record.loads(text).bundle()["identifier"]["value"]

    same = "person: {name: Ivy Clark, born: 1935}"
    assert identity(same) == identity("person: {name: {text: Ivy Clark}, born: 1935, phone: 1}")
    assert identity(same) != identity("person: {name: Ivy Clark, born: 1936}")
    assert identity(f"id: ivy\n{same}") == "ivy"


def test_the_order_of_keys_in_a_file_does_not_matter() -> None:
    shuffled = Record(**{**dict(ART), "preferences": dict(reversed(list(ART.preferences.items())))})
    assert jsonio.write(shuffled.bundle()) == jsonio.write(ART.bundle())


def test_a_transaction_creates_what_is_not_there_yet() -> None:
    text = ART.dump() + (
        b"other:\n- {resourceType: Encounter, status: finished, "
        b"identifier: [{value: 1}, {system: 's a', value: 'b&c'}]}\n"
        b"- {resourceType: Basic}\n"
    )
    bundle = Record.loads(text).bundle("transaction")
    requests = [entry["request"] for entry in bundle["entry"]]
    found = f"identifier={OWN}/identifier|art/person"
    assert bundle["type"] == "transaction"
    assert requests[0] == {"method": "POST", "url": "Patient", "ifNoneExist": found}
    assert requests[-2]["ifNoneExist"] == "identifier=s%20a|b%26c"
    assert requests[-1] == {"method": "POST", "url": "Basic"}


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        ("2026", "2025", True),
        ("2026", "2026-03", False),
        ("2026-03", "2026", False),
        ("2026-03-03T14:00:00Z", "2026-03-03", False),
        ("2026-03-03T12:00:00+02:00", "2026-03-03T10:00:00Z", False),
        ("2026-03-03T12:00:01+02:00", "2026-03-03T10:00:00Z", True),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", True),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", False),
    ],
)
def test_one_date_is_after_another_where_there_is_no_doubt(one: str, other: str, *, after: bool) -> None:
    assert surely_after(one, other) is after


@pytest.mark.parametrize(
    ("start", "end", "begins"),
    [
        ("2026-03", "2026-03-31", False),
        ("2026-03", "2026-03", True),
        ("2026-03-03T14:00:00Z", "2026-03-31", True),
        ("2026-03-03T14:00:00Z", "2026-03-03", False),
        ("2026-03-03T14:00:00Z", "2026-03-03T16:00:00.5+01:00", True),
        ("2026-04", "2026-03-31", False),
    ],
)
def test_a_period_begins_where_there_is_no_doubt(start: str, end: str, *, begins: bool) -> None:
    assert surely_begins(start, end) is begins
