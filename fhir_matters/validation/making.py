"""StructureDefinition → plan: its snapshot, its own or one made of its differential, as frozen elements."""

from __future__ import annotations

from typing import Any

from fhir_matters.definitions.snapshots import Definitions, Snapshot, Snapshots
from fhir_matters.errors import DefinitionsError
from fhir_matters.validation import trees
from fhir_matters.validation.elements import frozen
from fhir_matters.validation.plan import BASE, Profile, unsliced

IMPOSE = BASE + "structuredefinition-imposeProfile"


class Making:
    """Makes the plans of these definitions, and keeps what it needs again. Threads may share it."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._snapshots = Snapshots(definitions)

    def profile(self, canonical: str) -> Profile | DefinitionsError | None:
        """The plan, None where nobody knows it, or why there can be none."""
        try:
            found = self._snapshots.of(canonical)
            return profile_of(found, self._unmet(found)) if found is not None else None
        except DefinitionsError as error:
            return error
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, IndexError) as error:
            return DefinitionsError(f"The profile {canonical} cannot be understood ({type(error).__name__}).")

    def _unmet(self, made: Snapshot) -> tuple[str, ...]:
        """What a profile imposes and nobody here knows."""
        return tuple(
            f"it imposes {name}, which is in none of the loaded packages."
            for name in _imposed(made.definition)
            if self._definitions.find(name, "StructureDefinition") is None
        )


def _imposed(definition: dict[str, Any]) -> tuple[str, ...]:
    """The profiles that the extension structuredefinition-imposeProfile names."""
    stated = (each for each in definition.get("extension", ()) if each.get("url") == IMPOSE)
    names = (each.get("valueCanonical") or each.get("valueUri") for each in stated)
    return tuple(name for name in names if isinstance(name, str))


def profile_of(made: Snapshot, unmet: tuple[str, ...] = ()) -> Profile:
    """The plan of one StructureDefinition that has a snapshot; `unmet` is what cannot be asked for beside it.

    Raises DefinitionsError where its elements stand in an impossible order.
    """
    definition = made.definition
    url, kind = definition["url"], definition["type"].rpartition("/")[2]
    tree = trees.of_snapshot(url, definition["snapshot"]["element"])
    # A profile that is not at hand is reported where data reaches it.
    doubts = tuple((each.message, each.grave) for each in made.problems if not each.missing)
    doubts += tuple((each, False) for each in unmet)
    root = frozen(tree, url, definition["kind"] == "resource", doubts)
    return Profile(
        canonical=url,
        type=kind,
        kind=definition["kind"],
        abstract=definition.get("abstract", False),
        # Some call a profile a specialization; one that has its base's type is a profile all the same.
        constraint=definition.get("derivation") == "constraint" or _of_its_base(definition),
        root=root,
        elements=unsliced(root),
        contexts=tuple((item["type"], item["expression"]) for item in definition.get("context", ())),
        context_rules=tuple(definition.get("contextInvariant", ())),
        imposed=_imposed(definition),
    )


def _of_its_base(definition: dict[str, Any]) -> bool:
    return bool(definition.get("baseDefinition") == BASE + definition["type"])
