"""What a person said, as forms: frozen values that read like a story, before any FHIR.

A `Record` is one person, the people around them, the conversations, and what came out of them. Every
part has a key of its own (`home`, `long-talk`); parts refer to each other by key, and `person` is the
person. Dates are FHIR dates, kept as they are spelt: a year alone is a date.

Nothing here knows FHIR resources; `build.py` and `read.py` do.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# R4 datatypes, `date` and `dateTime`: a year, a month or a day; with a time there is a zone.
_YEAR = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_DAY = rf"{_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?"
_TIME = r"T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

Date: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{_DAY}$")]
DateTime: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=rf"^{_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])({_TIME})?)?)?$"),
]
Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Words: TypeAlias = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Language: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
Score: TypeAlias = Annotated[Decimal, Field(ge=0, le=1)]

Domain: TypeAlias = Literal["techno-clinical", "psychological", "social", "spiritual"]


class Form(BaseModel):
    """A frozen form that knows each of its fields and accepts no other."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Identifier(Form):
    """A number that a system gave to somebody: `system` is its URI, `value` the number."""

    system: Words
    value: Words


class Picture(Form):
    """A picture, carried whole: `data` is base64, `sha1` the base64 of its SHA-1 (R4 Attachment.hash)."""

    data: str
    content_type: str = "image/png"
    sha1: str
    caption: str | None = None


class Name(Form):
    """A person's name as they write it; `given` and `family` only where somebody said which is which."""

    text: Words
    given: tuple[Words, ...] = ()
    family: Words | None = None


class Person(Form):
    """The person whose record this is."""

    name: Name
    likes_to_be_called: Words | None = None
    born: Date | None = None
    gender: Literal["male", "female", "other", "unknown"] | None = None
    identifiers: tuple[Identifier, ...] = ()
    face: Picture | None = None
    language: Language | None = None
    interpreter: bool | None = None
    communicates: Words | None = None
    phone: Words | None = None
    email: Words | None = None


Role: TypeAlias = Literal["speaks for me", "knows me best", "call first", "to be told", "not to be told"]


class Someone(Form):
    """Someone who matters to the person. A dog or a choir is someone too: `who`, instead of a name."""

    name: Name | None = None
    who: Words | None = None
    relation: Words | None = None
    roles: tuple[Role, ...] = ()
    phone: Words | None = None
    email: Words | None = None


class Colleague(Form):
    """A professional with a name, so that the same person can be found again."""

    name: Name | None = None
    role: Words | None = None
    team: Words | None = None
    identifiers: tuple[Identifier, ...] = ()
    phone: Words | None = None


class Conversation(Form):
    """A talk about what matters: also one that was offered and declined."""

    when: DateTime
    minutes: Annotated[int, Field(gt=0)] | None = None
    where: Words | None = None
    present: tuple[Key, ...] = Field(default=(), alias="with")
    unnamed: Words | None = Field(default=None, description="someone who took part and left no name")
    topic: Words | None = None
    asked: Words | None = None
    answer: Literal["talked", "declined", "not now", "not appropriate now"] = "talked"
    left_with_them: Words | None = None


class SaidAgain(Form):
    """The same still stands: when it was said again, and to whom."""

    when: DateTime
    to: Key | None = None


class Said(Form):
    """What every statement carries: whose words, in which talk, when, and whether they still stand."""

    words: Words | None = None
    why: Words | None = None
    said_by: Key | None = None
    conversation: Key | None = Field(default=None, alias="in")
    when: DateTime | None = Field(default=None, description="if not when the conversation was")
    language: Language | None = None
    medium: Literal["spoken", "written", "filmed"] | None = None
    replaces: Key | None = None
    still_stands: tuple[SaidAgain, ...] = ()
    withdrawn: bool = Field(default=False, description="entered by mistake; nobody said this")


class WhatMatters(Said):
    """What matters, in the person's words or in those of someone who knows them."""

    words: Words
    said_by: Key
    kind: Literal["what matters", "joy", "laughter", "worry", "belief", "strength", "people", "communication",
                  "wellness", "support", "unfinished", "also worth knowing"] = "what matters"


class Preference(Said):
    """What the person would and would not want, with the conditions that they put on it."""

    kind: Literal["care experience", "treatment", "place of care", "place of death", "please do", "please do not",
                  "cpr"]
    treatment: Words | None = Field(default=None, description="which treatment, where the kind is treatment")
    wish: Words | None = Field(default=None, description="the short answer: home, hospice, yes, no, …")
    only_if: Words | None = None
    unless: Words | None = None
    how_firm: Words | None = None
    valid_from: DateTime | None = None
    valid_until: DateTime | None = None
    review_by: Date | None = None
    answer: Literal["given", "declined to answer", "undecided", "not asked", "not appropriate", "unable to say"] = "given"


class Likelihood(Form):
    """How likely: in words, and as a range of probability where somebody knows one."""

    words: Words | None = None
    low: Score | None = None
    high: Score | None = None
    over: Words | None = Field(default=None, description="within which time: 4 weeks")
    source: Key | Words | None = None


class Weight(Form):
    """What it weighs for the person: their words, or their number on a scale that they chose and named."""

    words: Words | None = None
    number: Decimal | None = None
    scale: Words | None = None


class Consideration(Form):
    """One thing that speaks for or against an option."""

    speaks_for: Words | None = Field(default=None, alias="for")
    against: Words | None = None
    domain: Domain
    likelihood: Likelihood | None = None
    weight: Weight | None = None
    raised_by: Key | None = None
    tipped_it: bool = False


class Option(Form):
    """One way to go. Leaving things as they are is always one."""

    what: Words
    as_things_are: bool = False
    considerations: tuple[Consideration, ...] = ()


class Decision(Form):
    """What was decided, in the person's words, and who decided it with whom."""

    option: Key | None = None
    words: Words
    decided_by: Key = Field(alias="by")
    together_with: tuple[Key, ...] = ()
    when: DateTime | None = None


class Reservation(Form):
    """What somebody still wishes were otherwise."""

    words: Words
    by: Key | None = None


class WeighedChoice(Form):
    """A choice that the person weighs: its options, what speaks for and against each, and what tipped it."""

    question: Words
    conversation: Key | None = Field(default=None, alias="in")
    when: DateTime | None = None
    weighed_by: Key = "person"
    with_whom: tuple[Key, ...] = ()
    rests_on: tuple[Key, ...] = ()
    options: dict[Key, Option] = Field(min_length=1)
    decided: Decision | None = None
    reservations: tuple[Reservation, ...] = ()
    look_again: Date | None = None
    replaces: Key | None = None


class Parts(Form):
    """The parts of a record, before it is known whether they fit each other."""

    id: Words | None = Field(default=None, description="what makes this record the same one when it is built again")
    language: Language = "en"
    person: Person
    people: dict[Key, Someone] = {}
    colleagues: dict[Key, Colleague] = {}
    conversations: dict[Key, Conversation] = {}
    what_matters: dict[Key, WhatMatters] = {}
    preferences: dict[Key, Preference] = {}
    choices: dict[Key, WeighedChoice] = {}
    other: tuple[dict[str, Any], ...] = Field(default=(), description="resources that no form holds, kept whole")
