"""The three-valued logic."""

from __future__ import annotations

from itertools import product

import pytest

from fhir_matters.terminology.answer import Answer, all_of, any_of, negated, yes

BOTH = {Answer.IN: {True}, Answer.OUT: {False}, Answer.UNKNOWN: {True, False}}


def from_possible(results: set[bool]) -> Answer:
    return Answer.UNKNOWN if len(results) > 1 else yes(results.pop())


@pytest.mark.parametrize("answers", [tuple(some) for count in range(4) for some in product(Answer, repeat=count)])
def test_an_answer_is_unknown_exactly_where_it_could_still_be_either(answers):
    worlds = list(product(*(BOTH[answer] for answer in answers)))
    assert any_of(answers) is from_possible({any(world) for world in worlds})
    assert all_of(answers) is from_possible({all(world) for world in worlds})


@pytest.mark.parametrize("answer", Answer)
def test_the_opposite_of_the_opposite_is_the_same(answer):
    assert negated(negated(answer)) is answer
