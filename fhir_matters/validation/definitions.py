"""What definitions say of themselves, which no invariant of theirs says: each kind's own checks, and what all share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from fhir_matters.validation import (
    code_systems,
    concept_maps,
    derived_forms,
    guides,
    measures,
    operations,
    reports,
    search_parameters,
    structure_maps,
    structures,
    uris,
    value_sets,
    workgroups,
)
from fhir_matters.validation.context import Context, Position
from fhir_matters.validation.primitives import BLANKS
from fhir_matters.validation.visits import Compiler, Visit


def absolute(resource: Any, context: Context, position: Position) -> None:
    """The url of a definition is absolute: a relative one means something else on every server."""
    url = resource.get("url")
    if isinstance(url, str) and url.strip(BLANKS) and not uris.is_absolute(url):
        inside = context.scope.container is not None
        context.add(
            "FM209",
            (position, "url", None, None),
            "Expected an absolute URL as the url of a definition.",
            message_id="TYPE_SPECIFIC_CHECKS_CANONICAL_" + ("CONTAINED" if inside else "ABSOLUTE"),
            found=url,
        )


def final(resource: Any, context: Context, position: Position) -> None:
    """Where the options ask for what is final, nothing is experimental."""
    if context.options.final and resource.get("experimental") is True:
        _self("nothing experimental", "VALIDATION_NO_EXPERIMENTAL_CONTENT", context, position)


def _self(expected: str, message_id: str, context: Context, position: Position, found: str = "") -> None:
    context.add("FM902", position, f"Expected {expected} here.", message_id=message_id, found=found)


def checks(walk: Compiler, kind: str) -> Iterator[Visit]:
    """The checks on a resource of this type."""
    if kind in CANONICAL:
        yield absolute
        yield workgroups.check
        yield final
    yield from PLAIN.get(kind, ())
    if kind in ASKING:
        yield partial(ASKING[kind], walk)


_CANONICAL = """
ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition ImplementationGuide
Library Measure MessageDefinition OperationDefinition PlanDefinition Questionnaire ResearchDefinition
ResearchElementDefinition RiskEvidenceSynthesis SearchParameter StructureDefinition StructureMap
TerminologyCapabilities TestScript ValueSet
"""
CANONICAL = frozenset(_CANONICAL.split())
PLAIN: dict[str, tuple[Visit, ...]] = {
    "ImplementationGuide": (guides.checks,),
    "StructureMap": (structure_maps.checks,),
}
ASKING = {
    "CodeSystem": code_systems.checks,
    "ConceptMap": concept_maps.checks,
    "ValueSet": value_sets.checks,
    "Measure": measures.checks,
    "OperationDefinition": operations.checks,
    "Questionnaire": derived_forms.checks,
    "SearchParameter": search_parameters.checks,
    "MeasureReport": reports.against_measure,
    "StructureDefinition": structures.differential,
}
