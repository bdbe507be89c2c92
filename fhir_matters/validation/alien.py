"""Values and resources judged along a definition for another type, as the HL7 validator goes on to do.

What the other type does not have is not allowed, and what it asks for is missed; how the JSON is shaped is the own
type's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fhir_matters.jsonio import Number
from fhir_matters.validation import bindings, primitives, special
from fhir_matters.validation.context import MISSHAPEN, Context, Finding, Position
from fhir_matters.validation.fieldnames import keys_of
from fhir_matters.validation.plan import BASE, Element, Profile
from fhir_matters.validation.primitives import INTEGERS, NAMES
from fhir_matters.validation.visits import Compiler, Elements, Lazy, Visit, in_turn

NOT_ALLOWED = "Validation_VAL_Profile_NotAllowed"
# Types that R4 defines by an expression that the HL7 validator asks of their values.
REGULAR = frozenset({*INTEGERS, "boolean", "decimal", "date", "dateTime", "instant", "time", "base64Binary"})
ANYWHERE = frozenset({"resourceType", "id", "extension"})


def claimed(walk: Compiler, profile: Profile, own: Element) -> Visit:
    """The visit of a resource of the type `own` along a profile for another type."""
    visit = _along(walk.conforms(profile), profile.canonical, own)
    return in_turn((visit, _like_named(profile, own), *special.CHECKS.get(profile.type, ())))


def _like_named(profile: Profile, own: Element) -> Visit:
    """What both types call the same, and is of other types in them."""
    theirs, ours = _types(profile.root), _types(own)
    unlike = {
        key: code
        for key, code in theirs.items()
        if ours.get(key, code) != code and code not in ANY and {code, ours[key]} != {"id", "string"}
    }

    def check(value: Any, context: Context, position: Position) -> None:
        for key in value.keys() & unlike:
            items = value[key] if isinstance(value[key], list) else [value[key]]
            for index, item in enumerate(items):
                here = (position, key, index if isinstance(value[key], list) else None, None)
                message = f"Expected {unlike[key]} in {profile.canonical}, found another type."
                context.add("FM111", here, message, profile=profile.canonical, message_id="Extension_PROF_Type")
                if unlike[key] in NAMES and isinstance(item, dict):
                    for name in item.keys() - ANYWHERE:
                        listed = item[name] if isinstance(item[name], list) else [None]
                        for at, _ in enumerate(listed):
                            _add((here, name, at if listed is item[name] else None, None), BASE + unlike[key], context)

    return check


# Types of which any other is one.
ANY = frozenset({"Element", "BackboneElement", "Resource"})


def _types(root: Element) -> dict[str, str]:
    """The fields that are no choice, with their types."""
    return {
        child.name: child.types[0].code
        for child in root.children.values()
        if len(child.types) == 1 and not child.name.endswith("[x]")
    }


def _along(visit: Lazy, canonical: str, own: Element | None) -> Visit:
    def check(value: Any, context: Context, position: Position) -> None:
        if not isinstance(value, dict):
            return
        trial = replace(context.apart(), mended=False, findings=[])
        visit.run(value, trial, position)
        known = {_told(each) for each in context.findings}
        for each in trial.findings:
            if each.rule == "FM101" and each.position is not None and each.position[0] == position:
                _not_allowed(each.position[1], value, own, canonical, context, position)
            elif each.rule == "FM101" and _told(each) not in known:
                _add(each.position, canonical, context)
            elif each.rule not in OWN and _told(each) not in known:
                known.add(_told(each))
                context.findings.append(each)

    return check


# What only the own type has a say in.
OWN = MISSHAPEN | {"FM557"}


def _told(finding: Finding) -> tuple[Any, ...]:
    """The same, whoever asks for it."""
    return finding.rule, finding.position, finding.message_id, finding.message


def _add(position: Position, canonical: str, context: Context) -> None:
    context.add(
        "FM115",
        position,
        f"Expected only what {canonical} has, found another field.",
        profile=canonical,
        message_id=NOT_ALLOWED,
    )


def _not_allowed(  # noqa: PLR0917 (what, in what, and where)
    key: str, node: dict[str, Any], own: Element | None, canonical: str, context: Context, position: Position
) -> None:
    steps = _steps(own)
    name = key.removeprefix("_")
    if name not in steps or name in ANYWHERE or (key != name and name in node):
        return
    values = node[key] if isinstance(node[key], list) else [node[key]]
    for index, _ in enumerate(values):
        _add((position, key, index if isinstance(node[key], list) else None, steps[name]), canonical, context)


def _steps(own: Element | None) -> dict[str, str | None]:
    """The keys of the own type, with the step of the expression where it is not the key."""
    found: dict[str, str | None] = {}
    for child in own.children.values() if own is not None else ():
        for key, code in keys_of(child).items():
            found[key] = f"{child.name[:-3]}.ofType({code})" if child.name.endswith("[x]") else None
    return found


def values(walk: Compiler, said: Elements, code: str) -> Iterator[Visit]:
    """The visits of a value of type `code` along the one other type that a profile has for its element."""
    for element in said[1:]:
        if len(element.types) != 1 or not element.name.endswith("[x]") or element.types[0].code == code:
            continue
        other = element.types[0].code
        if other in NAMES and code in NAMES:
            yield _spelt(walk, element, other, code)
            continue
        own = walk.plans.type(code)
        if code not in NAMES and own is not None:
            simple = other in NAMES
            yield (
                _valueless(element, other, own.root)
                if simple
                else _along(walk.item((element,), other), BASE + other, own.root)
            )


def _valueless(element: Element, other: str, own: Element) -> Visit:
    """An object where a simple value should be: it has none, and none of its fields is allowed."""
    absent = bindings.absent((element,), other)
    shapes = {key: kind for child in own.children.values() for key, kind in keys_of(child).items()}

    def check(value: Any, context: Context, position: Position) -> None:
        if not isinstance(value, dict):
            return
        if absent is not None:
            absent(value, context, position)
        for key in value:
            if key == "value":
                _valued(other, shapes.get(key, ""), context, position)
            elif key.removeprefix("_") not in ANYWHERE:
                _not_allowed(key, value, own, BASE + other, context, position)

    return check


def _valued(other: str, kind: str, context: Context, position: Position) -> None:
    """A field of this name stands for the value itself."""
    expected = f"Expected {other}, found an object with a value."
    context.add("FM115", position, expected, message_id="ILLEGAL_PROPERTY", code="invalid")
    if kind != (other if other in ("boolean", *INTEGERS, "decimal") else "string"):
        context.add("FM111", (position, "value", None, None), expected, message_id="Extension_PROF_Type")


def _spelt(walk: Compiler, element: Element, other: str, code: str) -> Visit:
    """A simple value as the text of another simple type; where it is none of its own, that is told again."""
    visit = walk.item((element,), other)
    own = primitives.check_of(code)

    def check(value: Any, context: Context, position: Position) -> None:
        if isinstance(value, (dict, list)) or value is None:
            return
        trial = replace(context.apart(), mended=True, findings=[])
        text = str(value).lower() if isinstance(value, bool) else str(value)
        visit.run(_meant(text, other), trial, position)
        context.findings += trial.findings
        if not any(each.is_error for each in trial.findings) and own(value) is not None and code in REGULAR:
            message_id = "Type_Specific_Checks_DT_Primitive_Regex_Type"
            context.add("FM202", position, f"Expected {code} as FHIR spells it.", message_id=message_id, found=value)

    return check


def _meant(text: str, code: str) -> Any:
    """The text as a value of the type is in JSON; itself where it is no such value."""
    if code == "boolean":
        return {"true": True, "false": False}.get(text, text)
    try:
        return int(text) if code in INTEGERS else Number(text) if code == "decimal" else text
    except ValueError:
        return text
