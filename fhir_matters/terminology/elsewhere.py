"""What a terminology server decided, remembered; and what it is still to be asked, gathered over a walk.

A walk that meets an open question notes it and goes on as if nobody could tell; afterwards all that was noted is
asked at once, and the walk is done again. So a resource costs a request or two, however many codes it has, no rule
has to wait, and what depends on an answer (slices, other questions) comes out of the next walk by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from fhir_matters.coded import Asker, Question, Replies, Told
from fhir_matters.terminology.answer import Answer

Result = TypeVar("Result")
MOST_REMEMBERED = 100_000
MOST_ASKED = 5_000
MOST_WALKS = 4
# A server that did not answer is left alone so long, or a folder of files would wait for it once a file.
REST_SECONDS = 30.0


@dataclass
class Inquiry:
    """One walk's dealings with the server: what it used, what it left open, and what went wrong."""

    used: set[Question] = field(default_factory=set)
    open: set[Question] = field(default_factory=set)
    consulted: int = 0
    trouble: str = ""


_inquiry: ContextVar[Inquiry | None] = ContextVar("inquiry", default=None)


class Elsewhere:
    """The memory of one terminology server. May be shared by threads: asking twice is harmless."""

    def __init__(self, asker: Asker, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = asker.name
        self._asker = asker
        self._clock = clock
        self._told: dict[Question, Told] = {}
        self._trouble = ""
        self._again_at = float("-inf")

    def told(self, question: Question) -> Told:
        """What the server said; that nobody can tell where it is still to be asked, or outside a walk."""
        inquiry = _inquiry.get()
        if inquiry is None:
            return NOTHING
        told = self._told.get(question)
        if told is None:
            inquiry.open.add(question)
            return NOTHING
        if told.decides:
            inquiry.used.add(question)
            inquiry.consulted += 1
        return told

    def answer(self, question: Question) -> Answer:
        """The same as one of three."""
        return ANSWERS[self.told(question).holds]

    @property
    def consulted(self) -> int:
        """How often the server decided in this walk, so far."""
        inquiry = _inquiry.get()
        return inquiry.consulted if inquiry is not None else 0

    def inquired(self, walk: Callable[[], Result]) -> tuple[Result, Inquiry]:
        """What the last walk came to, of as many as the server has something new for; and its dealings."""
        result, inquiry = _walked(walk)
        for _ in range(MOST_WALKS - 1):
            if not inquiry.open or not self._settled(inquiry):
                break
            result, inquiry = _walked(walk)
        return result, inquiry

    def _settled(self, inquiry: Inquiry) -> bool:
        """Whether asking brought anything new; what went wrong is noted, and nothing is raised."""
        if self._clock() < self._again_at:
            inquiry.trouble = self._trouble
            return False
        questions = sorted(inquiry.open, key=repr)
        replies = self._replies(questions[:MOST_ASKED])
        if replies.trouble:
            inquiry.trouble = self._trouble = replies.trouble
            self._again_at = self._clock() + REST_SECONDS
        elif len(questions) > MOST_ASKED:
            inquiry.trouble = f"A resource may ask about {MOST_ASKED:,} codes, and this one has more."
        if len(self._told) > MOST_REMEMBERED:
            self._told.clear()
        self._told.update(replies.told)
        return any(told.decides for told in replies.told.values())

    def _replies(self, questions: list[Question]) -> Replies:
        try:
            return self._asker.ask(questions)
        except Exception as error:  # noqa: BLE001 (whoever asks is the caller's own, and no validation fails by it)
            return Replies(trouble=f"Asking it failed ({type(error).__name__}).")


def _walked(walk: Callable[[], Result]) -> tuple[Result, Inquiry]:
    inquiry = Inquiry()
    with _inquiring(inquiry):
        return walk(), inquiry


def unasked() -> AbstractContextManager[None]:
    """In it nothing is asked and nothing told: for what is worked out once and kept."""
    return _inquiring(None)


@contextmanager
def _inquiring(inquiry: Inquiry | None) -> Iterator[None]:
    token = _inquiry.set(inquiry)
    try:
        yield
    finally:
        _inquiry.reset(token)


NOTHING = Told()
ANSWERS = {True: Answer.IN, False: Answer.OUT, None: Answer.UNKNOWN}
