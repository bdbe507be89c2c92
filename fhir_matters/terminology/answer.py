"""In, out, or cannot tell: the three answers of a terminology, and how they combine (Kleene's strong logic)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Answer(Enum):
    """Whether a code belongs: UNKNOWN is never a pass and never an error."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


def yes(decided: bool) -> Answer:
    """IN for true, OUT for false."""
    return Answer.IN if decided else Answer.OUT


def negated(answer: Answer) -> Answer:
    """The opposite; what is unknown stays so."""
    return _OPPOSITE[answer]


def any_of(answers: Iterable[Answer]) -> Answer:
    """IN where one is, else UNKNOWN where one is, else OUT; asks no further once it is decided."""
    result = Answer.OUT
    for answer in answers:
        if answer is Answer.IN:
            return answer
        if answer is Answer.UNKNOWN:
            result = answer
    return result


def all_of(answers: Iterable[Answer]) -> Answer:
    """OUT where one is, else UNKNOWN where one is, else IN; asks no further once it is decided."""
    return negated(any_of(negated(answer) for answer in answers))


_OPPOSITE = {Answer.IN: Answer.OUT, Answer.OUT: Answer.IN, Answer.UNKNOWN: Answer.UNKNOWN}
