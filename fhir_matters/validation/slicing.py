"""Slices: which one an item belongs to, and how many each may have. What tells them apart is in `discriminators`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fhir_matters.validation import discriminators
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.discriminators import Test
from fhir_matters.validation.exactly import named
from fhir_matters.validation.obstacles import AbsentProfileError, HinderedError, obstacle
from fhir_matters.validation.plan import BASE, Element
from fhir_matters.validation.shape import Handler
from fhir_matters.validation.visits import Compiler, Elements, PerKeys, types_of, unless

SLICE_MIN = "Validation_VAL_Profile_Minimum_SLICE"
MAGIC = "VALIDATION_VAL_PROFILE_MINIMUM_MAGIC"
SLICE_MAX = "Validation_VAL_Profile_Maximum"


@dataclass(frozen=True, slots=True)
class Group:
    """A sliced element of one profile, with a test for each of its slices; `counted` are all not told by type."""

    element: Element
    tests: tuple[tuple[Element, Test], ...]
    counted: tuple[Element, ...]
    told: bool = True

    @property
    def is_ordered(self) -> bool:
        """True where the slices of the values before decide what is to be said of the next."""
        slicing = self.element.slicing
        return slicing is not None and (slicing.ordered or slicing.rules == "openAtEnd")

    @property
    def follows(self) -> bool:
        """True where what a reference leads to tells the slices apart."""
        told = self.element.slicing.discriminators if self.element.slicing else ()
        return any("resolve()" in each.path for each in told)


@dataclass(slots=True)
class Tally:
    """How many items each slice had, and how many may have been its; `last` is the place of the latest slice met.

    `hindered` is True where one of the slices could not be told: then none is counted.
    """

    sure: dict[Element, int] = field(default_factory=dict)
    unsure: dict[Element, int] = field(default_factory=dict)
    last: int = -1
    hindered: bool = False


def by_type(sliced: Element, part: Element, code: str, key: str) -> bool:
    """True where the slice of a choice is told by the type alone, and this is its type."""
    if not told_by_type(sliced, part):
        return False
    if not part.types:
        return part.slice == key
    return code in types_of(part) and (len(part.types) > 1 or _named_for(part, key))


def _named_for(part: Element, key: str) -> bool:
    return part.name.endswith("[x]") or part.name == key


def told_by_type(sliced: Element, part: Element) -> bool:
    """True where the type of the value decides whether it is in the slice."""
    if not sliced.name.endswith("[x]"):
        return False
    told = sliced.slicing.discriminators if sliced.slicing else ()
    if told:
        return all(each.kind == "type" and each.path == "$this" for each in told)
    return bool(part.types) or part.slice.startswith(sliced.name[:-3])


def hindered(walk: Compiler, sliced: Element, part: Element) -> bool:
    """True where the type of the value would tell the slice, but the profile that it names is not there."""
    told = sliced.slicing.discriminators if sliced.slicing else ()
    return told_by_type(sliced, part) and bool(obstacle(walk, told, part))


def groups(walk: Compiler, said: Elements, code: str) -> tuple[Group, ...]:
    """The sliced elements among these, without the slices that the type of a choice has already decided."""
    found = []
    for element in said:
        left = tuple(
            part for part in element.slices if not told_by_type(element, part) or hindered(walk, element, part)
        )
        if left:
            tests = tuple((part, discriminators.test(walk, slicers(element, part), part, code)) for part in left)
            counted = tuple(part for part in left if not told_by_type(element, part))
            found.append(Group(element, tests, counted, _told(element, code)))
    return tuple(found)


def _told(sliced: Element, code: str) -> bool:
    """Whether anything tells the slices apart; of extensions always their url."""
    return code == "Extension" or bool(sliced.slicing is not None and sliced.slicing.discriminators)


def slicers(sliced: Element, part: Element) -> Elements:
    """What a slice is a slice of: the element, and of a reslice (`a/b`) also the slice `a`."""
    return (sliced, *(each for each in sliced.slices if part.slice.startswith(each.slice + "/")))


def narrowest(matched: list[Element]) -> list[Element]:
    """Without the slices of which another one is a reslice: whoever is in the reslice counts there alone.

    So the HL7 validator counts (`InstanceValidator.matchSlice`).
    """
    return [each for each in matched if not any(other.slice.startswith(each.slice + "/") for other in matched)]


def closed_to(walk: Compiler, said: Elements, code: str, key: str) -> Element | None:
    """The element whose slices, told by type and closed, leave out this type; None where none does."""
    for element in said:
        parts = [part for part in element.slices if told_by_type(element, part)]
        closed = element.slicing is not None and element.slicing.rules == "closed"
        if (
            closed
            and parts
            and len(parts) == len(element.slices)
            and not any(by_type(element, part, code, key) and part.max > 0 for part in parts)
            and not any(hindered(walk, element, part) for part in parts)
        ):
            return element
    return None


def left_out(sliced: Element, key: str, step: str | None) -> Handler:
    """Report a value of a type that none of the closed slices of a choice is for."""

    def handler(value: Any, node: dict[str, Any], context: Context, position: Position) -> None:  # noqa: ARG001 (a Handler)
        names = ", ".join(part.slice for part in sliced.slices if part.max > 0)
        _shut(sliced, names or "none", context, (position, key, None, step))

    return handler


def _shut(sliced: Element, names: str, context: Context, position: Position) -> None:
    context.add(
        "FM505",
        position,
        f"Expected one of the slices of {named(sliced)} ({names}), which are closed.",
        profile=sliced.profile,
        message_id="Validation_VAL_Profile_NotSlice",
    )


def sort(group: Group, tally: Tally, value: Any, context: Context, position: Position) -> list[Element]:
    """The slices that the value is in, each counted; reports where that cannot be told or may not be."""
    matched, doubtful = [], []
    lacking = False
    for part, test in group.tests:
        try:
            answer = test(value, context)
        except HinderedError as hindrance:
            lacking = tally.hindered = True
            _hindrance(group, part, hindrance, context, position)
            continue
        if answer:
            matched.append(part)
        elif answer is None:
            doubtful.append(part)
    inner = narrowest(matched)
    for part in inner:
        tally.sure[part] = tally.sure.get(part, 0) + 1
    for part in doubtful:
        # For the HL7 validator what is not at hand is in no slice: here too it does not stand in for one that must be.
        tally.unsure[part] = tally.unsure.get(part, 0) + (not group.follows)
        _doubt(part, context, position)
    if len(inner) > 1:
        _several(group, context, position)
    _in_order(group, tally, inner, context, position)
    if not matched and not doubtful and not lacking:
        _none(group, tally, context, position)
    for part in inner if not doubtful and not lacking else ():
        _not_resliced(group, part, context, position)
    return matched


def _doubt(part: Element, context: Context, position: Position) -> None:
    context.add("FM508", position, f"Cannot tell whether this is one of {named(part)}.", profile=part.profile)


def _hindrance(group: Group, part: Element, hindrance: HinderedError, context: Context, position: Position) -> None:
    told = group.element.slicing.discriminators if group.element.slicing else ()
    rule, why = "FM512", f": its profile says nothing of {' and '.join(each.path for each in told)} there."
    if isinstance(hindrance, AbsentProfileError):
        rule, why = "FM511", f" without the profile {hindrance.canonical}, {ABSENT}"
    context.add(
        rule,
        position,
        f"Cannot tell whether this is one of {named(part)}{why}",
        profile=part.profile,
        message_id="SLICING_CANNOT_BE_EVALUATED",
    )


ABSENT = "which is in none of the loaded packages: give its package with --package."


def _several(group: Group, context: Context, position: Position) -> None:
    context.add(
        "FM507",
        position,
        f"Expected one slice of {group.element.path}, found a value that is in several.",
        profile=group.element.profile,
        message_id="Validation_VAL_Profile_MatchMultiple",
    )


def _none(group: Group, tally: Tally, context: Context, position: Position) -> None:
    rules = group.element.slicing.rules if group.element.slicing else "open"
    if rules == "closed":
        _shut(group.element, _names(group), context, position)
    elif rules == "openAtEnd":
        tally.last = len(group.tests)


def _not_resliced(group: Group, part: Element, context: Context, position: Position) -> None:
    """What is in a slice and in none of its own slices, where these are closed."""
    inside = [each.slice for each, _ in group.tests if each.slice.startswith(part.slice + "/")]
    if inside and part.slicing is not None and part.slicing.rules == "closed":
        _shut(part, ", ".join(inside), context, position)


def _names(group: Group) -> str:
    return ", ".join(part.slice for part, _ in group.tests)


def _in_order(group: Group, tally: Tally, matched: list[Element], context: Context, position: Position) -> None:
    slicing = group.element.slicing
    if not matched or slicing is None or not (slicing.ordered or tally.last == len(group.tests)):
        return
    place = next(index for index, (part, _) in enumerate(group.tests) if part is matched[0])
    if place < tally.last:
        context.add(
            "FM506",
            position,
            f"Expected the slices of {group.element.path} in their order ({_names(group)}).",
            profile=group.element.profile,
            message_id="Validation_VAL_Profile_SliceOrder",
        )
    tally.last = max(tally.last, place)


def finish(group: Group, tally: Tally, context: Context, position: Position) -> None:
    """Report slices with too few or too many items, once all items are sorted; `position` is that of the field."""
    if tally.hindered:
        return
    parent = position[0] if position else None
    for part in group.counted:
        sure = tally.sure.get(part, 0)
        # What nothing tells apart is in no slice: so the HL7 validator counts (`InstanceValidator.sliceMatches`).
        unsure = tally.unsure.get(part, 0) if group.told else 0
        if sure + unsure < part.min:
            context.add(
                "FM503",
                parent,
                f"Expected at least {part.min} of {named(part)}, found {sure or 'none'}.",
                profile=part.profile,
                message_id=MAGIC
                if part.path == "Observation.code.coding" and part.profile.startswith(BASE)
                else SLICE_MIN,
            )
        if sure > part.max:
            context.add(
                "FM504",
                position,
                f"Expected at most {part.max} of {named(part)}, found {sure}.",
                profile=part.profile,
                message_id=SLICE_MAX,
            )


def absence(of: tuple[Group, ...], key: str) -> Iterator[PerKeys]:
    """Checks for slices that must be there, where the whole field is not."""
    for group in of:
        if any(part.min for part, _ in group.tests):
            yield _absent(group, key)


def _absent(group: Group, key: str) -> PerKeys:
    def check(node: Any, context: Context, position: Position) -> None:
        if key not in node:
            finish(group, Tally(), context, (position, key, None, None))

    return unless(lambda there: key in there, check)
