"""StructureMaps: rules read from what a source is called, and write to what a target is called. No types are judged."""

from __future__ import annotations

from typing import Any

from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position

MODES = ("source", "target")


def checks(structure_map: Any, context: Context, position: Position) -> None:
    """In each group every context is an input, or a variable that was named before."""
    for index, group in enumerate(dicts(structure_map.get("group"))):
        names = {(str(each.get("name")), str(each.get("mode"))) for each in dicts(group.get("input"))}
        _rules(group, names, context, (position, "group", index, None))


def _rules(holder: Any, names: set[tuple[str, str]], context: Context, position: Position) -> None:
    for index, rule in enumerate(dicts(holder.get("rule"))):
        here = (position, "rule", index, None)
        known = set(names)
        for mode in MODES:
            for number, each in enumerate(dicts(rule.get(mode))):
                _part(each, mode, known, context, (here, mode, number, None))
        _rules(rule, known, context, here)


def _part(part: Any, mode: str, known: set[tuple[str, str]], context: Context, position: Position) -> None:
    name, variable = part.get("context"), part.get("variable")
    if isinstance(name, str) and (name, mode) not in known:
        context.add(
            "FM901",
            position,
            f"Expected a {mode} that the group or a rule before has named, found another name.",
            message_id=f"SM_{mode.upper()}_CONTEXT_UNKNOWN",
            found=name,
            code="unknown",
        )
    elif isinstance(variable, str):
        known.add((variable, mode))
