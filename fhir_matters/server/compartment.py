"""What is of one patient, for servers without `$everything`: searches by the compartment, type by type.

The table is R4's Patient compartment (http://hl7.org/fhir/R4/compartmentdefinition-patient.html); the elements that
name whose resource it is are those that R4 maps to FiveWs.subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.errors import ServerError
from fhir_matters.server.references import LITERAL, references
from fhir_matters.server.rest import Rest

TYPES_BY_PARAMETERS = {
    "patient": (
        "AuditEvent BodyStructure ClaimResponse Consent CoverageEligibilityRequest CoverageEligibilityResponse"
        " DetectedIssue Encounter EpisodeOfCare FamilyMemberHistory Flag Goal ImagingStudy Immunization"
        " ImmunizationEvaluation ImmunizationRecommendation MeasureReport MolecularSequence NutritionOrder Person"
        " Provenance RelatedPerson SupplyDelivery VisionPrescription"
    ),
    "subject": (
        "Account AdverseEvent ChargeItem ClinicalImpression DeviceUseStatement DiagnosticReport EnrollmentRequest Media"
        " MedicationRequest MedicationStatement RiskAssessment Specimen SupplyRequest"
    ),
    "actor": "Appointment AppointmentResponse Schedule",
    "subject performer": "DeviceRequest Observation ServiceRequest",
    "patient performer": "CarePlan Procedure",
    "patient payee": "Claim ExplanationOfBenefit",
    "subject author": "DocumentReference QuestionnaireResponse",
    "patient recorder asserter": "AllergyIntolerance",
    "patient author": "Basic",
    "patient participant": "CareTeam",
    "subject sender recipient": "Communication",
    "subject sender recipient requester": "CommunicationRequest",
    "subject author attester": "Composition",
    "patient asserter": "Condition",
    "policy-holder subscriber beneficiary payor": "Coverage",
    "subject author recipient": "DocumentManifest",
    "member": "Group",
    "subject patient recipient": "Invoice",
    "subject source": "List",
    "patient performer subject": "MedicationAdministration",
    "subject patient receiver": "MedicationDispense",
    "subject participant": "RequestGroup",
    "individual": "ResearchSubject",
}
PARAMETERS = {kind: names.split() for names, kinds in TYPES_BY_PARAMETERS.items() for kind in kinds.split()}
WHOSE = ("subject", "patient", "beneficiary", "for", "individual", "candidate")


def members(server: Rest, patient: str) -> Iterator[dict[str, Any]]:
    """The patient, and every match of the compartment's searches that the server says it can do.

    Raises ServerError where it cannot do what it says, and where it answers with what is not the patient's.
    """
    yield server.read("Patient", patient)
    for kind, known in searched(server.capabilities()):
        for name in PARAMETERS.get(kind, ()):
            if known and name not in known:
                continue
            asked = [(name, f"Patient/{patient}"), ("_count", "50")]
            for resource in server.search(kind, asked, strict=True):
                if resource.get("resourceType") == kind and not names(resource, patient, server):
                    raise ServerError(
                        f"The server ignores `{name}` when it searches for {kind}: {kind}/{resource.get('id')} is not"
                        " about the patient who was asked for.",
                        place=server.base,
                        next_step="Nothing was moved. Tell whoever runs the server.",
                    )
                yield resource


def searched(statement: dict[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """The types that a server says it can search, each with its parameters; none where it says nothing of them."""
    for rest in _dicts(statement.get("rest")):
        for each in _dicts(rest.get("resource")) if rest.get("mode") == "server" else ():
            codes = {interaction.get("code") for interaction in _dicts(each.get("interaction"))}
            if "search-type" in codes and isinstance(each.get("type"), str):
                parameters = (parameter.get("name") for parameter in _dicts(each.get("searchParam")))
                yield each["type"], frozenset(name for name in parameters if isinstance(name, str))


def of_another(resource: dict[str, Any], patient: str, server: Rest) -> bool:
    """True where the resource says whose it is, and that is surely another patient."""
    whose = [text for key in WHOSE for text in _literals(resource.get(key))]
    others = [text for text in whose if _patient(text, server) not in ("", patient)]
    return bool(others) and not names(resource, patient, server)


def names(resource: dict[str, Any], patient: str, server: Rest) -> bool:
    """True where something in the resource refers to the patient."""
    return any(_patient(text, server) == patient for _, text in references(resource))


def patients(resource: dict[str, Any], server: Rest) -> set[str]:
    """The ids of the patients that a resource refers to."""
    return {_patient(text, server) for _, text in references(resource)} - {""}


def _patient(reference: str, server: Rest) -> str:
    """The id of the patient whom a reference means; one of another server is known by the whole address."""
    literal = LITERAL.fullmatch(reference)
    if literal is None or literal["type"] != "Patient":
        return ""
    return literal["id"] if literal["base"] in (None, f"{server.base}/") else reference


def _literals(value: Any) -> Iterator[str]:
    for each in _dicts(value if isinstance(value, list) else [value]):
        if isinstance(each.get("reference"), str):
            yield each["reference"]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
