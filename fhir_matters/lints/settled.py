"""Answers in what was agreed, decided by law, and seen to come of it. What was said and weighed is in `already`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir_matters.lints.asked import Answer, Question, heard_by, name_of, when_of
from fhir_matters.lints.findings import at
from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms import AnticipatoryPlan, Departure, LegalDecision, Outcome
from fhir_matters.records.plainwords import telling
from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing

# What every question about a plan has in it, and what therefore tells none from another.
_ANY_PLAN = telling("happens happen plan case")
_OWN_KINDS = {"what if", "outcome"}


@dataclass(frozen=True, slots=True)
class _Settled:
    """What a part answers: in which words and whose, agreed with whom, until when, and why it answers the question."""

    kind: str
    words: str
    by: str | None
    agreed: tuple[str, ...]
    until: str | None
    why: str
    by_words: bool = False


def settled(record: Record, asked: Question, today: date | None) -> Iterator[Answer]:
    """Every departure, plan, decision in law and outcome that answers the question."""
    for section, found in _READ.items():
        parts = getattr(record, section)
        stand = left_standing(parts)
        for key, part in parts.items():
            answer = found(record, asked, part)
            if answer.why and not part.withdrawn:
                over = today is not None and answer.until is not None and surely_after(today.isoformat(), answer.until)
                to = tuple(name_of(record, who) for who in answer.agreed) or heard_by(record, part, answer.by)
                yield Answer(
                    at(section, key), answer.kind, answer.words, "given", name_of(record, answer.by), to,
                    when_of(record, part), "", answer.why, key in stand and not over, answer.by_words,
                )  # fmt: skip


def _shared(asked: Question, *texts: str | None) -> list[str]:
    """The telling words in common; none for a question of a kind that statements answer: where, cpr, what matters."""
    return asked.shares(texts) if asked.kinds <= _OWN_KINDS else []


def _departure(_record: Record, asked: Question, part: Departure) -> _Settled:
    words = [part.left_out and f"Left out: {part.left_out}", part.instead and f"Instead: {part.instead}"]
    shared = _shared(asked, part.protocol.name, part.left_out, part.instead)
    why = f"The departure is about it: {', '.join(shared)}." if shared else ""
    return _Settled("departure", "; ".join(filter(None, words)), part.asked_by, part.agreed_by, part.until, why)


def _plan(_record: Record, asked: Question, part: AnticipatoryPlan) -> _Settled:
    """A question what happens if … needs one word of what the plan is for; any other, as many as usual."""
    about = (part.trigger, part.warning_signs)
    event = (asked.telling - _ANY_PLAN) & {word for text in about if text for word in telling(text)}
    shared = sorted(event) if "what if" in asked.kinds else _shared(asked, *about)
    why = f"The plan is for this: {', '.join(shared)}." if shared else ""
    steps = "; ".join(part.at_home or part.in_hospital) or part.trigger
    return _Settled("plan", steps, part.asked_by, part.agreed_by, part.valid_until, why)


def _legal(record: Record, asked: Question, part: LegalDecision) -> _Settled:
    names = tuple(name_of(record, agent) for agent in part.agents)
    attempt = {True: ("CPR is to be tried",), False: ("CPR is not to be tried",), None: ()}[part.attempt_cpr]
    words = "; ".join((*attempt, *part.treatments, *names, *part.powers))
    return _Settled(part.kind, words, part.made_by, part.agreed_by, part.valid_until, _legal_why(asked, part))


def _legal_why(asked: Question, part: LegalDecision) -> str:
    if part.kind == "cpr decision":
        return "The question is one about cpr." if "cpr" in asked.kinds else ""
    if part.agents:
        return "The question is who is to speak for them." if "speaks for me" in asked.roles else ""
    shared = asked.telling & {word for treatment in part.treatments for word in telling(treatment)}
    return f"It names the treatment: {', '.join(sorted(shared))}." if shared else ""


def _outcome(_record: Record, asked: Question, part: Outcome) -> _Settled:
    shared = _shared(asked, part.words, part.why, part.place, *(each.words for each in part.avoided))
    went = "The question is how it went." if "outcome" in asked.kinds else ""
    why = went or (f"It has the same words: {', '.join(shared)}." if shared else "")
    return _Settled("outcome", part.words or part.why or part.honoured, part.said_by, (), None, why, not went)


_READ: Mapping[str, Callable[[Record, Question, Any], _Settled]] = {
    "departures": _departure,
    "plans": _plan,
    "legal": _legal,
    "outcomes": _outcome,
}
