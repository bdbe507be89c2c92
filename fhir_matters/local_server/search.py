"""A search → what it finds: each parameter one condition over the index, joined by *and*; chains, `_has`, the order.

R4 Search, 3.1.1. What is not known is named, or refused where the client asked for that.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fhir_matters.local_server.conditions import TABLES, Sql, alternatives_of, indexed, plain
from fhir_matters.local_server.parameters import TYPES, parameters, targets
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.store import Store, Version

# Of the result, not of what is found (R4 Search, 3.1.1.5); `_format` and `_pretty` are answered elsewhere.
RESULT = frozenset({"_count", "_total", "_format", "_pretty", "_elements"})
SORTS = {"_lastUpdated": "current.seq", "_id": "current.id"}
NEWEST_LAST = "current.seq"
# Chains within chains, as far as anybody means them.
DEEPEST = 4
_HAS = re.compile(r"_has:(?P<kind>[A-Za-z]+):(?P<reference>[A-Za-z0-9-]+):(?P<rest>.+)")
_CHAIN = re.compile(r"(?P<reference>[A-Za-z0-9-]+)(?::(?P<kind>[A-Za-z]+))?\.(?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class Search:
    """A search that can be run: SQL conditions with their values, the order, and the parameters not known."""

    kind: str
    conditions: tuple[Sql, ...]
    order: str = NEWEST_LAST
    keys: tuple[Sql, ...] = ()
    unknown: tuple[str, ...] = ()

    def ids(self, store: Store, most: int = -1) -> list[int]:
        """The `seq` of every version found, in order: a snapshot that pages can be cut from."""
        # The sign keeps SQLite from walking through a whole type where another condition leads to the few rows.
        narrow = any(text.startswith("current.seq IN") for text, _ in self.conditions)
        texts = [f"{'+' if narrow else ''}current.type = ?", *(text for text, _ in self.conditions)]
        values = [*(each for _, values in self.keys for each in values), self.kind]
        values += [value for _, values in self.conditions for value in values]
        source = " ".join(["current", *(text for text, _ in self.keys)])
        sql = f"SELECT current.seq FROM {source} WHERE {' AND '.join(texts)} ORDER BY {self.order} LIMIT {most}"  # noqa: S608
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
    order: tuple[str, tuple[Sql, ...]] = (NEWEST_LAST, ())
    for name, value in asked:
        if name == "_sort" and value:
            order = _order(kind, value)
        elif name in RESULT or not value or (name == "_summary" and value in ("count", "false")):
            continue
        elif condition := _condition(kind, name, value):
            conditions.append(condition)
        else:
            unknown.append(name)
    if unknown and strict:
        raise RefusalError(400, "not-supported", f"{kind} is not searched by {', '.join(unknown)} here.")
    return Search(kind, tuple(conditions), *order, tuple(unknown))


def _order(kind: str, value: str) -> tuple[str, tuple[Sql, ...]]:
    """What stands behind ORDER BY, and the tables that this needs: a resource with several values sorts by its first.

    Resources without a value come last (R4 leaves that open).
    """
    order: list[str] = []
    keys: list[Sql] = []
    for each in value.split(","):
        name, down = each.strip().removeprefix("-"), each.strip().startswith("-")
        parameter = parameters(kind).get(name)
        if name in SORTS:
            order.append(f"{SORTS[name]}{' DESC' if down else ''}")
        elif parameter is None:
            raise RefusalError(400, "not-supported", "Results are sorted by search parameters of the type here.")
        else:
            table, column = TABLES.get(parameter.kind, "entry"), "value"
            if table == "span":
                column = "high" if down else "low"
            first = f"{'max' if down else 'min'}({column}) AS key"
            sub = f"SELECT seq, {first} FROM {table} WHERE place = ? GROUP BY seq"  # noqa: S608 (ours alone)
            keys.append((f"LEFT JOIN ({sub}) AS by{len(keys)} ON by{len(keys)}.seq = current.seq", [f"{kind}.{name}"]))
            order.append(f"by{len(keys) - 1}.key {'DESC ' if down else ''}NULLS LAST")
    return ", ".join([*order, NEWEST_LAST]), tuple(keys)


def _condition(kind: str, name: str, value: str, depth: int = 0) -> Sql | None:
    """The condition on `current` that one parameter is, or None for one that is not known here."""
    if depth > DEEPEST:
        raise RefusalError(400, "too-costly", f"Expected at most {DEEPEST} links in a chain.")
    if found := _HAS.fullmatch(name):
        return _has(found["kind"], found["reference"], found["rest"], value, depth)
    if found := _CHAIN.fullmatch(name):
        return _chain(kind, found["reference"], found["kind"], found["rest"], value, depth)
    name, _, modifier = name.partition(":")
    if name == "_id":
        ids = [plain(each) for each in alternatives_of(value)]
        if modifier:
            raise RefusalError(400, "not-supported", "_id has no such modifier here.")
        return f"current.id IN ({', '.join('?' * len(ids))})", ids
    parameter = parameters(kind).get(name)
    return None if parameter is None else indexed(kind, parameter, modifier, value)


def _chain(kind: str, name: str, to: str | None, rest: str, value: str, depth: int) -> Sql | None:  # noqa: PLR0917
    """`subject:Patient.name=…`: that what is referred to meets a condition (R4 Search, 3.1.1.5.1)."""
    parameter = parameters(kind).get(name)
    if parameter is None or parameter.kind != "reference" or (to is not None and to not in TYPES):
        return None
    several = (to,) if to else targets().get(name, ())
    if not several:
        message = f"{name} may lead to any type: expected {name}:Patient.{rest}, or whichever is meant."
        raise RefusalError(400, "invalid", message)
    inner = [(each, found) for each in several if (found := _condition(each, rest, value, depth + 1))]
    if not inner:
        return None
    met = " UNION ALL ".join(
        f"SELECT current.type || '/' || current.id FROM current WHERE current.type = ? AND {text}"  # noqa: S608
        for _, (text, _) in inner
    )
    values: list[Any] = [value for each, (_, values) in inner for value in (each, *values)]
    sql = f"current.seq IN (SELECT seq FROM entry WHERE place = ? AND value IN ({met}))"  # noqa: S608 (ours alone)
    return sql, [f"{kind}.{name}", *values]


def _has(kind: str, reference: str, rest: str, value: str, depth: int) -> Sql | None:
    """`_has:Observation:patient:code=…`: that something that refers to it meets a condition (3.1.1.5.2)."""
    parameter = parameters(kind).get(reference) if kind in TYPES else None
    inner = _condition(kind, rest, value, depth + 1) if parameter and parameter.kind == "reference" else None
    if inner is None:
        return None
    text, values = inner
    referring = f"SELECT current.seq FROM current WHERE current.type = ? AND {text}"  # noqa: S608 (ours alone)
    sql = (
        "current.seq IN (SELECT referred.seq FROM entry CROSS JOIN current AS referred"  # noqa: S608 (ours alone)
        " ON referred.type = substr(value, 1, instr(value, '/') - 1)"
        " AND referred.id = substr(value, instr(value, '/') + 1)"
        f" WHERE place = ? AND entry.seq IN ({referring}))"
    )
    return sql, [f"{kind}.{reference}", kind, *values]
