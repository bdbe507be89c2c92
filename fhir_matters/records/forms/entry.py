"""What several forms share: who is meant by a key, when and by whom something was written down. Knows no one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from fhir_matters.records.forms.values import DateTime, Form, Key, Words


@dataclass(frozen=True, slots=True)
class To:
    """Beside a key in a form: the sections in which it is looked for; none: the section of the form itself."""

    sections: tuple[str, ...] = ()


SOMEBODY = ("person", "people", "colleagues")
Who: TypeAlias = Annotated[Key, To(SOMEBODY), Field(description="Somebody, by key; the person is `person`.")]
Talk: TypeAlias = Annotated[Key, To(("conversations",))]
Before: TypeAlias = Annotated[Key, To()]
BASIS = ("what_matters", "preferences", "choices")
Basis: TypeAlias = Annotated[Key, To(BASIS)]


def wrong(message: str) -> PydanticCustomError:
    """What a form says of itself when it contradicts itself."""
    return PydanticCustomError("form", message)


# R4 datatypes, `code`: no blanks around it, and none twice. Coding.system is an absolute address.
_Coded: TypeAlias = Annotated[Words, StringConstraints(pattern=r"^\S+( \S+)*$")]
_System: TypeAlias = Annotated[Words, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")]


class Code(Form):
    """A code that a system gave to something: `system` is its URI, `code` the code."""

    system: _System = Field(description="Whose code it is: a web address, such as http://snomed.info/sct.")
    code: _Coded = Field(description="The code itself.")
    display: Words | None = Field(default=None, description="What that system calls it.")


class WrittenDown(Form):
    """Who wrote it down, when, and from what. The words stay those of the one who said them."""

    by: Who | None = Field(default=None, description="Who wrote it down, by key.")
    when: DateTime | None = Field(default=None, description="When it was written down.")
    on_behalf_of: Words | None = Field(default=None, description="For which team or organisation they wrote.")
    form: Words | None = Field(default=None, description="On which form, or from what: the About Me form, a film.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.by is None and self.when is None and self.form is None:
            raise wrong("say who wrote it down, when, or on which form")
        return self


class Entry(Form):
    """What everything in a record carries: from which talk, when, and whether it still stands."""

    conversation: Talk | None = Field(default=None, alias="in", description="In which conversation, by key.")
    when: DateTime | None = Field(default=None, description="When, if not when the conversation was.")
    written_down: WrittenDown | None = Field(
        default=None, description="Who wrote it down, if not who wrote down the conversation."
    )
    replaces: Before | None = Field(default=None, description="What came before and no longer stands, by key.")
    withdrawn: bool = Field(default=False, description="True if it was entered by mistake: it is not so.")
