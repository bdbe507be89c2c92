"""If this happens: what is feared, how one sees it coming, whom to call, and what to do, at home and in hospital."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.cast import Cast
from fhir_matters.view.catalogue import say
from fhir_matters.view.chains import over
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.people import Contact
from fhir_matters.view.spoken import Words
from fhir_matters.view.whole import Whole
from fhir_matters.view.wording import dated, day, inside, plain


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan; `call` are whom to call, the first first, and `first` is True where somebody is named as the first."""

    key: str
    trigger: str
    warning_signs: str
    call: tuple[Contact, ...]
    first: bool
    at_home: tuple[str, ...]
    in_hospital: tuple[str, ...]
    in_place: tuple[str, ...]
    not_this: str
    source: str
    term: str
    rests_on: tuple[Words, ...]
    when: str
    ended: bool = False
    outcomes: tuple[Outcome, ...] = ()
    earlier: tuple[Plan, ...] = ()


def plan_of(key: str, part: Mapping[str, Any], earlier: tuple[Plan, ...], whole: Whole) -> Plan:
    """The plan with its names resolved."""
    first = part.get("call_first")
    return Plan(
        key=key,
        trigger=plain(part.get("if")),
        warning_signs=plain(part.get("warning_signs")),
        call=tuple(whole.contact(who) for who in (first, *part.get("then_call", ())) if who),
        first=bool(first),
        at_home=_steps(part, "at_home"),
        in_hospital=_steps(part, "in_hospital"),
        in_place=tuple(_in_place(part, whole.cast)),
        not_this=plain(part.get("not_this")),
        source=", ".join(filter(None, _agreed(part, whole.cast))),
        term=", ".join(_term(part)),
        rests_on=whole.rests_on(part.get("rests_on", ())),
        when=whole.cast.when(part),
        ended=over(part.get("valid_until"), whole.today),
        outcomes=whole.outcomes.get(key, ()),
        earlier=earlier,
    )


def _steps(part: Mapping[str, Any], where: str) -> tuple[str, ...]:
    return tuple(filter(None, (plain(step) for step in part.get(where, ()))))


def _in_place(part: Mapping[str, Any], cast: Cast) -> Iterator[str]:
    """Each medicine and each thing with where it is kept, which is what one looks for at night."""
    for one in (*part.get("medicines", ()), *part.get("kit", ())):
        given = say("plans.given_by", who=cast.together(one["given_by"])) if one.get("given_by") else ""
        kept = say("plans.kept", place=inside(one["where"])) if one.get("where") else ""
        yield "; ".join(filter(None, (inside(one.get("what")), inside(one.get("how")), given, kept)))


def _agreed(part: Mapping[str, Any], cast: Cast) -> Iterator[str]:
    if part.get("asked_by"):
        yield say("departures.asked_by", who=cast.speaker(part["asked_by"]))
    if part.get("agreed_by"):
        yield say("departures.agreed_by", who=cast.together(part["agreed_by"]))
    yield day(cast.when(part))
    yield cast.written(part)


def _term(part: Mapping[str, Any]) -> Iterator[str]:
    if part.get("valid_until"):
        yield dated("plans.stands_until", part["valid_until"])
    if part.get("review_by"):
        yield dated("plans.look_again_by", part["review_by"])
