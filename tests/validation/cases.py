"""For every rule: a resource that breaks it, the place of the issue, and a resource that only just does not."""

from __future__ import annotations

from typing import Any

from tests.validation.code_cases import CODE_CASES
from tests.validation.form_cases import FORM_CASES
from tests.validation.reference_cases import REFERENCE_CASES
from tests.validation.resources import (
    OURS,
    SEARCH,
    SUBJECT,
    claims,
    extended,
    formula,
    including,
    mapping,
    name_of,
    observation,
    patient,
    report,
    structure,
)
from tests.validation.shape_cases import SHAPE_CASES

# Rules that only an option asks for: tested in test_policy, test_asked, test_elsewhere and test_hostile.
ON_REQUEST = frozenset({"FM010", "FM217", "FM218", "FM220", "FM325", "FM313", "FM410", "FM561", "FM708", "FM710"})
# rule: (breaks it, FHIRPath of the issue, only just does not)
CASES: dict[str, tuple[Any, str, Any]] = {
    **SHAPE_CASES,
    **CODE_CASES,
    **REFERENCE_CASES,
    "FM501": (claims("fixed", patient(gender="male")), "Patient.gender", claims("fixed", patient(gender="female"))),
    "FM502": (
        claims("pattern", observation()),
        "Observation.code",
        claims(
            "pattern",
            observation(
                code={"text": "more", "coding": [{"system": "http://loinc.org", "code": "1-8", "display": "x"}]}
            ),
        ),
    ),
    "FM503": (
        claims("slices", patient(gender="male")),
        "Patient",
        claims("slices", patient(telecom=[name_of("phone")])),
    ),
    "FM504": (
        claims("slices", patient(telecom=[name_of("phone"), name_of("phone")])),
        "Patient.telecom",
        claims("slices", patient(telecom=[name_of("phone"), name_of("email"), name_of("email")])),
    ),
    "FM505": (
        claims("slices", patient(telecom=[name_of("phone"), name_of("fax")])),
        "Patient.telecom[1]",
        claims("slices", patient(telecom=[name_of("phone"), name_of("email")])),
    ),
    "FM506": (
        claims("slices", patient(telecom=[name_of("email"), name_of("phone")])),
        "Patient.telecom[1]",
        claims("slices", patient(telecom=[name_of("phone"), name_of("email")])),
    ),
    "FM507": (
        claims("twice", patient(telecom=[{"system": "phone", "use": "home"}])),
        "Patient.telecom[0]",
        claims("twice", patient(telecom=[{"system": "phone", "use": "work"}])),
    ),
    "FM508": (
        claims("doubtful", observation(performer=[{"reference": "Patient/a"}])),
        "Observation.performer[0]",
        claims("doubtful", observation(performer=[SUBJECT], contained=[patient(id="p", name=[{"text": "Bee"}])])),
    ),
    "FM509": (
        claims("either", observation(valueQuantity={"value": 1})),
        "Observation.value.ofType(Quantity)",
        claims("either", observation(valueQuantity={"value": 1, "unit": "m"})),
    ),
    "FM510": ((observation(), f"{OURS}fixed"), "Observation", (patient(gender="female"), f"{OURS}fixed")),
    "FM511": (
        claims("absent-slice", patient(telecom=[name_of("phone")])),
        "Patient.telecom[0]",
        claims("slices", patient(telecom=[name_of("phone")])),
    ),
    "FM512": (
        claims("untold", patient(telecom=[name_of("phone")])),
        "Patient.telecom[0]",
        claims("slices", patient(telecom=[name_of("phone")])),
    ),
    "FM551": (
        extended("http://hl7.org/fhir/StructureDefinition/nobody-knows", valueString="x"),
        "Patient.extension[0].url",
        extended("http://hl7.org/fhir/StructureDefinition/patient-birthPlace", valueAddress={"city": "x"}),
    ),
    "FM552": (
        extended("https://example.org/nobody-knows", valueString="x"),
        "Patient.extension[0].url",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM553": (
        extended(OURS + "elsewhere", valueString="x"),
        "Patient.extension[0]",
        observation(extension=[{"url": OURS + "elsewhere", "valueString": "x"}]),
    ),
    "FM554": (
        extended(OURS + "beyond-expression", valueString="x") | {"gender": "male"},
        "Patient.extension[0]",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM555": (
        extended(OURS + "modifier", valueString="x"),
        "Patient.extension[0]",
        extended(OURS + "modifier", "modifierExtension", valueString="x"),
    ),
    "FM556": (
        extended(OURS + "complex", valueCode="x"),
        "Patient.extension[0].valueCode",
        extended(OURS + "complex", extension=[{"url": "part", "valueCode": "x"}]),
    ),
    "FM557": (
        extended(OURS + "simple", valueCode="x"),
        "Patient.extension[0].value.ofType(code)",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM558": (
        extended("simple", valueString="x"),
        "Patient.extension[0].url",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM562": (
        extended("http://hl7.org/fhir/StructureDefinition/Quantity", valueString="x"),
        "Patient.extension[0].url",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM559": (
        extended("https://example.org/nobody-knows", "modifierExtension", valueString="x"),
        "Patient.modifierExtension[0].url",
        extended(OURS + "modifier", "modifierExtension", valueString="x"),
    ),
    "FM560": (
        extended(OURS + "complex", extension=[{"url": "other", "valueCode": "x"}]),
        "Patient.extension[0].extension[0].url",
        extended(OURS + "complex", extension=[{"url": "part", "valueCode": "x"}]),
    ),
    "FM601": (
        claims("beyond", patient(gender="male")),
        "Patient",
        claims("within", patient(active=True)),
    ),
    "FM602": (
        patient(contact=[{"gender": "male"}]),
        "Patient.contact[0]",
        patient(contact=[{"name": {"text": "Bee"}}]),
    ),
    "FM707": (
        observation(code={"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}),
        "Observation",
        observation(code={"coding": [{"system": "http://loinc.org", "code": "1-8"}]}),
    ),
    "FM911": (structure("Observation.valueBla"), "StructureDefinition", structure("Observation.valueString")),
    "FM912": (
        structure("Observation.mood"),
        "StructureDefinition.differential.element[0]",
        structure("Observation.method"),
    ),
    "FM701": (
        claims("nowhere", patient()),
        "Patient.meta.profile[0]",
        claims("one-name", patient(name=[{"text": "Bee"}])),
    ),
    "FM702": ((patient(), OURS + "nowhere"), "Patient", (patient(name=[{"text": "Bee"}]), OURS + "one-name")),
    "FM703": (claims("adrift", patient()), "Patient", claims("no-photo", patient())),
    "FM704": (claims("broken", patient()), "Patient.meta.profile[0]", claims("no-photo", patient())),
    "FM901": (
        including(system="relative"),
        "ValueSet.compose.include[0]",
        including(system="https://example.org/colours"),
    ),
    "FM902": (
        {**SEARCH, "type": "composite"},
        "SearchParameter",
        {**SEARCH, "type": "token"},
    ),
    "FM903": (
        including(filter=[{"property": "inactive", "op": "=", "_value": {"extension": [formula("%absent")]}}]),
        "ValueSet.compose.include[0].filter[0].value.extension[0].value.ofType(Expression)",
        including(filter=[{"property": "inactive", "op": "=", "_value": {"extension": [formula("true")]}}]),
    ),
    "FM904": (mapping("wolf"), "ConceptMap.group[0].element[0].code", mapping("dog")),
    "FM905": (report(), "MeasureReport.group[0]", report(measureScore={"value": 1})),
    "FM709": (claims("lost-word", patient()), "Patient", claims("no-photo", patient())),
    "FM706": (
        claims("absent-part", patient(name=[{"text": "Bee"}])),
        "Patient.name[0]",
        claims("absent-part", patient()),
    ),
    **FORM_CASES,
}
