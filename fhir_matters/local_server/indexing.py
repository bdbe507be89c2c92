"""A resource → the rows that searches look at. What a parameter cannot read it leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

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


class Link(NamedTuple):
    """One literal reference to a resource of this server."""

    type: str
    id: str


LAST = "9999-12-31T23:59:59.999999"


def entries(resource: dict[str, Any]) -> Iterator[Entry]:
    """Every row of one resource but the dates, by the parameters of its type."""
    kind = resource["resourceType"]
    for parameter in parameters(kind).values():
        if parameter.kind != "date":
            read = READERS[parameter.kind]
            for value in _values(resource, parameter):
                for text, system in read(value):
                    if text.startswith(parameter.target):
                        yield Entry(f"{kind}.{parameter.name}", text, system)


def spans(resource: dict[str, Any]) -> Iterator[Span]:
    """Every date of one resource, by the parameters of its type."""
    kind = resource["resourceType"]
    for parameter in parameters(kind).values():
        if parameter.kind == "date":
            for value in _values(resource, parameter):
                if (found := _span(value)) is not None:
                    yield Span(f"{kind}.{parameter.name}", *found)


def links(resource: dict[str, Any]) -> Iterator[Link]:
    """Every relative reference in the resource, wherever it stands."""
    for _, text in references(resource):
        found = LITERAL.fullmatch(text)
        if found and not found["base"]:
            yield Link(found["type"], found["id"])


def _values(resource: dict[str, Any], parameter: Parameter) -> Iterator[Any]:
    for path in parameter.steps:
        if path[0] in resource:
            yield from _at(resource, path)


def _at(node: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _at(item, steps)
    elif not steps:
        yield node
    elif isinstance(node, dict) and steps[0] in node:
        yield from _at(node[steps[0]], steps[1:])


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
        found = LITERAL.fullmatch(text)
        yield (f"{found['base'] or ''}{found['type']}/{found['id']}" if found else text), ""


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
