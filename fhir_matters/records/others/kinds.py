"""What an Observation of somebody else's is about: from codes to the kinds of statement that a record has.

A specific code says it; where there is none, or it is not believed, or two say two things, a general code still may. A
category alone does so only where the question can be carried beside the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import LOINC, SNOMED_CT, Concept
from fhir_matters.records.fhir.elements import Element, child, children
from fhir_matters.records.forms.values import said
from fhir_matters.records.others.meanings import GENERAL, contradicted, contradicted_by_text
from fhir_matters.records.others.words import codings, plain
from fhir_matters.records.plainwords import telling

MATTERS, EXPERIENCE, TREATMENT = "what matters", "care experience", "treatment"
STATEMENTS = frozenset(name.replace("-", " ") for name in codes.STATEMENT_KIND)
PCO = "http://hl7.org/fhir/us/pco/CodeSystem/"
_OWN = tuple(chain(codes.STATEMENT_KIND.values(), codes.PREFERENCE_KIND.values()))
_GENERAL = {
    (LOINC, "95541-9"): EXPERIENCE,
    (LOINC, "81380-8"): EXPERIENCE,  # the same for PACIO ADI, before US Core had its own
    (LOINC, "75773-2"): TREATMENT,
    # A category where the code should be: seen in reference data for US Core.
    (codes.US_CORE_CATEGORY, "care-experience-preference"): EXPERIENCE,
    (codes.US_CORE_CATEGORY, "treatment-intervention-preference"): TREATMENT,
}
_TREATMENT_CATEGORIES = (
    (codes.US_CORE_CATEGORY, "treatment-intervention-preference"),
    (codes.ADI_CATEGORY, "intervention-preference"),
)
# PCO's examples of what matters, from systems that have been renamed since: VA Whole Health.
_WHOLE_HEALTH = {"relationships": "people", "spirit-and-soul": "belief", "body": "wellness", "mind": "wellness"}
_WHOLE_HEALTH_SYSTEMS = (f"{PCO}va-whole-health-example", f"{PCO}personal-health-inventory-temporary")
_PCO_CONCEPTS = (f"{PCO}pco-concepts", f"{PCO}pco-concepts-temporary")


def _own(kinds: tuple[Concept, ...]) -> Iterator[tuple[tuple[str, str], str]]:
    """The codes of which each says one of our kinds; of those that say several, only `what matters` is one."""
    for kind in kinds:
        name = kind.code.replace("-", " ")
        yield (kind.system, kind.code), name
        for code in kind.coded_as:
            others = [each for each in kinds if each is not kind and code in each.coded_as]
            if (code.system, code.code) not in _GENERAL and (not others or name == MATTERS):
                yield (code.system, code.code), name


_SPECIFIC: Mapping[tuple[str, str], str] = {
    **dict(_own(_OWN)),
    (LOINC, "75775-7"): "belief",  # PACIO ADI: the role of religion, faith, culture or spirituality
    # SNOMED CT as PCO and the Dutch PZP use it: a sense of purpose for what else is important; wishes about the care.
    (SNOMED_CT, "247751003"): MATTERS,
    (SNOMED_CT, "153851000146100"): EXPERIENCE,
    **{(system, code): kind for system in _WHOLE_HEALTH_SYSTEMS for code, kind in _WHOLE_HEALTH.items()},
}


def kind_of(resource: Element) -> str | None:
    """The kind of statement that an Observation is; None where no table says so, or its codes contradict each other."""
    code = resource.get("code")
    believed = set(_believed(code))
    specific = {_SPECIFIC[each] for each in believed if each in _SPECIFIC}
    specific = specific - {MATTERS} or specific
    if len(specific) == 1:
        return specific.pop()
    general = {_GENERAL[each] for each in believed if each in _GENERAL}
    if len(general) == 1:
        return general.pop()
    if specific or general or len(believed) < len(list(codings(code))):
        return None
    return _by_category(resource)


def question(resource: Element) -> str | None:
    """What was asked about, where it is more than the general code says: its text, or what a code is called."""
    code = resource.get("code")
    texts = [said(child(code, "text"))]
    texts += [said(child(each, "display")) for each in children(code, "coding") if _is_telling(each)]
    return next((plain(text) for text in texts if text and telling(plain(text)) - _ORDINARY), None)


# What a text in the words of the general code itself has in it.
_ORDINARY = telling("goals preferences preference priorities patient medical treatment intervention care experience")


def _is_telling(coding: Any) -> bool:
    return child(coding, "code") not in GENERAL and not contradicted(coding)


def _believed(code: Any) -> Iterator[tuple[str, str]]:
    """The codes that mean what is written beside them."""
    by_text = contradicted_by_text(code)
    for each in children(code, "coding"):
        for system, found, _ in codings({"coding": [each]}):
            if not contradicted(each) and not (by_text and found not in GENERAL):
                yield system, found


def _by_category(resource: Element) -> str | None:
    found = {(system, code) for each in children(resource, "category") for system, code, _ in codings(each)}
    if any((system, "what-matters") in found for system in _PCO_CONCEPTS):
        return MATTERS
    treatment = any(each in found for each in _TREATMENT_CATEGORIES)
    return TREATMENT if treatment and question(resource) else None
