"""A resource → the rows that searches look at. What a parameter cannot read it leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from fhir_matters.local_server.parameters import Kind, parameters
from fhir_matters.local_server.periods import period
from fhir_matters.server.references import LITERAL, references


class Row(NamedTuple):
    """One indexed value. A token has system and value; a date the first and last moment that it can mean."""

    name: str
    value: str
    system: str = ""
    low: str = ""
    high: str = ""


class Link(NamedTuple):
    """One literal reference to a resource of this server."""

    type: str
    id: str


def rows(resource: dict[str, Any]) -> Iterator[Row]:
    """Every row of one resource, by the parameters of its type."""
    for parameter in parameters(resource["resourceType"]).values():
        read = READERS[parameter.kind]
        for path in parameter.paths:
            for value in _values(resource, path.split(".")):
                yield from (row._replace(name=parameter.name) for row in read(value))


def links(resource: dict[str, Any]) -> Iterator[Link]:
    """Every relative reference in the resource, wherever it stands."""
    for _, text in references(resource):
        found = LITERAL.fullmatch(text)
        if found and not found["base"]:
            yield Link(found["type"], found["id"])


def _values(node: Any, steps: list[str]) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _values(item, steps)
    elif not steps:
        yield node
    elif isinstance(node, dict) and steps[0] in node:
        yield from _values(node[steps[0]], steps[1:])


def _tokens(value: Any) -> Iterator[Row]:
    if isinstance(value, dict):
        for coding in value["coding"] if isinstance(value.get("coding"), list) else [value]:
            code = coding.get("code", coding.get("value")) if isinstance(coding, dict) else None
            if isinstance(code, str):
                yield Row("", code, str(coding.get("system", "")))
    elif isinstance(value, bool):
        yield Row("", str(value).lower())
    elif isinstance(value, str):
        yield Row("", value)


def _references(value: Any) -> Iterator[Row]:
    text = value.get("reference") if isinstance(value, dict) else None
    if isinstance(text, str):
        found = LITERAL.fullmatch(text)
        yield Row("", f"{found['base'] or ''}{found['type']}/{found['id']}" if found else text)


def _strings(value: Any) -> Iterator[Row]:
    if isinstance(value, str):
        yield Row("", folded(value))


def _dates(value: Any) -> Iterator[Row]:
    start, end = (value.get("start"), value.get("end")) if isinstance(value, dict) else (value, value)
    low = period(start)[0] if isinstance(start, str) else ""
    high = period(end)[1] if isinstance(end, str) else "9999"
    if low or high != "9999":
        yield Row("", "", low=low, high=high)


def _uris(value: Any) -> Iterator[Row]:
    if isinstance(value, str):
        yield Row("", value)


READERS: dict[Kind, Callable[[Any], Iterator[Row]]] = {
    "token": _tokens,
    "reference": _references,
    "string": _strings,
    "date": _dates,
    "uri": _uris,
}


def folded(text: str) -> str:
    """Without case, accents and doubled blanks, as R4 searches strings (Search, 3.1.1.4.8)."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", plain).strip().casefold()
