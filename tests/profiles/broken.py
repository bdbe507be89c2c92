"""For each rule of a claim an instance that breaks it, and no other: it must lose the claim, and the guide agree."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

from fhir_matters.records.guides.profiles import PROFILES
from fhir_matters.records.guides.rules import Profile, Rule
from tests.profiles.guides import Resource, claims, examples

# Every rule of every claim, by a name for the test.
RULES = {
    f"{profile.url.rpartition('/')[2]}: {rule.says}": (profile, rule) for profile in PROFILES for rule in profile.rules
}
NOBODY = "urn:uuid:0c1a6b1e-0000-4000-8000-00000000dead"


def claimant(profile: Profile) -> tuple[Resource, str]:
    """The first bundle of the examples with something that claims the profile, and the address of that."""
    for bundle in examples().values():
        for entry in bundle["entry"]:
            if profile.url in claims(entry["resource"]):
                return bundle, entry["fullUrl"]
    raise LookupError(f"no example claims {profile.url}")


def broken(profile: Profile, rule: Rule) -> tuple[Resource, str]:
    """A copy of that bundle in which what claims the profile breaks the rule and claims it all the same."""
    bundle, address = claimant(profile)
    bundle = copy.deepcopy(bundle)
    resource = next(entry["resource"] for entry in bundle["entry"] if entry["fullUrl"] == address)
    pattern, breaks = next((p, b) for p, b in BREAKS.items() if re.fullmatch(p, rule.says))
    for entry in breaks(resource, *re.fullmatch(pattern, rule.says).groups()) or ():
        bundle["entry"].append(entry)
    return bundle, address


def _without(name: str) -> Callable[[Resource], None]:
    def breaks(resource: Resource) -> None:
        del resource[name]

    return breaks


def _with(**elements: Any) -> Callable[[Resource], None]:
    def breaks(resource: Resource) -> None:
        resource.update(elements)

    return breaks


def _unanswered(resource: Resource) -> None:
    for name in ("valueString", "valueCodeableConcept"):
        resource.pop(name, None)
    resource["dataAbsentReason"] = {"text": "She would rather not say"}


def _names_without(*parts: str) -> Callable[[Resource], None]:
    def breaks(resource: Resource) -> None:
        resource["name"] = [{k: v for k, v in name.items() if k not in parts} for name in resource["name"]]

    return breaks


def _uncoded(resource: Resource, element: str, code: str) -> None:
    """The element without what has that code; the others stay."""
    if isinstance(resource[element], list):
        resource[element] = [c for c in resource[element] if code not in {each["code"] for each in c["coding"]}]
    else:
        kept = [each for each in resource[element]["coding"] if each["code"] != code]
        resource[element] = {**resource[element], "coding": kept}


def _second_identifier(resource: Resource, system: str) -> None:
    resource["identifier"] += [{"system": system, "value": value} for value in ("9993160938", "9993160946")]


def _leads_elsewhere(resource: Resource, path: str, _: str) -> Iterator[Resource]:
    """What the path refers to is of that type, and has nothing else."""
    *names, last = path.split(".")
    for name in names:
        found = resource[name]
        resource = found[0] if isinstance(found, list) else found
    kinds: dict[str, Resource] = {
        "practitioner": {"resourceType": "Practitioner"},
        "supportingInfo": {"resourceType": "Observation", "status": "final", "code": {"text": "The weather"}},
    }
    several = isinstance(resource.get(last), list)
    resource[last] = [{"reference": NOBODY}] if several else {"reference": NOBODY}
    yield {"fullUrl": NOBODY, "resource": kinds.get(last, {"resourceType": "Patient"})}


# How to break a rule, by what it says.
BREAKS: dict[str, Callable[..., Any]] = {
    "has a name": _without("name"),
    "has one name and no second": lambda resource: resource["name"].append({"text": "Ned"}),
    "every name has a family or a given name, and is not text alone": _names_without("family", "given"),
    "every name has a family name": _names_without("family"),
    "can be reached": _without("telecom"),
    "says the gender": _without("gender"),
    "says when they were born": _without("birthDate"),
    "rests on what the person said": _without("supportingInfo"),
    "is (final|active|completed)": lambda resource, _: resource.update(status="entered-in-error"),
    "is a proposal, and not yet a plan": _with(intent="plan"),
    "has an answer, and it is words or a code": _unanswered,
    "says on which day, where it says when": _with(effectiveDateTime="2026"),
    r"(\w+) has ([\w-]+)": _uncoded,
    r"has one identifier at most of (\S+)": _second_identifier,
    r"([\w.]+) leads only to (.+)": _leads_elsewhere,
}
