"""Pictures and recordings, whether they may be shown, and what is kept from whom, as forms."""

from __future__ import annotations

from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from fhir_matters.records.forms.attachment import Carried
from fhir_matters.records.forms.entry import Entry, To, Who, wrong
from fhir_matters.records.forms.values import Date, DateTime, Form, Key, Words

SHAREABLE = (
    "conversations", "recordings", "what_matters", "preferences", "choices", "departures", "plans", "legal", "outcomes",
)  # fmt: skip
Shared: TypeAlias = Annotated[Key, To(SHAREABLE)]


class Showing(Form):
    """Whether a picture or a recording may be shown, to whom, until when, and in whose words."""

    allowed: bool = Field(default=True, description="False if nobody may be shown it.")
    to: tuple[Who, ...] = Field(default=(), description="Only to these, by key; none: to all who care for them.")
    words: Words | None = Field(default=None, description="How they put it: Show it to whoever is on nights.")
    said_by: Who = Field(default="person", description="Who says so: person, or somebody by key.")
    when: DateTime | None = Field(default=None, description="When they said so.")
    until: Date | None = Field(default=None, description="The last day on which it may be shown.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.allowed and (self.to or self.until):
            raise wrong("what nobody may be shown has no to and no until; leave them out, or leave out allowed")
        return self


class Recording(Entry):
    """A picture, a film or the person's own voice, carried whole, and whether it may be shown."""

    content: Carried = Field(description="The file: a picture, a sound, a film or a PDF.")
    shows: Words | None = Field(default=None, description="Who or what is to be seen or heard.")
    made_by: Who | None = Field(default=None, description="Who made it, by key.")
    showing: Showing | None = Field(default=None, description="Whether it may be shown, and to whom.")


class Sharing(Form):
    """What is kept from somebody, or told to a few alone: the person's own choice, with its reason."""

    what: tuple[Shared, ...] = Field(min_length=1, description="What is kept, by key: statements, choices, talks, …")
    not_with: tuple[Who, ...] = Field(default=(), description="Who is not to see it, by key.")
    only_with: tuple[Who, ...] = Field(default=(), description="Who alone may see it, by key.")
    because: Words | None = Field(default=None, description="Why, in their words: I'll tell her myself.")
    said_by: Who = Field(default="person", description="Whose wish it is: person, or somebody by key.")
    when: DateTime | None = Field(default=None, description="When they said so.")
    until: Date | None = Field(default=None, description="The last day on which it is kept.")
    ended: bool = Field(default=False, description="True once it need not be kept any more.")

    @model_validator(mode="after")
    def _from_somebody(self) -> Self:
        if bool(self.not_with) == bool(self.only_with):
            raise wrong("say either from whom it is kept (not_with), or who alone may see it (only_with)")
        if "person" in self.not_with:
            raise wrong("what a person said is not kept from themselves; leave person out of not_with")
        return self
