"""What was agreed, as lines of text: departures from protocol, plans, and decisions in law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.view.carried import File
from fhir_matters.view.departures import Departure
from fhir_matters.view.legal import Legal
from fhir_matters.view.people import Contact
from fhir_matters.view.plans import Plan
from fhir_matters.view.text_went import outcome_lines, rests, set_in
from fhir_matters.view.wording import apart


def departure_lines(departure: Departure) -> Iterator[str]:
    """The protocol, and under it what is done instead and why."""
    yield f"Instead of: {apart(departure.protocol)}"
    yield from set_in(
        (
            _labelled("Not done", departure.left_out),
            _labelled("Done instead", departure.instead),
            _labelled("Why", departure.why),
            rests(departure.rests_on),
            departure.term,
            departure.source,
            *outcome_lines(departure.outcomes),
            *(f"Earlier: {_short(earlier)} ({earlier.source})" for earlier in departure.earlier),
        )
    )


def plan_lines(plan: Plan) -> Iterator[str]:
    """What is feared, and under it whom to call and what to do."""
    yield f"If: {apart(plan.trigger)}" if plan.trigger else "What for is not written down"
    yield from set_in(
        (
            _labelled("How one sees it coming", plan.warning_signs),
            _labelled("Not this", plan.not_this),
            *_numbered("Call", map(_called, plan.call)),
            *_numbered("At home", map(apart, plan.at_home)),
            *_numbered("In hospital", map(apart, plan.in_hospital)),
            *(f"In place: {one}" for one in plan.in_place),
            rests(plan.rests_on),
            ", ".join(filter(None, (plan.source, plan.term))),
            *outcome_lines(plan.outcomes),
            *(f"Earlier: {'; '.join(map(apart, (e.trigger, *e.at_home, *e.in_hospital)))}" for e in plan.earlier),
        )
    )


def legal_lines(decision: Legal) -> Iterator[str]:
    """What is decided in law, and where the paper is."""
    yield f"{decision.kind}: {decision.what}{' (this no longer stands)' if decision.ended else ''}"
    yield from set_in(
        (
            decision.taken_back,
            *decision.details,
            _labelled("The paper", decision.paper),
            _copy(decision.document),
            decision.source,
            *outcome_lines(decision.outcomes),
            *(f"Earlier: {earlier.what} ({earlier.source})" for earlier in decision.earlier),
        )
    )


def _copy(file: File | None) -> str:
    return f"A copy ({file.about}) is in the record." if file else ""


def _labelled(label: str, words: str) -> str:
    return f"{label}: {apart(words)}" if words else ""


def _numbered(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"{title}:"
        yield from (f"  {number}. {line}" for number, line in enumerate(found, 1))


def _called(who: Contact) -> str:
    return " · ".join(
        filter(None, (apart(who.name), apart(who.phone) or "no number is written down", apart(who.about)))
    )


def _short(departure: Departure) -> str:
    return "; ".join(filter(None, map(apart, (departure.protocol, departure.left_out, departure.instead))))
