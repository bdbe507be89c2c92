"""A resource → the rows that searches look at. What a parameter cannot read it leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from fhir_matters.local_server.parameters import Kind, Parameter, parameters
from fhir_matters.local_server.periods import period
from fhir_matters.server.references import LITERAL, references


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


def entries(resource: dict[str, Any]) -> Iterator[Entry]:
    """Every row of one resource but dates and numbers, by the parameters of its type."""
    for place, parameter in _of_kinds(resource["resourceType"], "token", "string", "uri", "reference"):
        read, target = READERS[parameter.kind], parameter.target
        for value in _values(resource, parameter):
            for text, system in read(value):
                if text.startswith(target):
                    yield Entry(place, text, system)
            if parameter.kind == "reference" and isinstance(value, dict) and "identifier" in value:
                yield from (Entry(place + IDENTIFIER, *found) for found in _tokens(value["identifier"]))


def spans(resource: dict[str, Any]) -> Iterator[Span]:
    """Every date of one resource, by the parameters of its type."""
    for place, parameter in _of_kinds(resource["resourceType"], "date"):
        for value in _values(resource, parameter):
            if (found := _span(value)) is not None:
                yield Span(place, *found)


def amounts(resource: dict[str, Any]) -> Iterator[Amount]:
    """Every number and quantity of one resource, by the parameters of its type."""
    for place, parameter in _of_kinds(resource["resourceType"], "number", "quantity"):
        for value in _values(resource, parameter):
            number, of = (value.get("value"), value) if isinstance(value, dict) else (value, {})
            if isinstance(number, (int, Decimal)) and not isinstance(number, bool) and -HUGE < number < HUGE:
                yield Amount(place, float(number), *(_text(of.get(name)) for name in ("system", "code", "unit")))


# What no measurement reaches, and a float still holds.
HUGE: Final = 10**300


def links(resource: dict[str, Any]) -> Iterator[Link]:
    """Every relative reference in the resource, wherever it stands."""
    return filter(None, (_link(text) for _, text in references(resource)))


@lru_cache(16384)
def _link(text: str) -> Link | None:
    found = LITERAL.fullmatch(text)
    return Link(found["type"], found["id"]) if found and not found["base"] else None


@cache
def _of_kinds(kind: str, *wanted: Kind) -> tuple[tuple[str, Parameter], ...]:
    """The parameters of a type that are of these kinds, each with its place in the index."""
    return tuple((f"{kind}.{each.name}", each) for each in parameters(kind).values() if each.kind in wanted)


def _values(resource: dict[str, Any], parameter: Parameter) -> Iterable[Any]:
    found: list[Any] = []
    for path in parameter.steps:
        if path[0] in resource:
            _collect(resource, path, 0, found)
    return found


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


def _references(value: Any) -> Iterator[tuple[str, str]]:
    text = value.get("reference") if isinstance(value, dict) else None
    if isinstance(text, str):
        yield _place(text), ""


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


READERS: dict[Kind, Callable[[Any], Iterator[tuple[str, str]]]] = {
    "token": _tokens,
    "reference": _references,
    "string": _strings,
    "uri": _uris,
}


def folded(text: str) -> str:
    """Without case, accents and doubled blanks, as R4 searches strings (Search, 3.1.1.4.8)."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return re.sub(r"\s+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip().casefold()
