"""The weighed choice, as forms: options, what speaks for and against each, and what tipped it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from fhir_matters.records.forms.entry import Basis, Entry, Who, wrong
from fhir_matters.records.forms.values import Date, DateTime, Form, Key, Number, Probability, Words

Domain: TypeAlias = Literal["techno-clinical", "psychological", "social", "spiritual"]


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
            raise wrong("a likelihood has words, or low and high, or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise wrong("low is higher than high")
        return self


class Weight(Form):
    """What it weighs for the person: their words, or their number on a scale that they chose and named."""

    words: Words | None = Field(default=None, description="What it weighs, in their words.")
    number: Number | None = Field(default=None, description="Their number, on their scale.")
    scale: Words | None = Field(default=None, description="The scale that they chose: 0 to 10, mine.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.words is None and self.number is None:
            raise wrong("a weight has words, or a number and its scale")
        if (self.number is None) != (self.scale is None):
            raise wrong("a number goes with the scale that it is on, and a scale with a number")
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
            raise wrong("a consideration speaks either for the option or against it: one of the two")
        return self


class Option(Form):
    """One way to go. Leaving things as they are is always one."""

    what: Words = Field(description="What would be done.")
    as_things_are: bool = Field(default=False, description="True if this leaves things as they are.")
    considerations: tuple[Consideration, ...] = Field(default=(), description="What speaks for it and against it.")


class Decision(Form):
    """What was decided, in the person's words, and who decided it with whom."""

    option: Key | None = Field(default=None, description="Which option, by key.")
    none_of_these: bool = Field(default=False, description="True if it was none of the options; the words say what.")
    words: Words = Field(description="What was decided, word for word.")
    decided_by: Who = Field(alias="by", description="Who decided: person, or somebody by key.")
    together_with: tuple[Who, ...] = Field(default=(), description="Who decided it with them, by key.")
    when: DateTime | None = Field(default=None, description="When, if not when it was weighed.")

    @model_validator(mode="after")
    def _one_or_none(self) -> Self:
        if (self.option is None) != self.none_of_these:
            raise wrong("a decision names the option that was chosen, or says none_of_these: true; one of the two")
        return self


class Reservation(Form):
    """What somebody still wishes were otherwise."""

    words: Words = Field(description="What they still wish were otherwise, in their words.")
    by: Who | None = Field(default=None, description="Whose it is, by key.")


class WeighedChoice(Entry):
    """A choice that the person weighs: its options, what speaks for and against each, and what tipped it."""

    question: Words = Field(description="What the choice is about, as a question.")
    weighed_by: Who = Field(default="person", description="Whose choice it is: person, or somebody by key.")
    with_whom: tuple[Who, ...] = Field(default=(), description="Who weighed it with them, by key.")
    rests_on: tuple[Basis, ...] = Field(
        default=(), description="What matters, and preferences, that it rests on, by key."
    )
    options: dict[Key, Option] = Field(min_length=1, description="The ways to go; as things are is always one.")
    decided: Decision | None = Field(default=None, description="What was decided; leave it out while still weighing.")
    reservations: tuple[Reservation, ...] = Field(default=(), description="What anybody still wishes were otherwise.")
    look_again: Date | None = Field(default=None, description="The day on which to look at it again.")
