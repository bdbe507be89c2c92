"""Codings, concepts and references say the same again and again: what was found good once is not looked at again.

Only what consists of texts is remembered, and only where everything that is asked of it depends on nothing but itself
and the language of its resource. Nothing that was found anything about is, so that no finding is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.visits import Visit

MOST_REMEMBERED = 4096
LONGEST_REMEMBERED = 2048


class _NotAloneError(Exception):
    """What surrounds the value has a say."""


def _coding(value: dict[str, Any], context: Context) -> Hashable:
    return context.scope.outer.get("language"), *value.items()


def _concept(value: dict[str, Any], context: Context) -> Hashable:
    codings = value["coding"]
    said = tuple(codings[0].items()) if len(codings) == 1 else tuple(tuple(each.items()) for each in codings)
    return context.scope.outer.get("language"), len(codings), said, value.get("text"), len(value)


def _reference(value: dict[str, Any], context: Context) -> Hashable:
    """A reference in a resource that stands alone: nothing can be followed."""
    scope = context.scope
    if scope.bundle is not None or scope.around is not None or context.fetched is not None or scope.container:
        raise _NotAloneError
    return tuple(value.items())


# All that is heard of a value of the type; raises where it says more than texts do, or more has to be known.
SAID: dict[str, Callable[[dict[str, Any], Context], Hashable]] = {
    "Coding": _coding,
    "CodeableConcept": _concept,
    "Reference": _reference,
}
UNLIKE = (TypeError, AttributeError, KeyError, _NotAloneError)


def remembering(visit: Visit, code: str) -> Visit:
    """The visit of values of this type, run once for what it finds nothing about."""
    said = SAID[code]
    good: set[Hashable] = set()

    def run(value: Any, context: Context, position: Position) -> None:
        try:
            if (heard := said(value, context)) in good:
                return
        except UNLIKE:
            visit(value, context, position)
            return
        before = len(context.findings)
        visit(value, context, position)
        if len(context.findings) == before and not context.mended and len(good) < MOST_REMEMBERED and _is_plain(value):
            good.add(heard)

    return run


def _is_plain(value: dict[str, Any]) -> bool:
    """True where all is short text, nothing has an id, which has to be an element's own, and nothing leads inside."""
    codings = value.get("coding", [])
    names = {key for each in (value, *codings) for key in each}
    texts = [text for each in (value, *codings) for key, text in each.items() if key != "coding"]
    sound = all(isinstance(each, str) for each in texts) and sum(map(len, texts)) <= LONGEST_REMEMBERED
    return sound and names <= PLAIN and not value.get("reference", "").startswith("#")


PLAIN = frozenset({"coding", "text", "system", "version", "code", "display", "reference", "type"})
