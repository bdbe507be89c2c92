"""Plain English for what a record keeps as data: days, lengths, chances, lists of names, and text that is safe to show.

Nothing here knows a record.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

_MONTHS = (
"January", "February", "March", "April", "May", "June",
"July", "August", "September", "October", "November", "December",
)  # fmt: skip
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d))?)?)?")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:to|-|\N{EN DASH}|\.\.+|\N{HORIZONTAL ELLIPSIS})\s*(-?\d+(?:\.\d+)?)")

# Controls that a terminal or an XML parser would obey, lone surrogates, and the marks that turn the reading direction
# of what follows them (UAX 9 embeddings, overrides and isolates): direction comes from the letters themselves.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LEFTWARD = frozenset({"R", "AL", "AN"})
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain(value: Any) -> str:
    """The value as text that no terminal, browser or XML writer takes for more than text; empty for None."""
    if value is None:
        return ""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", _TURNING.sub("", text)).strip()


def apart(value: Any) -> str:
    """As `plain`, and where it is written from right to left set apart (U+2068 … U+2069) from the English around it."""
    text = plain(value)
    return f"\u2068{text}\u2069" if any(unicodedata.bidirectional(letter) in _LEFTWARD for letter in text) else text


def quoted(words: Any) -> str:
    """The words in quotation marks, in the middle of an English sentence."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{apart(words)}\N{RIGHT DOUBLE QUOTATION MARK}"


def day(when: Any) -> str:
    """`2026-03-03T14:00:00Z` as "3 March 2026", `2024-10` as "October 2024"; as spelt if it is no date."""
    found = _DATE.match(plain(when))
    if not found:
        return plain(when)
    year, month, number, _ = found.groups()
    if not month or not 1 <= int(month) <= len(_MONTHS):
        return year
    return " ".join(part for part in (number and str(int(number)), _MONTHS[int(month) - 1], year) if part)


def clock(when: Any) -> str:
    """The time of day as it was spelt, "14:00"; empty where there is none."""
    found = _DATE.match(plain(when))
    return (found[4] or "") if found else ""


def length(minutes: int) -> str:
    """70 as "1 hour 10 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = ((hours, "hour"), (rest, "minute"))
    return " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number)


def count(number: int) -> str:
    """Small numbers as words."""
    return _COUNTS[number] if number < len(_COUNTS) else str(number)


def listed(names: Sequence[str]) -> str:
    """The names as one phrase: "Ted, Grace and Yusuf"."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""


def capital(text: str) -> str:
    """The same text beginning with a capital."""
    return text[:1].upper() + text[1:]


def number_of(value: Any) -> Decimal | None:
    """The value as a finite number, or None."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def chances(low: Any, high: Any) -> str:
    """A range of probabilities as "between 5 and 30 in 100"; empty where nobody knows one."""
    least, most = (_in_hundred(number_of(bound)) for bound in (low, high))
    if least and most and least == most:
        return f"{least} in 100"
    if least in ("", "0") and most:
        return f"at most {most} in 100"
    if least and most in ("", "100"):
        return f"at least {least} in 100"
    return f"between {least} and {most} in 100" if least else ""


def position(number: Any, scale: str) -> float | None:
    """Where the number lies on a scale whose words name its two ends ("0 to 10"), from 0 to 1; None if they do not."""
    found, value = _RANGE.search(scale), number_of(number)
    if not found or value is None:
        return None
    first, last = Decimal(found[1]), Decimal(found[2])
    if first == last:
        return None
    place = float((value - first) / (last - first))
    return place if 0 <= place <= 1 else None


def _in_hundred(score: Decimal | None) -> str:
    if score is None:
        return ""
    text = f"{score * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
