"""Codings, concepts and references say the same again and again: what was found about one is remembered.

Only of what consists of texts, and only where everything that is asked of it depends on nothing but itself and the
language of its resource.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeAlias

from fhir_matters.validation.context import MISSHAPEN, Context, Finding, Position, new
from fhir_matters.validation.visits import Visit

MOST_REMEMBERED = 1024
LONGEST_REMEMBERED = 512


class _NotAloneError(Exception):
    """What surrounds the value has a say."""


def _coding(value: dict[str, Any], context: Context) -> Hashable:
    scope, heard = context.scope, value.get
    outer = scope.resource if scope.container is None else scope.container
    said = heard("system"), heard("code"), heard("display"), heard("version"), len(value)
    return outer.get("language"), context.mute, said


def _concept(value: dict[str, Any], context: Context) -> Hashable:
    codings = value["coding"]
    if len(codings) != 1:
        return context.mute, value.get("text"), len(value), tuple([_coding(each, context) for each in codings])
    return value.get("text"), len(value), _coding(codings[0], context)


def _reference(value: dict[str, Any], context: Context) -> Hashable:
    """A reference in a resource that stands alone: nothing can be followed."""
    scope = context.scope
    if scope.bundle is not None or scope.around is not None or context.fetched is not None or scope.container:
        raise _NotAloneError
    if len(value) == 1:
        plain: Hashable = value["reference"]
        return plain
    return value["reference"], value.get("display"), value.get("type"), len(value)


# All that is heard of a value of the type that says no more than `PLAIN` texts; how many there are tells it from one
# that does, of which nothing is kept. Raises where it says something else, or more has to be known.
SAID: dict[str, Callable[[dict[str, Any], Context], Hashable]] = {
    "Coding": _coding,
    "CodeableConcept": _concept,
    "Reference": _reference,
}
UNLIKE = (TypeError, AttributeError, KeyError, _NotAloneError)


def remembering(visit: Visit, code: str) -> Visit:
    """The visit of values of this type, run once for all that say the same."""
    said = SAID[code]
    known: dict[Hashable, tuple[Remark, ...]] = {}

    def run(value: Any, context: Context, position: Position) -> None:
        try:
            remarks = known.get(heard := said(value, context))
        except UNLIKE:
            visit(value, context, position)
            return
        if remarks is None:
            before = len(context.findings)
            visit(value, context, position)
            if not context.mended and len(known) < MOST_REMEMBERED and _is_plain(value):
                remarks = _remarks(context.findings[before:], position)
                if remarks is not None:
                    known[heard] = remarks
            return
        for rule, steps, rest in remarks:
            here = position
            for step in steps:
                here = (here, *step)
            context.findings.append(new(Finding, (rule, here, *rest)))

    return run


# The rule of a finding, the way from the value to the place of it, and what else it says.
Remark: TypeAlias = tuple[str, tuple[tuple[str, int | None, str | None], ...], tuple[Any, ...]]


def _remarks(findings: list[Finding], position: Position) -> tuple[Remark, ...] | None:
    """What was found in the value alone; None where anything is misshapen or lies elsewhere."""
    remarks: list[Remark] = []
    for finding in findings:
        steps = []
        place = finding.position
        while place is not None and place is not position:
            steps.append(place[1:])
            place = place[0]
        if place is not position or finding.rule in MISSHAPEN:
            return None
        remarks.append((finding.rule, tuple(reversed(steps)), finding[2:]))
    return tuple(remarks)


def _is_plain(value: dict[str, Any]) -> bool:
    """True where all is short text, nothing has an id, which has to be an element's own, and nothing leads inside."""
    codings = value.get("coding", [])
    names = {key for each in (value, *codings) for key in each}
    texts = [text for each in (value, *codings) for key, text in each.items() if key != "coding"]
    sound = all(isinstance(each, str) for each in texts) and sum(map(len, texts)) <= LONGEST_REMEMBERED
    return sound and names <= PLAIN and not value.get("reference", "").startswith("#")


PLAIN = frozenset({"coding", "text", "system", "version", "code", "display", "reference", "type"})
