"""About Me and Shared Decision Making: all that PRSB has an item for goes there and back, and the rest is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records import codes
from fhir_matters.records.forms import Person
from fhir_matters.records.prsb import about_me, about_me_of, shared_decision, shared_decision_of
from fhir_matters.records.prsb.about_me import CODES, ITEMS
from fhir_matters.records.prsb.decision import BENEFITS, RISKS
from fhir_matters.records.prsb.report import DOT, SLASH, leaves
from fhir_matters.records.record import Record
from tests.records.strategies import records
from tests.records.values import PIXEL

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
SAM = Person(name="Sam")
slow = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def plain(record):
    return record.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def entry(data):
    return data["About Me"]["About Me record entry"]


def free_text(data, item):
    return entry(data)[item]["About Me response"]["Free text"]


def point(data):
    return data["Shared decision point"][0]["Discussion actions"]["Decision dialogue (deliberation)"]


def where(mapped, place):
    return {item.place: item for item in mapped.items}[place]


@slow
@given(records())
def test_every_field_of_a_record_is_accounted_for_in_about_me(record):
    mapped = about_me(record)
    assert sorted(item.place for item in mapped.items) == sorted(leaves(plain(record), DOT))
    assert all(item.note for item in mapped.lost)


@slow
@given(records())
def test_about_me_makes_a_record_that_is_the_same_about_me_again(record):
    data = about_me(record).value
    if not set(entry(data)) & CODES.keys():
        return
    back = about_me_of(data, person=SAM)
    assert about_me(back.value).value == data
    assert sorted(item.place for item in back.items) == sorted(leaves(data, SLASH))
    assert back.lost == ()


@slow
@given(records())
def test_a_choice_makes_a_shared_decision_and_that_the_same_again(record):
    for key in record.choices:
        mapped = shared_decision(record, key)
        back = shared_decision_of(mapped.value, person=SAM)
        assert shared_decision(back.value, "decision-1").value == mapped.value
        assert sorted(item.place for item in back.items) == sorted(leaves(mapped.value, SLASH))
        assert back.lost == ()


@slow
@given(records())
def test_every_field_of_a_choice_is_accounted_for_in_a_shared_decision(record):
    for key, choice in record.choices.items():
        mapped = shared_decision(record, key)
        told = {item.place for item in mapped.items}
        assert {place for place in leaves(plain(record), DOT) if place.startswith(f"choices.{key}.")} <= told
        assert all(item.note for item in mapped.lost)
        said = [each.speaks_for or each.against for option in choice.options.values() for each in option.considerations]
        for option in point(mapped.value)["Options discussed"]:
            for side in ("Risks communication entry", "Benefits entry"):
                for each in option.get(side, ()):
                    said.remove(each["Free text"])
        assert said == []


def test_a_choice_of_the_examples_loses_only_what_prsb_has_no_item_for():
    record = Record.load(next(path for path in EXAMPLES if path.stem == "barbara"))
    lost = {item.place.rpartition(".")[2] for item in shared_decision(record, "going-home").lost}
    assert {"domain", "raised_by", "tipped_it"} <= lost
    assert lost.isdisjoint({"question", "what", "as_things_are", "for", "against", "rests_on", "look_again"})
    assert where(shared_decision(record, "going-home"), "choices.going-home.decided.words").to


STORY = f"""
person: {{name: Sam, likes_to_be_called: Sammy, interpreter: true}}
people:
  ann: {{name: Ann, relation: my sister, does: brings soup}}
  pip: {{name: Pip}}
recordings: {{film: {{content: {{data: {PIXEL}}}}}}}
what_matters:
  sea: {{words: The sea., said_by: person, when: 2026-03-01, recording: film}}
  quiet: {{words: He likes it quiet., said_by: ann, kind: support, when: 2026-04-01, written_down: {{by: pip}}}}
  gone: {{words: The hills., said_by: person, withdrawn: true}}
preferences:
  door: {{kind: please do not, words: Shut the door., why: I hear the sea., said_by: person}}
  died: {{kind: place of death, wish: home, said_by: person}}
