"""What OperationDefinitions say of themselves: the profiles on their Parameters agree with the parameters they list.

Parts of parameters, and how they are bound, are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.plan import UNBOUNDED, Element, Profile
from fhir_matters.validation.visits import Compiler

PROFILES = {"in": "inputProfile", "out": "outputProfile"}
ALLOWED_TYPE = "http://hl7.org/fhir/StructureDefinition/operationdefinition-allowed-type"
DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is told of an operation, and in words which way its parameters go."""

    context: Context
    position: Position
    use: str

    def wrong(self, expected: str, message_id: str, found: object = "", code: str = "unknown") -> None:
        """Tell of one thing that is not as expected."""
        self.context.add("FM902", self.position, f"Expected {expected}.", message_id=message_id, found=found, code=code)


def checks(walk: Compiler, operation: Any, context: Context, position: Position) -> None:
    """The operation does not build on itself, and its profiles and its parameters ask for the same."""
    _circular(walk, operation, Place(context, position, ""))
    for use, key in PROFILES.items():
        if isinstance(named := operation.get(key), str):
            _profiled(walk, operation, named, Place(context, (position, key, None, None), use))


def _circular(walk: Compiler, operation: Any, place: Place) -> None:
    url, base = operation.get("url"), operation.get("base")
    for _ in range(DEEPEST):
        found = walk.plans.find(base, "OperationDefinition") if isinstance(base, str) and isinstance(url, str) else None
        if found is None:
            return
        if found.get("url") == url:
            place.wrong("an operation that does not build on itself", "OPDEF_CIRCULAR_DEFINITION", base)
            return
        base = found.get("base")


def _profiled(walk: Compiler, operation: Any, named: str, place: Place) -> None:
    try:
        profile = walk.plans.profile(named)
    except DefinitionsError:
        return
    if profile is None:
        place.wrong("a profile that is in one of the packages", "OPDEF_PROFILE_NOT_FOUND", named)
    elif profile.type != "Parameters":
        place.wrong("a profile of Parameters", "OPDEF_PROFILE_NOT_PARAMETERS", named, "invalid")
    else:
        _listed(walk, operation, profile, place)


def _listed(walk: Compiler, operation: Any, profile: Profile, place: Place) -> None:
    listed = list(dicts(operation.get("parameter")))
    sliced = profile.root.children.get("parameter")
    for each in sliced.slices if sliced is not None else ():
        name = _part(walk, each, "name")
        stated = (name.fixed or name.pattern) if name is not None else None
        if name is None:
            place.wrong(f"a name in the slice {each.slice}", "OPDEF_PROFILE_NO_SLICE")
        for index, parameter in enumerate(listed):
            if stated and parameter.get("name") == stated.value and parameter.get("use") == place.use:
                root = place.position[0] if place.position is not None else None
                _compared(walk, each, parameter, Place(place.context, (root, "parameter", index, None), place.use))
                break


def _part(walk: Compiler, element: Element, name: str) -> Element | None:
    """What the slice says of one of its fields, or else what any parameter has."""
    general = walk.plans.type("Parameters")
    anything = general.root.children["parameter"].children.get(name) if general is not None else None
    return element.children.get(name, anything)


def _compared(walk: Compiler, element: Element, parameter: dict[str, Any], place: Place) -> None:
    least, most = parameter.get("min"), _most(parameter.get("max"))
    if isinstance(least, int) and least != element.min:
        place.wrong(f"{element.min} as min, as the profile has it", _id("NOT_VALUE_MISMATCH"))
    if most is not None and most != element.max:
        place.wrong("the max of the profile", _id("NOT_VALUE_MISMATCH"), parameter.get("max"))
    allowed, targets = list(_types(parameter)), _texts(parameter.get("targetProfile"))
    kinds = [kind for part in _used(walk, element) for kind in part.types]
    profiled, aimed = [each.code for each in kinds], [name for each in kinds for name in each.targets]
    for way, left, right in (("TYPE", allowed, profiled), ("PROFILE", targets, aimed)):
        what = "types" if way == "TYPE" else "target profiles"
        for missing in dict.fromkeys(left):
            if missing not in right:
                place.wrong(f"{what} that the profile has too", _id(f"{way}_NOT_IN_PROFILE"), missing, "invalid")
        if way == "PROFILE" and parameter.get("type") in (None, "Element"):
            continue
        for missing in dict.fromkeys(right):
            if missing not in left:
                place.wrong(f"all {what} of the profile", _id(f"{way}_NOT_IN_PARAMS"), missing, "invalid")


def _id(end: str) -> str:
    return f"OPDEF_PROFILE_{end}"


def _most(value: Any) -> int | None:
    if value == "*":
        return UNBOUNDED
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None


def _texts(values: Any) -> list[str]:
    return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []


def _types(parameter: dict[str, Any]) -> Iterator[str]:
    stated = [each for each in dicts(parameter.get("extension")) if each.get("url") == ALLOWED_TYPE]
    listed = [value for each in stated for key, value in each.items() if key.startswith("value")]
    yield from _texts(listed or parameter.get("allowedType") or [parameter.get("type")])


def _used(walk: Compiler, element: Element) -> Iterator[Element]:
    """The fields of the slice that may carry its content: not those that are left out, nor others than a needed one."""
    parts = {name: _part(walk, element, name) for name in ("value[x]", "resource", "part")}
    for name in ("value[x]", "resource"):
        here = parts[name]
        others = (each for other, each in parts.items() if other != name)
        if here is not None and here.max > 0 and all(each is None or each.min == 0 for each in others):
            yield here
