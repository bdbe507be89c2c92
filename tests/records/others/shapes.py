"""Resources as others shape them: invented people, each shape after the guide that has it."""

from __future__ import annotations

from typing import Any

from fhir_matters.records.read import read
from fhir_matters.records.record import Record

Element = dict[str, Any]
LOINC, SCT = "http://loinc.org", "http://snomed.info/sct"
US_CORE = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
ADI = "http://hl7.org/fhir/us/pacio-adi/StructureDefinition"
PCO = "http://hl7.org/fhir/us/pco/CodeSystem"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
PATIENT: Element = {
    "resourceType": "Patient",
    "id": "ada",
    "name": [{"use": "official", "family": "Lark", "given": ["Ada"]}],
    "birthDate": "1941-02-03",
}
SON: Element = {
    "resourceType": "RelatedPerson",
    "id": "ben",
    "patient": {"reference": "Patient/ada"},
    "relationship": [{"coding": [{"system": "urn:x", "code": "SON", "display": "natural son"}]}],
    "name": [{"text": "Ben Lark"}],
}
NURSE: Element = {"resourceType": "Practitioner", "id": "nia", "name": [{"family": "Rowe", "given": ["Nia"]}]}


def coded(code: str, display: str | None = None, system: str = LOINC, **more: Any) -> Element:
    """A CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}], **more}


def said(code: Element | None = None, **more: Any) -> Element:
    """An Observation in which Ada says something herself."""
    found = {
        "resourceType": "Observation",
        "id": "said",
        "status": "final",
        "code": code or coded("81360-0", text="What she likes"),
        "subject": {"reference": "Patient/ada"},
        "effectiveDateTime": "2026-03-03",
        "performer": [{"reference": "Patient/ada"}],
        "valueString": "Lavender, and the window open.",
    }
    return {name: value for name, value in {**found, **more}.items() if value is not None}


def record(*resources: Element) -> Record:
    """What is read of these, with Ada, her son and the nurse beside them."""
    return read([PATIENT, SON, NURSE, *resources])


def forms(found: Record) -> dict[str, Any]:
    """Every form but those of the people, by key."""
    sections = ("conversations", "recordings", "what_matters", "preferences", "plans", "legal")
    return {key: form for section in sections for key, form in getattr(found, section).items()}


def only(*resources: Element) -> Any:
    """The one form that these become."""
    (form,) = forms(record(*resources)).values()
    return form


def stays(*resources: Element) -> bool:
    """True where no form is made of these, and they come back as they came."""
    found = record(*resources)
    went = [entry["resource"] for entry in found.bundle()["entry"]]
    return not forms(found) and all(each in went for each in resources)
