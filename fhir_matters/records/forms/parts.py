"""The parts of a record together, and what came from elsewhere and no form holds."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, model_validator

from fhir_matters.records.forms.agreed import AnticipatoryPlan, Departure
from fhir_matters.records.forms.entry import wrong
from fhir_matters.records.forms.legal import LegalDecision
from fhir_matters.records.forms.outcomes import Outcome
from fhir_matters.records.forms.people import Colleague, Person, Someone
from fhir_matters.records.forms.said import Conversation, Preference, WhatMatters
from fhir_matters.records.forms.showing import Recording, Sharing
from fhir_matters.records.forms.values import Form, Key, Language, RecordId, Uri, Words
from fhir_matters.records.forms.weighed import WeighedChoice


class Kept(Form):
    """What no form holds, kept so that nothing is lost.

    Either a `resource` as it came, with the `url` that its bundle knew it by, and `of`, the part that was made of it,
    if any; or the `changes` that make the resource of one of our parts (`of`: `preferences/home`) again what it was
    where it came from.
    """

    resource: dict[str, Any] | None = Field(default=None, description="A FHIR resource, as it came.")
    url: Uri | None = Field(default=None, description="The address by which others refer to it.")
    of: Words | None = Field(
        default=None, description="The part that was made of the resource, or to which the changes belong."
    )
    changes: tuple[dict[str, Any], ...] = Field(default=(), description="What that part has that no field holds.")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"resource": value} if isinstance(value, dict) and "resourceType" in value else value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.resource is None and self.of is None) or (self.resource is not None and self.changes):
            raise wrong("what is kept is either a resource, or changes of one of our parts")
        if self.resource is not None and not isinstance(self.resource.get("resourceType"), str):
            raise wrong("a FHIR resource has a resourceType")
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
    recordings: dict[Key, Recording] = Field(default={}, description="Pictures, films, and the person's own voice.")
    what_matters: dict[Key, WhatMatters] = Field(default={}, description="What matters, in their words.")
    preferences: dict[Key, Preference] = Field(default={}, description="What they would and would not want.")
    choices: dict[Key, WeighedChoice] = Field(default={}, description="What was weighed, and what was decided.")
    departures: dict[Key, Departure] = Field(
        default={}, description="Where care is agreed to differ from a protocol, and why."
    )
    plans: dict[Key, AnticipatoryPlan] = Field(default={}, description="If this happens, this is what we do.")
    legal: dict[Key, LegalDecision] = Field(default={}, description="Decisions that bind by law.")
    outcomes: dict[Key, Outcome] = Field(default={}, description="How it went: honoured or not, and what was avoided.")
    sharing: dict[Key, Sharing] = Field(default={}, description="What is kept from whom, as the person wants it.")
    other: tuple[Kept, ...] = Field(default=(), description="What came from elsewhere and no form holds, kept whole.")
