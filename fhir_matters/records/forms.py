"""What a person said, as forms: frozen values that read like a story, before any FHIR.

A `Record` is one person, the people around them, the conversations, and what came out of them. Every
part has a key of its own (`home`, `long-talk`); parts refer to each other by key, and `person` is the
person. Dates are FHIR dates, kept as they are spelt: a year alone is a date.

Nothing here knows FHIR resources; `build.py` and `read.py` do.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fhir_matters.records.dates import surely_after
from fhir_matters.records.picture import Face, Picture
from fhir_matters.records.values import (
    Date,
    DateTime,
    Form,
    Identifier,
    Key,
    Language,
    Name,
    Named,
    Number,
    Probability,
    RecordId,
    Uri,
    Words,
)

__all__ = [
    "Colleague",
    "Consideration",
    "Conversation",
    "Decision",
    "Domain",
    "Identifier",
    "Kept",
    "Likelihood",
    "Name",
    "Option",
    "Parts",
    "Person",
    "Picture",
    "Preference",
    "Reservation",
    "Said",
    "SaidAgain",
    "Someone",
    "WeighedChoice",
    "Weight",
    "WhatMatters",
]

Domain: TypeAlias = Literal["techno-clinical", "psychological", "social", "spiritual"]
Role: TypeAlias = Literal["speaks for me", "knows me best", "call first", "to be told", "not to be told"]
Who: TypeAlias = Annotated[Key, Field(description="Somebody, by key; the person is `person`.")]


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("form", message)


class Person(Form):
    """The person whose record this is."""

    name: Named = Field(description="Their name, as they write it.")
    likes_to_be_called: Words | None = Field(default=None, description="What they like to be called.")
    born: Date | None = Field(default=None, description="When they were born; the year alone will do.")
    gender: Literal["male", "female", "other", "unknown"] | None = Field(
        default=None, description="Gender, for administration."
    )
    identifiers: tuple[Identifier, ...] = Field(default=(), description="Numbers that systems gave them.")
    face: Face | None = Field(default=None, description="A picture of their face, as they want to be seen.")
    language: Language | None = Field(default=None, description="The language they want to talk in: en-GB, fa, cy.")
    interpreter: bool | None = Field(default=None, description="Whether an interpreter is needed.")
    communicates: Words | None = Field(default=None, description="How they communicate, and how to talk with them.")
    phone: Words | None = Field(default=None, description="How to ring them.")
    email: Words | None = Field(default=None, description="How to write to them.")


class Someone(Form):
    """Someone who matters to the person. A dog or a choir is someone too: `who`, instead of a name."""

    name: Named | None = Field(default=None, description="Their name; leave it out for a dog or a choir.")
    who: Words | None = Field(default=None, description="Who it is, where a name is not the thing: “Bess, the dog”.")
    relation: Words | None = Field(default=None, description="What they are to the person, in the person's own words.")
    roles: tuple[Role, ...] = Field(default=(), description="What the person wants them to be.")
    phone: Words | None = Field(default=None, description="How to ring them.")
    email: Words | None = Field(default=None, description="How to write to them.")

    @model_validator(mode="after")
    def _known_somehow(self) -> Self:
        if (self.name is None) == (self.who is None):
            raise _wrong("someone has either a name, or a who (for a dog or a choir)")
        return self


class Colleague(Form):
    """A professional with a name, so that the same person can be found again."""

    name: Named | None = Field(default=None, description="Their name, so that the person can meet the same one again.")
    role: Words | None = Field(default=None, description="What they do, in plain words: community nurse.")
    team: Words | None = Field(default=None, description="With which team.")
    identifiers: tuple[Identifier, ...] = Field(default=(), description="Numbers that systems gave them.")
    phone: Words | None = Field(default=None, description="How to ring them.")

    @model_validator(mode="after")
    def _known_somehow(self) -> Self:
        if self.name is None and self.role is None and self.team is None:
            raise _wrong("a colleague has a name, or at least a role or a team")
        return self


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


class SaidAgain(Form):
    """The same still stands: when it was said again, and to whom."""

    when: DateTime = Field(description="When they said it again.")
    to: Who | None = Field(default=None, description="To whom.")


class Said(Form):
    """What every statement carries: whose words, in which talk, when, and whether they still stand."""

    words: Words | None = Field(default=None, description="What was said, word for word.")
    why: Words | None = Field(default=None, description="Why, in the words of the one who said it.")
    said_by: Who | None = Field(default=None, description="Whose words they are: person, or somebody by key.")
    conversation: Key | None = Field(default=None, alias="in", description="In which conversation, by key.")
    when: DateTime | None = Field(default=None, description="When it was said, if not when the conversation was.")
    language: Language | None = Field(default=None, description="In which language, if not that of the record.")
    medium: Literal["spoken", "written", "filmed"] | None = Field(default=None, description="How it was said.")
    replaces: Key | None = Field(default=None, description="What was said before and no longer stands, by key.")
    still_stands: tuple[SaidAgain, ...] = Field(default=(), description="When they said again that it still stands.")
    withdrawn: bool = Field(default=False, description="True if it was entered by mistake: nobody said this.")


class WhatMatters(Said):
    """What matters, in the person's words or in those of someone who knows them."""

    words: Words = Field(description="What was said, word for word.")
    said_by: Who = Field(description="Whose words they are: person, or somebody by key.")
    kind: Literal[
        "what matters", "joy", "laughter", "worry", "belief", "strength", "people", "communication",
        "wellness", "support", "unfinished", "also worth knowing",
    ] = Field(default="what matters", description="What it is about.")  # fmt: skip


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
    valid_from: DateTime | None = Field(default=None, description="From when it stands.")
    valid_until: DateTime | None = Field(default=None, description="Until when it stands.")
    review_by: Date | None = Field(default=None, description="The day by which to ask again.")
    answer: Literal[
        "given", "declined to answer", "undecided", "not asked", "not appropriate", "unable to say",
    ] = Field(default="given", description="Why there is no answer, where there is none.")  # fmt: skip

    @model_validator(mode="after")
    def _answered_or_not(self) -> Self:
        if self.answer == "given" and self.words is None and self.wish is None:
            raise _wrong("a preference has words or a wish, or an answer that says why there is none")
        if self.answer != "given" and self.wish is not None:
            raise _wrong("a wish is an answer; leave out wish, or leave out answer")
        return self

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.treatment is not None and self.kind != "treatment":
            raise _wrong("treatment says which treatment: it goes with the kind treatment only")
        if self.valid_from and self.valid_until and surely_after(self.valid_from, self.valid_until):
            raise _wrong("valid_from is after valid_until")
        return self


