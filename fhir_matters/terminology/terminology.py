"""Is this code in this value set: yes, no, or cannot tell, from the definitions that are on this machine.

Lazy, remembered per value set and code system, safe between threads. Fetches nothing: a terminology server
is a function that the caller passes in, asked only where the definitions do not decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Protocol

from fhir_matters.terminology.answer import Answer, yes
from fhir_matters.terminology.grammars import GRAMMAR_SYSTEMS
from fhir_matters.terminology.members import Concept, Members, undecidable
from fhir_matters.terminology.sets import implicit, members_of
from fhir_matters.terminology.systems import System, system_from

Ask = Callable[[str, str | None, str], Answer]
"""(value set, system, code) → answer, from elsewhere."""

_DEEPEST = 40
_trail: ContextVar[tuple[str, ...]] = ContextVar("trail", default=())


class Definitions(Protocol):
    """What holds ValueSets and CodeSystems, by canonical with or without `|version`."""

    def find(self, canonical: str, kind: str | None = None) -> dict[str, Any] | None:
        """The definition, or None."""


class Terminology:
    """The value sets and code systems of a registry."""

    def __init__(self, registry: Definitions, ask: Ask | None = None) -> None:
        self._registry = registry
        self._ask = ask
        self._sets: dict[str, Members] = {}
        self._systems: dict[str, System] = {}

    def contains(self, valueset: str, system: str | None, code: str) -> Answer:
        """Whether the code is in the value set; `system` None is for elements of type `code`, which name none."""
        members = self.members(valueset)
        answer = members.answer_for_code(code) if system is None else members.answer(system, code)
        return self._ask(valueset, system, code) if self._ask and answer is Answer.UNKNOWN else answer

    def codes(self, valueset: str) -> frozenset[str] | None:
        """The codes of the value set as their systems spell them; None where they are not all known."""
        return self.members(valueset).codes

    def concepts(self, valueset: str) -> frozenset[Concept] | None:
        """The (system, code) pairs of the value set; None where they are not all known."""
        return self.members(valueset).concepts

    def reason(self, valueset: str) -> str:
        """Why some answers about this value set are UNKNOWN, as the end of a sentence; empty where none is."""
        return self.members(valueset).why

    def system_knows(self, system: str, code: str) -> Answer:
        """Whether the code exists in the code system (`url` or `url|version`)."""
        return self.system(system).knows(code)

    def display_of(self, system: str, code: str) -> str | None:
        """What the code system calls the code; None where it does not say, or is not here."""
        entry = self.system(system).entry(code)
        return (entry.display or None) if entry else None

    def supplements(self, system: str) -> bool:
        """Whether the code system only adds to another one, so that no code is of it."""
        found = self._registry.find(system, "CodeSystem")
        return found is not None and (found.get("content") == "supplement" or "supplements" in found)

    def calls_it(self, system: str, code: str, display: str) -> Answer:
        """Whether the code system, complete here, has this display or designation for the code; case does not count."""
        here = self.system(system)
        entry = here.entry(code) if here.complete else None
        if entry is None or not entry.display:
            return Answer.UNKNOWN
        return yes(display.casefold() in {name.casefold() for name in (entry.display, *entry.designations)})

    def members(self, valueset: str) -> Members:
        """The members of the value set with this canonical, as far as they can be known."""
        known = self._sets.get(valueset)
        if known is None:
            known = self._sets[valueset] = self._found(valueset)
        return known

    def members_of(self, resource: Mapping[str, Any]) -> Members:
        """The members of a ValueSet that is at hand, such as a contained one."""
        return members_of(resource, self.system, self._imported)

    def system(self, canonical: str) -> System:
        """The code system as far as it is here; never None."""
        known = self._systems.get(canonical)
        if known is None:
            known = self._systems[canonical] = self._read(canonical)
        return known

    def _read(self, canonical: str) -> System:
        url = canonical.partition("|")[0]
        fallback = GRAMMAR_SYSTEMS.get(url, System(url))
        resource = self._registry.find(canonical, "CodeSystem")
        system = system_from(resource, fallback.grammar) if resource else fallback
        return system if system.complete or system.entries else fallback

    def _found(self, valueset: str) -> Members:
        resource = self._registry.find(valueset, "ValueSet") or implicit(valueset)
        if resource is None:
            return undecidable(f"the value set {valueset} is in none of the loaded packages")
        before = _trail.set((*_trail.get(), valueset.partition("|")[0]))
        try:
            return self.members_of(resource)
        finally:
            _trail.reset(before)

    def _imported(self, valueset: str) -> Members:
        """A value set that another one refers to; one that comes back to itself decides nothing."""
        trail = _trail.get()
        if valueset.partition("|")[0] in trail:
            return undecidable(f"the value set {valueset} refers to itself")
        if len(trail) > _DEEPEST:
            return undecidable("its value sets refer to each other too deeply")
        return self.members(valueset)
