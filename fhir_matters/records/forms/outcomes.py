"""How it went, as a form: was it honoured, why not, and what was avoided. Two may see it differently, and both stay."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from fhir_matters.records.forms.entry import To, Who, wrong
from fhir_matters.records.forms.said import Spoken
from fhir_matters.records.forms.values import Form, Key, Number, Words

Honoured: TypeAlias = Literal["yes", "partly", "no", "changed their mind", "could not know"]
JUDGED = ("what_matters", "preferences", "choices", "departures", "plans", "legal")


class Avoided(Form):
    """Something that did not have to happen, and who saw that it did not."""

    what: Literal[
        "hospital admission", "ambulance call", "distress", "repeated conversation", "staff time", "something else",
    ] = Field(description="What was avoided.")  # fmt: skip
    words: Words | None = Field(default=None, description="In the words of the one who saw it.")
    hours: Number | None = Field(default=None, ge=0, description="How many hours it saved, where somebody counted.")
    seen_by: Who | None = Field(default=None, description="Who saw it, by key.")

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.what == "something else" and self.words is None:
            raise wrong("say in words what else was avoided")
        return self


class Outcome(Spoken):
    """Whether a wish, a choice, a departure or a plan was honoured, as somebody saw it."""

    of: Annotated[Key, To(JUDGED)] = Field(description="What it is about, by key.")
    honoured: Honoured = Field(description="Whether it was honoured.")
    said_by: Who = Field(description="Who says so: person, or somebody by key.")
    place: Words | None = Field(default=None, description="Where it was in the end: home, hospital, hospice, …")
    avoided: tuple[Avoided, ...] = Field(default=(), description="What did not have to happen.")
