"""Profiles by canonical: found among the definitions, built when first asked for, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from fhir_matters.errors import DefinitionsError
from fhir_matters.validation.kept_plans import KeptPlans
from fhir_matters.validation.plan import BASE, Element, Profile

if TYPE_CHECKING:
    from fhir_matters.validation.making import Making

MOST_KEPT = 20_000


class Definitions(Protocol):
    """Where StructureDefinitions come from: `fhir_matters.definitions.Registry`, or a test's own."""

    def find(self, canonical: str, kind: str | None = None) -> dict[str, Any] | None:
        """The definition, or None."""

    def urls(self, kind: str) -> Iterator[str]:
        """The canonical URLs of one kind."""


class Plans:
    """Profiles by canonical. Threads may share it: building twice is harmless."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._kept = KeptPlans(getattr(definitions, "digest", None))
        self._built: dict[str, Profile | DefinitionsError | None] = {}
        self._types: dict[str, Profile] = {}

    def profile(self, canonical: str) -> Profile | None:
        """The plan of a profile or type, or None where nobody knows it.

        Raises BaseMissingError where there is no snapshot and none can be made, DefinitionsError where the definition
        cannot be made sense of.
        """
        if canonical not in self._built:
            if len(self._built) > MOST_KEPT:
                self._built.clear()
            self._built[canonical] = self._build(canonical)
        found = self._built[canonical]
        if isinstance(found, DefinitionsError):
            raise found
        return found

    def content(self, element: Element) -> Element | None:
        """The element whose content this one repeats (`contentReference`), or None.

        `url#path` is an element of that definition, `#path` one of the profile that says so.
        """
        url, _, path = element.content.rpartition("#")
        plan = self.profile(url or element.profile) if path else None
        return plan.elements.get(path) if plan is not None else None

    def find(self, canonical: str, kind: str) -> dict[str, Any] | None:
        """A definition of another kind, such as a Measure, or None."""
        return self._definitions.find(canonical, kind)

    def of_all(self, type_name: str) -> tuple[str, ...]:
        """The profiles that a loaded guide asks of every resource of this type (ImplementationGuide.global)."""
        return self._global.get(type_name, ())

    def code_system_of(self, identifier: str) -> str:
        """The URL of the code system that has this identifier; empty where none has."""
        return self._identified.get(identifier, "")

    @cached_property
    def _making(self) -> Making:
        """Loaded when a plan has to be made: those that were kept need nothing of it."""
        from fhir_matters.validation.making import Making  # noqa: PLC0415

        return Making(self._definitions)

    @cached_property
    def _identified(self) -> dict[str, str]:
        """The code systems by identifier: all are looked through, once, when one is first asked for."""
        found: dict[str, str] = {}
        for url in self._definitions.urls("CodeSystem"):
            listed = (self._definitions.find(url, "CodeSystem") or {}).get("identifier")
            for each in filter(_is_object, listed) if isinstance(listed, list) else ():
                if isinstance(value := each.get("value"), str):
                    found.setdefault(value, url)
        return found

    @cached_property
    def _global(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for guide in map(self._guide, self._definitions.urls("ImplementationGuide")):
            listed = guide.get("global")
            for each in filter(_is_object, listed) if isinstance(listed, list) else ():
                kind, profile = each.get("type"), each.get("profile")
                if isinstance(kind, str) and isinstance(profile, str):
                    found[kind] = (*found.get(kind, ()), profile)
        return found

    def _guide(self, url: str) -> dict[str, Any]:
        return self._definitions.find(url, "ImplementationGuide") or {}

    def type(self, name: str) -> Profile | None:
        """The plan of a base type by its name (`Patient`, `HumanName`), or None."""
        if name in self._types:
            return self._types[name]
        try:
            found = self.profile(BASE + name)
        except DefinitionsError:
            return None
        if found is None or found.type != name or found.constraint:
            return None
        return self._types.setdefault(name, found)

    def roots(self, profile: Profile) -> tuple[Element, ...]:
        """The tree of a profile, and of those of its type that it imposes and that are here, each once."""
        found = {profile.canonical: profile}
        todo = [profile]
        for each in todo:
            for name in each.imposed:
                other = self._usable(name)
                if other is not None and other.type == profile.type and other.canonical not in found:
                    found[other.canonical] = other
                    todo.append(other)
        return tuple(each.root for each in found.values())

    def _usable(self, canonical: str) -> Profile | None:
        try:
            return self.profile(canonical)
        except DefinitionsError:
            return None

    def _part(self, url: str, name: str) -> Profile | None:
        """One element of a profile as a profile of its own type."""
        whole = self.profile(url)
        todo = [whole.root] if whole is not None else []
        while todo:
            each = todo.pop()
            if each.id == name and whole is not None:
                code = each.types[0].code if each.types else whole.type
                return replace(whole, canonical=f"{url}#{name}", type=code, root=each, imposed=())
            todo += (*each.children.values(), *each.slices)
        return None

    def _build(self, canonical: str) -> Profile | DefinitionsError | None:
        url, _, part = canonical.partition("#")
        if part:
            return self._part(url, part)
        if (kept := self._kept.get(canonical)) is not None:
            return kept
        if self._definitions.find(canonical, "StructureDefinition") is None:
            return None
        made = self._making.profile(canonical)
        if isinstance(made, Profile):
            self._kept.put(canonical, made)
        return made


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
