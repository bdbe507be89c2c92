"""All relational checks of a record: a table from names to small functions, one for each rule. Asks no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from fhir_matters.issue import Issue, Report
from fhir_matters.lints import agreed, choices, meanings, outcomes, person, talks, times
from fhir_matters.path import Key
from fhir_matters.records.forms import Parts
from fhir_matters.records.record import Record

LINTS: dict[str, Callable[[Record, date], Iterator[Issue]]] = {
    "face": person.face,
    "called": person.called,
    "colleague": person.colleague,
    "own-words": person.own_words,
    "strong": person.strong,
    "sides": choices.sides,
    "something-for": choices.something_for,
    "as-things-are": choices.as_things_are,
    "rests-on-something": choices.rests_on_something,
    "whose": choices.whose,
    "cpr": choices.cpr,
    "review": times.review,
    "validity": times.validity,
    "shown-until": times.shown_until,
    "kept-until": times.kept_until,
    "loop": talks.loop,
    "asked-again": talks.asked_again,
    "meaning": meanings.meaning,
    "why": agreed.why,
    "agreement": agreed.agreement,
    "end": agreed.end,
    "trigger": agreed.trigger,
    "first-call": agreed.first_call,
    "practice": outcomes.practice,
    "why-not": outcomes.why_not,
    "place": outcomes.place,
}
_SECTIONS = tuple(Parts.model_fields)


def check(record: Record, today: date) -> Report:
    """Everything that the checks find in a record on that day, in the order of the record; advice, never errors."""
    found = [issue for lint in LINTS.values() for issue in lint(record, today)]
    return Report(tuple(sorted(found, key=lambda issue: _place(record, issue.path.keys))), resource_type="Record")


def _place(record: Record, keys: tuple[Key, ...]) -> tuple[int, int]:
    """How far down the record a place is: its section, and which part of that."""
    section, part = str(keys[0]), keys[1] if len(keys) > 1 else None
    parts = getattr(record, section)
    number = list(parts).index(part) if isinstance(parts, dict) and part in parts else part
    return _SECTIONS.index(section), number if isinstance(number, int) else -1
