"""One ElementDefinition laid over another, field by field. Knows nothing of where they stand.

Which field replaces and which adds: R4 profiling.html#snapshot, and what the HL7 tooling makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fhir_matters.definitions.trees import ElementDefinition

# Of the place, not of what is said there; slicing is laid over by those who make the slices.
PLACE = frozenset({"id", "path", "base", "slicing", "contentReference"})
PROSE = frozenset({"definition", "comment", "requirements"})
# What an element says to people.
WORDS = frozenset({"short", "definition", "comment", "requirements", "alias", "mapping"})
# Of these an element has one, whatever its type.
CHOICES = ("fixed", "pattern", "minValue", "maxValue", "defaultValue")
# What an extension on an element says of that element alone.
_OWN = """
elementdefinition-isCommonBinding obligation-profile structuredefinition-category structuredefinition-explicit-type-name
structuredefinition-fmm structuredefinition-implements structuredefinition-normative-version
structuredefinition-security-category structuredefinition-standards-status
structuredefinition-standards-status-reason structuredefinition-summary structuredefinition-wg
"""
OWN = frozenset(f"http://hl7.org/fhir/StructureDefinition/{name}" for name in _OWN.split())
# What an extension may say several times of one element.
SEVERAL = frozenset({"http://hl7.org/fhir/StructureDefinition/obligation"})
# Types of which no code can be drawn, so that no binding goes with them.
_UNBOUND = """
base64Binary boolean date dateTime decimal id instant integer oid positiveInt time unsignedInt uuid Address Annotation
Attachment BackboneElement ContactPoint HumanName Identifier Period Range Ratio Reference SampledData Signature Timing
"""
UNBOUND = frozenset(_UNBOUND.split())


def merged(base: ElementDefinition, said: ElementDefinition) -> ElementDefinition:
    """What holds of an element by its base and by what a differential says of it."""
    made = dict(base)
    for key, value in said.items():
        if key in PLACE:
            continue
        for choice in CHOICES:
            if _is_choice(key, choice):
                _without(made, choice)
        made[key] = FIELDS.get(key, _replaced)(base.get(key), value)
    if said.get("type") and not _may_bind(made):
        made.pop("binding", None)
    if "." not in made.get("path", "."):
        made.pop("requirements", None)  # sdf-9
    return made


def filled(profile: ElementDefinition, usage: ElementDefinition) -> ElementDefinition:
    """The first element of a profile as it stands where it is used: the profile's word first, then the usage's."""
    made = {**usage, **{key: value for key, value in profile.items() if key not in PLACE and key != "type"}}
    for key in ("constraint", "code", "extension"):
        if profile.get(key) and usage.get(key):
            made[key] = FIELDS[key](profile[key], usage[key])
    return made


def bare(element: ElementDefinition) -> ElementDefinition:
    """An extension without what R4 says of extensions as such: none of that is inherited."""
    kept = {key: value for key, value in element.items() if key not in WORDS}
    return {**kept, "short": "Extension", "definition": "An Extension"}


def sourced(element: ElementDefinition, url: str) -> ElementDefinition:
    """The element with every invariant telling where it comes from."""
    rules = element.get("constraint")
    if not rules or all("source" in each for each in rules):
        return element
    return {**element, "constraint": [each if "source" in each else {**each, "source": url} for each in rules]}


def _is_choice(key: str, stem: str) -> bool:
    return key.lstrip("_").startswith(stem) and key.lstrip("_")[len(stem) :][:1].isupper()


def _without(element: ElementDefinition, stem: str) -> None:
    for key in [each for each in element if _is_choice(each, stem)]:
        del element[key]


def _may_bind(element: ElementDefinition) -> bool:
    return any(each.get("code") not in UNBOUND for each in element.get("type", ()))


def _replaced(base: Any, said: Any) -> Any:  # noqa: ARG001 (a field's rule)
    return said


def _continued(base: Any, said: Any) -> Any:
    """Prose that begins with three dots goes on where the base's ends."""
    if isinstance(base, str) and isinstance(said, str) and said.startswith("..."):
        return f"{base}\r\n{said[3:]}"
    return said


def _joined(identity: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """The rule of a field that adds: what the base has, then what is new by its identity."""

    def joined(base: Any, said: Any) -> Any:
        known = [identity(each) for each in base or ()]
        return [*(base or ()), *(each for each in said if identity(each) not in known)]

    return joined


def _extended(base: Any, said: Any) -> Any:
    """Extensions of the base that are inherited and not said anew, then those that are said."""
    new = {each.get("url") for each in said} - SEVERAL
    kept = [each for each in base or () if each.get("url") not in new | OWN and each not in said]
    return [*kept, *said]


def _bound(base: Any, said: Any) -> Any:
    """Strength and value set are inherited; what is said about the base's binding is not."""
    inherited = {key: value for key, value in (base or {}).items() if key in ("strength", "valueSet", "additional")}
    return {**inherited, **said}


def _whole(value: Any) -> Any:
    return value


FIELDS: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(PROSE, _continued),
    "alias": _joined(_whole),
    "code": _joined(_whole),
    "condition": _joined(_whole),
    "constraint": _joined(lambda each: each.get("key")),
    "example": _joined(lambda each: {key: value for key, value in each.items() if key != "id"}),
    "mapping": _joined(lambda each: (each.get("identity"), each.get("map"))),
    "extension": _extended,
    "binding": _bound,
}
