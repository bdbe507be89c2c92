"""What a StructureDefinition says of itself: whether its differential can be laid over its base, and means something.

Nothing is generated; a profile whose base is not at hand, and a definition of a new type, are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.elements import exact
from fhir_matters.validation.exactly import same
from fhir_matters.validation.plan import Profile
from fhir_matters.validation.visits import RESOURCES, Compiler, Elements

DISCRIMINATORS = frozenset({"value", "exists", "pattern", "type", "profile", "position"})
# Types that hold no code: a binding on them binds nothing.
_CODELESS = """
base64Binary boolean date dateTime decimal instant integer positiveInt time unsignedInt Address Annotation Attachment
BackboneElement ContactPoint HumanName Identifier Period Range Ratio Reference SampledData Signature Timing
"""
CODELESS = frozenset(_CODELESS.split())


def differential(walk: Compiler, definition: Any, context: Context, position: Position) -> None:
    """Each element of a profile's differential stands where its base has it, in the order of the base."""
    listed = definition.get("differential")
    elements = list(dicts(listed.get("element"))) if isinstance(listed, dict) else []
    if definition.get("derivation") != "constraint":
        return
    for index, element in enumerate(elements):
        _alone(walk, element, context, ((position, "differential", None, None), "element", index, None))
    base = _base(walk, definition)
    if base is None or not all(isinstance(each.get("path"), str) for each in elements):
        return
    _laid(walk, base, elements, context, position)


def _base(walk: Compiler, definition: dict[str, Any]) -> Profile | None:
    named = definition.get("baseDefinition")
    try:
        found = walk.plans.profile(named) if isinstance(named, str) else None
    except DefinitionsError:
        return None
    return found if found is not None and found.type == definition.get("type") else None


def _alone(walk: Compiler, element: dict[str, Any], context: Context, here: Position) -> None:
    """What can be told of one element without its base."""
    types = list(dicts(element.get("type")))
    codes = [each.get("code") for each in types]
    if "binding" in element and codes and CODELESS.issuperset(filter(_is_text, codes)) and all(map(_is_text, codes)):
        context.add(
            "FM902", here, "Expected no binding on types that hold no code.", message_id="SD_ED_BIND_NOT_BINDABLE"
        )
    for index, each in enumerate(types):
        names = each.get("profile")
        for number, name in enumerate(names if isinstance(names, list) else ()):
            if _other(walk, name, each.get("code")):
                context.add(
                    "FM911",
                    ((here, "type", index, None), "profile", number, None),
                    "Expected a profile of this type, found one of another.",
                    message_id="SD_ED_TYPE_PROFILE_WRONG",
                    found=name,
                )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _other(walk: Compiler, name: Any, code: Any) -> bool:
    try:
        found = walk.plans.profile(name) if isinstance(name, str) else None
    except DefinitionsError:
        return False
    known = isinstance(code, str) and walk.plans.type(code) is not None and code not in RESOURCES
    return found is not None and known and found.type != code


def _laid(walk: Compiler, base: Profile, elements: list[dict[str, Any]], context: Context, position: Position) -> None:
    """Lay the differential over its base: the first thing that stops it, or else every element that finds no place."""
    inside: Position = (position, "differential", None, None)
    if elements and "." not in elements[0]["path"] and "slicing" in elements[0]:
        here: Position = (inside, "element", 0, None)
        context.add(
            "FM901",
            here,
            "Expected no slicing of the whole: nothing repeats there.",
            message_id="SD_NO_SLICING_ON_ROOT",
        )
    places = [_place(walk, base, each["path"], elements) for each in elements]
    if any(each is None for each in places) or not all(map(_told_apart, elements)) or _sliced_root(elements):
        context.add(
            "FM911", position, "Its differential cannot be laid over its base.", message_id="SD_GENERATION_FAILED"
        )
        return
    lost = [index for index, each in enumerate(places) if each is not None and _lost(index, places)]
    for index in lost:
        context.add(
            "FM912",
            (inside, "element", index, None),
            "The base has no such element here: check its path, and its order.",
            message_id="SD_DERIVATION_NO_MATCH",
            found=elements[index]["path"],
        )
    if lost:
        context.add(
            "FM912", position, "Elements of the differential find no place in the base.", message_id="SD_NO_MATCHES"
        )
    for index, element in enumerate(elements):
        if _refixed(base, element):
            context.add(
                "FM912",
                (inside, "element", index, None),
                "Expected the fixed value of the base, found another.",
                message_id="SD_ELEMENT_FIXED_WRONG",
            )


