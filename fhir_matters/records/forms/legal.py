"""Decisions that bind by law, as a form; each stands beside the wish that it puts into law."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms.attachment import Carried
from fhir_matters.records.forms.entry import Basis, Entry, To, Who, wrong
from fhir_matters.records.forms.values import Date, DateTime, Form, Identifier, Key, Words

LegalKind: TypeAlias = Literal["cpr decision", "refusal of treatment", "lasting power of attorney", "healthcare agent"]
Agent: TypeAlias = Annotated[Key, To(("people",))]
_AGENTS = ("lasting power of attorney", "healthcare agent")


class Ended(Form):
    """That a decision stands no longer: since when, who took it back, and why; empty where nobody wrote that down."""

    when: DateTime | None = Field(default=None, description="When it was taken back, or ended.")
    by: Who | None = Field(default=None, description="Who took it back, by key; nobody where it ended of itself.")
    why: Words | None = Field(default=None, description="Why, in their words.")


class LegalDecision(Entry):
    """A CPR decision, a decision in advance to refuse treatment, or the appointment of someone to decide."""

    kind: LegalKind = Field(description="Which sort of decision it is.")
    attempt_cpr: bool | None = Field(default=None, description="For a CPR decision: whether to try.")
    treatments: tuple[Words, ...] = Field(default=(), description="For a refusal: which treatments.")
    applies_when: Words | None = Field(default=None, description="When it applies, in their words.")
    even_if_life_at_risk: bool | None = Field(
        default=None, description="For a refusal: whether it holds even if life is at risk."
    )
    agents: tuple[Agent, ...] = Field(default=(), description="Who may decide for them, by key.")
    powers: tuple[Words, ...] = Field(default=(), description="What the agents may decide, and what they may not.")
    made_by: Who = Field(default="person", description="Who made it: person, or the clinician, by key.")
    agreed_by: tuple[Who, ...] = Field(default=(), description="Who else agreed to it, by key.")
    witnessed_by: tuple[Words, ...] = Field(default=(), description="Who witnessed it, by name.")
    registered: Identifier | None = Field(default=None, description="Under which number it is registered.")
    kept: Words | None = Field(default=None, description="Where the paper is: behind the kitchen door.")
    document: Carried | None = Field(default=None, description="The paper itself, as a PDF or a picture.")
    valid_from: DateTime | None = Field(default=None, description="From when it stands.")
    valid_until: DateTime | None = Field(default=None, description="Until when it stands.")
    ended: Ended | None = Field(
        default=None, description="That it was taken back or has ended, and nothing took its place: when, by whom, why."
    )
    review_by: Date | None = Field(default=None, description="The day by which to look at it again.")
    rests_on: tuple[Basis, ...] = Field(default=(), description="The wishes that it puts into law, by key.")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "cpr decision") != (self.attempt_cpr is not None):
            raise wrong("attempt_cpr says what a cpr decision is: it goes with that kind, and only with it")
        if (self.kind == "refusal of treatment") != bool(self.treatments):
            raise wrong("treatments says what is refused: it goes with a refusal of treatment, and only with it")
        if (self.kind in _AGENTS) != bool(self.agents):
            raise wrong("agents says who may decide: it goes with an attorney or an agent, and only with them")
        if self.even_if_life_at_risk is not None and self.kind != "refusal of treatment":
            raise wrong("even_if_life_at_risk goes with a refusal of treatment")
        if self.valid_from and self.valid_until and surely_after(self.valid_from, self.valid_until):
            raise wrong("valid_from is after valid_until")
        return self

    @model_validator(mode="after")
    def _ended_once_made(self) -> Self:
        if self.ended and self.withdrawn:
            raise wrong(
                "what was entered by mistake was never decided, and cannot be taken back; leave one of them out"
            )
        if self.ended and self.ended.when and self.when and surely_after(self.when, self.ended.when):
            raise wrong("it ended before it was made")
        return self
