"""Plain words for what a record keeps as data: days, lengths, chances, lists of names, and text that is safe to show.

In the language of the page that is being made (`catalogue`). Nothing here knows a record.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Any

from fhir_matters.view.catalogue import foreign, known, say, spoken

_MONTHS = 12
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d))?)?)?")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:to|i|-|\N{EN DASH}|\.\.+|\N{HORIZONTAL ELLIPSIS})\s*(-?\d+(?:\.\d+)?)")

# Controls that a terminal or an XML parser would obey, lone surrogates, and the marks that turn the reading direction
# of what follows them (UAX 9 embeddings, overrides and isolates): direction comes from the letters themselves.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LEFTWARD = frozenset({"R", "AL", "AN"})
_UNSEEN = frozenset({"Cf", "Zl", "Zp", "Zs"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What `apart` and `inside` set apart; `plain` leaves such marks out, so each is from here, and none is inside another.
_OPENING = ("\u2066", "\u2067", "\u2068")
_RIGHTWARD_WORDS, _LEFTWARD_WORDS, _ = _OPENING
_MARKED = re.compile("([\u2066-\u2068][^\u2069]*\u2069)")


def plain(value: Any) -> str:
    """The value as text that no terminal, browser or XML writer takes for more than text.

    Empty for None, and where there is no letter that anybody could see.
    """
    if value is None:
        return ""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", _TURNING.sub("", text)).strip()
    return "" if all(_is_unseen(letter) for letter in text) else text


def _is_unseen(letter: str) -> bool:
    """Spaces, joiners and other marks without a shape, and the letters that Unicode has for filling."""
    return unicodedata.category(letter) in _UNSEEN or letter in _FILLERS


def apart(value: Any) -> str:
    """As `plain`, and where it is written from right to left set apart (U+2068 … U+2069) from what is around it."""
    text = plain(value)
    return f"\u2068{text}\u2069" if is_leftward(text) else text


def inside(value: Any) -> str:
    """Words of the record inside a sentence of the page: as `apart`.

    Where they are in another language than the page they are marked as such (U+2066 or U+2067 … U+2069).
    """
    text = plain(value)
    if not text or not foreign():
        return apart(text)
    return f"{_LEFTWARD_WORDS if is_leftward(text) else _RIGHTWARD_WORDS}{text}\u2069"


def short(answer: Any) -> str:
    """A short answer as the page says it where it is one of those that everybody gives, else as it was given."""
    text = plain(answer)
    return known("short", text) if known("short", text) != text else inside(text)


def quoted(words: Any) -> str:
    """The words in quotation marks, in the middle of a sentence."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{inside(words)}\N{RIGHT DOUBLE QUOTATION MARK}"


def pieces(text: str) -> Iterator[tuple[str, bool, bool]]:
    """The text in pieces: whether each was set apart, and whether it is of the words of the record."""
    for piece in _MARKED.split(text):
        if piece[:1] in _OPENING:
            yield piece[1:-1], True, piece[0] != "\u2068"
        elif piece:
            yield piece, False, False


def unmarked(text: str) -> str:
    """The text for where nothing can be marked: only what is written from right to left stays set apart."""
    return "".join(apart(piece) if marked else piece for piece, marked, _ in pieces(text))


def day(when: Any) -> str:
    """`2026-03-03T14:00:00Z` as "3 March 2026", `2024-10` as "October 2024"; as spelt if it is no date."""
    found = _DATE.match(plain(when))
    if not found:
        return plain(when)
    year, month, number, _ = found.groups()
    if not month or not 1 <= int(month) <= _MONTHS:
        return year
    key = "dates.day" if number else "dates.month"
    return say(key, day=str(int(number or 0)), month=say("dates.months", str(int(month) - 1)), year=year)


def dated(key: str, when: Any, **values: str) -> str:
    """The sentence with the date in it, in the form that goes with how much of the date is known."""
    found = _DATE.match(plain(when))
    year, month, number = (found[1], found[2], found[3]) if found else ("", "", "")
    form = "day" if number else "month" if month else "year" if year else "other"
    return say(key, form, date=day(when), **values)


def clock(when: Any) -> str:
    """The time of day as it was spelt, "14:00"; empty where there is none."""
    found = _DATE.match(plain(when))
    return (found[4] or "") if found else ""


def length(minutes: int) -> str:
    """70 as "1 hour 10 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = ((hours, "length.hours"), (rest, "length.minutes"))
    return " ".join(say(unit, number=number) for number, unit in parts if number)


def counted(key: str, number: int) -> str:
    """A small number as the word that stands under the key; a larger one in digits."""
    words = spoken().sentences[key]
    return words[number] if isinstance(words, tuple) and number < len(words) else str(number)


def listed(names: Sequence[str], last: str = "list.and") -> str:
    """The names as one phrase: "Ted, Grace and Yusuf"."""
    if len(names) < 2:  # noqa: PLR2004  two names are the fewest that are joined
        return names[0] if names else ""
    first = reduce(lambda before, name: say("list.comma", first=before, last=name), names[:-1])
    return say(last, first=first, last=names[-1])


def capital(text: str) -> str:
    """The same text beginning with a capital."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The same text beginning with a small letter, as in the middle of a sentence."""
    return text[:1].lower() + text[1:]


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
        return say("chances.same", low=least)
    if least in ("", "0") and most:
        return say("chances.at_most", high=most)
    if least and most in ("", "100"):
        return say("chances.at_least", low=least)
    return say("chances.between", low=least, high=most) if least else ""


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


def is_leftward(text: str) -> bool:
    """True where some of it is written from right to left."""
    return any(unicodedata.bidirectional(letter) in _LEFTWARD for letter in text)