def _in_words(value: Any) -> Any:
    return {"words": value} if isinstance(value, str) else value


class Likelihood(Form):
    """How likely: in words, and as a range of probability where somebody knows one."""

    words: Words | None = Field(default=None, description="How likely, in words.")
    low: Probability | None = Field(default=None, description="At least this probability, between 0 and 1.")
    high: Probability | None = Field(default=None, description="At most this probability, between 0 and 1.")
    over: Words | None = Field(default=None, description="Within which time: 4 weeks.")
    source: Words | None = Field(default=None, description="Who says so, by key, or where it is written.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.words is None and self.low is None and self.high is None:
            raise _wrong("a likelihood has words, or low and high, or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise _wrong("low is higher than high")
        return self


class Weight(Form):
    """What it weighs for the person: their words, or their number on a scale that they chose and named."""

    words: Words | None = Field(default=None, description="What it weighs, in their words.")
    number: Number | None = Field(default=None, description="Their number, on their scale.")
    scale: Words | None = Field(default=None, description="The scale that they chose: 0 to 10, mine.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.words is None and self.number is None:
            raise _wrong("a weight has words, or a number and its scale")
        if (self.number is None) != (self.scale is None):
            raise _wrong("a number goes with the scale that it is on, and a scale with a number")
        return self


LikelihoodInWords: TypeAlias = Annotated[
    Likelihood, BeforeValidator(_in_words, json_schema_input_type=Words | Likelihood)
]
WeightInWords: TypeAlias = Annotated[Weight, BeforeValidator(_in_words, json_schema_input_type=Words | Weight)]


class Consideration(Form):
    """One thing that speaks for or against an option."""

    speaks_for: Words | None = Field(default=None, alias="for", description="What speaks for it, in their words.")
    against: Words | None = Field(default=None, description="What speaks against it, in their words.")
    domain: Domain = Field(description="Which part of life it is about.")
    likelihood: LikelihoodInWords | None = Field(default=None, description="How likely it is.")
    weight: WeightInWords | None = Field(default=None, description="What it weighs for the person.")
    raised_by: Who | None = Field(default=None, description="Who brought it up, by key.")
    tipped_it: bool = Field(default=False, description="True if this is what tipped the choice.")

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if (self.speaks_for is None) == (self.against is None):
            raise _wrong("a consideration speaks either for the option or against it: one of the two")
        return self


class Option(Form):
    """One way to go. Leaving things as they are is always one."""

    what: Words = Field(description="What would be done.")
    as_things_are: bool = Field(default=False, description="True if this leaves things as they are.")
    considerations: tuple[Consideration, ...] = Field(default=(), description="What speaks for it and against it.")


class Decision(Form):
    """What was decided, in the person's words, and who decided it with whom."""

    option: Key | None = Field(default=None, description="Which option, by key; leave it out if none of them.")
    words: Words = Field(description="What was decided, word for word.")
    decided_by: Who = Field(alias="by", description="Who decided: person, or somebody by key.")
    together_with: tuple[Who, ...] = Field(default=(), description="Who decided it with them, by key.")
    when: DateTime | None = Field(default=None, description="When, if not when it was weighed.")


class Reservation(Form):
    """What somebody still wishes were otherwise."""

    words: Words = Field(description="What they still wish were otherwise, in their words.")
    by: Who | None = Field(default=None, description="Whose it is, by key.")


class WeighedChoice(Form):
    """A choice that the person weighs: its options, what speaks for and against each, and what tipped it."""

    question: Words = Field(description="What the choice is about, as a question.")
    conversation: Key | None = Field(default=None, alias="in", description="In which conversation, by key.")
    when: DateTime | None = Field(default=None, description="When it was weighed, if not when the conversation was.")
    weighed_by: Who = Field(default="person", description="Whose choice it is: person, or somebody by key.")
    with_whom: tuple[Who, ...] = Field(default=(), description="Who weighed it with them, by key.")
    rests_on: tuple[Key, ...] = Field(
        default=(), description="What matters, and preferences, that it rests on, by key."
    )
    options: dict[Key, Option] = Field(min_length=1, description="The ways to go; as things are is always one.")
    decided: Decision | None = Field(default=None, description="What was decided; leave it out while still weighing.")
    reservations: tuple[Reservation, ...] = Field(default=(), description="What anybody still wishes were otherwise.")
    look_again: Date | None = Field(default=None, description="The day on which to look at it again.")
    replaces: Key | None = Field(default=None, description="The choice that this one replaces, by key.")


class Kept(Form):
    """What no form holds, kept so that nothing is lost.

    Either a `resource` as it came, with the `url` that its bundle knew it by; or the `changes` that make the
    resource of one of our parts (`of`: `preferences/home`) again what it was where it came from.
    """

    resource: dict[str, Any] | None = Field(default=None, description="A FHIR resource, as it came.")
    url: Uri | None = Field(default=None, description="The address by which others refer to it.")
    of: Words | None = Field(default=None, description="The part to which the changes belong.")
    changes: tuple[dict[str, Any], ...] = Field(default=(), description="What that part has that no field holds.")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"resource": value} if isinstance(value, dict) and "resourceType" in value else value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.resource is None) == (self.of is None):
            raise _wrong("what is kept is either a resource, or changes of one of our parts")
        if self.resource is not None and not isinstance(self.resource.get("resourceType"), str):
            raise _wrong("a FHIR resource has a resourceType")
        return self


class Parts(Form):
    """The parts of a record, before it is known whether they fit each other."""

    id: RecordId | None = Field(
        default=None,
        description="What makes this the same record when it is built again: letters, digits, dots and dashes. "
        "Without one it is made of the person's name and date of birth.",
    )
    language: Language = Field(
        default="en", description="The language in which things were said, if not said otherwise."
    )
    person: Person = Field(description="Who this is about.")
    people: dict[Key, Someone] = Field(default={}, description="The people who matter to them, and the dog.")
    colleagues: dict[Key, Colleague] = Field(default={}, description="The professionals, by name.")
    conversations: dict[Key, Conversation] = Field(default={}, description="The talks, also those that did not happen.")
    what_matters: dict[Key, WhatMatters] = Field(default={}, description="What matters, in their words.")
    preferences: dict[Key, Preference] = Field(default={}, description="What they would and would not want.")
    choices: dict[Key, WeighedChoice] = Field(default={}, description="What was weighed, and what was decided.")
    other: tuple[Kept, ...] = Field(default=(), description="What came from elsewhere and no form holds, kept whole.")
