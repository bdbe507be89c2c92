"""Has the day come to ask again: review dates and ends of validity that have passed. The day is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, finding, standing
from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms import Preference
from fhir_matters.records.record import Record


def review_due(said: Preference, day: str) -> bool:
    """True where the review date is before that day, and they have not said since that it still stands."""
    due = said.review_by
    if due is None or not surely_after(day, due):
        return False
    return all(surely_after(due, again.when) for again in said.still_stands)


def expired(said: Preference, day: str) -> bool:
    """True where the last day on which it stands is before that day."""
    return said.valid_until is not None and surely_after(day, said.valid_until)


def review(record: Record, today: date) -> Iterator[Issue]:
    """A preference past its review date, or a choice past the day on which to look at it again."""
    day = today.isoformat()
    for key, said in standing(record.preferences).items():
        if review_due(said, day):
            place = at("preferences", key, "review_by")
            yield finding("FM821", place, "The day by which to ask again has passed.")
    for key, choice in standing(record.choices).items():
        if choice.look_again is not None and surely_after(day, choice.look_again):
            place = at("choices", key, "look_again")
            yield finding("FM821", place, "The day on which to look at this choice again has passed.")


def validity(record: Record, today: date) -> Iterator[Issue]:
    """A preference that nobody has replaced, and that no longer stands by what it says itself."""
    for key, said in standing(record.preferences).items():
        if expired(said, today.isoformat()):
            place = at("preferences", key, "valid_until")
            yield finding(
                "FM822", place, "The time for which this was said has passed, and nothing has taken its place."
            )
