"""What CodeSystems say of themselves, which no invariant of theirs says: counts, properties, supplements.

http://hl7.org/fhir/R4/codesystem.html; what the HL7 validator holds them to, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from fhir_matters.terminology import Answer
from fhir_matters.terminology.systems import dicts
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.uris import is_absolute
from fhir_matters.validation.visits import Compiler

# A concept, and where it stands.
Place: TypeAlias = tuple[dict[str, Any], Position]
# Code systems of the specification itself may define more.
BASE_SPEC = re.compile(r"http://hl7\.org/fhir/[^/]*")
# The properties that FHIR defines for every code system; http://hl7.org/fhir/R4/codesystem.html#defined-props.
PROPERTIES = "http://hl7.org/fhir/concept-properties#"
DEFINED = {
    "status": "code",
    "inactive": "boolean",
    "effectiveDate": "dateTime",
    "deprecationDate": "dateTime",
    "retirementDate": "dateTime",
    "notSelectable": "boolean",
    "parent": "code",
    "child": "code",
    "partOf": "code",
    "synonym": "code",
    "comment": "string",
    "itemWeight": "decimal",
}
# Those of them whose value is a code of the same system.
INTERNAL = frozenset({"parent", "child", "partOf", "synonym"})
# What a supplement leaves to the code system that it adds to.
THE_OTHERS = ("caseSensitive",)
PUBLISHERS = ("hl7.org", "fhir.org")


def checks(walk: Compiler, code_system: Any, context: Context, position: Position) -> None:
    """All that is said of a CodeSystem as a whole and of each of its concepts."""
    concepts = list(_concepts(code_system, position))
    _content(code_system, context, position)
    _supplement(walk, code_system, context, position)
    _count(walk, code_system, len(concepts), context, position)
    _all_codes(walk, code_system, context, position)
    _properties(code_system, context, position)
    _each(code_system, concepts, context)


def _said(expected: str, message_id: str, context: Context, position: Position, found: object = "") -> None:
    context.add("FM902", position, f"Expected {expected} here.", message_id=message_id, found=found)


def _wrong(expected: str, message_id: str, context: Context, position: Position, found: object = "") -> None:
    context.add("FM901", position, f"Expected {expected} here.", message_id=message_id, found=found)


def _concepts(code_system: Any, position: Position) -> Iterator[Place]:
    """Each concept, whatever it is nested in, and where it stands, in the order of the document."""
    todo = _below(code_system, position)
    while todo:
        concept, place = todo.pop()
        yield concept, place
        todo.extend(_below(concept, place))


def _below(node: dict[str, Any], position: Position) -> list[Place]:
    """The concepts directly below, the last first."""
    listed = node.get("concept")
    places: list[Place] = []
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict):
            places.append((each, (position, "concept", index, None)))
    return places[::-1]


def _content(code_system: Any, context: Context, position: Position) -> None:
    """A code system says whether its codes are listed in it; where they are elsewhere, it lists none."""
    content, url = code_system.get("content"), str(code_system.get("url", ""))
    if content == "not-present" and code_system.get("concept"):
        message_id = "CODESYSTEM_CS_COUNT_NO_CONTENT_ALLOWED"
        _wrong(
            "no concepts, since it says that they are elsewhere", message_id, context, (position, "concept", 0, None)
        )
    if content is None and "supplements" not in code_system and any(each in url for each in PUBLISHERS):
        _said("content, since HL7 publishes it", "CODESYSTEM_CS_HL7_MISSING_ELEMENT_SHALL", context, position)


def _supplement(walk: Compiler, code_system: Any, context: Context, position: Position) -> None:
    base, content = code_system.get("supplements"), code_system.get("content")
    here = (position, "content", None, None)
    if isinstance(base, str):
        if content != "supplement":
            _said("supplement", "CODESYSTEM_CS_HL7_PRESENT_ELEMENT_SUPPL_WRONG", context, here)
        for name in THE_OTHERS:
            if name in code_system:
                place = (position, name, None, None)
                _said("nothing: the system that it adds to says it", SUPPLEMENT_HAS, context, place)
        _of_the_base(walk, base, code_system, context, position)
    elif content == "supplement":
        _said("supplements beside this", "CODESYSTEM_CS_HL7_PRESENT_ELEMENT_SUPPL_MISSING", context, here)
        _said("supplements, the system that it adds to", "CODESYSTEM_CS_SUPP_NO_SUPP", context, position)


SUPPLEMENT_HAS = "CODESYSTEM_CS_HL7_PRESENT_ELEMENT_SUPPL"


def _of_the_base(walk: Compiler, base: str, supplement: Any, context: Context, position: Position) -> None:
    """A supplement adds to codes that there are."""
    for index, each in enumerate(dicts(supplement.get("concept"))):
        code = each.get("code")
        if isinstance(code, str) and walk.terminology.system_knows(base, code) is Answer.OUT:
            here = (position, "concept", index, None)
            _said(f"a code of {base}", "CODESYSTEM_CS_SUPP_INVALID_CODE", context, here, code)


def _count(walk: Compiler, code_system: Any, found: int, context: Context, position: Position) -> None:
    """The number of concepts that it states is that of a complete system, or of the one that it adds to."""
    stated, content = code_system.get("count"), code_system.get("content")
    here = (position, "count", None, None)
    if not isinstance(stated, int) or stated < 0:
        return
    if content == "complete" and stated != found:
        _wrong("the number of concepts that there are", "CODESYSTEM_CS_COUNT_COMPLETE_WRONG", context, here, stated)
    if content == "supplement":
        base = walk.plans.find(str(code_system.get("supplements", "")), "CodeSystem")
        if base is not None and stated != base.get("count", 0):
            message_id = "CODESYSTEM_CS_COUNT_SUPPLEMENT_WRONG"
            _wrong("the count of the system that it adds to", message_id, context, here, stated)


def _all_codes(walk: Compiler, code_system: Any, context: Context, position: Position) -> None:
    """The value set that it names as that of all its codes is that."""
    named = code_system.get("valueSet")
    value_set = walk.plans.find(named, "ValueSet") if isinstance(named, str) else None
    if value_set is None:
        return
    compose = value_set.get("compose")
    included = dicts(compose.get("include")) if isinstance(compose, dict) else []
    if len(included) != 1:
        _said("a value set with a single include", "CodeSystem_CS_VS_Invalid", context, position, named)
    elif included[0].get("system") != code_system.get("url") and not _of_its_version(walk, code_system):
        _said("a value set of this code system", "CodeSystem_CS_VS_WrongSystem", context, position, named)
    elif {"valueSet", "concept", "filter"} & included[0].keys():
        _said("a value set of all its codes", "CodeSystem_CS_VS_IncludeDetails", context, position, named)


def _of_its_version(walk: Compiler, code_system: Any) -> bool:
    """Whether the value set of the same version, if several are here, is of this code system."""
    found = walk.plans.find(f"{code_system['valueSet']}|{code_system.get('version')}", "ValueSet") or {}
    compose = found.get("compose")
    included = dicts(compose.get("include")) if isinstance(compose, dict) else []
    return [each.get("system") for each in included] == [code_system.get("url")]


def _properties(code_system: Any, context: Context, position: Position) -> None:
    """The properties of concepts: absolute uris, each once, and those of FHIR as FHIR defines them."""
    url = str(code_system.get("url", ""))
    uris: set[str] = set()
    codes: set[str] = set()
    for index, each in enumerate(dicts(code_system.get("property"))):
        here = (position, "property", index, None)
        uri, code = each.get("uri"), each.get("code")
        if isinstance(uri, str):
            if not (url and uri.startswith(url)) and not BASE_SPEC.fullmatch(url):
                _uri(uri, uris, each, context, here)
            uris.add(uri)
        if isinstance(code, str):
            if code in codes | uris:
                _said("each property once", "CODESYSTEM_PROPERTY_DUPLICATE_CODE", context, here, code)
            codes.add(code)


def _uri(uri: str, before: set[str], stated: dict[str, Any], context: Context, position: Position) -> None:
    name, code = uri.removeprefix(PROPERTIES), str(stated.get("code", uri.removeprefix(PROPERTIES)))
    if not is_absolute(uri):
        _said("an absolute uri", "CODESYSTEM_PROPERTY_ABSOLUTE_URI", context, position, uri)
    elif uri in before:
        _said("each property once", "CODESYSTEM_PROPERTY_DUPLICATE_URI", context, position, uri)
    elif "://hl7.org/fhir" in uri and name not in DEFINED:
        _said("a property that FHIR defines", "CODESYSTEM_PROPERTY_BAD_HL7_URI", context, position, uri)
    elif name in DEFINED and code in DEFINED and code != name:
        _said("the code that belongs to this uri", "CODESYSTEM_PROPERTY_URI_CODE_MISMATCH", context, position, uri)
    elif name in DEFINED and stated.get("type", DEFINED[name]) != DEFINED[name]:
        _said(f"the type {DEFINED[name]}", "CODESYSTEM_PROPERTY_URI_TYPE_MISMATCH", context, position, uri)


def _each(code_system: Any, concepts: list[Place], context: Context) -> None:
    """Each concept: its code not taken by another, its properties as they are declared."""
    declared = {each["code"]: each for each in dicts(code_system.get("property")) if isinstance(each.get("code"), str)}
    codes = {code for each, _ in concepts if isinstance(code := each.get("code"), str)}
    seen: set[str] = set()
    for concept, place in concepts:
        code = concept.get("code")
        if isinstance(code, str):
            if code in seen:
                _said("a code of its own", "CODESYSTEM_DUPLICATE_CODE", context, place, code)
            seen.add(code)
        for index, each in enumerate(dicts(concept.get("property"))):
            _property(each, declared, codes, context, (place, "property", index, None))


def _property(
    stated: dict[str, Any], declared: dict[str, Any], codes: set[str], context: Context, position: Position
) -> None:
    """One property of a concept: a value, of the type that is declared, and a code of the system where it has to be."""
    key = next((key for key in stated if key.startswith("value")), None)
    if key is None:
        _said("a value", "CODESYSTEM_PROPERTY_NO_VALUE", context, position)
        return
    known = declared.get(str(stated.get("code")), {})
    kind, wanted = key.removeprefix("value"), known.get("type")
    if isinstance(wanted, str) and kind.casefold() != wanted.casefold():
        _said(f"a value of type {wanted}", "CODESYSTEM_PROPERTY_WRONG_TYPE", context, position, kind)
    elif kind == "Code" and _is_internal(known.get("uri")) and str(stated[key]) not in codes:
        message_id = "CODESYSTEM_PROPERTY_BAD_INTERNAL_REFERENCE"
        _wrong("a code of this code system", message_id, context, position, stated[key])


def _is_internal(uri: Any) -> bool:
    return isinstance(uri, str) and uri.startswith(PROPERTIES) and uri.removeprefix(PROPERTIES) in INTERNAL
