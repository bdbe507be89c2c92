"""The person, those who matter to them, and professionals, as forms."""

from __future__ import annotations

from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from fhir_matters.records.forms.attachment import Face
from fhir_matters.records.forms.entry import wrong
from fhir_matters.records.forms.showing import Showing
from fhir_matters.records.forms.values import Date, Form, Identifier, Language, Named, Words

Role: TypeAlias = Literal["speaks for me", "knows me best", "call first", "to be told", "not to be told"]
_TOLD = ("to be told", "speaks for me", "call first")


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
    face_showing: Showing | None = Field(default=None, description="Whether the picture may be shown, and to whom.")
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
    does: Words | None = Field(default=None, description="What they do for the person, in plain words: brings soup.")
    phone: Words | None = Field(default=None, description="How to ring them.")
    email: Words | None = Field(default=None, description="How to write to them.")

    @model_validator(mode="after")
    def _known_somehow(self) -> Self:
        if (self.name is None) == (self.who is None):
            raise wrong("someone has either a name, or a who (for a dog or a choir)")
        return self

    @model_validator(mode="after")
    def _told_or_not(self) -> Self:
        if "not to be told" in self.roles and (both := [role for role in _TOLD if role in self.roles]):
            raise wrong(f"someone cannot be “not to be told” and “{both[0]}” at once; leave one of them out")
        return self


class Colleague(Form):
    """A professional with a name, so that the same person can be found again."""

    name: Named | None = Field(default=None, description="Their name, so that the person can meet the same one again.")
    role: Words | None = Field(default=None, description="What they do, in plain words: community nurse.")
    team: Words | None = Field(default=None, description="With which team.")
    does: Words | None = Field(default=None, description="What they do for the person, in plain words: comes Tuesdays.")
    identifiers: tuple[Identifier, ...] = Field(default=(), description="Numbers that systems gave them.")
    phone: Words | None = Field(default=None, description="How to ring them.")

    @model_validator(mode="after")
    def _known_somehow(self) -> Self:
        if self.name is None and self.role is None and self.team is None:
            raise wrong("a colleague has a name, or at least a role or a team")
        return self
