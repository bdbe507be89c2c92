"""One value of a search parameter → what must hold in the index, by the kind of the parameter (R4 Search, 3.1.1.4).

Commas are *or*; `system|code`; prefixes on dates and numbers; `:missing`, `:not`, `:exact`, `:contains`, `:below`,
`:identifier`, `:Patient`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from fhir_matters.local_server.indexing import HUGE, IDENTIFIER, folded
from fhir_matters.local_server.parameters import TYPES, Kind, Parameter
from fhir_matters.local_server.periods import period
from fhir_matters.local_server.refusals import RefusalError

Sql: TypeAlias = tuple[str, list[Any]]
MODIFIERS: dict[Kind, frozenset[str]] = {
    "token": frozenset({"", "missing", "not"}),
    "reference": frozenset({"", "missing", "identifier", *TYPES}),
    "string": frozenset({"", "missing", "exact", "contains"}),
    "date": frozenset({"", "missing"}),
    "uri": frozenset({"", "missing", "below"}),
    "number": frozenset({"", "missing"}),
    "quantity": frozenset({"", "missing"}),
}
TABLES: dict[Kind, str] = {"date": "span", "number": "amount", "quantity": "amount"}
# Sorts behind every text that begins in the same way.
BEHIND = "\U0010ffff"
# Members of one compound statement, as far as SQLite takes them.
MOST_ALTERNATIVES = 400


def indexed(kind: str, parameter: Parameter, modifier: str, value: str) -> Sql:
    """The condition on `current.seq` that the index of this parameter must meet. Raises RefusalError (400)."""
    if modifier not in MODIFIERS[parameter.kind]:
        raise RefusalError(400, "not-supported", f"{parameter.name} has no such modifier here.")
    place = f"{kind}.{parameter.name}{IDENTIFIER if modifier == 'identifier' else ''}"
    if modifier == "missing":
        if value not in ("true", "false"):
            raise RefusalError(400, "value", "Expected true or false.")
        alternatives: list[Sql] = [("1", [])]
    else:
        match = _token if modifier == "identifier" else MATCHERS[parameter.kind]
        alternatives = [match(each, modifier) for each in alternatives_of(value)]
    if len(alternatives) > MOST_ALTERNATIVES:
        raise RefusalError(400, "too-costly", f"Expected at most {MOST_ALTERNATIVES} values between commas.")
    table = TABLES.get(parameter.kind, "entry")
    # One select for each: with OR between them SQLite would look at every row of the place.
    inside = " UNION ALL ".join(f"SELECT seq FROM {table} WHERE place = ? AND {text}" for text, _ in alternatives)  # noqa: S608 (ours alone)
    values = [each for _, values in alternatives for each in (place, *values)]
    absent = modifier == "not" or (modifier == "missing" and value == "true")
    return f"current.seq {'NOT IN' if absent else 'IN'} ({inside})", values


def alternatives_of(value: str) -> list[str]:
    """The parts between commas; a comma, a bar or a dollar sign after a backslash is meant as it stands."""
    parts = re.findall(r"(?:\\.|[^,\\]|\\$)+", value, re.DOTALL)
    if not parts:
        raise RefusalError(400, "value", "Expected a value between the commas.")
    return parts


def plain(text: str) -> str:
    """Without the backslashes."""
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _token(text: str, _: str) -> Sql:
    system, bar, code = re.match(r"((?:\\.|[^|\\]|\\$)*)(\|?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if not bar:
        return "value = ?", [plain(system)]
    if not code:
        return "system = ?", [plain(system)]
    return "system = ? AND value = ?", [plain(system), plain(code)]


def _reference(text: str, modifier: str) -> Sql:
    text = plain(text)
    if "/" in text or ":" in text:
        return "value = ?", [text.partition("/_history/")[0]]
    if modifier:
        return "value = ?", [f"{modifier}/{text}"]
    return f"value IN ({', '.join('?' * len(TYPES))})", [f"{each}/{text}" for each in sorted(TYPES)]


def _string(text: str, modifier: str) -> Sql:
    text = plain(text)
    if modifier == "exact":
        return "value = ? AND system = ?", [folded(text), text]
    if modifier == "contains":
        return "instr(value, ?)", [folded(text)]
    return "value >= ? AND value < ?", [folded(text), folded(text) + BEHIND]


def _uri(text: str, modifier: str) -> Sql:
    text = plain(text)
    if modifier == "below":
        return "value >= ? AND value < ?", [text, text + BEHIND]
    return "value = ?", [text]


def _date(text: str, _: str) -> Sql:
    prefix, rest = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    low, high = period(plain(rest).replace(" ", "+"))
    if prefix not in DATES or not low:
        raise RefusalError(400, "value", f"Expected a date, with one of {', '.join(DATES)} or nothing before it.")
    condition, moments = DATES[prefix]
    return condition, [{"low": low, "high": high}[moment] for moment in moments]


# R4 Search, 3.1.1.4.7, over the first and last moment of what is stored and of what is asked.
DATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "eq": ("low >= ? AND high <= ?", ("low", "high")),
    "ne": ("(low < ? OR high > ?)", ("low", "high")),
    "lt": ("low < ?", ("low",)),
    "le": ("low <= ?", ("high",)),
    "gt": ("high > ?", ("high",)),
    "ge": ("high >= ?", ("low",)),
    "sa": ("low > ?", ("high",)),
    "eb": ("high < ?", ("low",)),
}
_NUMBER = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<number>[+-]?\d{1,30}(?P<fraction>\.\d{1,30})?(?:[eE](?P<power>[+-]?\d{1,3}))?)"
)


def _number(text: str, _: str) -> Sql:
    """R4 Search, 3.1.1.4.6: without a prefix, whatever rounds to the number; with one, the number to the last digit."""
    found = _NUMBER.fullmatch(plain(text).replace(" ", "+"))
    if not found or (prefix := found["prefix"] or "eq") not in NUMBERS or abs(Decimal(found["number"])) >= HUGE:
        raise RefusalError(400, "value", f"Expected a number, with one of {', '.join(NUMBERS)} or nothing before it.")
    number = Decimal(found["number"])
    # Half of the last digit; `1e2` is meant to one digit less (the example of the specification, [95, 105)).
    last = int(found["power"] or 0) - (len(found["fraction"]) - 1 if found["fraction"] else bool(found["power"]))
    half = Decimal(1).scaleb(last) / 2
    around = {"low": number - half, "high": number + half, "less": number - abs(number) / 10}
    around |= {"is": number, "more": number + abs(number) / 10}
    condition, bounds = NUMBERS[prefix]
    return condition, [float(around[bound]) for bound in bounds]


NUMBERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "eq": ("value >= ? AND value < ?", ("low", "high")),
    "ne": ("(value < ? OR value >= ?)", ("low", "high")),
    "lt": ("value < ?", ("is",)),
    "le": ("value <= ?", ("is",)),
    "gt": ("value > ?", ("is",)),
    "ge": ("value >= ?", ("is",)),
    "sa": ("value > ?", ("is",)),
    "eb": ("value < ?", ("is",)),
    "ap": ("value BETWEEN ? AND ?", ("less", "more")),
}


def _quantity(text: str, modifier: str) -> Sql:
    """`5.4|http://unitsofmeasure.org|mg`; without a system the unit is meant as a code or in words."""
    number, *of = re.split(r"(?<!\\)\|", text)
    condition, values = _number(number, modifier)
    if not of:
        return condition, values
    if len(of) != 2:  # noqa: PLR2004 (system and code)
        raise RefusalError(400, "value", "Expected a quantity as number|system|code.")
    system, code = map(plain, of)
    if system:
        return f"{condition} AND system = ? AND code = ?", [*values, system, code]
    return f"{condition} AND (code = ? OR unit = ?)", [*values, code, code]


MATCHERS: dict[Kind, Callable[[str, str], Sql]] = {
    "token": _token,
    "reference": _reference,
    "string": _string,
    "date": _date,
    "uri": _uri,
    "number": _number,
    "quantity": _quantity,
}
