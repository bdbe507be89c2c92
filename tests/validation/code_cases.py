"""For every rule of codes (FM3): what breaks it, the place of the issue, and what only just does not."""

from __future__ import annotations

from typing import Any

from tests.validation.animals import ANIMALS, BASE
from tests.validation.resources import CATEGORY, GOOD_CATEGORY, OURS, category, claims, observation, patient

CODING = "Observation.code.coding[0]"


def animal(code: str, bound: str = "", **coding: Any) -> dict[str, Any]:
    more = {"meta": {"profile": [BASE + bound]}} if bound else {}
    return observation(code={"coding": [{"system": ANIMALS, "code": code, **coding}]}, **more)


CODE_CASES: dict[str, tuple[Any, str, Any]] = {
    "FM301": (patient(gender="woman"), "Patient.gender", patient(gender="female")),
    "FM302": (claims("unknown-set", GOOD_CATEGORY), "Observation.category[0]", claims("required-text", GOOD_CATEGORY)),
    "FM303": (
        patient(maritalStatus={"coding": [{"system": "http://example.org/own", "code": "M"}]}),
        "Patient.maritalStatus",
        patient(
            maritalStatus={
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]
            }
        ),
    ),
    "FM304": (claims("unknown-extensible", GOOD_CATEGORY), "Observation.category[0]", GOOD_CATEGORY),
    "FM305": (
        claims("required-text", observation(category=[{"text": "x"}])),
        "Observation.category[0]",
        claims("required-text", GOOD_CATEGORY),
    ),
    "FM306": (
        patient(maritalStatus={"text": "married"}),
        "Patient.maritalStatus",
        patient(
            maritalStatus={
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]
            }
        ),
    ),
    "FM307": (category(system=CATEGORY, code="surveys"), "Observation.category[0].coding[0].code", GOOD_CATEGORY),
    "FM308": (
        patient(identifier=[{"system": "nhs", "value": "1"}]),
        "Patient.identifier[0].system",
        patient(identifier=[{"system": "urn:nhs", "value": "1"}]),
    ),
    "FM309": (
        patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "1.2.3"}]),
        "Patient.identifier[0].value",
        patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}]),
    ),
    "FM310": (
        category(system=CATEGORY, code="survey", display="Imaging"),
        "Observation.category[0].coding[0].display",
        category(system=CATEGORY, code="survey", display="survey"),
    ),
    "FM311": (
        category(system=OURS + "supplement", code="survey"),
        "Observation.category[0].coding[0].system",
        GOOD_CATEGORY,
    ),
    "FM321": (animal("dog", "versioned-required", version="2"), f"{CODING}.version", animal("dog", version="2")),
    "FM322": (animal("dodo", "active-required"), f"{CODING}.code", animal("dog", "active-required")),
    "FM323": (animal("dog", "round-required"), "Observation.code", animal("dog", "itself-required")),
    "FM324": (animal("dodo"), CODING, animal("dog")),
    "FM326": (patient(language="en-XX"), "Patient.language", patient(language="en-GB")),
    "FM312": (patient(gender="x"), "Patient.gender", patient(gender="other")),
    "FM315": (
        patient(meta={"tag": [{"system": "https://loinc.org", "code": "1-8"}]}),
        "Patient.meta.tag[0]",
        patient(meta={"tag": [{"system": "http://loinc.org", "code": "1-8"}]}),
    ),
    "FM316": (
        {"resourceType": "Encounter", "status": "finished", "class": {"system": "here", "code": "AMB"}},
        "Encounter.class.system",
        {"resourceType": "Encounter", "status": "finished", "class": {"system": "urn:oid:1.2.3.4", "code": "AMB"}},
    ),
}
