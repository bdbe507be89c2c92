"""Form tools spell dates their own way: a year comes back as its first of January, a day as midnight somewhere.

Where the form was opened with the date that is on record, that is no change: the date keeps the spelling it had.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")
_DAY = len("2026-03-03")
_MIDNIGHT_SOMEWHERE = timedelta(hours=14)  # the zones of the world reach from UTC-12 to UTC+14


def as_spelt(before: Any, now: Any) -> Any:
    """What is said now, with each date that is the one of before spelt as it was."""
    if isinstance(before, dict) and isinstance(now, dict):
        return {name: as_spelt(before.get(name), value) for name, value in now.items()}
    if isinstance(before, str) and isinstance(now, str) and _DATE.fullmatch(before) and _DATE.fullmatch(now):
        return before if _same(before, now) else now
    return now


def _same(before: str, now: str) -> bool:
    try:
        apart = abs(_moment(before) - _moment(now))
    except (ValueError, OverflowError):
        return before == now
    only_a_day = len(before) <= _DAY < len(now)
    return apart <= _MIDNIGHT_SOMEWHERE if only_a_day else not apart


def _moment(spelt: str) -> datetime:
    whole = spelt + "0001-01-01"[len(spelt) :] if len(spelt) < _DAY else spelt
    found = datetime.fromisoformat(whole)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
