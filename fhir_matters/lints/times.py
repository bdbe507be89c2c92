"""Has the day come to ask again: reviews, ends of validity, of showing and of keeping. The day is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, finding
from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms import AnticipatoryPlan, LegalDecision, Said
from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing

Lasting: TypeAlias = Said | AnticipatoryPlan | LegalDecision
# What may say until when it stands, and by when to ask again.
_LASTING = ("what_matters", "preferences", "plans", "legal")


def review_due(said: Lasting, day: str) -> bool:
    """True where the review date is before that day, and they have not said since that it still stands."""
    due = said.review_by
    if due is None or not surely_after(day, due):
        return False
    return not isinstance(said, Said) or all(surely_after(due, again.when) for again in said.still_stands)


def expired(said: Lasting, day: str) -> bool:
    """True where the last day on which it stands is before that day."""
    return said.valid_until is not None and surely_after(day, said.valid_until)


def _lasting(record: Record) -> Iterator[tuple[str, str, Lasting]]:
    """(section, key, part) for all that stands and may say until when."""
    for section in _LASTING:
        yield from ((section, key, said) for key, said in left_standing(getattr(record, section)).items())


def review(record: Record, today: date) -> Iterator[Issue]:
    """A wish, a plan or a decision past its review date, or a choice past the day on which to look at it again."""
    day = today.isoformat()
    for section, key, said in _lasting(record):
        if review_due(said, day):
            yield finding("FM821", at(section, key, "review_by"), "The day by which to ask again has passed.")
    for key, choice in left_standing(record.choices).items():
        if choice.look_again is not None and surely_after(day, choice.look_again):
            place = at("choices", key, "look_again")
            yield finding("FM821", place, "The day on which to look at this choice again has passed.")


def validity(record: Record, today: date) -> Iterator[Issue]:
    """A wish, a plan or a decision that nobody has replaced, and that no longer stands by what it says itself."""
    for section, key, said in _lasting(record):
        if expired(said, today.isoformat()):
            place = at(section, key, "valid_until")
            yield finding(
                "FM822", place, "The time for which this was said has passed, and nothing has taken its place."
            )


def shown_until(record: Record, today: date) -> Iterator[Issue]:
    """A picture or a recording that was to be shown until a day that has passed."""
    face = record.person.face_showing if record.person.face else None
    films = ((("recordings", key, "showing"), film.showing) for key, film in left_standing(record.recordings).items())
    for keys, showing in ((("person", "face_showing"), face), *films):
        if showing is not None and _passed(showing.until, today):
            yield finding("FM823", at(*keys, "until"), "The last day on which this may be shown has passed.")


def kept_until(record: Record, today: date) -> Iterator[Issue]:
    """What was kept from somebody until a day that has passed, and nobody has said that it is over."""
    for key, wish in record.sharing.items():
        if not wish.ended and _passed(wish.until, today):
            place = at("sharing", key, "until")
            yield finding("FM824", place, "The last day on which this was to be kept has passed.")


def _passed(day: str | None, today: date) -> bool:
    return day is not None and surely_after(today.isoformat(), day)
