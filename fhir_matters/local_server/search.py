"""A search → the ids that it finds: each parameter one condition over the index, joined by *and*.

R4 Search, 3.1.1: repeated parameters are *and*, commas *or*; `system|code`; prefixes on dates; `:missing`,
`:not`, `:exact`, `:contains`. What is not known is named, or refused where the client asked for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fhir_matters.local_server.indexing import folded
from fhir_matters.local_server.parameters import Kind, Parameter, parameters
from fhir_matters.local_server.periods import period
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.store import Store, Version

# Of the result, not of what is found (R4 Search, 3.1.1.5); `_format` and `_pretty` are answered elsewhere.
RESULT = frozenset({"_count", "_summary", "_total", "_format", "_pretty", "_sort", "_cursor"})
SORTS = {
    "_lastUpdated": "version.seq",
    "-_lastUpdated": "version.seq DESC",
    "_id": "version.id",
    "-_id": "version.id DESC",
}
MODIFIERS: dict[Kind, frozenset[str]] = {
    "token": frozenset({"", "missing", "not"}),
    "reference": frozenset({"", "missing"}),
    "string": frozenset({"", "missing", "exact", "contains"}),
    "date": frozenset({"", "missing"}),
    "uri": frozenset({"", "missing", "below"}),
}
Sql = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Search:
    """A search that can be run: SQL conditions with their values, the order, and the parameters not known."""

    kind: str
    conditions: tuple[Sql, ...]
    order: str = "version.seq"
    unknown: tuple[str, ...] = ()

    def ids(self, store: Store) -> list[int]:
        """The `seq` of every version found, in order: a snapshot that pages can be cut from."""
        where, values = self._where
        sql = f"SELECT seq FROM version JOIN current USING(seq) WHERE {where} ORDER BY {self.order}"  # noqa: S608
        return [seq for (seq,) in store.query(sql, values)]

    def versions(self, store: Store, most: int) -> list[Version]:
        """The first versions found, `most` at the most."""
        where, values = self._where
        return store.versions(f"WHERE current.seq IS NOT NULL AND {where} ORDER BY {self.order} LIMIT {most}", values)

    @property
    def _where(self) -> Sql:
        texts = ["version.type = ?", *(text for text, _ in self.conditions)]
        return " AND ".join(texts), [self.kind, *(value for _, values in self.conditions for value in values)]


def search(kind: str, asked: Iterable[tuple[str, str]], *, strict: bool = False) -> Search:
    """The search that these parameters ask for.

    Raises RefusalError for a value that cannot be read, for a modifier that is not known, and, if strict, for an
    unknown parameter.
    """
    conditions, unknown, order = [], [], "version.seq"
    for name, value in asked:
        if name == "_sort":
            order = _order(value)
        elif name in RESULT or not value:
            continue
        elif (condition := _condition(kind, name, value)) is None:
            unknown.append(name)
        else:
            conditions.append(condition)
    if unknown and strict:
        raise RefusalError(400, "not-supported", f"{kind} is not searched by {', '.join(unknown)} here.")
    return Search(kind, tuple(conditions), order, tuple(unknown))


def _order(value: str) -> str:
    if value not in SORTS:
        raise RefusalError(400, "not-supported", f"Results are sorted by {', '.join(SORTS)} here.")
    return SORTS[value]


def _condition(kind: str, name: str, value: str) -> Sql | None:
    name, _, modifier = name.partition(":")
    if name == "_id" and not modifier:
        ids = list(_alternatives(value))
        return f"version.id IN ({', '.join('?' * len(ids))})", ids
    parameter = parameters(kind).get(name)
    if parameter is None:
        return None
    if modifier in TARGETS.get(parameter.kind, ()):  # patient:Patient=1
        value, modifier = f"{modifier}/{value}", ""
    if modifier not in MODIFIERS[parameter.kind]:
        raise RefusalError(400, "not-supported", f"The modifier :{modifier} is not supported for {name}.")
    return _indexed(kind, parameter, modifier, value)


TARGETS: dict[Kind, frozenset[str]] = {"reference": frozenset({"Patient", "Practitioner", "Organization", "Encounter"})}


def _indexed(kind: str, parameter: Parameter, modifier: str, value: str) -> Sql:
    if modifier == "missing":
        alternatives: list[Sql] = [("1", [])]
        negated = value == "true"
    else:
        match = MATCHERS[parameter.kind]
        alternatives = [match(each, modifier) for each in _alternatives(value)]
        negated = modifier == "not"
    texts = " OR ".join(f"({text})" for text, _ in alternatives)
    inside = f"SELECT id FROM entry WHERE type = ? AND name = ? AND ({texts})"  # noqa: S608 (ours alone)
    values = [kind, parameter.name, *(each for _, values in alternatives for each in values)]
    return f"version.id {'NOT IN' if negated else 'IN'} ({inside})", values


def _alternatives(value: str) -> Iterator[str]:
    """The parts between commas; a comma, a bar or a dollar sign after a backslash is meant as it stands."""
    return (part for part in re.split(r"(?<!\\),", value) if part)


def _plain(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _token(text: str, _: str) -> Sql:
    system, bar, code = re.match(r"((?:\\.|[^|\\])*)(\|?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if not bar:
        return "value = ?", [_plain(system)]
    if not code:
        return "system = ?", [_plain(system)]
    return "system = ? AND value = ?", [_plain(system), _plain(code)]


def _reference(text: str, _: str) -> Sql:
    text = _plain(text)
    if "/" in text:
        return "value = ?", [text]
    return "value = ? OR value LIKE ? ESCAPE '\\'", [text, f"%/{_liked(text)}"]


def _string(text: str, modifier: str) -> Sql:
    wanted = folded(_plain(text))
    if modifier == "exact":
        return "value = ?", [wanted]
    return "value LIKE ? ESCAPE '\\'", [f"{'%' if modifier == 'contains' else ''}{_liked(wanted)}%"]


def _uri(text: str, modifier: str) -> Sql:
    if modifier == "below":
        return "value LIKE ? ESCAPE '\\'", [f"{_liked(_plain(text))}%"]
    return "value = ?", [_plain(text)]


def _liked(text: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", text)


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
    "ne": ("low < ? OR high > ?", ("low", "high")),
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
