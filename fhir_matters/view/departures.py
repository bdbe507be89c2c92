"""Departures from protocol, as a night shift needs them: what is done instead, why, and who stands by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.catalogue import say
from fhir_matters.view.chains import over
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.spoken import Words
from fhir_matters.view.whole import Whole
from fhir_matters.view.wording import dated, day, plain

_REASONS = ("religion", "philosophy")


@dataclass(frozen=True, slots=True)
class Departure:
    """Where care differs for this person; `ended` is True once it is no longer in force."""

    key: str
    protocol: str
    left_out: str
    instead: str
    why: str
    source: str
    term: str
    rests_on: tuple[Words, ...]
    when: str
    agreed: bool
    until: str
    ended: bool = False
    outcomes: tuple[Outcome, ...] = ()
    earlier: tuple[Departure, ...] = ()


def departure_of(key: str, part: Mapping[str, Any], earlier: tuple[Departure, ...], whole: Whole) -> Departure:
    """The departure with its names resolved."""
    return Departure(
        key=key,
        protocol=plain((part.get("protocol") or {}).get("name")),
        left_out=plain(part.get("left_out")),
        instead=plain(part.get("instead")),
        why=plain(part.get("why")),
        source=", ".join(filter(None, _agreed(part, whole))),
        term=_term(part),
        rests_on=whole.rests_on(part.get("rests_on", ())),
        when=whole.cast.when(part) or plain(part.get("from")),
        agreed=bool(part.get("agreed_by")),
        until=plain(part.get("until")),
        ended=over(part.get("until"), whole.today),
        outcomes=whole.outcomes.get(key, ()),
        earlier=earlier,
    )


def _agreed(part: Mapping[str, Any], whole: Whole) -> Iterator[str]:
    cast = whole.cast
    if part.get("asked_by"):
        asks = "they_object" if part.get("reason") == "they object" else "asked_by"
        yield say(f"departures.{asks}", who=cast.speaker(part["asked_by"]))
    if part.get("reason") in _REASONS:
        yield say(f"departures.reasons.{part['reason']}")
    if part.get("agreed_by"):
        yield say("departures.agreed_by", who=cast.together(part["agreed_by"]))
    yield day(cast.when(part))
    yield cast.written(part)


def _term(part: Mapping[str, Any]) -> str:
    """From when until when it holds."""
    term = " ".join(dated(f"dates.{name}", part[name]) for name in ("from", "until") if part.get(name))
    return say("said.holds", term=term) if term else ""
