"""A resource → the rows that searches look at. What a parameter cannot read it leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from fhir_matters.local_server.parameters import Kind, parameters
from fhir_matters.local_server.periods import period
from fhir_matters.server.references import LITERAL, texts

# The rows of the tables, in the order of their columns: each ends in, or begins with, the number of its version.
# A value under `Type.parameter`, and a token's system, or a string as it was written.
Entry: TypeAlias = tuple[str, str, str, int]
# The first and the last moment that a date under `Type.parameter` can mean; open ends sort outermost.
Span: TypeAlias = tuple[str, str, str, int]
# A number under `Type.parameter`, with the unit of a quantity: by its system and code, and in words.
Amount: TypeAlias = tuple[str, float, str, str, str, int]
# A literal reference to a resource of this server: its type and id.
Link: TypeAlias = tuple[int, str, str]

LAST = "9999-12-31T23:59:59.999999"
# Beside the place of a reference parameter: what is referred to by its identifier.
IDENTIFIER = ":identifier"


class Rows(NamedTuple):
    """All that searches look at in one resource."""

    entries: list[Entry]
    spans: list[Span]
    amounts: list[Amount]
    links: list[Link]


def rows(resource: dict[str, Any], seq: int) -> Rows:
    """The rows of one version of a resource, by the parameters of its type, and its relative references everywhere."""
    found = Rows([], [], [], [(seq, *link) for link in map(_link, texts(resource)) if link])
    plan = _plan(resource["resourceType"])
    for key, value in resource.items():
        for place, add, target, steps in plan.get(key, ()):
            values: list[Any] = []
            _collect(value, steps, 0, values)
            if values:
                add(found, place, values, target, seq)
    return found


Add: TypeAlias = Callable[[Rows, str, list[Any], str, int], None]


@cache
def _plan(kind: str) -> dict[str, list[tuple[str, Add, str, tuple[str, ...]]]]:
    """By the element that a parameter begins at: its place in the index, how it is added, what it finds, the way on."""
    plan: dict[str, list[tuple[str, Add, str, tuple[str, ...]]]] = {}
    for each in parameters(kind).values():
        for first, *steps in each.steps:
            plan.setdefault(first, []).append((f"{kind}.{each.name}", ADD[each.kind], each.target, tuple(steps)))
    return plan


def _add_tokens(found: Rows, place: str, values: list[Any], _: str, seq: int) -> None:
    found.entries.extend((place, code, system, seq) for value in values for code, system in _tokens(value))


def _add_strings(found: Rows, place: str, values: list[Any], _: str, seq: int) -> None:
    found.entries.extend((place, folded(value), value, seq) for value in values if isinstance(value, str))


def _add_uris(found: Rows, place: str, values: list[Any], _: str, seq: int) -> None:
    found.entries.extend((place, value, "", seq) for value in values if isinstance(value, str))


def _add_references(found: Rows, place: str, values: list[Any], target: str, seq: int) -> None:
    for value in values:
        if isinstance(value, dict):
            if isinstance(text := value.get("reference"), str) and (to := _place(text)).startswith(target):
                found.entries.append((place, to, "", seq))
            if "identifier" in value:
                _add_tokens(found, place + IDENTIFIER, [value["identifier"]], "", seq)


def _add_spans(found: Rows, place: str, values: list[Any], _: str, seq: int) -> None:
    found.spans.extend((place, *span, seq) for span in map(_span, values) if span is not None)


def _add_amounts(found: Rows, place: str, values: list[Any], _: str, seq: int) -> None:
    for value in values:
        number, of = (value.get("value"), value) if isinstance(value, dict) else (value, {})
        if isinstance(number, (int, Decimal)) and not isinstance(number, bool) and -HUGE < number < HUGE:
            system, code, unit = (_text(of.get(key)) for key in ("system", "code", "unit"))
            found.amounts.append((place, float(number), system, code, unit, seq))


# What no measurement reaches, and a float still holds.
HUGE: Final = 10**300


@lru_cache(16384)
def _link(text: str) -> tuple[str, str] | None:
    found = LITERAL.fullmatch(text)
    return (found["type"], found["id"]) if found and not found["base"] else None


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


def _tokens(value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, str):
        return ((value, ""),)
    if isinstance(value, bool):
        return ((str(value).lower(), ""),)
    if not isinstance(value, dict):
        return ()
    several = value["coding"] if isinstance(value.get("coding"), list) else [value]
    codings = [each for each in several if isinstance(each, dict)]
    pairs = [(_text(each.get("code", each.get("value"))), _text(each.get("system"))) for each in codings]
    return [pair for pair in pairs if pair != ("", "")]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


@lru_cache(16384)
def _place(text: str) -> str:
    """A reference without its version."""
    found = LITERAL.fullmatch(text)
    return f"{found['base'] or ''}{found['type']}/{found['id']}" if found else text


def _span(value: Any) -> tuple[str, str] | None:
    start, end = (value.get("start"), value.get("end")) if isinstance(value, dict) else (value, value)
    low = period(start)[0] if isinstance(start, str) else ""
    high = period(end)[1] if isinstance(end, str) else ""
    return (low, high or LAST) if low or high else None


def folded(text: str) -> str:
    """Without case, accents and doubled blanks, as R4 searches strings (Search, 3.1.1.4.8)."""
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return re.sub(r"\s+", " ", text).strip().casefold()


ADD: dict[Kind, Add] = {
    "token": _add_tokens,
    "string": _add_strings,
    "uri": _add_uris,
    "reference": _add_references,
    "date": _add_spans,
    "number": _add_amounts,
    "quantity": _add_amounts,
}
