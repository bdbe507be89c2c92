"""Is this code in this value set: yes, no, or cannot tell, from the definitions that are on this machine.

Lazy, remembered per value set and code system, safe between threads. Fetches nothing: a terminology server is passed
in by the caller, and has a say only where the definitions do not decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import replace
from enum import Enum
from functools import partial
from typing import Any, Protocol

from fhir_matters.coded import Question
from fhir_matters.terminology.answer import Answer, any_of, yes
from fhir_matters.terminology.elsewhere import ANSWERS, Elsewhere, unasked
from fhir_matters.terminology.grammars import GRAMMAR_SYSTEMS, PATTERNS
from fhir_matters.terminology.members import Concept, Members, undecidable
from fhir_matters.terminology.sets import Composed, composed, implicit, members_of
from fhir_matters.terminology.systems import Entry, System, system_from, system_of_supplement

# What a hostile file may name; the systems of all packages are far fewer.
MOST_KEPT = 20_000
_DEEPEST = 40
_trail: ContextVar[tuple[str, ...]] = ContextVar("trail", default=())


CONTENTS = frozenset({"complete", "fragment", "supplement"})


class Presence(Enum):
    """How much of a code system is here: it, its name alone, another version, or nothing at all."""

    HERE = "here"
    NAMED = "named"
    OTHERWISE = "otherwise"
    ABSENT = "absent"


class Definitions(Protocol):
    """What holds ValueSets and CodeSystems, by canonical with or without `|version`."""

    def find(self, canonical: str, kind: str | None = None) -> dict[str, Any] | None:
        """The definition, or None."""


class Terminology:
    """The value sets and code systems of a registry, and of a terminology server where there is one."""

    def __init__(self, registry: Definitions, elsewhere: Elsewhere | None = None) -> None:
        self._registry = registry
        self.elsewhere = elsewhere
        self._sets: dict[str, Members] = {}
        self._expansions: dict[str, Members] = {}
        self._systems: dict[str, System] = {}
        self._composed: dict[str, Composed] = {}
        self._supplements: dict[str, bool] = {}

    def contains(self, valueset: str, system: str | None, code: str) -> Answer:
        """Whether the code is in the value set; `system` None is for elements of type `code`, which name none."""
        members = self.members(valueset)
        if system is None:
            answer = members.answer_for_code(code)
            return self._expanded(valueset, members, code) if answer is Answer.UNKNOWN and self.elsewhere else answer
        answer = members.answer(system, code)
        if answer is Answer.UNKNOWN and self.elsewhere:
            return self.elsewhere.answer(Question(valueset, system, code))
        return answer

    def _expanded(self, valueset: str, members: Members, code: str) -> Answer:
        """Whether the code is in what the server lists, or else with one of the systems that the set draws from.

        A server is not asked to find out the system: some say no where they mean that they do not try.
        """
        elsewhere = self.elsewhere
        if elsewhere is None:
            return Answer.UNKNOWN
        expansion = elsewhere.told(Question(valueset)).expansion
        if expansion is not None:
            if valueset not in self._expansions:
                self._expansions[valueset] = self.members_of({"expansion": expansion})
            answer = self._expansions[valueset].answer_for_code(code)
            if answer is not Answer.UNKNOWN:
                return answer
        systems = sorted(members.systems or ())
        if not systems:
            return Answer.UNKNOWN
        return any_of(elsewhere.answer(Question(valueset, system, code)) for system in systems)

    @property
    def consulted(self) -> int:
        """How often a terminology server decided in this walk, so far."""
        return self.elsewhere.consulted if self.elsewhere is not None else 0

    def since(self, before: int) -> str:
        """The server's name if it decided anything since it was `consulted` so often; empty otherwise."""
        return self.elsewhere.name if self.elsewhere is not None and self.consulted > before else ""

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

    def entry(self, system: str, code: str) -> Entry | None:
        """The concept with this code, if its system is here and has it."""
        return self.system(system).entry(code)

    def stated_version(self, valueset: str, system: str) -> str:
        """The version of the code system that the value set takes its codes from, where it says one; else empty."""
        return self._compose(valueset).versions.get(system, "")

    def only_active(self, valueset: str) -> bool:
        """Whether the value set leaves out what its systems call inactive (ValueSet.compose.inactive)."""
        return self._compose(valueset).only_active

    def also_calls_it(self, valueset: str, system: str, code: str, display: str, language: str) -> bool:
        """Whether a supplement that the value set names, and that is here, calls the code of the system so."""
        return any(
            (entry := found.entry(code)) is not None
            and display.casefold() in {name.casefold() for name in found.names(entry, language)}
            for found in filter(None, (self._added(each, system) for each in self._compose(valueset).supplements))
        )

    def _added(self, canonical: str, system: str) -> System | None:
        """What a supplement adds to the system; None where it is not here, or one of another system."""
        resource = self._registry.find(canonical, "CodeSystem") or {}
        base = resource.get("supplements")
        return system_of_supplement(resource) if isinstance(base, str) and base.partition("|")[0] == system else None

    def _compose(self, valueset: str) -> Composed:
        known = self._composed.get(valueset)
        if known is None:
            known = self._composed[valueset] = composed(self._registry.find(valueset, "ValueSet") or {})
        return known

    def find_set(self, valueset: str) -> dict[str, Any] | None:
        """The definition of the value set, if it is here."""
        return self._registry.find(valueset, "ValueSet")

    def presence(self, system: str, version: str = "") -> Presence:
        """How much of the code system, in this version if it is given, is in the packages."""
        resource = self._registry.find(system, "CodeSystem")
        if resource is None:
            return Presence.ABSENT
        if version and version != resource.get("version"):
            return Presence.OTHERWISE
        return Presence.HERE if resource.get("content") in CONTENTS else Presence.NAMED

    def supplements(self, system: str) -> bool:
        """Whether the code system only adds to another one, so that no code is of it."""
        known = self._supplements.get(system)
        if known is None:
            if len(self._supplements) > MOST_KEPT:
                self._supplements.clear()
            found = self._registry.find(system, "CodeSystem") or {}
            known = self._supplements[system] = found.get("content") == "supplement" or "supplements" in found
        return known

    def calls_it(self, system: str, code: str, display: str, language: str = "en") -> Answer:
        """Whether the code system, complete here, calls the code so in that language; case does not count.

        A server is asked for English alone: what it takes for valid in another language is its own affair.
        """
        here = self.system(system)
        entry = here.entry(code) if here.complete else None
        if entry is None or not entry.display:
            english = language.casefold().startswith("en")
            return self._called_elsewhere(system, code, display) if english else Answer.UNKNOWN
        return yes(display.casefold() in {name.casefold() for name in here.names(entry, language)})

    def _called_elsewhere(self, system: str, code: str, display: str) -> Answer:
        """What the server says of the display, where it has the code: its own words need no second question."""
        if self.elsewhere is None or self.system(system).complete:
            return Answer.UNKNOWN
        said = self.elsewhere.told(Question(system=system, code=code))
        if said.holds is not True:
            return Answer.UNKNOWN
        if said.display.casefold() == display.casefold():
            return Answer.IN
        told = self.elsewhere.told(Question(system=system, code=code, display=display))
        return Answer.OUT if told.remark else ANSWERS[told.holds]

    def tolerates(self, system: str, code: str, display: str) -> bool:
        """Whether a server finds fault with the display and lets it pass all the same."""
        if self.elsewhere is None or self.system(system).complete:
            return False
        return self.elsewhere.told(Question(system=system, code=code, display=display)).remark

    def members(self, valueset: str) -> Members:
        """The members of the value set with this canonical, as far as they can be known."""
        known = self._sets.get(valueset)
        if known is None:
            known = self._sets[valueset] = self._found(valueset)
        return known

    def members_of(self, resource: Mapping[str, Any]) -> Members:
        """The members of a ValueSet that is at hand, such as a contained one."""
        with unasked():
            return members_of(resource, self.system, self._imported)

    def system(self, canonical: str) -> System:
        """The code system as far as it is here; never None."""
        known = self._systems.get(canonical)
        if known is None:
            if len(self._systems) > MOST_KEPT:
                self._systems.clear()
            known = self._systems[canonical] = self._read(canonical)
        return known

    def _read(self, canonical: str) -> System:
        url = canonical.partition("|")[0]
        fallback = GRAMMAR_SYSTEMS.get(url, System(url))
        resource = self._registry.find(canonical, "CodeSystem")
        system = system_from(resource, fallback.grammar) if resource else fallback
        if url in PATTERNS:
            system = replace(system, pattern=PATTERNS[url])
        known = system if system.complete or system.entries else fallback
        if known.complete or self.elsewhere is None:
            return known
        return replace(known, grammar=partial(self._known_elsewhere, known, canonical))

    def _known_elsewhere(self, here: System, canonical: str, code: str) -> Answer:
        """Whether the code exists: what is known of the system here first, then what the server says."""
        answer = here.knows(code)
        if answer is not Answer.UNKNOWN or self.elsewhere is None:
            return answer
        url, _, version = canonical.partition("|")
        return self.elsewhere.answer(Question(system=url, code=code, version=version))

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
            return undecidable(f"the value set {valueset} refers to itself", circular=True)
        if len(trail) > _DEEPEST:
            return undecidable("its value sets refer to each other too deeply")
        return self.members(valueset)
