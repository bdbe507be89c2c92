"""What resources by hand are made of: codes, extensions, and who is who."""

from __future__ import annotations

from typing import Any

from fhir_matters.records import codes

Resource = dict[str, Any]
STRUCTURES = f"{codes.CANONICAL}/StructureDefinition"


def coding(found: codes.Coding) -> dict[str, str]:
    return {"system": found.system, "code": found.code, "display": found.display}


def concept(found: codes.Concept, text: str) -> Resource:
    return {"coding": [coding(each) for each in (*found.coded_as, found)], "text": text}


def extension(name: str, kind: str, value: Any) -> Resource:
    return {"url": f"{STRUCTURES}/{name}", f"value{kind}": value}


def flag(name: str, *, value: bool) -> Resource:
    return {"url": f"{STRUCTURES}/{name}", "valueBoolean": value}


def parts(name: str, *inside: tuple[str, str, Any]) -> Resource:
    return {
        "url": f"{STRUCTURES}/{name}",
        "extension": [{"url": part, f"value{kind}": value} for part, kind, value in inside],
    }


def resource(kind: str, profile: str, key: str, **elements: Any) -> Resource:
    return {
        "resourceType": kind,
        "meta": {"profile": [profile]},
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml" lang="en-GB" xml:lang="en-GB">{key}</div>',
        },
        "identifier": [{"system": codes.IDENTIFIER, "value": f"tess/{key}"}],
        **elements,
    }


PERSON = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000001"}
SON = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000002"}
NURSE = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000003"}
HOME = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000004"}
TALK = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000006"}
STAIRS = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000007"}
FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"
CAREPLAN_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
UCUM = "http://unitsofmeasure.org"
STATED = {"status": "final", "subject": PERSON, "performer": [PERSON], "effectiveDateTime": "2026-03-03T14:00:00Z"}
TRANSLATION = {
    "url": "http://hl7.org/fhir/StructureDefinition/translation",
    "extension": [
        {"url": "lang", "valueCode": "cy"},
        {"url": "content", "valueString": "Dw i ddim am fod ar fy mhen fy hun"},
    ],
}


def categories(found: codes.Concept) -> list[Resource]:
    return [{"coding": [coding(category)]} for category in found.category]
