"""A ValueSet resource as its members: composed of systems, lists, filters and other value sets, or expanded.

Knows no registry: systems and imported value sets come through two functions. Fetches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.terminology.answer import Answer, yes
from fhir_matters.terminology.filters import passes
from fhir_matters.terminology.members import (
    Concept,
    Listed,
    Members,
    Open,
    difference,
    intersection,
    undecidable,
    union,
)
from fhir_matters.terminology.systems import System, dicts

Systems = Callable[[str], System]
Imported = Callable[[str], Members]
_NOT_ALL = {
    "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
    "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
}
_NARROWED = {"filter", "limitedExpansion"}
_PAGED = {"count", "offset"}
_SNOMED = "http://snomed.info/sct"
_ALL_OF = {"http://loinc.org/vs": "http://loinc.org", "http://unitsofmeasure.org/vs": "http://unitsofmeasure.org"}


def members_of(resource: Mapping[str, Any], systems: Systems, imported: Imported) -> Members:
    """The members of a ValueSet; its expansion, if it has a whole one, where its definition cannot be worked out."""
    composed = _composed(resource.get("compose"), systems, imported)
    if isinstance(composed, Listed):
        return composed
    expansion = resource.get("expansion")
    return _expanded(expansion, composed, systems) if isinstance(expansion, dict) else composed


@dataclass(frozen=True, slots=True)
class Composed:
    """How a value set is composed: each system's version where one is stated, and whether of active codes alone.

    `supplements` are what it reads its systems with, by canonical (extension `valueset-supplement`).
    """

    versions: Mapping[str, str]
    only_active: bool
    supplements: tuple[str, ...] = ()


def composed(resource: Mapping[str, Any]) -> Composed:
    """How the ValueSet is composed; a system that is included in several versions, or in any, has none."""
    compose = resource.get("compose")
    stated: dict[str, set[Any]] = {}
    for part in dicts(compose.get("include")) if isinstance(compose, dict) else ():
        if isinstance(system := part.get("system"), str):
            stated.setdefault(system, set()).add(str(part.get("version", "")))
    versions = {system: min(said) for system, said in stated.items() if len(said) == 1}
    named = (each.get("valueCanonical") for each in dicts(resource.get("extension")) if each.get("url") == SUPPLEMENT)
    active = isinstance(compose, dict) and compose.get("inactive") is False
    return Composed(versions, active, tuple(each for each in named if isinstance(each, str)))


SUPPLEMENT = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"


def implicit(canonical: str) -> dict[str, Any] | None:
    """The ValueSet that a canonical of SNOMED CT, LOINC or UCUM stands for by itself (R4 snomedct.html#implicit)."""
    if canonical in _ALL_OF:
        return _including({"system": _ALL_OF[canonical]})
    base, question, query = canonical.partition("?fhir_vs")
    if not question or not base.startswith(_SNOMED):
        return None
    chosen: dict[str, Any] = {"system": _SNOMED}
    if query.startswith("=isa/"):
        chosen["filter"] = [{"property": "concept", "op": "is-a", "value": query.removeprefix("=isa/")}]
    elif query:
        chosen["filter"] = [{"property": "concept", "op": "in-reference-set", "value": query}]
    return _including(chosen)


def _including(chosen: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "compose": {"include": [chosen]}}


def _composed(compose: Any, systems: Systems, imported: Imported) -> Members:
    included = dicts(compose.get("include")) if isinstance(compose, dict) else []
    if not included:
        return undecidable("it does not say which codes it has")
    whole = union([_part(part, systems, imported) for part in included])
    if excluded := dicts(compose.get("exclude")):
        whole = difference(whole, union([_part(part, systems, imported) for part in excluded]))
    return intersection([whole, _active(systems, whole)]) if compose.get("inactive") is False else whole


def _part(part: Mapping[str, Any], systems: Systems, imported: Imported) -> Members:
    """One include or exclude: its system's choice and its value sets must all have the code (R4 compose rules)."""
    canonicals = part.get("valueSet")
    names = [name for name in canonicals if isinstance(name, str)] if isinstance(canonicals, list) else []
    parts = [imported(name) for name in names]
    if isinstance(part.get("system"), str):
        parts.insert(0, _of_system(part, systems))
    return intersection(parts) if parts else undecidable("a part of it names neither a system nor a value set")


def _of_system(part: Mapping[str, Any], systems: Systems) -> Members:
    url = part["system"]
    version = part.get("version")
    system = systems(f"{url}|{version}" if isinstance(version, str) else url)
    if chosen := dicts(part.get("concept")):
        codes = (code for concept in chosen if isinstance(code := concept.get("code"), str))
        return _listed(url, system, (code for code in codes if not system.lacks(code)))
    return _filtered(url, system, dicts(part.get("filter"))) if part.get("filter") else _whole(url, system)


def _whole(url: str, system: System) -> Members:
    if system.complete:
        return _listed(url, system, system.entries)
    return Open(lambda _system, code: system.knows(code), frozenset({url}), _absent(url))


def _filtered(url: str, system: System, conditions: list[dict[str, Any]]) -> Members:
    chosen = passes(system, conditions)
    if system.complete:
        answers = {code: chosen(code) for code in system.entries}
        if conditions and Answer.UNKNOWN not in answers.values():
            return _listed(url, system, (code for code, answer in answers.items() if answer is Answer.IN))

    def known(_system: str, code: str) -> Answer:
        return Answer.OUT if system.knows(code) is Answer.OUT else chosen(code) if conditions else Answer.UNKNOWN

    why = f"a filter on {url} cannot be worked out here" if system.complete else _absent(url)
    return Open(known, frozenset({url}), why)


def _listed(url: str, system: System, codes: Any) -> Listed:
    return Listed(frozenset((url, code) for code in codes), frozenset({url}) if system.folds else frozenset())


def _absent(url: str) -> str:
    return f"the codes of {url} are not all here"


def _active(systems: Systems, whole: Members) -> Open:
    """Everything but the concepts that their system calls inactive."""

    def known(system: str, code: str) -> Answer:
        entry = systems(system).entry(code)
        return yes(entry is None or not entry.inactive)

    return Open(known, whole.systems, "")


def _expanded(expansion: Mapping[str, Any], composed: Members, systems: Systems) -> Members:
    """The expansion where it is whole; else what it lists, besides what the definition says."""
    concepts = frozenset(_contained(expansion))
    folds = frozenset(url for url, _ in concepts if systems(url).folds)
    listed = Listed(concepts, folds)
    return listed if _is_whole(expansion, len(concepts)) else union([listed, composed])


def _contained(expansion: Mapping[str, Any]) -> Iterator[Concept]:
    """The concepts of an expansion; abstract ones only structure it."""
    todo = dicts(expansion.get("contains"))
    while todo:
        item = todo.pop()
        todo.extend(dicts(item.get("contains")))
        system, code = item.get("system"), item.get("code")
        if isinstance(system, str) and isinstance(code, str) and item.get("abstract") is not True:
            yield system, code


def _is_whole(expansion: Mapping[str, Any], count: int) -> bool:
    total = expansion.get("total")
    extensions = {item.get("url") for item in dicts(expansion.get("extension"))}
    parameters = {item.get("name") for item in dicts(expansion.get("parameter")) if not _switched_off(item)}
    paged = total > count if isinstance(total, int) else bool(_PAGED & parameters)
    return bool(count) and not paged and not _NOT_ALL & extensions and not _NARROWED & parameters


def _switched_off(parameter: Mapping[str, Any]) -> bool:
    """R4's own expansions say `limitedExpansion` with false, or with -1, for a whole one."""
    said = {str(value).lower() for key, value in parameter.items() if key.startswith("value")}
    return parameter.get("name") == "limitedExpansion" and said <= {"-1", "false"}
