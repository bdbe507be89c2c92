"""Differential → snapshot: what a profile says together with everything that it builds on.

The base's snapshot as a tree, and the differential laid over it; where the differential goes deeper than the base, the
content of the type, of the profile on the type, or of what a contentReference names comes in. What cannot be done is a
`Problem` and the rest is done. R4 profiling.html#snapshot; where that is silent, as the HL7 tooling publishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from fhir_matters.definitions import trees
from fhir_matters.definitions.differentials import of_differential
from fhir_matters.definitions.laying import Laying, Problem, Root, owned
from fhir_matters.errors import BaseMissingError, DefinitionsError

# The largest guides stay under a tenth of it; more is an accident or an attack.
MOST_SAID = 10_000
MOST_KEPT = 2_000


class Definitions(Protocol):
    """Where StructureDefinitions come from: a Registry, or a test's own."""

    def find(self, canonical: str, kind: str | None = None) -> dict[str, Any] | None:
        """The definition, or None."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A StructureDefinition with its snapshot, and what of its differential is not in it."""

    definition: dict[str, Any]
    problems: tuple[Problem, ...] = ()


def snapshot(structure_definition: dict[str, Any], registry: Definitions) -> Snapshot:
    """The StructureDefinition with a snapshot generated from its differential, and what could not be done.

    A snapshot that it already has is not looked at. Raises DefinitionsError where none can be made: the base is
    missing (BaseMissingError) or is the profile itself, or the definition makes no sense.
    """
    return Snapshots(registry).generated(structure_definition)


class Snapshots:
    """Snapshots by canonical, made where they are missing and kept. Threads may share it.

    As the HL7 validator makes them: `common`, what is said under a sliced element is said in its slices too (since
    2024); `narrow`, `valueQuantity` leaves a choice this type alone (HL7's publisher of guides does not do that).
    """

    def __init__(self, definitions: Definitions, *, common: bool = True, narrow: bool = True) -> None:
        self._definitions = definitions
        self.common = common
        self.narrow = narrow
        self._made: dict[str, Snapshot] = {}
        self._roots: dict[str, Root | None] = {}

    def of(self, canonical: str, under: tuple[str, ...] = ()) -> Snapshot | None:
        """The definition with the snapshot that it has, or else the one made for it; None where nobody knows it."""
        if canonical in self._made:
            return self._made[canonical]
        definition = self._definitions.find(canonical, "StructureDefinition")
        if definition is None:
            return None
        if not has_snapshot(definition):
            self._made[canonical] = self.generated(definition, under)
            return self._made[canonical]
        return Snapshot(definition)

    def generated(self, definition: dict[str, Any], under: tuple[str, ...] = ()) -> Snapshot:
        """As `snapshot`; `under` are the definitions that wait for this one."""
        try:
            return self._generated(definition, under)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, IndexError) as error:
            name = definition.get("url")
            raise DefinitionsError(f"The profile {name} cannot be understood ({type(error).__name__}).") from None

    def _generated(self, definition: dict[str, Any], under: tuple[str, ...]) -> Snapshot:
        url = definition["url"]
        if url in under:
            raise DefinitionsError(f"The profile {url} is its own base.")
        elements = (definition.get("differential") or {}).get("element") or []
        if len(elements) > MOST_SAID:
            raise DefinitionsError(f"The differential of {url} has more than {MOST_SAID:,} elements.")
        under = (*under, url)
        base = self._base(definition, under)
        root = trees.of_snapshot(base["snapshot"]["element"])
        laying = Laying(self, definition, root.copied(), base, under)
        if definition.get("derivation") == "specialization":
            root.name = definition["type"].rpartition("/")[2]
        laying.lay(root, of_differential(iter(elements)), root.name)
        made = {**definition, "snapshot": {"element": [owned(each, definition) for each in trees.listed(root)]}}
        return Snapshot(made, tuple(laying.problems))

    def _base(self, definition: dict[str, Any], under: tuple[str, ...]) -> dict[str, Any]:
        name = definition.get("baseDefinition")
        found = self.of(name, under) if isinstance(name, str) and name else None
        if found is None:
            raise BaseMissingError(
                f"The profile {definition['url']} has no snapshot, and its base {name} is not at hand.",
                next_step="Load the package of its base, or generate its snapshot.",
            )
        if definition.get("derivation") != "specialization" and found.definition["type"] != definition["type"]:
            raise BaseMissingError(f"The profile {definition['url']} and its base {name} are for different types.")
        return found.definition

    def root_of(self, canonical: str, under: tuple[str, ...]) -> Root | None:
        """The tree of a type or profile, to be copied; None where there is none, or it is being made just now."""
        if canonical.partition("|")[0] in under:
            return None
        if canonical not in self._roots:
            try:
                found = self.of(canonical, under)
            except DefinitionsError:
                return None
            if len(self._roots) > MOST_KEPT:
                self._roots.clear()
            self._roots[canonical] = _rooted(found) if found is not None else None
        return self._roots[canonical]


def _rooted(found: Snapshot) -> Root | None:
    try:
        root = trees.of_snapshot(found.definition["snapshot"]["element"])
    except (DefinitionsError, KeyError, TypeError, AttributeError):
        return None
    return root, found.definition


def has_snapshot(definition: dict[str, Any]) -> bool:
    """Whether a StructureDefinition brings a snapshot."""
    return bool((definition.get("snapshot") or {}).get("element"))