"""


def test_about_me_says_who_said_it_and_whether_to_do_it():
    data = about_me(Record.loads(STORY)).value
    assert free_text(data, "How and when to support me") == "Ann: He likes it quiet."
    assert free_text(data, "Please do and please do not") == "Please do not: Shut the door.\nWhy: I hear the sea."
    assert free_text(data, "People who are important to me") == "Ann, my sister, brings soup"
    assert entry(data)["Supported to write this by"] == "Pip"
    assert entry(data)["Date last updated"] == "2026-04-01"
    media = entry(data)["What is most important to me"]["About Me response"]["Multi-media"]
    assert media == {"Multi-media MIME type": "image/png", "Multi-media file": PIXEL}


def test_about_me_says_of_what_has_no_place_why():
    mapped = about_me(Record.loads(STORY))
    assert where(mapped, "what_matters.gone.words").to is None
    assert "withdrawn" in where(mapped, "what_matters.gone.words").note
    assert "place of death" in str(where(mapped, "preferences.died.wish"))
    assert "one date" in where(mapped, "what_matters.sea.when").note
    assert where(mapped, "what_matters.quiet.when").to.endswith("Date last updated")


def test_what_to_do_and_what_not_to_do_is_read_as_neither():
    back = about_me_of(about_me(Record.loads(STORY)).value, person=SAM).value
    (said,) = back.preferences.values()
    assert said.kind == "care experience"
    assert said.words.startswith("Please do not: ")


def test_every_kind_of_statement_stands_under_an_item_of_prsb():
    assert set(ITEMS.values()) == set(CODES)


ABOUT = {
    "About Me": {
        "About Me record entry": {
            "My wellness": {
                "About Me response": {"Free text": "Good on Sundays.", "Multi-media": {"Multi-media URL": "x"}}
            },
            "Date last updated": "3 March",
            "Local item": "x",
        }
    }
}


def test_what_a_record_has_no_place_for_is_named_with_its_reason():
    back = about_me_of(ABOUT, person=SAM)
    lost = {item.place.rpartition(" / ")[2]: item.note for item in back.lost}
    assert lost.keys() == {"Multi-media URL", "Date last updated", "Local item"}
    assert "fetch it" in lost["Multi-media URL"]
    assert "no FHIR date" in lost["Date last updated"]
    assert [said.words for said in back.value.what_matters.values()] == ["Good on Sundays."]


@pytest.mark.parametrize("data", [{}, {"About Me": "x"}, {"About Me": {"About Me record entry": []}}])
def test_what_is_no_about_me_is_a_clear_error(data):
    with pytest.raises(RecordError, match="About Me"):
        about_me_of(data, person=SAM)


def test_a_recording_that_is_none_is_a_clear_error_that_says_nothing_of_it():
    media = {"Multi-media file": "c2VjcmV0"}
    about = {"My wellness": {"About Me response": {"Free text": "x", "Multi-media": media}}}
    with pytest.raises(RecordError, match=r"recordings\.film-1\.content") as raised:
        about_me_of({"About Me": {"About Me record entry": about}}, person=SAM)
    assert "c2VjcmV0" not in str(raised.value)


CHOICE = """
person: {name: Sam}
choices:
  where:
    question: Where do I go?
    options:
      stay: {what: Stay here, as_things_are: true}
      home: {what: Home, considerations: [{for: My own bed, domain: spiritual, weight: everything}]}
    decided: {option: home, words: "Home, then.", by: person}
"""


def test_a_shared_decision_says_do_nothing_and_which_option_was_chosen():
    mapped = shared_decision(Record.loads(CHOICE), "where")
    options = [option["Option entry"]["Free text"] for option in point(mapped.value)["Options discussed"]]
    assert options == ["Do nothing: Stay here", "Home"]
    assert point(mapped.value)["Recording the decision"]["Decision entry"]["Free text"] == "Home: Home, then."
    back = shared_decision_of(mapped.value, person=SAM)
    choice = back.value.choices["decision-1"]
    assert [option.as_things_are for option in choice.options.values()] == [True, False]
    assert (choice.decided.option, choice.decided.words) == ("option-2", "Home, then.")


def test_what_prsb_makes_mandatory_and_nobody_said_is_lacking():
    lacking = shared_decision(Record.loads(CHOICE), "where").lacking
    assert "Problem list" in lacking
    assert "What matters to the person" in lacking
    assert "Risks communication entry: nothing speaks against 'home'" in lacking


def test_what_a_record_asks_for_and_prsb_does_not_say_is_taken_and_said():
    data = {"Shared decision point": [{"Discussion actions": {"Decision dialogue (deliberation)": {
        "Options discussed": [{"Option entry": {"Free text": "A pump"}, "Benefits entry": [{"Free text": "Sleep"}]}],
        "Recording the decision": {"Decision entry": {"Free text": "Not now"}, "Planned review date/interval": "soon"},
    }}}]}  # fmt: skip
    back = shared_decision_of(data, person=SAM, domain="social")
    choice = back.value.choices["decision-1"]
    assert choice.options["option-1"].considerations[0].domain == "social"
    assert choice.decided.none_of_these
    assert any("none of the options" in each for each in back.lacking)
    assert [(item.place.rpartition(" / ")[2], item.note) for item in back.lost] == [
        ("Planned review date/interval", "this is no FHIR date")
    ]


def test_a_text_longer_than_prsb_foresees_is_given_whole_and_said():
    record = Record.loads(CHOICE.replace("My own bed", "My own bed. " * 20))
    item = where(shared_decision(record, "where"), "choices.where.options.home.considerations.0.for")
    assert "150 characters" in item.note


@pytest.mark.parametrize(
    "data", [{}, {"Shared decision point": [{}]}, {"Shared decision point": [{"Discussion actions": []}]}]
)
def test_what_is_no_shared_decision_is_a_clear_error(data):
    with pytest.raises(RecordError):
        shared_decision_of(data, person=SAM)


def test_a_choice_that_is_not_there_is_a_clear_error():
    with pytest.raises(RecordError, match="There are: where"):
        shared_decision(Record.loads(CHOICE), "when")


PACKAGE = Path(__file__).parents[3] / "profiles" / "package"


def mapped_in(name):
    groups = jsonio.read((PACKAGE / f"ConceptMap-{name}.json").read_bytes())["group"]
    return {each["code"]: each["target"][0] for group in groups for each in group["element"]}


def test_the_concept_map_says_under_which_item_a_statement_stands():
    found = {code.replace("-", " "): target["code"] for code, target in mapped_in("prsb-about-me").items()}
    assert found == {kind: CODES[item] for kind, item in ITEMS.items()}


def test_the_concept_map_says_what_is_a_risk_and_what_a_benefit():
    found = mapped_in("prsb-shared-decision")
    assert found.keys() == codes.CONSIDERATION.keys() | {"choice", "option"}
    for code, concept in codes.CONSIDERATION.items():
        assert found[code]["display"] == {"for": BENEFITS, "against": RISKS}[concept.direction]
