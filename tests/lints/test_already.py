"""Before asking: what the person has answered to such a question, and why it was found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fhir_matters.lints.already import already_said
from fhir_matters.records.plainwords import STOP, SYNONYMS, telling, words
from fhir_matters.records.record import Record
from tests.lints.cases import choice, record, said, talk, wish
from tests.records import values
from tests.records.strategies import records

EXAMPLES = Path(__file__).parents[2] / "examples"
few = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def places(data, question: str, **also) -> list[str]:
    kept = data if isinstance(data, Record) else Record.model_validate(data)
    return [answer.path.expression for answer in already_said(kept, question, **also)]


@pytest.fixture(scope="module")
def art() -> Record:
    return Record.load(EXAMPLES / "art.yaml")


def test_an_answer_says_whose_words_to_whom_when_and_why_it_was_found(art):
    (home,) = already_said(art, "Have you thought about going home?")
    assert home.path.keys == ("preferences", "home")
    assert home.words.startswith("Home, as long as")
    assert (home.by, home.to) == ("Art", ("Daniel Bell", "Amara Okafor"))
    assert (home.when, home.said_again, home.stands) == ("2026-03-03T14:00:00Z", "2026-03-10", True)
    assert home.why == "The question is one about place of death."


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Where would you want to die?", "preferences.home"),
        ("Shall we try to resuscitate you?", "preferences.resuscitation"),
        ("Would you accept a blood transfusion?", "preferences.transfusion"),
        ("What frightens you? What are you scared of?", "what_matters.not-alone"),
        ("Would you like some tea with the dog, Bess?", "what_matters.tea"),
        ("What do you like to be called?", "person.likes_to_be_called"),
        ("Who speaks for you?", "people.daniel.roles"),
        ("Who should we ring first?", "people.daniel.roles"),
        ("How do you want to spend the time that is left?", "choices.where"),
    ],
)
def test_plain_questions_find_their_answers(art, question, first):
    assert places(art, question)[0] == first


@pytest.mark.parametrize("question", ["", "?", "What would you like?", "Do you smoke?", "你好吗", "x" * 9999])
def test_a_question_that_nothing_answers_finds_nothing(art, question):
    assert places(art, question) == []


def test_declining_is_an_answer(art):
    (heart,) = already_said(art, "CPR?")
    assert (heart.answer, heart.words) == ("declined to answer", "")
    talks = {"a": talk("2026-05-01", "Shall we talk about the funeral?", answer="declined")}
    (declined,) = already_said(Record.model_validate(record(conversations=talks)), "Any thoughts on a funeral?")
    assert (declined.answer, declined.to) == ("declined to answer", ("Nia Rowe",))


def test_not_now_undecided_and_not_asked_are_no_answers():
    silent = {"a": {"kind": "cpr", "answer": "undecided"}, "b": {"kind": "cpr", "answer": "not asked"}}
    talks = {"c": talk("2026-05-01", "Shall we talk about CPR?", answer="not now")}
    assert places(record(preferences=silent, conversations=talks), "CPR?") == []


def test_what_stands_comes_first_and_what_was_withdrawn_was_never_said():
    changed = {
        "new": wish(when="2026-01-02", replaces="old"),
        "old": wish(when="2026-01-01", still_stands=[{"when": "2026-01-09"}]),
        "wrong": wish(when="2026-01-03", withdrawn=True),
    }
    answers = already_said(Record.model_validate(record(preferences=changed)), "Where would you want to die?")
    assert [(answer.path.keys[1], answer.stands) for answer in answers] == [("new", True), ("old", False)]


def test_what_was_valid_until_then_stands_no_longer_on_a_later_day(art):
    question = "Would you accept a blood transfusion?"
    assert [answer.stands for answer in already_said(art, question)] == [True]
    assert [answer.stands for answer in already_said(art, question, today=date(2026, 4, 1))] == [False]
    assert [answer.stands for answer in already_said(art, question, today=date(2026, 3, 31))] == [True]


def test_the_name_of_one_treatment_does_not_find_another():
    treated = {"a": wish(kind="treatment", treatment="dialysis", wish="no")}
    assert places(record(preferences=treated), "Would you want dialysis?") == ["preferences.a"]
    assert places(record(preferences=treated), "Would you want antibiotics as a treatment?") == []


def test_the_same_question_finds_what_was_answered_in_whatever_words():
    talks = {"a": talk("2026-05-01", "What would make today a good day?")}
    data = record(conversations=talks, what_matters={"b": said("Porridge.", **{"in": "a"})})
    (answer,) = already_said(Record.model_validate(data), "So what'd make today a good day?")
    assert answer.why == "The same question was asked then."


def test_a_match_by_words_names_the_words_and_one_word_of_many_is_none():
    data = record(what_matters={"a": said("The lambs, and the top gate.")})
    (answer,) = already_said(Record.model_validate(data), "Would you go to see the lambs at the gate in March?")
    assert answer.why == "It has the same words: gate, lamb."
    assert places(data, "Will the lambs be sold at market in March?") == []


def test_a_choice_that_is_still_weighed_is_no_answer():
    assert places(choice(question="Keep the stairlift?"), "Keep the stairlift?") == []


BLEED = {"if": "A big bleed", "at_home": ["Dark towels.", "Hold his hand."], "call_first": "nia", "asked_by": "person"}
NIGHTS = {"protocol": "Turning two-hourly", "left_out": "Turning at night", "agreed_by": ["nia"], "until": "2026-07"}
SETTLED = record(
    conversations={"talk": talk("2026-05-01")},
    plans={"bleed": BLEED | {"in": "talk", "valid_until": "2026-06-30"}},
    departures={"nights": NIGHTS, "was": NIGHTS | {"withdrawn": True}},
    legal={
        "heart": {"kind": "cpr decision", "attempt_cpr": False, "made_by": "nia", "agreed_by": ["person"]},
        "drip": {"kind": "refusal of treatment", "treatments": ["Antibiotics by drip"]},
        "ben-decides": {"kind": "healthcare agent", "agents": ["ben"]},
    },
    outcomes={"went": {"of": "bleed", "honoured": "yes", "said_by": "ben", "words": "The towels were where she said."}},
)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What happens if he bleeds?", ["plans.bleed"]),
        ("What do we do when there is a bleed at home?", ["plans.bleed"]),
        ("Is he bleeding from the gums a little?", []),
        ("Do we turn him at night?", ["departures.nights"]),
        ("Do we resuscitate?", ["legal.heart"]),
        ("Antibiotics?", ["legal.drip"]),
        ("Who decides for her?", ["legal.ben-decides"]),
        ("How did it go?", ["outcomes.went"]),
        ("Were the towels there, as she had said?", ["outcomes.went"]),
        ("What happens if the boiler breaks?", []),
    ],
)
def test_what_was_settled_answers_too(question, found):
    assert places(SETTLED, question) == found


def test_a_decision_that_was_taken_back_is_told_and_stands_no_longer():
    heart = SETTLED["legal"]["heart"] | {"ended": {"when": "2026-06-01", "by": "person"}}
    answers = already_said(Record.model_validate(SETTLED | {"legal": {"heart": heart}}), "Do we resuscitate?")
    assert [(answer.words, answer.stands) for answer in answers] == [("CPR is not to be tried", False)]


def test_a_settled_answer_says_with_whom_when_and_whether_it_still_stands():
    kept = Record.model_validate(SETTLED)
    (plan,) = already_said(kept, "What if he bleeds?", today=date(2026, 7, 1))
    assert (plan.words, plan.by, plan.to) == ("Dark towels.; Hold his hand.", "Ada", ("Nia Rowe",))
    assert (plan.when, plan.stands, plan.why) == ("2026-05-01", False, "The plan is for this: bleed.")
    (nights,) = already_said(kept, "Is she turned at night?", today=date(2026, 7, 31))
    assert (nights.words, nights.to, nights.stands) == ("Left out: Turning at night", ("Nia Rowe",), True)


def test_words_are_taken_as_they_are_meant():
    assert words("Dying? DEATH!") == ("die", "die")
    assert telling("What\N{RIGHT SINGLE QUOTATION MARK}s the matter with walking?") == {"important", "walk"}
    assert telling("dialysis glass") == {"dialysis", "glass"}


def test_the_table_of_synonyms_leads_to_words_that_stay():
    assert all(words(meant) == (meant,) for meant in SYNONYMS.values())
    assert STOP.isdisjoint(SYNONYMS)


@few
@given(records(), values.words)
def test_any_question_to_any_record_has_answers_that_are_in_the_record(kept, question):
    for answer in already_said(kept, question):
        node = kept.model_dump(mode="json")
        for key in answer.path.keys:
            node = node[key]
        assert answer.why
