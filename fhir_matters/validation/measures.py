"""Measures: criteria in CQL need the library that defines them. What the CQL says is not looked into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Compiler

CQL = ("text/cql", "text/cql.identifier")
COMPILED = "application/elm+xml"


def checks(walk: Compiler, measure: Any, context: Context, position: Position) -> None:
    """Each criterion in CQL is found in a library of the Measure that has its compiled form."""
    named = measure.get("library")
    found = (walk.plans.find(each, "Library") for each in named if isinstance(each, str)) if _is_list(named) else ()
    libraries = [each for each in found if each is not None]
    for criteria, here in _criteria(measure, position):
        if criteria.get("language") in CQL and (wrong := _wrong(criteria.get("expression"), libraries)) is not None:
            context.add(
                "FM901",
                here,
                f"Expected {wrong[0]}, because the criteria are in CQL.",
                message_id=f"MEASURE_M_CRITERIA_CQL_{wrong[1]}",
            )


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _criteria(measure: Any, position: Position) -> Iterator[tuple[dict[str, Any], Position]]:
    holders = [(each, (position, "supplementalData", at, None)) for at, each in _items(measure, "supplementalData")]
    for at, group in _items(measure, "group"):
        here = (position, "group", at, None)
        holders += [(each, (here, key, index, None)) for key in PARTS for index, each in _items(group, key)]
    for holder, here in holders:
        if isinstance(criteria := holder.get("criteria"), dict):
            yield criteria, (here, "criteria", None, None)


PARTS = ("population", "stratifier")


def _items(node: Any, key: str) -> list[tuple[int, dict[str, Any]]]:
    listed = node.get(key)
    return [(at, each) for at, each in enumerate(listed) if isinstance(each, dict)] if _is_list(listed) else []


def _wrong(expression: Any, libraries: list[dict[str, Any]]) -> tuple[str, str] | None:
    """What is missing, and the end of the message id; a name before a dot is that of the library."""
    if not libraries:
        return "a library of the Measure that is here", "NO_LIB"
    name, dot, _ = str(expression).partition(".")
    if not dot and len(libraries) > 1:
        return "the name of the library before a dot, as there are several", "ONLY_ONE_LIB"
    meant = [each for each in libraries if each.get("name") == name] if dot else libraries
    if not meant:
        return "a library of this name", "LIB_NOT_FOUND"
    if len(meant) > 1:
        return "one library of this name", "LIB_DUPL"
    compiled = any(each.get("contentType") == COMPILED for each in dicts(meant[0].get("content")))
    return None if compiled else ("a library with its compiled form (ELM)", "NO_ELM")
