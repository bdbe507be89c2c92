"""The values of a sliced field: each is visited with what its slices say, and who says the same goes there again.

Which slices there are and how many each may have is in `slicing`; what tells them apart in `discriminators`.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.validation import beside, discriminators, slicing
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import Element
from fhir_matters.validation.shape import Handler
from fhir_matters.validation.slicing import Group, Tally
from fhir_matters.validation.visits import Compiler, Elements, Lazy

MOST_REMEMBERED = 1024
LONGEST_REMEMBERED = 512
# All that a value says of the slices that it is in; raises where it says more than can be remembered.
Hearing: TypeAlias = Callable[[Any, Context], str | bytes]
UNHEARD = (TypeError, AttributeError, KeyError, ValueError)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value belongs: its visit, and the slices that it counts in, each with the number of its group.

    `enough` is true where nothing is to be said of the slices of a field that has no other value.
    """

    item: Lazy
    counted: tuple[tuple[int, Element], ...]
    enough: bool


class Sorter:
    """Finds the place of a value among the slices; remembers it where there was nothing to report."""

    def __init__(self, walk: Compiler, said: Elements, code: str, of: tuple[Group, ...]) -> None:
        self.groups = of
        self._walk = walk
        self._said = said
        self._code = code
        self._hear = _hearing(walk, of, code)
        self._places: dict[str | bytes, Place] = {}

    def known(self, value: Any, context: Context) -> Place | None:
        """The place of what said the same before; None where that is not known."""
        if self._hear is None or value is None:
            return None
        try:
            return self._places.get(self._hear(value, context))
        except UNHEARD:
            return None

    def visit_of(self, value: Any, tallies: list[Tally], context: Context, position: Position) -> Lazy:
        """The visit of the element together with the slices that the value is in, which are counted."""
        if (place := self.known(value, context)) is not None:
            for number, part in place.counted:
                sure = tallies[number].sure
                sure[part] = sure.get(part, 0) + 1
            return place.item
        before = len(context.findings)
        matched: list[Element] = []
        counted: list[tuple[int, Element]] = []
        for number, (group, tally) in enumerate(zip(self.groups, tallies, strict=True)):
            among = slicing.sort(group, tally, value, context, position)
            matched += among
            counted += ((number, part) for part in slicing.narrowest(among))
        item = self._walk.item((*self._said, *matched), self._code)
        if len(context.findings) == before:
            self._remember(value, Place(item, tuple(counted), self._is_enough(counted)), context)
        return item

    def _remember(self, value: Any, place: Place, context: Context) -> None:
        if self._hear is None or value is None or len(self._places) >= MOST_REMEMBERED:
            return
        with suppress(*UNHEARD):
            heard = self._hear(value, context)
            if len(heard) <= LONGEST_REMEMBERED:
                self._places[heard] = place

    def _is_enough(self, counted: list[tuple[int, Element]]) -> bool:
        parts = ((number, part) for number, group in enumerate(self.groups) for part in group.counted)
        return all(part.min <= counted.count((number, part)) <= part.max for number, part in parts)


def handler(sorter: Sorter, key: str, many: bool, step: str | None, of_objects: bool) -> Handler:
    """The handler of the field; what its slices have too few or too many of is told once all values are visited."""
    groups, beside_it, known, visit_of = sorter.groups, "_" + key, sorter.known, sorter.visit_of

    def sliced(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:
        if not many:
            values = (value,)
        elif (type(value) is list and value) or beside.is_array(value, key, context, position, of_objects=of_objects):
            values = value
        else:
            return
        if len(values) == 1 and (place := known(values[0], context)) is not None and place.enough:
            place.item.run(values[0], context, (position, key, 0 if many else None, step))
            return
        others = node.get(beside_it)
        tallies = [Tally() for _ in groups]
        for index, each in enumerate(values):
            here = (position, key, index if many else None, step)
            if context.until is not None:
                context.in_time()
            if each is not None or not (context.mended or beside.has_item(others, index)):
                visit_of(each, tallies, context, here).run(each, context, here)
        for group, tally in zip(groups, tallies, strict=True):
            slicing.finish(group, tally, context, (position, key, None, step))

    return sliced


def _hearing(walk: Compiler, of: tuple[Group, ...], code: str) -> Hearing | None:
    """What of a value is to be heard; None where that does not decide, or where those before it have a say."""
    if walk.terminology.elsewhere is not None or any(group.is_ordered for group in of):
        return None
    names: set[str] = set()
    for group in of:
        for part, _ in group.tests:
            heard = discriminators.heard(slicing.slicers(group.element, part), part, code)
            if heard is None:
                return None
            names |= heard
    if code == "Extension" and names == {"url"}:
        return _url
    return _whole if discriminators.THIS in names else _parts(tuple(sorted(names)))


def _url(value: Any, context: Context) -> str:  # noqa: ARG001 (a Hearing)
    url = value["url"]
    if type(url) is not str:
        raise TypeError
    return url


def _whole(value: Any, context: Context) -> bytes:
    scope = context.scope
    outer = scope.resource if scope.container is None else scope.container
    return marshal.dumps((outer.get("language"), value), PLAIN)


def _parts(names: tuple[str, ...]) -> Hearing:
    def parts(value: Any, context: Context) -> bytes:
        said = [value.get(name) for name in names]
        return marshal.dumps((context.scope.outer.get("language"), said), PLAIN)

    return parts


# The version of marshal in which the same is always written the same.
PLAIN = 2
