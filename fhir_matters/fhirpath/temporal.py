"""Date, DateTime and Time of FHIRPath: each as precise as it was written, so that comparing may say "cannot tell".

Arithmetic with calendar durations; text in and out. Leap seconds are read as the second before.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

from fhir_matters.fhirpath.errors import CannotEvaluate

_DATE: Final = r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12][0-9]|3[01]))?)?"
_CLOCK: Final = (
    r"(?P<hour>[01][0-9]|2[0-4])(?::(?P<minute>[0-5][0-9])(?::(?P<second>(?:[0-5][0-9]|60)(?:\.[0-9]{1,20})?))?)?"
)
_ZONE: Final = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_FORMS: Final = {
    "Date": re.compile(_DATE),
    "DateTime": re.compile(rf"{_DATE}(?:T(?:{_CLOCK})?{_ZONE})?"),
    "Time": re.compile(rf"T?{_CLOCK}"),
}
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
_CLOCK_PARTS: Final = 3  # a Time has hour, minute and second
# What a time without a zone may be off by: zones lie between -12:00 and +14:00.
_WIDEST: Final = timedelta(hours=14)
_LAST_SECOND: Final = Decimal("59.999")
# How a unit counts in each part that can be added to; a week is seven days.
_UNITS: Final[dict[str, tuple[int, int | Decimal]]] = {
    "year": (0, 1),
    "month": (1, 1),
    "week": (2, 7),
    "day": (2, 1),
    "hour": (3, 1),
    "minute": (4, 1),
    "second": (5, 1),
    "millisecond": (5, Decimal("0.001")),
}
# A part of a coarser one, to add months to a year: 24 months are two years.
_COARSER: Final = {1: 12, 2: 30, 3: 24, 4: 60, 5: 60}


@dataclass(frozen=True, slots=True)
class Temporal:
    """A point in time: `parts` from year (or, for a Time, from hour) down to what was written.

    The second is a Decimal with the digits written; `zone` is minutes east of UTC, or None.
    """

    kind: str
    parts: tuple[int | Decimal, ...]
    zone: int | None = None

    def __str__(self) -> str:
        texts = [_two(part) for part in self.parts]
        if self.kind == "Time":
            return ":".join(texts)
        date = "-".join([f"{self.parts[0]:04}", *texts[1:3]])
        if self.kind == "Date":
            return date
        clock = ":".join(texts[3:])
        return f"{date}T{clock}{_zone(self.zone)}" if clock else date

    @property
    def digits(self) -> int:
        """How many digits are written: 4 for a year, 17 for milliseconds; a Time has 2 to 9."""
        clock = self.kind == "Time"
        whole = (2 if clock else 4) + 2 * (len(self.parts) - 1)
        return whole + _fraction_digits(self.parts)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal points in time of equal precision, and only for these."""
        shifted = self.in_utc()
        return (self.kind == "Time", self.zone is None or self.kind == "Date", shifted.parts)

    def in_utc(self) -> Temporal:
        """The same point in UTC; unchanged where there is no zone or no hour."""
        if not self.zone or len(self.parts) <= _CLOCK_PARTS:
            return self
        moved = _moved(self.parts, timedelta(minutes=-self.zone))
        return Temporal(self.kind, (*moved[: min(len(self.parts), 5)], *self.parts[5:]), 0)


def temporal(text: str, kind: str) -> Temporal | None:
    """The value that the text spells, or None where it spells none (`2015-02-30`)."""
    match = _FORMS[kind].fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    parts = tuple(_part(name, found[name]) for name in _PARTS if found.get(name))
    if len(parts) > 2 and kind != "Time" and parts[2] > calendar.monthrange(*map(int, (parts[0] or 1, parts[1])))[1]:  # noqa: PLR2004
        return None
    if parts[0] == 0 and kind != "Time":
        return None
    return Temporal(kind, parts, _minutes(found.get("zone")))