def _sliced_root(elements: list[dict[str, Any]]) -> bool:
    return bool(elements) and "." not in elements[0]["path"] and "slicing" in elements[0]


def _told_apart(element: dict[str, Any]) -> bool:
    slicing = element.get("slicing")
    told = dicts(slicing.get("discriminator")) if isinstance(slicing, dict) else ()
    return all(each.get("type") in DISCRIMINATORS for each in told)


def _refixed(base: Profile, element: dict[str, Any]) -> bool:
    """A fixed value of the base stays as it is."""
    before = base.elements.get(element["path"])
    stated = exact(element, "fixed")
    return (
        not element.get("sliceName")
        and stated is not None
        and before is not None
        and before.fixed is not None
        and not same(before.fixed.value, stated.value)
    )


NOWHERE = -1


def _lost(index: int, places: list[int | None]) -> bool:
    """An element that the base does not have, or that stands before one that the base has earlier."""
    here = places[index]
    return here == NOWHERE or any(each not in (None, NOWHERE) and each < (here or 0) for each in places[index:])


def _place(walk: Compiler, base: Profile, path: str, elements: list[dict[str, Any]]) -> int | None:
    """Where the base's type has the first step of the path; NOWHERE if it has not; None for a path that is none."""
    kind, *steps = path.split(".")
    root = walk.plans.type(base.type)
    if not all(steps) or kind != base.type or root is None:
        return None
    here: Elements = (base.root, root.root)
    walked = kind
    for name in steps:
        further = list(_below(walk, here, _stated(walked, elements)))
        if not further:
            return _first(root.root.children, steps[0])
        named = [(each, code) for each in further if (code := _names(each.name, each, name)) is not None]
        if not named:
            return None if any(_like(each.name, name) for each in further) else NOWHERE
        here, walked = tuple(each for each, _ in named), f"{walked}.{name}"
    return _first(root.root.children, steps[0]) if steps else 0


def _first(children: Any, name: str) -> int:
    found = (place for place, each in enumerate(children) if each == name or _like(each, name))
    return next(found, NOWHERE)


def _like(choice: str, name: str) -> bool:
    return choice.endswith("[x]") and name.startswith(choice[:-3]) and name[len(choice) - 3 :][:1].isupper()


def _names(own: str, element: Any, name: str) -> str | None:
    """Whether the name is the element's, or that of one of its types where it is a choice."""
    if own == name:
        return name
    codes = {each.code.lower() for each in element.types}
    return name if _like(own, name) and name[len(own) - 3 :].lower() in codes else None


def _stated(path: str, elements: list[dict[str, Any]]) -> list[str]:
    """The types that the differential itself gives an element."""
    codes = (each.get("code") for one in elements if one.get("path") == path for each in dicts(one.get("type")))
    return [code for code in codes if isinstance(code, str)]


def _below(walk: Compiler, here: Elements, stated: list[str]) -> Iterator[Any]:
    """The children of the elements, and of what their types have; nothing where a type may be any resource."""
    codes = {kind.code for each in here for kind in each.types} | set(stated)
    types = [walk.plans.type(code) for code in codes]
    if codes & RESOURCES or None in types:
        return
    for each in here:
        yield from each.children.values()
        yield from (child for part in each.slices for child in part.children.values())
        target = walk.plans.content(each)
        yield from target.children.values() if target is not None else ()
    for plan in types:
        yield from plan.root.children.values() if plan is not None else ()
