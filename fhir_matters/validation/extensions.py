"""Extensions: known or not, where they may stand, a modifier or not; their content is walked as a profile's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.fhirpath.node import Node
from fhir_matters.validation import invariants, places, uris
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.fieldnames import keys_of
from fhir_matters.validation.plan import Element, Profile
from fhir_matters.validation.policy import ELSEWHERE, Policy, is_example
from fhir_matters.validation.visits import Compiler, Elements, Visit, in_turn

VALUE = ("value", "_value")
HL7 = "http://hl7.org/fhir/"
# Of the urls that nobody knows, which may be countless.
MOST_UNKNOWN = 256
LONGEST_UNKNOWN = 512
CROSS_VERSION = (
    "http://hl7.org/fhir/1.0/",
    "http://hl7.org/fhir/3.0/",
    "http://hl7.org/fhir/4.0/",
    "http://hl7.org/fhir/4.3/",
    "http://hl7.org/fhir/5.0/",
    "http://hl7.org/fhir/6.0/",
)
_DEFINITION = HL7 + "StructureDefinition/"
_ANY_DEFINITION = frozenset({"CanonicalResource", "ElementDefinition"})
# Contexts that R4 published too narrowly, as the extensions pack (hl7.fhir.uv.extensions.r4) has them now.
AMENDED = {
    _DEFINITION + "structuredefinition-fmm": _ANY_DEFINITION,
    _DEFINITION + "structuredefinition-fmm-no-warnings": _ANY_DEFINITION,
    _DEFINITION + "structuredefinition-normative-version": _ANY_DEFINITION,
    _DEFINITION + "structuredefinition-standards-status": _ANY_DEFINITION,
    _DEFINITION + "structuredefinition-wg": _ANY_DEFINITION,
    _DEFINITION + "structuredefinition-fhir-type": frozenset({"ElementDefinition.type"}),
    _DEFINITION + "regex": frozenset({"ElementDefinition.type"}),
}


def dispatch(walk: Compiler, said: Elements) -> Visit:
    """The visit of any extension in this place: its url decides which definition it is walked along with."""
    plain = walk.structure(said, "Extension")
    known: dict[str, Visit] = {}

    def visit(value: Any, context: Context, position: Position) -> None:
        url = value.get("url") if isinstance(value, dict) else None
        if not isinstance(url, str) or not url:
            plain(value, context, position)
            _nameless(value, context, position)
            return
        compiled = known.get(url)
        if compiled is None:
            compiled, keep = _compiled(walk, said, plain, url)
            if keep or (len(known) < MOST_UNKNOWN and len(url) < LONGEST_UNKNOWN):
                known[url] = compiled
        compiled(value, context, position)

    return visit


def _nameless(value: Any, context: Context, position: Position) -> None:
    """Without its url, nobody knows what an extension means."""
    if isinstance(value, dict) and not value.get("url"):
        context.add(
            "FM558",
            position,
            "Expected the url of the extension: without it, nobody knows what it means.",
            message_id="Extension_EXT_Url_NotFound",
        )
        for index, part in enumerate(_parts(value)):
            if isinstance(part, dict) and isinstance(url := part.get("url"), str) and url and ":" not in url:
                _not_absolute(part, context, (position, "extension", index, None))


def _parts(value: dict[str, Any]) -> list[Any]:
    parts = value.get("extension")
    return parts if isinstance(parts, list) else []


def _compiled(walk: Compiler, said: Elements, plain: Visit, url: str) -> tuple[Visit, bool]:
    """The visit for one url, and whether it is kept whatever else is: urls that nobody knows may be countless."""
    if not uris.is_absolute(url):
        return _relative(said, plain, url)
    try:
        definition = walk.plans.profile(url)
    except DefinitionsError:
        return in_turn((plain, _unread(url))), False
    if definition is not None and definition.type != "Extension" and not definition.constraint:
        return in_turn((plain, _of_another_kind(walk, url))), False
    if definition is None or definition.type != "Extension":
        return in_turn((plain, _unknown(said, url, walk.policy))), False
    whole = walk.structure(said, "Extension", (definition.root,))
    return whole if not definition.constraint else in_turn((whole, *_standing(walk, said, definition))), True


def _relative(said: Elements, plain: Visit, url: str) -> tuple[Visit, bool]:
    """A part of a complex extension is named by a bare word, and only there."""
    if said[0].path != "Extension.extension":
        return in_turn((plain, _not_absolute)), False
    if any(_url_of(part) == url for part in said[1:]):
        return plain, True
    defined = any(each.profile != said[0].profile and each.path == "Extension.extension" for each in said)
    return (in_turn((plain, _no_part)), False) if defined else (plain, False)


def _url_of(element: Element) -> str | None:
    inner = element.children.get("url")
    stated = inner.fixed or inner.pattern if inner is not None else None
    return stated.value if stated is not None and element.slice else None


def _unread(url: str) -> Visit:
    def check(value: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        context.add(
            "FM703",
            position,
            "The definition of this extension cannot be used: nothing was checked against it.",
            profile=url,
        )

    return check


def _of_another_kind(walk: Compiler, url: str) -> Visit:
    """The url is that of a type: nothing that an extension has is any of its elements."""
    plan = walk.plans.type("Extension")
    values = keys_of(plan.root.children["value[x]"]) if plan is not None else {}
    message = "Expected the url of an extension, found that of a type."

    def check(value: Any, context: Context, position: Position) -> None:
        context.add("FM553", position, message, profile=url, message_id="Extension_EXTP_Context_Wrong")
        valued = {key: f"value.ofType({values[key]})" for key in value if key in values}
        for key, step in {"url": None, **valued}.items():
            context.add("FM562", (position, key, None, step), message, message_id="Validation_VAL_Profile_NotAllowed")
        for key, step in valued.items():
            context.add("FM557", (position, key, None, step), message, message_id="Extension_EXT_Type")

    return check


def _unknown(said: Elements, url: str, policy: Policy) -> Visit:
    ours = url.startswith(HL7) and not url.startswith((*CROSS_VERSION, *ELSEWHERE))
    modifier = said[0].name == "modifierExtension"

    def check(value: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        here = (position, "url", None, None)
        if is_example(url) and not policy.examples:
            context.add(
                "FM561",
                here,
                "Expected the url of a real extension, found one that stands for an example.",
                message_id="TYPE_SPECIFIC_CHECKS_DT_URL_EXAMPLE",
                found=url,
            )
        if ours or not (url.startswith(CROSS_VERSION) or policy.admits(url)):
            context.add(
                "FM551",
                here,
                "No loaded package defines this extension: correct the url, or load its package.",
                message_id="Extension_EXT_Unknown_NotHere",
                found=url,
            )
        elif modifier:
            context.add(
                "FM559",
                here,
                "This modifier extension is unknown: its meaning cannot be told.",
                message_id="Extension_EXT_Unknown",
                found=url,
            )
        else:
            context.add(
                "FM552",
                here,
                "This extension is in none of the loaded packages, so it was not checked: load its package.",
                message_id="Extension_EXT_Unknown",
                found=url,
            )

    return check


def _not_absolute(value: Any, context: Context, position: Position) -> None:
    context.add(
        "FM558",
        (position, "url", None, None),
        "Expected an absolute url: only parts of a complex extension have a bare name.",
        message_id="Extension_EXT_URL_Absolute",
        found=value.get("url") if isinstance(value, dict) else "",
    )


def _no_part(value: Any, context: Context, position: Position) -> None:
    context.add(
        "FM560",
        (position, "url", None, None),
        "The extension around this one defines no part of this name.",
        message_id="Extension_EXT_SubExtension_Invalid",
        found=value.get("url") if isinstance(value, dict) else "",
    )


def _standing(walk: Compiler, said: Elements, definition: Profile) -> Iterator[Visit]:
    """Checks of where a known extension stands, and whether it has what its kind has."""
    yield _content(definition)
    if _is_modifier(definition) != (said[0].name == "modifierExtension"):
        yield _wrong_list(definition)
    where: list[Visit] = []
    if not any(kind == "element" and expression == "Element" for kind, expression in definition.contexts):
        where.append(_context(walk, said, definition))
    if definition.context_rules:
        where.append(_rules(walk, definition))
    yield _placed(where)


def _placed(checks: list[Visit]) -> Visit:
    """Nothing can be said about the id of a resource by an extension on it (R4 resource.html#id)."""

    def check(value: Any, context: Context, position: Position) -> None:
        owner = position[0] if position is not None else None
        if owner is not None and owner[1] == "_id" and owner[0] == context.scope.position:
            context.add(
                "FM219",
                owner,
                "Expected no extension on the id of a resource.",
                message_id="FHIR_RESOURCE_ID_CANT_BE_EXTENDED",
            )
            return
        for each in checks:
            each(value, context, position)

    return check


def _content(definition: Profile) -> Visit:
    """A simple extension has a value, a complex one has parts; and its url names no version."""
    inner = definition.root.children
    if "value[x]" not in inner:
        return in_turn(())
    valued, must = inner["value[x]"].max > 0, inner["value[x]"].min > 0

    def check(value: Any, context: Context, position: Position) -> None:
        if not isinstance(value, dict):
            return
        if "|" in str(value.get("url")):
            context.add(
                "FM558",
                (position, "url", None, None),
                "Expected the url of the extension without a version.",
                message_id="EXT_VER_URL_REVERSION",
            )
        key = None
        for name, each in value.items():
            if name.startswith(VALUE) and each is not None:
                key = name
                break
        parts = "extension" in value
        if (key is not None) != valued and (not valued or must or not parts):
            wrong = "WRONG" if parts else "ABSENT"
            context.add(
                "FM556",
                (position, key, None, None) if key is not None else position,
                "Expected a value." if valued else "Expected parts and no value.",
                profile=definition.canonical,
                message_id=f"Extension_EXT_Simple_{wrong}" if valued else "Extension_EXT_Type",
            )

    return check


def _is_modifier(definition: Profile) -> bool:
    return definition.root.modifier


def _wrong_list(definition: Profile) -> Visit:
    right = "modifierExtension" if _is_modifier(definition) else "extension"

    def check(value: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        context.add(
            "FM555",
            position,
            f"Expected this extension in {right}.",
            profile=definition.canonical,
            message_id="Extension_EXT_Modifier_Y" if _is_modifier(definition) else "Extension_EXT_Modifier_N",
        )

    return check


def _context(walk: Compiler, said: Elements, definition: Profile) -> Visit:
    """Where an extension may stand: `element` by path or type, `extension` by url, `fhirpath` by what it selects."""
    elements = frozenset(places.tail(expression) for kind, expression in definition.contexts if kind == "element")
    elements |= AMENDED.get(definition.canonical, frozenset())
    parents = frozenset(expression for kind, expression in definition.contexts if kind == "extension")
    expressions = [expression for kind, expression in definition.contexts if kind == "fhirpath"]
    owner = said[0].path.rpartition(".")[0]
    inside = frozenset(element.profile for element in said)
    expected = ", ".join(sorted(elements | parents)) or "another place"

    def check(value: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        if not definition.contexts or owner in elements or not inside.isdisjoint(parents):
            return
        way = places.way(context, position)
        if not elements.isdisjoint(walk.kept(("places", way), lambda: places.names(walk.plans, way[0], way[1:]))):
            return
        chosen = _chosen(walk, expressions, context, position)
        if chosen:
            return
        if chosen is None:
            context.add(
                "FM554",
                position,
                "Cannot tell whether this extension may stand here: the expression of its context was not evaluated.",
                profile=definition.canonical,
            )
        else:
            context.add(
                "FM553",
                position,
                f"{definition.canonical} may not stand here; it belongs on {expected}.",
                profile=definition.canonical,
                message_id="Extension_EXTP_Context_Wrong",
            )

    return check


def _chosen(walk: Compiler, expressions: list[str], context: Context, position: Position) -> bool | None:
    """Whether one of the expressions, asked of the resource, selects the owner; None where that cannot be told."""
    owner, resource = invariants.owner(context, position), invariants.root(context)
    if not expressions:
        return False
    if owner is None or resource is None:
        return None
    answers = [invariants.ask(walk, each, resource, context) for each in expressions]
    selected = [item for found in answers for item in found or () if isinstance(item, Node)]
    if any(each.elements is owner.elements and each.value is owner.value for each in selected):
        return True
    return None if None in answers else False


def _rules(walk: Compiler, definition: Profile) -> Visit:
    """What must hold of the element that has the extension (StructureDefinition.contextInvariant)."""

    def check(value: Any, context: Context, position: Position) -> None:  # noqa: ARG001 (a Visit)
        owner = invariants.owner(context, position)
        for rule in definition.context_rules:
            held = None if owner is None else invariants.ask(walk, rule, owner, context)
            if held != [True]:
                context.add(
                    "FM554" if held is None else "FM553",
                    position[0] if position else None,
                    f"This extension may stand only where this holds: {rule}",
                    profile=definition.canonical,
                    message_id="Profile_EXT_Not_Here",
                )

    return check
