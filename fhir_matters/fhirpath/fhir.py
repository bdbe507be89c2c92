"""The functions that FHIR adds to FHIRPath (http://hl7.org/fhir/R4/fhirpath.html#functions)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fhir_matters.fhirpath.arguments import single, text
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.functions import answer, function
from fhir_matters.fhirpath.navigation import member, only, resolved
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.scope import Collection, Scope
from fhir_matters.fhirpath.values import has_one_value, system

_BASE: Final = "http://hl7.org/fhir/StructureDefinition/"


@function("extension", 1)
def extension(items: Collection, _: Scope, url: Collection) -> Collection:
    """The extensions with that URL."""
    wanted = text(url)
    return extensions(items, wanted) if wanted is not None else []


def extensions(items: Collection, url: str) -> Collection:
    """The extensions with that URL, of every item."""
    return [each for each in member(items, "extension") if each.elements.get("url") == url]


@function("hasValue")
def has_value(items: Collection, _: Scope) -> Collection:
    """True for a single primitive that has a value."""
    return [has_one_value(items)]


@function("getValue")
def get_value(items: Collection, _: Scope) -> Collection:
    """The System value of a single primitive."""
    return answer(system(items[0])) if has_one_value(items) else []


@function("resolve")
def resolve(items: Collection, scope: Scope) -> Collection:
    """The resources that the references name; those not found are left out."""
    out: Collection = []
    for item in items:
        value = system(item)
        if type(value) is Node:
            value = value.elements.get("reference") if value.type.is_a("Reference") else None
        if type(value) is str:
            out.extend(resolved(value, scope))
    return out


@function("htmlChecks")
def html_checks(items: Collection, scope: Scope) -> Collection:
    """True if every `div` is the XHTML that FHIR lets in."""
    from fhir_matters.fhirpath import html  # noqa: PLC0415 - lxml, only where there is a narrative

    checks = scope.host.html_checks or html.is_narrative
    texts = [system(each) for each in items]
    return [all(type(each) is str and checks(each) for each in texts)] if items else []


@function("memberOf", 1)
def member_of(items: Collection, scope: Scope, value_set: Collection) -> Collection:
    """True if the code, Coding or CodeableConcept is in the value set, as the host says."""
    item, url = only(items), text(value_set)
    if item is None or url is None:
        return []
    asked = _asked(scope.host.member_of, "memberOf")
    return [_told(asked(item.value if type(item) is Node else item, url), "memberOf")]


@function("subsumes", 1)
def subsumes(items: Collection, scope: Scope, code: Collection) -> Collection:
    """True if the first code is, or stands above, the other, as the host says."""
    return _subsumed(only(items), only(code), scope)


@function("subsumedBy", 1)
def subsumed_by(items: Collection, scope: Scope, code: Collection) -> Collection:
    """True if the first code is, or stands below, the other, as the host says."""
    return _subsumed(only(code), only(items), scope)


def _subsumed(above: Any, below: Any, scope: Scope) -> Collection:
    if above is None or below is None:
        return []
    plain = [each.value if type(each) is Node else each for each in (above, below)]
    return [_told(_asked(scope.host.subsumes, "subsumes")(*plain), "subsumes")]


@function("conformsTo", 1)
def conforms_to(items: Collection, scope: Scope, profile: Collection) -> Collection:
    """True if it conforms to the profile, as the host says; without one, base definitions are judged by type."""
    item, url = only(items), text(profile)
    if item is None or url is None:
        return []
    if type(item) is not Node:
        raise CannotEvaluate("Expected an element to check against a profile, found another value.")
    if scope.host.conforms_to is not None:
        return [_told(scope.host.conforms_to(item.value, item.type.path, url), "conformsTo")]
    base = url.removeprefix(_BASE)
    if base == url or scope.model.find(base) is None:
        raise CannotEvaluate("conformsTo() needs a host that knows this profile.")
    return [item.type.is_a(base)]


@function("checkModifiers", 0, 20)
def check_modifiers(items: Collection, _: Scope, *known: Collection) -> Collection:
    """The items; raises CannotEvaluate where one has a modifier extension that is not among the known."""
    urls = {text(each) for each in known}
    found = {each.elements.get("url") for each in member(items, "modifierExtension")}
    if found - urls:
        raise CannotEvaluate("The input has a modifier extension that the expression does not know.")
    return items


def _asked(service: Callable[..., bool | None] | None, name: str) -> Callable[..., bool | None]:
    if service is None:
        raise CannotEvaluate(f"{name}() needs a host that can tell.")
    return service


def _told(result: bool | None, name: str) -> bool:
    if result is None:
        raise CannotEvaluate(f"The host cannot tell what {name}() asks.")
    return result


@function("elementDefinition")
def element_definition(items: Collection, _: Scope) -> Collection:
    """Needs the profile that each element was checked against, which no host gives yet."""
    return _unknown_profile(items, "elementDefinition")


@function("slice", 2)
def slice_(items: Collection, _: Scope, structure: Collection, name: Collection) -> Collection:
    """Needs the slices that each element was found in, which no host gives yet."""
    single(structure), single(name)
    return _unknown_profile(items, "slice")


def _unknown_profile(items: Collection, name: str) -> Collection:
    if not items:
        return []
    raise CannotEvaluate(f"{name}() needs a host that knows the profiles of elements.")
