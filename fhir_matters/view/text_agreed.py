"""What was agreed, as lines of text: departures from protocol, plans, and decisions in law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.view.carried import File
from fhir_matters.view.catalogue import say
from fhir_matters.view.departures import Departure
from fhir_matters.view.legal import Legal
from fhir_matters.view.people import Contact
from fhir_matters.view.plans import Plan
from fhir_matters.view.text_went import outcome_lines, rests, set_in
from fhir_matters.view.wording import apart, inside


def departure_lines(departure: Departure) -> Iterator[str]:
    """The protocol, and under it what is done instead and why."""
    yield say("departures.instead_of", protocol=inside(departure.protocol))
    yield from set_in(
        (
            _labelled("departures.left_out", departure.left_out),
            _labelled("departures.instead", departure.instead),
            _labelled("said.why", departure.why),
            rests(departure.rests_on),
            departure.term,
            departure.source,
            *outcome_lines(departure.outcomes),
            *(f"{say('said.earlier')} {_short(earlier)} ({earlier.source})" for earlier in departure.earlier),
        )
    )


def plan_lines(plan: Plan) -> Iterator[str]:
    """What is feared, and under it whom to call and what to do."""
    yield say("plans.if", event=inside(plan.trigger)) if plan.trigger else say("plans.no_event")
    yield from set_in(
        (
            _labelled("plans.warning_signs", plan.warning_signs),
            _labelled("plans.not_this", plan.not_this),
            *_numbered("plans.call", map(_called, plan.call)),
            *_numbered("plans.at_home", map(inside, plan.at_home)),
            *_numbered("plans.in_hospital", map(inside, plan.in_hospital)),
            *(f"{say('plans.in_place')}: {one}" for one in plan.in_place),
            rests(plan.rests_on),
            ", ".join(filter(None, (plan.source, plan.term))),
            *outcome_lines(plan.outcomes),
            *(f"{say('said.earlier')} {_steps(earlier)}" for earlier in plan.earlier),
        )
    )


def legal_lines(decision: Legal) -> Iterator[str]:
    """What is decided in law, and where the paper is."""
    what = f"{decision.kind}: {decision.what}"
    yield say("legal.over", decision=what) if decision.ended else what
    yield from set_in(
        (
            decision.taken_back,
            *decision.details,
            f"{say('legal.paper')}: {decision.paper}" if decision.paper else "",
            _copy(decision.document),
            decision.source,
            *outcome_lines(decision.outcomes),
            *(f"{say('said.earlier')} {earlier.what} ({earlier.source})" for earlier in decision.earlier),
        )
    )


def _copy(file: File | None) -> str:
    return say("legal.copy", about=file.about) if file else ""


def _labelled(key: str, words: str) -> str:
    return f"{say(key)}: {inside(words)}" if words else ""


def _numbered(key: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"{say(key)}:"
        yield from (f"  {number}. {line}" for number, line in enumerate(found, 1))


def _called(who: Contact) -> str:
    name, number = apart(who.name) or say("cast.no_name"), apart(who.phone) or say("plans.no_number")
    return " · ".join(filter(None, (name, number, inside(who.about))))


def _short(departure: Departure) -> str:
    return "; ".join(filter(None, map(inside, (departure.protocol, departure.left_out, departure.instead))))


def _steps(plan: Plan) -> str:
    return "; ".join(map(inside, (plan.trigger, *plan.at_home, *plan.in_hospital)))
