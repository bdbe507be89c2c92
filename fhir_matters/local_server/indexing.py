"""A resource → the rows that searches look at. What a parameter cannot read it leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from fhir_matters.local_server.parameters import Kind, parameters
from fhir_matters.local_server.periods import period
from fhir_matters.server.references import LITERAL, texts


class Entry(NamedTuple):
    """One indexed value under `Type.parameter`. `system` is a token's, or a string as it was written."""

    place: str
    value: str
    system: str = ""


class Span(NamedTuple):
    """The first and the last moment that one date under `Type.parameter` can mean; open ends sort outermost."""

    place: str
    low: str
    high: str


class Amount(NamedTuple):
    """One number under `Type.parameter`, with the unit of a quantity: by its system and code, and in words."""

    place: str
    value: float
    system: str = ""
    code: str = ""
    unit: str = ""


class Link(NamedTuple):
    """One literal reference to a resource of this server."""

    type: str
    id: str


LAST = "9999-12-31T23:59:59.999999"
# Beside the place of a reference parameter: what is referred to by its identifier.
IDENTIFIER = ":identifier"


class Rows(NamedTuple):
    """All that searches look at in one resource."""

    entries: list[Entry]
    spans: list[Span]
    amounts: list[Amount]
    links: list[Link]


def rows(resource: dict[str, Any]) -> Rows:
    """The rows of one resource, by the parameters of its type, and its relative references, wherever they stand."""
    found = Rows([], [], [], list(filter(None, map(_link, texts(resource)))))
    for place, kind, target, paths in _plan(resource["resourceType"]):
        values: list[Any] = []
        for path in paths:
            if path[0] in resource:
                _collect(resource, path, 0, values)
        if values:
            ADD[kind](found, place, values, target)
    return found


@cache
def _plan(kind: str) -> tuple[tuple[str, Kind, str, tuple[tuple[str, ...], ...]], ...]:
    """For each parameter of a type: its place in the index, its kind, how what it finds begins, and where it looks."""
    return tuple((f"{kind}.{each.name}", each.kind, each.target, each.steps) for each in parameters(kind).values())


def _entries(read: Callable[[Any], Iterator[tuple[str, str]]]) -> Callable[[Rows, str, list[Any], str], None]:
    def add(found: Rows, place: str, values: list[Any], target: str) -> None:
        for value in values:
            found.entries.extend([Entry(place, *pair) for pair in read(value) if pair[0].startswith(target)])

    return add


def _add_references(found: Rows, place: str, values: list[Any], target: str) -> None:
    for value in values:
        if isinstance(value, dict):
            if isinstance(text := value.get("reference"), str) and (to := _place(text)).startswith(target):
                found.entries.append(Entry(place, to))
            if "identifier" in value:
                found.entries.extend(Entry(place + IDENTIFIER, *pair) for pair in _tokens(value["identifier"]))


def _add_spans(found: Rows, place: str, values: list[Any], _: str) -> None:
    found.spans.extend(Span(place, *span) for span in map(_span, values) if span is not None)


def _add_amounts(found: Rows, place: str, values: list[Any], _: str) -> None:
    for value in values:
        number, of = (value.get("value"), value) if isinstance(value, dict) else (value, {})
        if isinstance(number, (int, Decimal)) and not isinstance(number, bool) and -HUGE < number < HUGE:
            found.amounts.append(
                Amount(place, float(number), *(_text(of.get(key)) for key in ("system", "code", "unit")))
            )


# What no measurement reaches, and a float still holds.
HUGE: Final = 10**300


@lru_cache(16384)
def _link(text: str) -> Link | None:
    found = LITERAL.fullmatch(text)
    return Link(found["type"], found["id"]) if found and not found["base"] else None


def _collect(node: Any, steps: tuple[str, ...], at: int, found: list[Any]) -> None:
    """Add whatever the steps lead to; lists are gone through, wherever they stand."""
    if isinstance(node, list):
        for item in node:
            _collect(item, steps, at, found)
    elif at == len(steps):
        found.append(node)
    elif isinstance(node, dict):
        step = steps[at]
        if step in node:
            _collect(node[step], steps, at + 1, found)
        elif step[0] == "?":
            name, _, value = step[1:].partition("=")
            if node.get(name) == value:
                _collect(node, steps, at + 1, found)


def _tokens(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for coding in value["coding"] if isinstance(value.get("coding"), list) else [value]:
            if isinstance(coding, dict):
                code, system = _text(coding.get("code", coding.get("value"))), _text(coding.get("system"))
                if code or system:
                    yield code, system
    elif isinstance(value, bool):
        yield str(value).lower(), ""
    elif isinstance(value, str):
        yield value, ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


@lru_cache(16384)
def _place(text: str) -> str:
    """A reference without its version."""
    found = LITERAL.fullmatch(text)
    return f"{found['base'] or ''}{found['type']}/{found['id']}" if found else text


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield folded(value), value


def _uris(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield value, ""


def _span(value: Any) -> tuple[str, str] | None:
    start, end = (value.get("start"), value.get("end")) if isinstance(value, dict) else (value, value)
    low = period(start)[0] if isinstance(start, str) else ""
    high = period(end)[1] if isinstance(end, str) else ""
    return (low, high or LAST) if low or high else None


def folded(text: str) -> str:
    """Without case, accents and doubled blanks, as R4 searches strings (Search, 3.1.1.4.8)."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return re.sub(r"\s+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip().casefold()


ADD: dict[Kind, Callable[[Rows, str, list[Any], str], None]] = {
    "token": _entries(_tokens),
    "string": _entries(_strings),
    "uri": _entries(_uris),
    "reference": _add_references,
    "date": _add_spans,
    "number": _add_amounts,
    "quantity": _add_amounts,
}
