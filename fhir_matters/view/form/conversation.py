"""A form question by question: which comes next, given what is on record and what was said. It is asked of nobody here.

What was said is by place; a question that was left open has said nothing. Whether there is more to say in a part, in
another entry or about what is on record, is a question of its own, at the place with `?` behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from fhir_matters.view.form.filled import Typed, has_words, never, said, waits
from fhir_matters.view.form.given import Given, entries
from fhir_matters.view.form.questions import Form, Item, place_of
from fhir_matters.view.form.typed import shown

MORE = "?"
YES = "true"
Trail: TypeAlias = tuple[tuple[str, Item], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question: where its answer belongs, the groups that it is in with their places, and what is on record.

    `asks` says what is asked: the question itself, or whether there is more to say: something `new` in a group, to
    `change` in what is on record, or anything at all in a `part`.
    """

    place: str
    item: Item
    trail: Trail
    asks: str = ""
    record: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known of a conversation: `there` what is on record, `given` what was said, by place in its order."""

    form: Form
    there: Typed
    given: Given

    @property
    def together(self) -> Given:
        """What a form would have in it now: what was said, and what is on record where nothing was."""
        answers = {place: texts for place, texts in self.given.items() if said(self.given, place)}
        return {**self.there, **{place: texts for place, texts in answers.items() if not place.endswith(MORE)}}

    def next(self) -> Question | None:
        """What to ask now; None where all was asked."""
        return next(self._asked(self.form.parts, "", "", ()), None)

    def _asked(self, parts: tuple[Item, ...], inside: str, link: str, trail: Trail) -> Iterator[Question]:
        """The questions that are open in a group, in their order; all but the first may still change."""
        if any(said(self.given, place_of(part, inside, link)) for part in parts if declines(part)):
            return
        around = trail[-1][1] if trail else None
        together = self.together
        for part in parts:
            if part.hidden or declines(part) or (around and waits(part, around, inside, together)):
                continue
            place = place_of(part, inside, link)
            if not part.group:
                if place not in self.given:
                    yield Question(place, part, trail)
            elif part.repeats:
                yield from self._entries(part, place.removesuffix("~0"), trail)
            else:
                yield from self._part(part, place, trail)

    def _part(self, part: Item, place: str, trail: Trail) -> Iterator[Question]:
        """A group within others is entered only by who wants to."""
        here = (*trail, (place, part))
        if trail:
            yield from self._whether(Question(place + MORE, part, trail, "part", self._record(part, place)))
        if not trail or self._wanted(place):
            yield from self._asked(part.parts, place, part.link, here)

    def _entries(self, item: Item, place: str, trail: Trail) -> Iterator[Question]:
        known = entries(self.there, place)
        for number in known:
            yield from self._known(item, f"{place}~{number}", trail)
        number = known[-1] + 1 if known else 0
        while True:
            here = f"{place}~{number}"
            if number:
                yield from self._whether(Question(here + MORE, item, trail, "new"))
                if not self._wanted(here):
                    return
            yield from self._asked(item.parts, here, item.link, (*trail, (here, item)))
            if not has_words(self.given, here) or any(
                said(self.given, place_of(part, here, item.link)) for part in item.parts if declines(part)
            ):
                return
            number += 1

    def _known(self, item: Item, place: str, trail: Trail) -> Iterator[Question]:
        """What is on record: whether it still stands, and what else there is to say about it."""
        here, record = (*trail, (place, item)), self._record(item, place)
        for part in item.parts:
            where = place_of(part, place, item.link)
            if part.after and never(part, item) and where not in self.given:
                yield Question(where, part, here, record=record)
        yield from self._whether(Question(place + MORE, item, here, "change", record))
        if self._wanted(place):
            direct = tuple(part for part in item.parts if not (part.after and never(part, item)))
            yield from self._asked(direct, place, item.link, here)

    def _whether(self, question: Question) -> Iterator[Question]:
        if question.place not in self.given:
            yield question

    def _wanted(self, place: str) -> bool:
        return said(self.given, place + MORE) == [YES]

    def _record(self, item: Item, place: str) -> tuple[tuple[str, str], ...]:
        return tuple(on_record(item, place, self.there))


def declines(item: Item) -> bool:
    """True for the question that is answered by whoever would rather not answer the others beside it."""
    return item.kind == "choice" and any(option.code == DECLINED for option in item.options)


DECLINED = "declined-to-answer"


def on_record(item: Item, place: str, typed: Typed) -> Iterator[tuple[str, str]]:
    """What is given in a group, as questions and answers that are read one after another."""
    for part in item.parts:
        here = place_of(part, place, item.link)
        if part.group:
            start = here.removesuffix("~0")
            for each in [f"{start}~{number}" for number in entries(typed, start)] if part.repeats else [here]:
                yield from on_record(part, each, typed)
        elif part.kind != "attachment" and (not part.hidden or part.kind == "dateTime"):
            yield from ((part.text, shown(part, text)) for text in said(typed, here))