def now(moment: datetime) -> Temporal:
    """This moment, to the millisecond, with its zone."""
    offset = moment.utcoffset() or timedelta()
    second = Decimal(moment.second) + Decimal(moment.microsecond // 1000).scaleb(-3)
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, second.quantize(Decimal("0.001")))
    return Temporal("DateTime", parts, int(offset.total_seconds()) // 60)


def compare(left: Temporal, right: Temporal) -> int | None:
    """-1, 0 or 1; None where what was written does not decide it. Raises CannotEvaluate for a time and a date."""
    if (left.kind == "Time") != (right.kind == "Time"):
        raise CannotEvaluate("A time cannot be compared with a date.")
    if left.kind != "Time" and (left.zone is None) != (right.zone is None):
        return _compare_spans(left, right)
    if left.zone != right.zone:
        left, right = left.in_utc(), right.in_utc()
    one, other = left.parts, right.parts
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return -1 if mine < theirs else 1
    return 0 if len(one) == len(other) else None


def _compare_spans(left: Temporal, right: Temporal) -> int | None:
    """One has a zone, the other none: decided only where no zone could change it."""
    (low, high), (other_low, other_high) = _span(left), _span(right)
    if high < other_low:
        return -1
    return 1 if low > other_high else None


def _span(value: Temporal) -> tuple[datetime, datetime]:
    shifted = value.in_utc().parts
    slack = timedelta() if value.zone is not None else _WIDEST
    try:
        low, high = _moment(shifted, (1, 1, 1, 0, 0, 0)), _moment(_filled(shifted), (1, 1, 1, 23, 59, 59))
        return low - slack, high + slack
    except OverflowError:
        raise CannotEvaluate("A date at the edge of the calendar cannot be compared.") from None


def _filled(parts: tuple[int | Decimal, ...]) -> tuple[int | Decimal, ...]:
    """The last date that the parts may mean."""
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return parts if len(parts) > 2 else (year, month, calendar.monthrange(int(year), int(month))[1])  # noqa: PLR2004


def _moment(parts: tuple[int | Decimal, ...], rest: tuple[int, ...]) -> datetime:
    year, month, day, hour, minute, second = parts + rest[len(parts) :]
    whole = datetime(int(year), int(month), int(day), tzinfo=UTC)
    microseconds = int(Decimal(second) * 1_000_000)
    return whole + timedelta(hours=int(hour), minutes=int(minute), microseconds=microseconds)


def plus(value: Temporal, amount: Decimal, unit: str) -> Temporal:
    """The value so much later (earlier, for a negative amount) in calendar units (`day`, `month`).

    Fractions of all but seconds are dropped, and what is finer than the value is turned into its precision
    (http://hl7.org/fhirpath/N1/#datetime-arithmetic). Raises CannotEvaluate outside of the calendar.
    """
    part, factor = _UNITS[unit]
    if abs(amount) > Decimal(10) ** 15:
        raise CannotEvaluate("The result is outside of the calendar.")
    whole = amount * factor if part == 5 else amount.to_integral_value(ROUND_DOWN) * factor  # noqa: PLR2004
    first = 3 if value.kind == "Time" else 0
    last = first + len(value.parts) - 1
    if part < first:
        raise CannotEvaluate(f"A {unit} cannot be added to a time.")
    while part > last:
        whole = (whole / _COARSER[part]).to_integral_value(ROUND_DOWN)
        part -= 1
    try:
        return _added(value, part, whole)
    except (ValueError, OverflowError):
        raise CannotEvaluate("The result is outside of the calendar.") from None


def _added(value: Temporal, part: int, amount: Decimal) -> Temporal:
    if value.kind == "Time":
        day = (2000, 1, 1, *value.parts)
        return replace(value, parts=_kept(_moved(day, _delta(part, amount)), day)[3:])
    if part > 1:
        return replace(value, parts=_kept(_moved(value.parts, _delta(part, amount)), value.parts))
    months = int(value.parts[0]) * 12 + (int(value.parts[1]) - 1 if len(value.parts) > 1 else 0)
    months += int(amount) * (12 if part == 0 else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the years of FHIR
        raise OverflowError
    last = calendar.monthrange(year, month + 1)[1]
    date = (year, month + 1, *(min(int(day), last) for day in value.parts[2:3]))
    return replace(value, parts=date[: len(value.parts)] + value.parts[3:])


def _delta(part: int, amount: Decimal) -> timedelta:
    name = ("days", "hours", "minutes")[part - 2] if part < 5 else "microseconds"  # noqa: PLR2004
    return timedelta(**{name: int(amount if part < 5 else amount * 1_000_000)})  # noqa: PLR2004


def _moved(parts: tuple[int | Decimal, ...], delta: timedelta) -> tuple[int | Decimal, ...]:
    try:
        moved = _moment(parts, (1, 1, 1, 0, 0, 0)) + delta
    except (OverflowError, ValueError):
        raise CannotEvaluate("The result is outside of the calendar.") from None
    second = Decimal(moved.second) + Decimal(moved.microsecond).scaleb(-6)
    return moved.year, moved.month, moved.day, moved.hour, moved.minute, second


def _kept(moved: tuple[int | Decimal, ...], parts: tuple[int | Decimal, ...]) -> tuple[int | Decimal, ...]:
    """As precise as before; milliseconds that came in stay."""
    if len(parts) < len(moved):
        return moved[: len(parts)]
    second = Decimal(moved[5])
    exponent = min(_exponent(Decimal(parts[5])), _exponent(second.normalize()), 0)
    return (*moved[:5], second.quantize(Decimal(1).scaleb(exponent)))


def cut(value: Temporal, digits: int, *, high: bool) -> Temporal | None:
    """The first or last point that the value may mean, written with so many digits; None if none has so many.

    http://hl7.org/fhirpath/#lowboundaryprecision-integer-decimal--date--datetime--time
    """
    clock = value.kind == "Time"
    wanted = {2: 1, 4: 2, 6: 3, 9: 3} if clock else {4: 1, 6: 2, 8: 3, 10: 4, 12: 5, 14: 6, 17: 6}
    if digits not in wanted or (value.kind == "Date" and digits > 8):  # noqa: PLR2004
        return None
    whole = _bound((2000, 1, 1, *value.parts) if clock else value.parts, high=high)
    parts = (whole[3:] if clock else whole)[: wanted[digits]]
    if digits in (6 if clock else 0, 14):
        parts = (*parts[:-1], Decimal(int(parts[-1])))
    zone = value.zone if value.zone is not None else (-12 if high else 14) * 60
    return Temporal(value.kind, parts, zone if len(parts) > _CLOCK_PARTS else None)


def _bound(parts: tuple[int | Decimal, ...], *, high: bool) -> tuple[int | Decimal, ...]:
    if len(parts) == 4:  # noqa: PLR2004 - FHIR has no hour without its minutes: 08 means 08:00
        parts = (*parts, 0)
    if high:
        parts = _filled(parts)
        rest: tuple[int | Decimal, ...] = (12, 31, 23, 23, 59, _LAST_SECOND)
    else:
        rest = (1, 1, 1, 0, 0, Decimal("0.000"))
    whole = (*parts, *rest[len(parts) :])
    second = Decimal(whole[5])
    missing = 3 + min(_exponent(second), 0)
    if missing > 0:
        second += Decimal("0.999") % Decimal(1).scaleb(_exponent(second)) if high else 0
        second = second.quantize(Decimal("0.001"))
    return (*whole[:5], second)


def _part(name: str, text: str) -> int | Decimal:
    if name != "second":
        return int(text)
    value = Decimal(text)
    return value if value < 60 else Decimal(59)  # noqa: PLR2004


def _minutes(zone: str | None) -> int | None:
    if not zone or zone == "Z":
        return 0 if zone else None
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 60 + int(zone[4:]))


def _zone(minutes: int | None) -> str:
    if not minutes:
        return "" if minutes is None else "Z"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _two(part: int | Decimal) -> str:
    whole, dot, fraction = f"{part:f}".partition(".") if isinstance(part, Decimal) else (str(part), "", "")
    return whole.zfill(2) + dot + fraction


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def _fraction_digits(parts: tuple[int | Decimal, ...]) -> int:
    last = parts[-1]
    return -_exponent(last) if isinstance(last, Decimal) and _exponent(last) < 0 else 0
