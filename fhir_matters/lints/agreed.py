"""Can others act on what was agreed: departures with reason, agreement and end; plans with trigger and first call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, finding
from fhir_matters.records.plainwords import telling
from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing

# What people write where a form insists on something and they do not know it yet.
_PLACEHOLDERS = telling("unknown known yet tbc tbd todo na n/a none nil nothing later confirmed decided")


def why(record: Record, _today: date) -> Iterator[Issue]:
    """A departure that says neither why nor what sort of reason it has."""
    for key, departure in left_standing(record.departures).items():
        if departure.why is None and departure.reason == "other":
            yield finding("FM851", at("departures", key), "Nobody has written down why care differs here.")


def agreement(record: Record, _today: date) -> Iterator[Issue]:
    """A departure to which nobody agreed."""
    for key, departure in left_standing(record.departures).items():
        if not departure.agreed_by:
            yield finding("FM852", at("departures", key), "Nobody has written down with whom this is agreed.")


def end(record: Record, _today: date) -> Iterator[Issue]:
    """A departure that does not say until when."""
    for key, departure in left_standing(record.departures).items():
        if departure.until is None:
            yield finding("FM853", at("departures", key), "Nobody has written down until when care differs here.")


def trigger(record: Record, _today: date) -> Iterator[Issue]:
    """A plan whose `if` says nothing: a dash, a question mark, or that it is to be confirmed."""
    for key, plan in left_standing(record.plans).items():
        if telling(plan.trigger) <= _PLACEHOLDERS:
            yield finding("FM854", at("plans", key, "if"), "Nobody has written down yet what this plan is for.")


def first_call(record: Record, _today: date) -> Iterator[Issue]:
    """A plan that does not say whom to call first."""
    for key, plan in left_standing(record.plans).items():
        if plan.call_first is None:
            yield finding("FM855", at("plans", key), "Nobody has written down whom to call first if this happens.")
