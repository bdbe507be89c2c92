"""The conversation as a form: what a record answers, what a filled form becomes, and what it may change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fhir_matters import jsonio
from fhir_matters.errors import RecordError
from fhir_matters.records import codes
from fhir_matters.records.asking import URL, answers, questionnaire, record_of
from fhir_matters.records.asking.questionnaire import ID
from fhir_matters.records.record import Record
from tests.records.strategies import records

EXAMPLES = {file.stem: Record.load(file) for file in sorted(Path("examples").glob("*.yaml"))}
YES = [True]
slow = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A filled form of somebody called Ivy."""
    you = group("you", answer("you.name", "Ivy"))
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": URL,
        "status": "completed",
        "authored": "2026-03-03",
        "item": [you, *items],
        **more,
    }


def group(link: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": link, "item": list(items)}


def answer(link: str, *values: Any, kind: str = "String") -> dict[str, Any]:
    return {"linkId": link, "answer": [{f"value{kind}": value} for value in values]}


def coded(link: str, system: str, code: str) -> dict[str, Any]:
    return answer(link, {"system": system, "code": code}, kind="Coding")


def holds(whole: Any, part: Any) -> bool:
    """True where everything in the part is in the whole."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and holds(whole[name], part[name]) for name in part)
    if isinstance(part, list | tuple):
        return all(any(holds(each, item) for each in whole) for item in part)
    return whole == part


# There and back.


@pytest.mark.parametrize("record", EXAMPLES.values(), ids=EXAMPLES)
def test_a_form_that_is_opened_and_sent_back_changes_nothing(record):
    assert record_of(answers(record), record) == record


@slow
@given(records())
def test_any_record_that_is_opened_as_a_form_and_sent_back_is_the_same(record):
    assert record_of(answers(record), record) == record


@slow
@given(records())
def test_all_that_the_form_can_hold_is_held_and_nothing_is_made_up(record):
    filled = jsonio.read(jsonio.write(answers(record)))
    again = record_of(filled)
    assert answers(again) == answers(record)
    assert holds(record.model_dump(exclude_none=True), again.model_dump(exclude_defaults=True, exclude_none=True))


def test_numbers_that_were_parsed_as_floats_are_the_numbers_that_they_were():
    record = EXAMPLES["barbara"]
    assert record_of(json.loads(jsonio.write(answers(record))), record) == record


# A form that somebody filled.


def test_words_without_a_speaker_are_the_persons_own_and_said_on_the_day_of_the_form():
    record = record_of(response(group("joy", answer("joy.words", "Thursday practice."))))
    assert record.what_matters["thursday-practice"].model_dump(exclude_defaults=True) == {
        "kind": "joy", "words": "Thursday practice.", "said_by": "person", "when": "2026-03-03",
    }  # fmt: skip


def test_what_is_said_in_the_one_talk_of_the_form_is_of_that_talk():
    talk = group("writing.talk", answer("writing.talk.when", "2026-03-03T14:00:00Z", kind="DateTime"))
    filled = response(group("joy", answer("joy.words", "Tea.")), group("writing", talk))
    record = record_of(filled)
    assert [said.conversation for said in record.what_matters.values()] == list(record.conversations)
    assert record.what_matters["tea"].when is None


def test_a_name_means_whoever_is_called_so_in_the_form():
    someone = group("people.someone", answer("people.someone.name", "Daniel Bell"))
    said = group("worry", answer("worry.words", "She won't say."), answer("worry.said-by", "daniel bell"))
    assert record_of(response(said, group("people", someone))).what_matters["she-won-t-say"].said_by == "daniel-bell"


@pytest.mark.parametrize("code", ["declined-to-answer", "not-now", "undecided"])
def test_a_question_that_is_declined_is_answered_with_that(code):
    filled = response(group("worry", coded("worry.answer", codes.SYSTEM_ANSWER, code)))
    (said,) = record_of(filled).what_matters.values()
    assert (said.kind, said.answer, said.words) == ("worry", code.replace("-", " "), None)


def test_a_topic_that_is_declined_is_kept_and_is_in_the_form_when_it_is_opened_again():
    declined = group("choices", coded("choices.answer", codes.SYSTEM_ANSWER, "not-now"))
    record = record_of(response(declined))
    assert [kept.resource["item"] for kept in record.other] == [[declined]]
    again = next(item for item in answers(record)["item"] if item["linkId"] == "choices")
    assert again["item"][0]["answer"] == declined["item"][0]["answer"]
    assert record_of(answers(record), record) == record


def test_what_no_field_takes_is_kept_with_where_it_stood():
    strange = answer("strange", 3, kind="Integer")
    inside = group("joy", answer("joy.words", "Tea."), strange)
    (kept,) = record_of(response(strange, inside, source={"reference": "Patient/1"})).other
    assert kept.resource["item"] == [strange, group("joy", strange)]
    assert kept.resource["source"] == {"reference": "Patient/1"}


def test_a_choice_is_read_with_its_options_by_their_names():
    def way(what: str, *more: dict[str, Any]) -> dict[str, Any]:
        return group("choices.choice.options", answer("choices.choice.options.what", what), *more)

    place = "choices.choice.options.considerations"
    tipped = group(
        place,
        answer(f"{place}.for", "My own bed"),
        coded(f"{place}.domain", codes.SYSTEM_PART_OF_LIFE, "social"),
        group(f"{place}.weight", answer(f"{place}.weight.words", "all of it")),
        answer(f"{place}.tipped-it", *YES, kind="Boolean"),
    )
    decided = group(
        "choices.choice.decided",
        answer("choices.choice.decided.option", "go home"),
        answer("choices.choice.decided.words", "Home then."),
    )
    choice = group(
        "choices.choice", answer("choices.choice.question", "Where now?"), way("Stay"), way("Go home", tipped)
    )
    choice["item"].append(decided)
    (weighed,) = record_of(response(group("choices", choice))).choices.values()
    assert (weighed.decided.option, weighed.decided.decided_by) == ("go-home", "person")
    (consideration,) = weighed.options["go-home"].considerations
    assert (consideration.domain, consideration.weight.words, consideration.tipped_it) == ("social", "all of it", True)


# A form that cannot be taken as it is.

TWO = {"linkId": "joy.words", "answer": [{"valueString": "Tea."}, {"valueString": "Cake."}]}
SAME_KEY = [group(topic, answer(f"{topic}.key", "tea"), answer(f"{topic}.words", "T")) for topic in ("joy", "worry")]


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        (response(group("joy", TWO)), "joy.words: one answer is asked for, 2 are given"),
        (response(group("joy", answer("joy.words", 3, kind="Integer"))), "joy.words: expected words"),
        (response(group("joy", answer("joy.words", *YES))), "joy.words: expected words"),
        (response(group("joy", answer("joy.words", " "))), "what_matters.joy.words: expected words, found blanks"),
        (response(group("joy", coded("joy.answer", codes.SYSTEM_ANSWER, "perhaps"))), "joy.answer: expected one of"),
        (response(group("joy", answer("joy.words", "Tea."), answer("joy.said-by", "Una"))), "joy.said-by: nobody"),
        (response(group("you", answer("you.called", "Ive"))), "you: this is asked once"),
        (response(item=[group("joy", answer("joy.words", "Tea."))]), "person.name: this is needed"),
        (response(item=[{"linkId": "you", "answer": [{"valueString": "Ivy"}]}]), "you: this is a group"),
        (response(item=[group("you", answer("you.name", "Ivy"), answer("you.born", "1.2.51", kind="Date"))]), "born"),
        (response(*SAME_KEY), "tea: this key"),
        (response(questionnaire="https://example.org/Questionnaire/other"), "no answer to our questionnaire"),
        (response(status="entered-in-error"), "entered in error"),
        ({"resourceType": "Patient"}, "expected a QuestionnaireResponse"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_taken_says_what_is_wrong_and_where(filled, said):
    with pytest.raises(RecordError, match=said.replace(".", r"\.")):
        record_of(filled)


# A form that changes what was there.


def before() -> Record:
    return Record.loads(
        "person: {name: Ivy}\n"
        "preferences: {home: {kind: place of death, wish: home, words: In my bed., said_by: person, how_firm: very}}\n"
    )


def changing(*items: dict[str, Any]) -> dict[str, Any]:
    return response(group("end", answer("end.key", "home"), *items))


def still(code: str) -> dict[str, Any]:
    return coded("end.still", codes.SYSTEM_STILL, code)


def test_a_change_of_mind_replaces_what_was_said_and_keeps_it_readable():
    words = answer("end.words", "Not at home after all.")
    record = record_of(changing(words, still("differs")), before())
    assert record.preferences["home"] == before().preferences["home"]
    new = record.preferences["home-2"]
    assert (new.words, new.replaces, new.when, new.how_firm) == ("Not at home after all.", "home", "2026-03-03", None)
    assert "In my bed." not in str(answers(record))


def test_what_still_stands_is_said_again_on_the_day_of_the_form():
    words = answer("end.words", "In my bed.")
    said = record_of(changing(words, still("stands")), before()).preferences["home"]
    assert [again.when for again in said.still_stands] == ["2026-03-03"]
    assert said.model_copy(update={"still_stands": ()}) == before().preferences["home"]


def test_what_was_written_down_wrongly_is_withdrawn_and_never_gone():
    record = record_of(changing(still("mistaken")), before())
    assert record.preferences["home"].withdrawn
    assert len(record.preferences) == 1


def test_other_words_without_saying_so_are_refused():
    with pytest.raises(RecordError, match="says something else"):
        record_of(changing(answer("end.words", "Not at home.")), before())


def test_more_words_where_there_were_none_need_no_saying_so():
    record = record_of(changing(answer("end.why", "It is mine.")), before())
    assert record.preferences["home"] == before().preferences["home"].model_copy(update={"why": "It is mine."})


def test_the_form_of_another_person_is_refused():
    subject = answers(Record.loads("person: {name: Una}"))["subject"]
    with pytest.raises(RecordError, match="another person"):
        record_of(response(subject=subject), before())


def test_the_form_is_the_one_of_the_package_and_the_one_with_hints_beside_it():
    built = [Path(f"profiles/{name}.json") for name in (f"package/Questionnaire-{ID}", "questionnaire-with-sdc-hints")]
    assert [jsonio.read(file.read_bytes()) for file in built] == [questionnaire(), questionnaire(hints=True)]


def test_the_hints_add_to_the_form_and_change_nothing_in_it():
    def without(element: Any) -> Any:
        if isinstance(element, dict):
            found = {name: without(value) for name, value in element.items() if name != "contained"}
            own = [
                each
                for each in found.pop("extension", [])
                if "valueExpression" not in each and "/sdc/" not in each["url"]
            ]
            return {**found, **({"extension": own} if own else {})}
        return [without(each) for each in element] if isinstance(element, list) else element

    assert without(questionnaire(hints=True)) == questionnaire()


def test_every_question_has_a_link_of_its_own_and_words():
    def items(inside: dict[str, Any]) -> list[dict[str, Any]]:
        return [each for item in inside.get("item", ()) for each in (item, *items(item))]

    links = [item["linkId"] for item in items(questionnaire())]
    assert len(links) == len(set(links))
    assert all(item["text"].strip() for item in items(questionnaire()))
