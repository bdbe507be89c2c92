"""What SearchParameters say of themselves: their expression, what they derive from, and their components.

Whether what the expression finds suits the type of the parameter is not judged.
"""

from __future__ import annotations

from typing import Any

from fhir_matters.fhirpath import InvalidExpression, compile  # noqa: A004 - re has one too
from fhir_matters.fhirpath.checking import check
from fhir_matters.fhirpath.model import core_model
from fhir_matters.fhirpath.parser import parse
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import RESOURCES, Compiler

FEWEST = 2


def checks(walk: Compiler, parameter: Any, context: Context, position: Position) -> None:
    """All that is wrong with one search parameter."""
    _expression(parameter, context, position)
    _derived(walk, parameter, context, position)
    if parameter.get("type") == "composite" and len(dicts(parameter.get("component"))) < FEWEST:
        _wrong("two components or more", "MISSING_COMPONENTS", context, position)


def _wrong(expected: str, message_id: str, context: Context, position: Position) -> None:
    context.add("FM902", position, f"Expected {expected} here.", message_id=f"SEARCHPARAMETER_{message_id}")


def _bases(parameter: Any) -> list[str]:
    listed = parameter.get("base")
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _expression(parameter: Any, context: Context, position: Position) -> None:
    """The expression is FHIRPath, and leads through elements that one of the bases has."""
    expression, bases = parameter.get("expression"), _bases(parameter)
    if not isinstance(expression, str) or not bases or "_base" in parameter:
        return
    kinds = [core_model().find(each) for each in bases]
    try:
        tree = parse(expression)
        compile(expression)
        if RESOURCES.isdisjoint(bases):
            check(tree, core_model(), *(each for each in kinds if each is not None))
    except InvalidExpression as problem:
        context.add(
            "FM901",
            (position, "expression", None, None),
            f"Expected FHIRPath that leads through what {' or '.join(bases)} has: {problem.message}",
            message_id="ED_SEARCH_EXPRESSION_ERROR",
            found=expression,
        )
    except RecursionError:
        return


def _derived(walk: Compiler, parameter: Any, context: Context, position: Position) -> None:
    """A parameter that derives from another has its type, and none but its bases."""
    named = parameter.get("derivedFrom")
    found = walk.plans.find(named, "SearchParameter") if isinstance(named, str) else None
    if found is None:
        return
    allowed = _bases(found)
    if "Resource" not in allowed and any(each not in allowed for each in _bases(parameter)):
        _wrong("no base but those of the parameter that this derives from", "BASE_WRONG", context, position)
    if "type" in parameter and parameter["type"] != found.get("type"):
        _wrong("the type of the parameter that this derives from", "TYPE_WRONG", context, position)
