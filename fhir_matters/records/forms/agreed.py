"""What was agreed, as forms: departures from protocol, and what to do if something happens."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms.entry import Basis, Code, Entry, Who, wrong
from fhir_matters.records.forms.values import Address, Date, DateTime, Form, Words


class Protocol(Form):
    """A protocol or standard, by name; a code or a web address beside it where there is one."""

    name: Words = Field(description="What it is called, so that a colleague knows which one is meant.")
    code: Code | None = Field(default=None, description="Its code, where somebody gave it one.")
    source: Address | None = Field(default=None, description="Where it can be read: a web address.")


def _by_name(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


NamedProtocol: TypeAlias = Annotated[Protocol, BeforeValidator(_by_name, json_schema_input_type=Words | Protocol)]


class Departure(Entry):
    """Where care is agreed to differ from a protocol or standard for this person: bespoke, with its reason."""

    protocol: NamedProtocol = Field(description="Which protocol or standard is departed from.")
    left_out: Words | None = Field(default=None, description="What is not done.")
    instead: Words | None = Field(default=None, description="What is done instead.")
    why: Words | None = Field(default=None, description="Why: the reason that covers everybody who acts on it.")
    reason: Literal["they asked", "they object", "religion", "philosophy", "other"] = Field(
        default="other", description="What sort of reason it is, where it is one of these."
    )
    asked_by: Who | None = Field(default=None, description="Who asked for it: person, or somebody by key.")
    agreed_by: tuple[Who, ...] = Field(default=(), description="Who agreed to it, by key.")
    start: DateTime | None = Field(default=None, alias="from", description="From when.")
    until: DateTime | None = Field(default=None, description="Until when.")
    rests_on: tuple[Basis, ...] = Field(default=(), description="The choices and wishes that it rests on, by key.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.left_out is None and self.instead is None:
            raise wrong("a departure says what is left out, what is done instead, or both")
        if self.start and self.until and surely_after(self.start, self.until):
            raise wrong("this ends before it starts: from is after until")
        return self


class Medicine(Form):
    """A medicine that is in place, just in case."""

    what: Words = Field(description="What it is, with its strength: midazolam 10 mg/2 ml.")
    how: Words | None = Field(default=None, description="How it is given, and how much: under the skin, 2.5 mg.")
    where: Words | None = Field(default=None, description="Where it is kept: the blue box in the kitchen.")
    given_by: tuple[Who, ...] = Field(default=(), description="Who may give it, by key.")
    code: Code | None = Field(default=None, description="Its code, where somebody gave it one.")


class Kit(Form):
    """Something that is in place, just in case: dark towels, a syringe driver."""

    what: Words = Field(description="What it is.")
    where: Words | None = Field(default=None, description="Where it is kept.")


class AnticipatoryPlan(Entry):
    """If this happens, this is what we do. What is feared is never recorded as if it were so."""

    trigger: Words = Field(alias="if", description="If this happens: what is feared, or hoped for.")
    warning_signs: Words | None = Field(default=None, description="How one may see it coming.")
    at_home: tuple[Words, ...] = Field(default=(), description="What we do at home, step by step.")
    in_hospital: tuple[Words, ...] = Field(default=(), description="What we do in hospital, step by step.")
    medicines: tuple[Medicine, ...] = Field(default=(), description="The medicines that are in place.")
    kit: tuple[Kit, ...] = Field(default=(), description="What else is in place.")
    call_first: Who | None = Field(default=None, description="Who to call first, by key.")
    then_call: tuple[Who, ...] = Field(default=(), description="Who to call next, in this order, by key.")
    not_this: Words | None = Field(default=None, description="What not to do.")
    asked_by: Who | None = Field(default=None, description="Whose plan it is first of all: person, or somebody by key.")
    agreed_by: tuple[Who, ...] = Field(default=(), description="With whom it is agreed, by key.")
    valid_until: DateTime | None = Field(default=None, description="Until when it stands.")
    review_by: Date | None = Field(default=None, description="The day by which to look at it again.")
    rests_on: tuple[Basis, ...] = Field(default=(), description="The choices and wishes that it rests on, by key.")
