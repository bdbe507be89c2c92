"""Slices that nobody can tell, because a profile that tells them apart is in none of the loaded packages.

As the HL7 validator has it (`InstanceValidator.getCriteriaForDiscriminator`, `FHIRPathEngine.evaluateDefinition`): what
a discriminator leads through, and whatever the slice itself names for its types, has to be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fhir_matters.errors import DefinitionsError
from fhir_matters.validation.plan import Discriminator, Element, Type
from fhir_matters.validation.visits import Compiler

STEPS = re.compile(
    r"extension\(['\"](?P<url>[^'\"]*)['\"]\)|ofType\((?P<type>\w+)\)|(?P<resolve>resolve\(\))|(?P<this>\$this)|(?P<name>\w+)"
)
RESOLVED = "resolve()"


class HinderedError(Exception):
    """A slice that nobody can tell."""


class AbsentProfileError(HinderedError):
    """A slice cannot be told without the profile `canonical`, which is not there."""

    def __init__(self, canonical: str) -> None:
        super().__init__(canonical)
        self.canonical = canonical


class UntoldSliceError(HinderedError):
    """Its profile says of a slice nothing that tells it from the others."""


def obstacle(walk: Compiler, told: tuple[Discriminator, ...], part: Element) -> str:
    """The first profile that it takes to tell the slice `part`, and that is not there; empty where none is missing.

    Nor is one missing that is there and cannot be made sense of.
    """
    try:
        return next(filter(None, (_missing(walk, each, part) for each in told)), "")
    except DefinitionsError:
        return ""


def is_absent(walk: Compiler, canonical: str) -> bool:
    """True for a profile that nobody here knows; one that cannot be made sense of is there."""
    try:
        return walk.plans.profile(canonical) is None
    except DefinitionsError:
        return False


def _missing(walk: Compiler, told: Discriminator, part: Element) -> str:
    path = told.path
    if told.kind == "profile":
        # Then the profiles of the reference's own targets tell; each is looked up where data reaches it.
        path = path.removesuffix(RESOLVED).removesuffix(".")
        if not path:
            return ""
    if path == "value" and part.fixed is not None:
        return ""
    own = (name for kind in part.types for name in kind.profiles)
    return _along(walk, path, part) or _first_absent(walk, own)


def _first_absent(walk: Compiler, names: Iterable[str]) -> str:
    return next((name for name in names if is_absent(walk, name)), "")


def _along(walk: Compiler, path: str, part: Element) -> str:
    """The profile that is missing on the way along the path."""
    here: Element | None = part
    for match in STEPS.finditer(path):
        if here is None:
            return ""
        names = _needed(here, match)
        if missing := _first_absent(walk, names):
            return missing
        here = _next(walk, here, match, names)
    return ""


def _needed(here: Element, match: re.Match[str]) -> tuple[str, ...]:
    """The profiles that the step leads through: of a name, where the element says nothing of what is inside."""
    kind: Type | None = here.types[0] if len(here.types) == 1 else None
    if kind is None:
        return ()
    if match.lastgroup == "resolve":
        return kind.targets if len(kind.targets) == 1 else ()
    through = match.lastgroup == "name" and not here.children and not here.content
    return kind.profiles if through and len(kind.profiles) == 1 else ()


def _next(walk: Compiler, here: Element, match: re.Match[str], names: tuple[str, ...]) -> Element | None:
    if match.lastgroup in ("this", "type"):
        return here
    plan = walk.plans.profile(names[0]) if names else None
    if match.lastgroup == "resolve":
        return plan.root if plan is not None else None
    if match.lastgroup == "url":
        return None
    inside = plan.root if plan is not None else walk.plans.content(here) or here
    if not inside.children and len(here.types) == 1:
        plain = walk.plans.type(here.types[0].code)
        inside = plain.root if plain is not None else inside
    name = match.group()
    return inside.children.get(name) or inside.children.get(f"{name}[x]")
