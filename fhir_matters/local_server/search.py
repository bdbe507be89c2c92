"""A search → what it finds: each parameter one condition over the index, joined by *and*.

R4 Search, 3.1.1: repeated parameters are *and*, commas *or*; `system|code`; prefixes on dates; `:missing`, `:not`,
`:exact`, `:contains`, `:below`, `:Patient`. What is not known is named, or refused where the client asked for that.
Chains and `_has` are not known.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from fhir_matters.local_server.indexing import folded
from fhir_matters.local_server.parameters import TYPES, Kind, Parameter, parameters
from fhir_matters.local_server.periods import period
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.store import Store, Version

# Of the result, not of what is found (R4 Search, 3.1.1.5); `_format` and `_pretty` are answered elsewhere.
RESULT = frozenset({"_count", "_total", "_format", "_pretty"})
SORTS = {
    "_lastUpdated": "current.seq",
    "-_lastUpdated": "current.seq DESC",
    "_id": "current.id",
    "-_id": "current.id DESC",
}
MODIFIERS: dict[Kind, frozenset[str]] = {
    "token": frozenset({"", "missing", "not"}),
    "reference": frozenset({"", "missing", *TYPES}),
    "string": frozenset({"", "missing", "exact", "contains"}),
    "date": frozenset({"", "missing"}),
    "uri": frozenset({"", "missing", "below"}),
}
# Sorts behind every text that begins in the same way.
BEHIND = "\U0010ffff"
# Members of one compound statement, as far as SQLite takes them.
MOST_ALTERNATIVES = 400
Sql: TypeAlias = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Search:
    """A search that can be run: SQL conditions with their values, the order, and the parameters not known."""

    kind: str
    conditions: tuple[Sql, ...]
    order: str = SORTS["_lastUpdated"]
    unknown: tuple[str, ...] = ()

    def ids(self, store: Store, most: int = -1) -> list[int]:
        """The `seq` of every version found, in order: a snapshot that pages can be cut from."""
        # The sign keeps SQLite from walking through a whole type where another condition leads to the few rows.
        narrow = any(text.startswith("current.seq IN") for text, _ in self.conditions)
        texts = [f"{'+' if narrow else ''}current.type = ?", *(text for text, _ in self.conditions)]
        values = [self.kind, *(value for _, values in self.conditions for value in values)]
        sql = f"SELECT seq FROM current WHERE {' AND '.join(texts)} ORDER BY {self.order} LIMIT {most}"  # noqa: S608
        try:
            return [seq for (seq,) in store.query(sql, values)]
        except sqlite3.OperationalError:
            raise RefusalError(400, "too-costly", "Expected fewer alternatives in one search.") from None

    def versions(self, store: Store, most: int) -> list[Version]:
        """The first versions found, `most` at the most."""
        return store.chosen(self.ids(store, most))


def search(kind: str, asked: Iterable[tuple[str, str]], *, strict: bool = False) -> Search:
    """The search that these parameters ask for.

    Raises RefusalError for a value that cannot be read, for a modifier that is not known, and, if strict, for an
    unknown parameter.
    """
    conditions: list[Sql] = []
    unknown: list[str] = []
    order = SORTS["_lastUpdated"]
    for name, value in asked:
        if name == "_sort":
            order = _order(value)
        elif name in RESULT or not value or (name == "_summary" and value in ("count", "false")):
            continue
        elif condition := _condition(kind, name, value):
            conditions.append(condition)
        else:
            unknown.append(name)
    if unknown and strict:
        raise RefusalError(400, "not-supported", f"{kind} is not searched by {', '.join(unknown)} here.")
    return Search(kind, tuple(conditions), order, tuple(unknown))


def _order(value: str) -> str:
    if value not in SORTS:
        raise RefusalError(400, "not-supported", f"Results are sorted by {', '.join(SORTS)} here.")
    return SORTS[value]


def _condition(kind: str, name: str, value: str) -> Sql | None:
    name, _, modifier = name.partition(":")
    if name == "_id":
        ids = [_plain(each) for each in _alternatives(value)]
        if modifier:
            raise RefusalError(400, "not-supported", "_id has no such modifier here.")
        return f"current.id IN ({', '.join('?' * len(ids))})", ids
    parameter = parameters(kind).get(name)
    if parameter is None:
        return None
    if modifier not in MODIFIERS[parameter.kind]:
        raise RefusalError(400, "not-supported", f"{name} has no such modifier here.")
    return _indexed(kind, parameter, modifier, value)


def _indexed(kind: str, parameter: Parameter, modifier: str, value: str) -> Sql:
    if modifier == "missing":
        if value not in ("true", "false"):
            raise RefusalError(400, "value", "Expected true or false.")
        alternatives: list[Sql] = [("1", [])]
    else:
        match = MATCHERS[parameter.kind]
        alternatives = [match(each, modifier) for each in _alternatives(value)]
    if len(alternatives) > MOST_ALTERNATIVES:
        raise RefusalError(400, "too-costly", f"Expected at most {MOST_ALTERNATIVES} values between commas.")
    table, place = "span" if parameter.kind == "date" else "entry", f"{kind}.{parameter.name}"
    # One select for each: with OR between them SQLite would look at every row of the place.
    inside = " UNION ALL ".join(f"SELECT seq FROM {table} WHERE place = ? AND {text}" for text, _ in alternatives)  # noqa: S608 (ours alone)
    values = [each for _, values in alternatives for each in (place, *values)]
    absent = modifier == "not" or (modifier == "missing" and value == "true")
    return f"current.seq {'NOT IN' if absent else 'IN'} ({inside})", values


def _alternatives(value: str) -> list[str]:
    """The parts between commas; a comma, a bar or a dollar sign after a backslash is meant as it stands."""
    parts = re.findall(r"(?:\\.|[^,\\]|\\$)+", value, re.DOTALL)
    if not parts:
        raise RefusalError(400, "value", "Expected a value between the commas.")
    return parts


def _plain(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _token(text: str, _: str) -> Sql:
    system, bar, code = re.match(r"((?:\\.|[^|\\]|\\$)*)(\|?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if not bar:
        return "value = ?", [_plain(system)]
    if not code:
        return "system = ?", [_plain(system)]
    return "system = ? AND value = ?", [_plain(system), _plain(code)]


def _reference(text: str, modifier: str) -> Sql:
    text = _plain(text)
    if "/" in text or ":" in text:
        return "value = ?", [text.partition("/_history/")[0]]
    if modifier:
        return "value = ?", [f"{modifier}/{text}"]
    return f"value IN ({', '.join('?' * len(TYPES))})", [f"{each}/{text}" for each in sorted(TYPES)]


def _string(text: str, modifier: str) -> Sql:
    text = _plain(text)
    if modifier == "exact":
        return "value = ? AND system = ?", [folded(text), text]
    if modifier == "contains":
        return "instr(value, ?)", [folded(text)]
    return "value >= ? AND value < ?", [folded(text), folded(text) + BEHIND]


def _uri(text: str, modifier: str) -> Sql:
    text = _plain(text)
    if modifier == "below":
        return "value >= ? AND value < ?", [text, text + BEHIND]
    return "value = ?", [text]


def _date(text: str, _: str) -> Sql:
    prefix, rest = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    low, high = period(_plain(rest).replace(" ", "+"))
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
MATCHERS: dict[Kind, Callable[[str, str], Sql]] = {
    "token": _token,
    "reference": _reference,
    "string": _string,
    "date": _date,
    "uri": _uri,
}
