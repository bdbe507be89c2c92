"""What a profile of others asks of a resource that a record makes: small named rules. Knows no guide.

Only what can be wanting in such a resource is a rule. What every one of them has (a text, an identifier that says
whose it is, a subject) is not asked here again; the tests prove it with each guide's own definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fhir_matters.records.fhir.elements import Element, child, children, code_in

# The resources of the record, by the address at which others refer to them.
Around: TypeAlias = Mapping[str, Element]
_R4 = "http://hl7.org/fhir/StructureDefinition"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a profile asks: what it says, and whether a resource holds to it."""

    says: str
    holds: Callable[[Element, Around], bool]


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of others: its canonical, the type that it is of, and what it asks."""

    url: str
    type: str
    rules: tuple[Rule, ...] = ()


def meets(profile: Profile, resource: Element, around: Around) -> bool:
    """Whether the resource, among those around it, is of the type and holds to every rule."""
    return resource["resourceType"] == profile.type and all(rule.holds(resource, around) for rule in profile.rules)


def plain(kind: str) -> Profile:
    """The resource type itself, as R4 has it: it asks for nothing more."""
    return Profile(f"{_R4}/{kind}", kind)


def leads_to(path: str, *profiles: Profile) -> Rule:
    """Everything that the elements at the path refer to is of one of the profiles; a name alone refers to nothing."""

    def holds(resource: Element, around: Around) -> bool:
        references = [found for each in _at(resource, path.split(".")) if (found := child(each, "reference"))]
        targets = [around.get(reference) for reference in references]
        return all(target is not None and any(meets(p, target, around) for p in profiles) for target in targets)

    names = " or ".join(profile.url.rpartition("/")[2] for profile in profiles)
    return Rule(f"{path} leads only to {names}", holds)


def _at(element: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(element, list):
        for item in element:
            yield from _at(item, path)
    elif not path:
        yield element
    elif (found := child(element, path[0])) is not None:
        yield from _at(found, path[1:])


def has(element: str, says: str) -> Rule:
    """The resource has the element."""
    return Rule(says, lambda resource, _: element in resource)


def coded(element: str, system: str, code: str) -> Rule:
    """The element, or the first of several that is coded in the system, has the code."""
    return Rule(f"{element} has {code}", lambda resource, _: code_in(resource.get(element), system) == code)


def status(code: str) -> Rule:
    """The resource has this status."""
    return Rule(f"is {code}", lambda resource, _: resource.get("status") == code)


def _names(resource: Element) -> list[Any]:
    return children(resource, "name")


NAMED = has("name", "has a name")
ONE_NAME = Rule("has one name and no second", lambda resource, _: len(_names(resource)) == 1)
NAMES_IN_PARTS = Rule(
    "every name has a family or a given name, and is not text alone",
    lambda resource, _: all("family" in name or "given" in name for name in _names(resource)),
)
FAMILY_NAMES = Rule("every name has a family name", lambda resource, _: all("family" in n for n in _names(resource)))
REACHED = has("telecom", "can be reached")
ANSWERED_IN_WORDS = Rule(
    "has an answer, and it is words or a code",
    lambda resource, _: "valueString" in resource or "valueCodeableConcept" in resource,
)
ON_A_DAY = Rule(
    "says on which day, where it says when",
    lambda resource, _: len(resource.get("effectiveDateTime", "2026-01-01")) >= len("2026-01-01"),
)


def once(system: str) -> Rule:
    """At most one identifier of the system."""

    def holds(resource: Element, _: Around) -> bool:
        return [child(found, "system") for found in children(resource, "identifier")].count(system) <= 1

    return Rule(f"has one identifier at most of {system}", holds)
