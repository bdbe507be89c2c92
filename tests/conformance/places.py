"""A place as the HL7 validator writes it: resources inside others say their type and id (`resource/*Patient/1*/`).

Where it points less exactly than ours (at an entry rather than its fullUrl, at the first of the entries or counted
from one), the place is coarsened by the kind of issue, so that only what was found is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fhir_matters.definitions.registry import core

_STEP = re.compile(r"(.*)\[(\d+)\]$")
_INNER = re.compile(r"\.(contained\[\d+\]|resource|outcome)(?=\.|$)")
# Where only a resource can stand; elsewhere `resource` may as well be a Reference.
_HELD = re.compile(r"\.contained\[\d+\]$|\.(?:entry|parameter|part)\[\d+\]\.resource$|\.response\.outcome$")
_OWN_STEP = re.compile(r"\.[^.]+(?:\.ofType\(\w+\))?$")
_INDEX = re.compile(r"\[(\d+)\]")
_LAST = re.compile(r"(.*\bentry)\[\d+\](?:\.fullUrl)?$")
_ENTRY = re.compile(r"(?<=Bundle|source)\.entry\[\d+\]$")
_HELD_BY_ENTRY = re.compile(r"\.entry\[\d+\]\.resource(?=\.|$)")
_FOCUS = re.compile(r"\.resource\.focus\[\d+\]$")
# What stands at the end of our place and not of theirs, by message id.
_COARSER = {
    "BUNDLE_ENTRY_URL_ABSOLUTE": ".fullUrl",
    "BUNDLE_ENTRY_URL_MATCHES_NO_ID": ".fullUrl",
    "BUNDLE_ENTRY_URL_MATCHES_TYPE_ID": ".fullUrl",
    "Extension_EXT_Unknown_NotHere": ".url",
    "TYPE_SPECIFIC_CHECKS_DT_IDENTIFIER_IETF_SYSTEM_VALUE": ".value",
    "Unrecognised_property_": None,
    "Type_Specific_Checks_DT_Identifier_System": ".system",
    "JSON_PROPERTY_VALUE_NO_QUOTES": None,
    "Extension_EXTP_Context_Wrong": None,
    "Extension_EXT_Type": None,
    "Extension_EXT_URL_Absolute": ".url",
    "EXT_VER_URL_REVERSION": ".url",
    "Reference_REF_WrongTarget": ".type",
    "Validation_VAL_Profile_Maximum": None,
    "Validation_VAL_Profile_NoType": None,
    "Reference_REF_CantMatchChoice": ".reference",
    "Reference_REF_BadTargetType": (".reference", ".type"),
    "Reference_REF_CantResolve": ".reference",
    **dict.fromkeys(
        (
            "REFERENCE_REF_INVALID_REF",
            "REFERENCE_REF_QUERY_INVALID",
            "REFERENCE_REF_QUERY_NOT_TRANSACTION",
            "Reference_REF_Format1",
            "Reference_REF_Format2",
            "Bundle_BUNDLE_FullUrl_Missing",
            "Bundle_BUNDLE_MultipleMatches",
        ),
        ".reference",
    ),
    "Bundle_BUNDLE_Entry_NotFound": ".reference",
    "BUNDLE_BUNDLE_ENTRY_NOTFOUND_CANNOT": ".reference",
    "BUNDLE_BUNDLE_ENTRY_NOTFOUND_APPARENT": ".reference",
    "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE": ".reference",
    "Extension_EXT_SubExtension_Invalid": ".url",
    "http://hl7.org/fhir/StructureDefinition/Reference#ref-1": ".reference",
}
# What its readers of JSON and XML say: a choice by the name of its element, and nothing of the resources inside.
_SIMPLE = frozenset(
    {
        "This_property_must_be_an_simple_value_not_",
        *(f"Error_parsing_JSON_the_primitive_value_must_be_a_{each}" for each in ("string", "number", "boolean")),
    }
)
_READ = _SIMPLE | {
    "Unrecognised_property_",
    "This_property_must_be_an_Array_not_",
    "This_property_must_be_an_object_not_",
    "ARRAY_CANNOT_BE_EMPTY",
    "Object_must_have_some_content",
    "JSON_COMMENTS_NOT_ALLOWED",
    "JSON_COMMA_EXTRA",
    "JSON_COMMA_MISSING",
    "JSON_PROPERTY_NO_QUOTES",
    "JSON_PROPERTY_VALUE_NO_QUOTES",
    "DUPLICATE_JSON_PROPERTY_KEY",
}
_TYPES = {"Unable_to_find_resourceType_property", "This_does_not_appear_to_be_a_FHIR_resource_unknown_name"}
_NOTE = re.compile(r"/\*[^*]*\*/")
_CHOICE = re.compile(r"\.ofType\(\w+\)")
_CHOSEN = re.compile(r"(\w+)\.ofType\((\w)(\w*)\)")


def as_hl7(expression: str, resource: Any, message_id: str = "") -> str:
    """The expression with a note after each inner resource, as exact as the HL7 validator is with such an issue."""
    suffix = _COARSER.get(message_id, "")
    if suffix is None and not (message_id == "JSON_PROPERTY_VALUE_NO_QUOTES" and expression.endswith("]")):
        expression = _OWN_STEP.sub("", expression)
    for each in [suffix] if isinstance(suffix, str) else suffix or ():
        expression = expression.removesuffix(each)
    if message_id == "Unable_to_find_resourceType_property" and "." not in expression:
        return "$"
    if message_id in _TYPES:
        return expression.removesuffix(".resourceType")
    if message_id in _READ:
        return _as_read(expression, message_id)
    write = next((write for start, write in _OWN_WAYS.items() if message_id.startswith(start)), None)
    return write(expression, resource) if write else _noted(expression, resource)


def without_notes(place: str) -> str:
    """The place without what is noted of the resources in it (`resource/*Patient/1*/`)."""
    return _NOTE.sub("", place)


def _with_url(expression: str, resource: Any) -> str:
    found = _at(resource, expression)
    noted = _noted(expression, resource)
    return f"{noted}[url='{found.get('url')}']" if isinstance(found, dict) else noted


def _around(expression: str, resource: Any) -> str:
    noted = _noted(expression, resource)
    return noted.rpartition("/*")[0] or noted


def _first_entry(expression: str, resource: Any) -> str:
    return _LAST.sub(r"\1[0]", _noted(expression, resource))


def _counted_last(expression: str, resource: Any) -> str:
    """The last number counted from one, and of the entries only those that have a resource."""
    head, _, last = _noted(expression, resource).rpartition("[")
    entries = _at(resource, expression.rpartition("[")[0])
    before = entries[: int(last.rstrip("]"))] if isinstance(entries, list) else []
    return f"{head}[{1 + sum(isinstance(each, dict) and 'resource' in each for each in before)}]"


def _named(expression: str, resource: Any) -> str:
    """Of references between entries the Bundle; of those of its first entry the element, counted from one.

    What a message is about is not counted.
    """
    if _ENTRY.search(expression):
        return _ENTRY.sub("", _noted(expression, resource))
    return _FOCUS.sub(".resource.focus[0]", _counted(expression))


def _outermost(expression: str, resource: Any) -> str:
    """The resource that contains one that contains another."""
    return _noted(expression.partition(".contained")[0], resource)


def _nameless(expression: str, resource: Any) -> str:
    """What is no resource is noted as one of no type."""
    noted = _noted(expression, resource)
    return noted if noted.endswith("*/") or ".contained" not in expression else f"{noted}/*Resource/null*/"


def _labelled(expression: str, resource: Any) -> str:
    """A security label, which it places among the profiles."""
    return _noted(expression, resource).replace(".meta.security[", ".meta.profile[")


def _of_filter(expression: str, resource: Any) -> str:
    """An expression for the value of a filter, which it places beside the value."""
    return _noted(expression, resource).replace("].value.extension[", "].extension[")


def _of_profile(expression: str, resource: Any) -> str:
    """A parameter of an operation, which it places inside the profile that it compares it with."""
    found = _at(resource, expression)
    use = found.get("use") if isinstance(found, dict) else None
    return _noted(expression, resource).replace(".parameter[", f".{use}putProfile.parameter[")


# How it writes places of its own, by the beginning of the message id.
_OWN_WAYS: dict[str, Callable[[str, Any], str]] = {
    "Extension_EXT_SubExtension_Invalid": _with_url,
    "Extension_EXT_Modifier": _with_url,
    "EXT_VER_URL_REVERSION": _with_url,
    **dict.fromkeys(("Bundle_BUNDLE_Entry_Document", "Validation_BUNDLE_Message"), lambda where, _: _counted(where)),
    "CONTAINED_ORPHAN_DOM3": _around,
    "Resource_RES_ID_Missing": _nameless,
    "http://hl7.org/fhir/StructureDefinition/DomainResource#dom-": _outermost,
    "BUNDLE_SEARCH_ENTRY_NO_RESOURCE_ID": _around,
    "BUNDLE_SEARCH_ENTRY_WRONG_RESOURCE_TYPE_": _around,
    "Meta_RES_Security_Duplicate": _labelled,
    "VALUESET_BAD_FILTER_EXPR_": _of_filter,
    "OPDEF_PROFILE_": _of_profile,
    "BUNDLE_ENTRY_URL": _first_entry,
    "Bundle_BUNDLE_Entry_Orphan_DOCUMENT": _counted_last,
    "BUNDLE_BUNDLE_ENTRY_NOTFOUND_": _named,
    "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE": _named,
    "Bundle_BUNDLE_Entry_NotFound": _named,
}


def _as_read(expression: str, message_id: str) -> str:
    """The place as its readers have it: of a list of simple values only the list."""
    if message_id in _SIMPLE:
        expression = re.sub(r"\[\d+\]$", "", expression)
    return _CHOICE.sub("[x]", expression)


def _counted(expression: str) -> str:
    """The places counted from one, from the innermost Bundle on."""
    start = max((found.start() for found in _HELD_BY_ENTRY.finditer(expression)), default=0)
    return expression[:start] + _INDEX.sub(lambda found: f"[{int(found[1]) + 1}]", expression[start:])


def _noted(expression: str, resource: Any) -> str:
    if not isinstance(resource, dict):
        return expression
    out, done = "", 0
    for found in _INNER.finditer(expression):
        inner = _at(resource, expression[: found.end()])
        if isinstance(inner, dict) and ("resourceType" in inner or _HELD.search(expression[: found.end()])):
            kind = inner.get("resourceType")
            typed = isinstance(kind, str) and core().type(kind) is not None
            name = f"{kind}/{inner.get('id', 'null')}" if typed else "Resource/null"
            out += f"{expression[done : found.end()]}/*{name}*/"
            done = found.end()
    return out + expression[done:]


def _at(resource: Any, expression: str) -> Any:
    node = resource
    for step in _CHOSEN.sub(lambda found: f"{found[1]}{found[2].upper()}{found[3]}", expression).split(".")[1:]:
        matched = _STEP.match(step)
        name, index = (matched[1], int(matched[2])) if matched else (step, None)
        if isinstance(node, dict) and not isinstance(node.get(name), (dict, list)):
            node = node.get("_" + name, node.get(name))
        else:
            node = node.get(name) if isinstance(node, dict) else None
        if index is not None and not (index == 0 and isinstance(node, dict)):
            node = node[index] if isinstance(node, list) and index < len(node) else None
    return node
