"""Small resources, whole but for one thing, of which the cases are made."""

from __future__ import annotations

from typing import Any

from tests.validation.animals import ANIMALS

OURS = "https://example.org/StructureDefinition/"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def patient(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **fields}


def observation(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "mood"}, **fields}


def composition(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "Composition", "status": "final", "title": "story", **fields}


def narrative(inside: str) -> dict[str, Any]:
    return patient(text={"status": "generated", "div": inside})


def claims(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {**resource, "meta": {"profile": [OURS + name]}}


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(number: int, resource: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    uuid = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
    return {"fullUrl": uuid, "resource": resource or patient(), **more}


def extended(url: str, field: str = "extension", **content: Any) -> dict[str, Any]:
    return patient(**{field: [{"url": url, **content}]})


def name_of(part: str) -> dict[str, Any]:
    return {"system": part, "value": "1"}


def category(**coding: Any) -> dict[str, Any]:
    return observation(category=[{"coding": [coding]}])


def subject_of(reference: str) -> dict[str, Any]:
    return observation(subject={"reference": reference})


def including(**part: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "status": "draft", "compose": {"include": [{**COLOURS, **part}]}}


def formula(expression: str) -> dict[str, Any]:
    value = {"language": "text/fhirpath", "expression": expression}
    return {"url": "http://hl7.org/fhir/StructureDefinition/cqf-expression", "valueExpression": value}


def mapping(code: str) -> dict[str, Any]:
    group = {"source": ANIMALS, "target": "urn:x", "element": [{"code": code}]}
    return {"resourceType": "ConceptMap", "status": "draft", "group": [group]}


def report(**group: Any) -> dict[str, Any]:
    period = {"start": "2024-01-01", "end": "2024-12-31"}
    told = {"status": "complete", "type": "summary", "measure": OURS + "measure", "period": period}
    return {"resourceType": "MeasureReport", **told, "group": [group]}


COLOURS = {"system": "https://example.org/colours"}
PRACTICE = {"resourceType": "Organization", "name": "practice"}
PAGE = {"relation": "self", "url": "https://example.org/fhir/Patient"}
SEARCH = {
    "resourceType": "SearchParameter",
    "url": OURS + "search",
    "name": "Search",
    "status": "draft",
    "description": "what is looked for",
    "code": "search",
    "base": ["Patient"],
}
GOOD_CATEGORY = category(system=CATEGORY, code="survey")
SUBJECT = {"reference": "#p"}
FULL = "http://example.org/fhir/Patient/a"
POST = {"method": "POST", "url": "Patient"}


def structure(path: str) -> dict[str, Any]:
    """A profile of Observation that speaks of this element."""
    return {
        "resourceType": "StructureDefinition",
        "url": OURS + "judged",
        "name": "Judged",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": "Observation",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
        "derivation": "constraint",
        "differential": {"element": [{"id": path, "path": path}]},
    }
