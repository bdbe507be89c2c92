"""Conversations, and what was said in them, as forms: what matters, and preferences with their conditions."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms.entry import Entry, To, Who, WrittenDown, wrong
from fhir_matters.records.forms.values import Date, DateTime, Form, Key, Language, Words

Answer: TypeAlias = Literal[
    "given", "declined to answer", "not now", "undecided", "not asked", "not appropriate", "unable to say",
]  # fmt: skip
Recorded: TypeAlias = Annotated[Key, To(("recordings",))]


class Conversation(Form):
    """A talk about what matters: also one that was offered and declined."""

    when: DateTime = Field(description="When it was: 2026-03-03, or with a time and zone 2026-03-03T14:00:00Z.")
    minutes: Annotated[int, Field(gt=0, lt=2**31)] | None = Field(default=None, description="How long it took.")
    where: Words | None = Field(default=None, description="Where it was.")
    present: tuple[Who, ...] = Field(default=(), alias="with", description="Who took part, the person among them.")
    unnamed: Words | None = Field(default=None, description="Someone who took part and left no name.")
    topic: Words | None = Field(default=None, description="What it was about.")
    asked: Words | None = Field(default=None, description="What the person was asked, word for word.")
    answer: Literal["talked", "declined", "not now", "not appropriate now"] = Field(
        default="talked", description="Whether they talked, and if not, why not."
    )
    left_with_them: Words | None = Field(default=None, description="What was left with the person: a page, a number.")
    written_down: WrittenDown | None = Field(
        default=None, description="Who wrote down what was said in it, when, and on which form."
    )


class SaidAgain(Form):
    """The same still stands: when it was said again, by whom, and to whom."""

    when: DateTime = Field(description="When they said it again.")
    by: Who | None = Field(default=None, description="Who said it again, if not the one who said it first.")
    to: Who | None = Field(default=None, description="To whom.")


class Spoken(Entry):
    """Words of somebody: word for word, in the language in which they were said."""

    words: Words | None = Field(default=None, description="What was said, word for word.")
    why: Words | None = Field(default=None, description="Why, in the words of the one who said it.")
    said_by: Who | None = Field(default=None, description="Whose words they are: person, or somebody by key.")
    language: Language | None = Field(default=None, description="In which language, if not that of the record.")
    translations: dict[Language, Words] = Field(
        default={}, description="The same words in other languages, by language: {en: Keep going, for Gwenno}."
    )
    medium: Literal["spoken", "written", "filmed"] | None = Field(default=None, description="How it was said.")
    recording: Recorded | None = Field(default=None, description="The recording in which it can be heard, by key.")

    @model_validator(mode="after")
    def _translated(self) -> Self:
        if self.translations and self.words is None:
            raise wrong("a translation goes beside the words that were said; write those down too")
        return self


class Said(Spoken):
    """What every statement carries: whose words, whether there was an answer, and until when it stands."""

    answer: Answer = Field(default="given", description="Why there is no answer, where there is none.")
    valid_from: DateTime | None = Field(default=None, description="From when it stands.")
    valid_until: DateTime | None = Field(default=None, description="Until when it stands.")
    review_by: Date | None = Field(default=None, description="The day by which to ask again.")
    still_stands: tuple[SaidAgain, ...] = Field(default=(), description="When they said again that it still stands.")

    @model_validator(mode="after")
    def _stands_for_a_while(self) -> Self:
        if self.valid_from and self.valid_until and surely_after(self.valid_from, self.valid_until):
            raise wrong("valid_from is after valid_until")
        return self


class WhatMatters(Said):
    """What matters, in the person's words or in those of someone who knows them."""

    said_by: Who = Field(description="Whose words they are: person, or somebody by key.")
    kind: Literal[
        "what matters", "joy", "laughter", "worry", "belief", "strength", "people", "communication",
        "wellness", "support", "unfinished", "also worth knowing",
    ] = Field(default="what matters", description="What it is about.")  # fmt: skip

    @model_validator(mode="after")
    def _answered_or_not(self) -> Self:
        if self.answer == "given" and self.words is None:
            raise wrong("what matters has words, or an answer that says why there are none")
        return self


class Preference(Said):
    """What the person would and would not want, with the conditions that they put on it."""

    kind: Literal[
        "care experience", "treatment", "place of care", "place of death", "please do", "please do not", "cpr",
    ] = Field(description="What it is about.")  # fmt: skip
    treatment: Words | None = Field(default=None, description="Which treatment, where the kind is treatment.")
    wish: Words | None = Field(default=None, description="The short answer: home, hospice, hospital, yes, no, …")
    only_if: Words | None = Field(default=None, description="The condition on which it stands.")
    unless: Words | None = Field(default=None, description="What would change it.")
    how_firm: Words | None = Field(default=None, description="How sure they are, in their words.")

    @model_validator(mode="after")
    def _answered_or_not(self) -> Self:
        if self.answer == "given" and self.words is None and self.wish is None:
            raise wrong("a preference has words or a wish, or an answer that says why there is none")
        if self.answer != "given" and self.wish is not None:
            raise wrong("a wish is an answer; leave out wish, or leave out answer")
        return self

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.treatment is not None and self.kind != "treatment":
            raise wrong("treatment says which treatment: it goes with the kind treatment only")
        return self
