"""Which of two FHIR dates comes first, as far as their precision tells. Changes no spelling."""

from __future__ import annotations

from datetime import UTC, datetime

_DAY = len("2026-03-03")


def surely_after(one: str, other: str) -> bool:
    """True where every moment of `one` is later than every moment of `other`; a year is no later than its months."""
    if len(one) > _DAY and len(other) > _DAY:
        return _moment(one) > _moment(other)
    known = min(len(one), len(other), _DAY)
    return one[:known] > other[:known]


def surely_begins(start: str, end: str) -> bool:
    """True where `start` is certainly no later than `end`, as R4 asks of a Period (per-1): a doubt is not enough."""
    known = min(len(start), len(end), _DAY)
    decided = start[:known] != end[:known] or len(start) == len(end) or known < min(len(start), len(end))
    return decided and not surely_after(start, end)


def _moment(spelt: str) -> tuple[datetime, int]:
    """The moment in UTC; R4 allows a 60th second, which Python does not know."""
    leap = spelt[17:19] == "60"
    at = datetime.fromisoformat(f"{spelt[:17]}59{spelt[19:]}" if leap else spelt)
    try:
        return at.astimezone(UTC), int(leap)
    except OverflowError:
        return at.replace(tzinfo=UTC), int(leap)
