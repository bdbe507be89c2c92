"""Plans for what may come, and decisions that bind, of resources of somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records.codes import LOINC
from fhir_matters.records.fhir.elements import Element, child, children, present, text_of, value_in
from fhir_matters.records.forms import AnticipatoryPlan, LegalDecision
from fhir_matters.records.forms.values import said
from fhir_matters.records.others.here import Here, Read
from fhir_matters.records.others.words import label, pairs

_UNDER_CONDITIONS = (LOINC, "81378-2")
_CONDITION = "http://hl7.org/fhir/us/pacio-adi/StructureDefinition/adi-condition-code-extension"
_BASIS = ("what_matters", "preferences")
# PACIO ADI: powers granted to a healthcare agent; the scope has changed from one to the other.
_AGENT_SCOPES = ((LOINC, "75786-4"), (LOINC, "81377-4"))
_DNR = ("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "dnr")
_WITHDRAWN = "entered-in-error"


def care_plan(resource: Element, here: Here) -> Read | None:
    """A plan, of PACIO's preferences under certain conditions: what may come in words, and wishes that have been read.

    A condition that the person has is no trigger, and what it says to do is more than the form of a plan could say.
    """
    status, addresses = resource.get("status"), children(resource, "addresses")
    category = {pair for each in children(resource, "category") for pair in pairs(each)}
    if _UNDER_CONDITIONS not in category or status not in ("active", _WITHDRAWN) or "activity" in resource:
        return None
    if not here.about_the_person(resource.get("subject")) or any(child(each, "reference") for each in addresses):
        return None
    feared = list(dict.fromkeys(_feared(resource, addresses)))
    wishes = here.each([*children(resource, "goal"), *children(resource, "supportingInfo")], *_BASIS)
    if not feared or not wishes:
        return None
    found = {
        "if": "; ".join(feared),
        "rests_on": wishes,
        "asked_by": here.key(resource.get("author")),
        "when": text_of(resource.get("created")),
        "valid_until": text_of(child(resource.get("period"), "end")),
        "withdrawn": status == _WITHDRAWN or None,
    }
    return Read("plans", AnticipatoryPlan.model_validate(present(found)))


def _feared(resource: Element, addresses: list[Any]) -> Iterator[str]:
    """What may come, in words: beside the reference that is none, or in PACIO's extension for it."""
    for each in (*addresses, resource):
        told = said(child(each, "display")) or label(value_in(each, _CONDITION, "CodeableConcept"))
        if told:
            yield told


def consent(resource: Element, here: Here) -> Read | None:
    """A legal decision: the appointment of healthcare agents, or that no resuscitation is to be tried."""
    if not here.about_the_person(resource.get("patient")) or resource.get("status") not in ("active", _WITHDRAWN):
        return None
    found, performers = _agents(resource, here) or _no_cpr(resource), children(resource, "performer")
    by = here.each(performers)
    if found is None or (performers and not by):
        return None
    period = child(resource.get("provision"), "period")
    form = {
        **found,
        "made_by": next(iter(by), "person"),
        "when": text_of(resource.get("dateTime")),
        "valid_from": text_of(child(period, "start")),
        "valid_until": text_of(child(period, "end")),
        "withdrawn": resource.get("status") == _WITHDRAWN or None,
    }
    return Read("legal", LegalDecision.model_validate(present(form)))


def _agents(resource: Element, here: Here) -> Element | None:
    """Who may decide, and what; None where somebody may not, or somebody is not known."""
    provision = resource.get("provision")
    actors = [child(each, "reference") for each in children(provision, "actor")]
    agents = here.each(actors, "people")
    scoped = any(pair in _AGENT_SCOPES for pair in pairs(resource.get("scope")))
    if not scoped or child(provision, "type") != "permit" or child(provision, "provision") or not agents:
        return None
    if len(agents) != len(actors):
        return None
    powers = [text for each in children(provision, "action") if (text := label(each))]
    return {"kind": "healthcare agent", "agents": agents, "powers": powers}


def _no_cpr(resource: Element) -> Element | None:
    provision = resource.get("provision") or {}
    category = {pair for each in children(resource, "category") for pair in pairs(each)}
    plain = isinstance(provision, dict) and set(provision) <= {"type", "period"} and provision.get("type") != "permit"
    return {"kind": "cpr decision", "attempt_cpr": False} if _DNR in category and plain else None
