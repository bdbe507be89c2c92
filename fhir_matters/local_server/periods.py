"""A FHIR date or dateTime → the first and the last moment that it can mean, as UTC text that sorts."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?P<fraction>\.\d+)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)
_MOMENT = timedelta(microseconds=1)
# An instant, as most dates in records are.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,6}))?(?:Z|[+-]\d\d:\d\d)")


@lru_cache(8192)
def period(text: str) -> tuple[str, str]:
    """(first, last) as `2026-03-03T14:00:00.000000`; two empty strings where the text is no date.

    R4 Search, 3.1.1.4.7: a date means every moment in it, and one without a zone is taken as UTC.
    """
    if (instant := _INSTANT.fullmatch(text)) and (known := _of_instant(text, instant[1] or "")):
        return known
    found = _DATE.fullmatch(text)
    if not found:
        return "", ""
    parts = found.groupdict()
    try:
        first = _first(parts)
        return _sortable(first), _sortable(first + (_length(parts, first) - _MOMENT))
    except (ValueError, OverflowError):
        return "", ""


def _of_instant(text: str, fraction: str) -> tuple[str, str] | None:
    """As `period`; None for what a datetime cannot be, a leap second for example."""
    try:
        first = datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return None
    until = len("2026-03-03T14:00:00.") + len(fraction)
    return first[:26], first[:until] + "999999"[len(fraction) :]


def _first(parts: dict[str, str | None]) -> datetime:
    numbers = [int(parts[name] or default) for name, default in _FIELDS]
    # A leap second sorts as the last second of its minute.
    numbers[5] = min(numbers[5], 59)
    fraction = int((parts["fraction"] or ".0")[1:7].ljust(6, "0"))
    return datetime(*numbers, fraction, tzinfo=UTC) - _offset(parts["zone"])  # type: ignore[arg-type,misc]


_FIELDS = (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta()
    hours, minutes = zone[1:].split(":")
    span = timedelta(hours=int(hours), minutes=int(minutes))
    return -span if zone[0] == "-" else span


def _length(parts: dict[str, str | None], first: datetime) -> timedelta:
    if parts["fraction"]:
        return timedelta(microseconds=10 ** max(7 - len(parts["fraction"]), 0))
    if parts["second"]:
        return timedelta(seconds=1)
    if parts["hour"]:
        return timedelta(minutes=1)
    if parts["day"]:
        return timedelta(days=1)
    if parts["month"]:
        return timedelta(days=monthrange(first.year, first.month)[1])
    return timedelta(days=365 + (monthrange(first.year, 2)[1] == 29))  # noqa: PLR2004 (29 February)


def _sortable(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")
