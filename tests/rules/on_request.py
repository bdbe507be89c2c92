"""Examples of rules that only an option, a server or an accident asks for.

Each is (what else it needs, the options of a validator, what breaks it, what does not); without options it is words,
for what no file could show.
"""

from __future__ import annotations

from typing import Any

from fhir_matters.validation.asked import Options
from tests.validation.resources import extended, observation, patient

SYSTEM = "http://terminology.hl7.org/CodeSystem/"
COMPLETE = "Asked for with --complete: the packages are all there is."
EXAMPLE = "https://example.org/StructureDefinition/nobody-knows"


def married(system: str) -> dict[str, Any]:
    return patient(maritalStatus={"coding": [{"system": system, "code": "M"}]})


def form(*contained: dict[str, Any]) -> dict[str, Any]:
    question = {"linkId": "a", "type": "choice", "answerValueSet": "#answers"}
    inside = {"contained": list(contained)} if contained else {}
    return {"resourceType": "Questionnaire", "status": "draft", **inside, "item": [question]}


def allergy(**coding: str) -> dict[str, Any]:
    known = {"system": f"{SYSTEM}allergyintolerance-clinical", "code": "active"}
    verified = {"coding": [{"system": f"{SYSTEM}allergyintolerance-verification", "code": "confirmed"}]}
    status = {"clinicalStatus": {"coding": [{**known, **coding}]}, "verificationStatus": verified}
    return {"resourceType": "AllergyIntolerance", **status, "patient": {"display": "Ada"}}


def resolver(reference: str) -> dict[str, Any] | None:
    return patient(id="ada") if reference == "Patient/ada" else None


JUDGED: dict[str, tuple[str, dict[str, Any], Any, Any]] = {
    "FM217": (
        COMPLETE,
        {"options": Options(complete=True)},
        married(f"{SYSTEM}nobody-wrote-this"),
        married(f"{SYSTEM}v3-MaritalStatus"),
    ),
    "FM218": (
        COMPLETE,
        {"options": Options(complete=True)},
        form(),
        form({"resourceType": "ValueSet", "id": "answers", "status": "draft"}),
    ),
    "FM220": (
        "Asked for in Python: Validator(options=Options(security=True)).",
        {"options": Options(security=True)},
        patient(name=[{"text": "Bee <b onclick='x'>Bee</b>"}]),
        patient(name=[{"text": "Bee, 3 < 4"}]),
    ),
    "FM325": (COMPLETE, {"options": Options(complete=True)}, allergy(version="999"), allergy()),
    "FM410": (
        "Asked for in Python: Validator(resolver=…) follows references; here it finds Patient/ada and nobody else.",
        {"resolver": resolver},
        observation(subject={"reference": "Patient/nobody"}),
        observation(subject={"reference": "Patient/ada"}),
    ),
    "FM561": (
        "Asked for with --no-examples: URLs of example.org are not meant to be real.",
        {"examples": False},
        extended(EXAMPLE, valueString="x"),
        extended("https://hospital.test/StructureDefinition/ours", valueString="x"),
    ),
}
IN_WORDS: dict[str, tuple[str, str]] = {
    "FM010": (
        "A file that is not there, that nobody may read, or that breaks off in the middle of its compression.",
        "The same file, whole and readable.",
    ),
    "FM313": (
        "A code of SNOMED CT, --terminology URL, and a server at that address that does not answer.",
        "The same with a server that answers, whether it knows the code or not.",
    ),
    "FM708": (
        "A Bundle of a million entries, and --seconds 1.",
        "The same Bundle with as many seconds as it takes, or its entries as lines of NDJSON.",
    ),
    "FM710": (
        "A resource on which a process of the validator ends twice, for want of memory perhaps.",
        "Any resource that is judged to its end.",
    ),
}
