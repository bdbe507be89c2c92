"""Where in the form an answer stands that cannot be taken: whoever shows the form says so beside it."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.errors import RecordError
from fhir_matters.records import codes
from fhir_matters.records.asking import answers, record_of
from tests.records.test_asking import answer, before, changing, coded, group, response, still

OPTION, WAY = "choices.choice.options.considerations", "choices.choice.options"
NOWHERE = coded(f"{OPTION}.domain", codes.SYSTEM_PART_OF_LIFE, "none")
SOCIAL = coded(f"{OPTION}.domain", codes.SYSTEM_PART_OF_LIFE, "social")


def choice(*considerations: dict[str, Any]) -> dict[str, Any]:
    ways = (group(WAY, answer(f"{WAY}.what", "Stay")), group(WAY, answer(f"{WAY}.what", "Go"), *considerations))
    return group("choices", group("choices.choice", answer("choices.choice.question", "Where?"), *ways))


def place_of_problem(filled: dict[str, Any], *more: Any) -> list[str]:
    with pytest.raises(RecordError) as refused:
        record_of(filled, *more)
    return [problem.at for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("filled", "place"),
    [
        (response(group("joy"), group("joy", answer("joy.words", 3, kind="Integer"))), "joy~1.words"),
        (response(group("joy", answer("joy.words", "A")), group("joy", answer("joy.words", " "))), "joy~1.words"),
        (response(group("joy", answer("joy.words", "Tea."), answer("joy.said-by", "Una"))), "joy~0.said-by"),
        (response(item=[group("joy", answer("joy.words", "Tea."))]), "you.name"),
        (response(group("people", group("people.someone", answer("people.someone.phone", "1")))), "people.someone~0"),
        (
            response(choice(group(OPTION, answer(f"{OPTION}.for", " "), SOCIAL))),
            "choices.choice~0.options~1.considerations~0.for",
        ),
        (
            response(choice(group(OPTION), group(OPTION, NOWHERE))),
            "choices.choice~0.options~1.considerations~1.domain",
        ),
    ],
)  # fmt: skip
def test_a_problem_knows_the_place_of_the_answer(filled, place):
    assert place_of_problem(filled) == [place]


def test_what_contradicts_the_record_is_told_where_it_is_asked_whether_it_still_stands():
    assert place_of_problem(changing(answer("end.words", "Not at home.")), before()) == ["end~0.still"]


def test_what_is_wrong_with_new_words_in_the_place_of_old_ones_is_told_beside_the_new_ones():
    changed = changing(answer("end.words", "Elsewhere."), answer("end.why", " "), still("differs"))
    assert place_of_problem(changed, before()) == ["end~0.why"]


def test_a_topic_that_is_declined_again_in_another_way_opens_with_what_was_said_last():
    record = record_of(response(group("choices", coded("choices.answer", codes.SYSTEM_ANSWER, "not-now"))))
    now = response(group("choices", coded("choices.answer", codes.SYSTEM_ANSWER, "undecided")))
    again = next(item for item in answers(record_of(now, record))["item"] if item["linkId"] == "choices")
    assert again["item"][0]["answer"][0]["valueCoding"]["code"] == "undecided"
