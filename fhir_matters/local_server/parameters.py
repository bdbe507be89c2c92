"""Which search parameters the server knows, as data: type → name → kind and the places in the JSON.

R4's own parameters, their names and meanings; only those that transfer and this project's users need.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["token", "reference", "string", "date", "uri"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter: its kind (R4 search-param-type) and the dotted places that it looks at."""

    name: str
    kind: Kind
    paths: tuple[str, ...]


# R4 `resource-types`, without the abstract ones and those that are never stored alone.
TYPES = frozenset(
    """Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic
    Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry
    ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
    CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage
    CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric
    DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
    Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable
    ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse
    HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
    ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure MeasureReport Media Medication
    MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement
    MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication
    MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged
    MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition MessageHeader
    MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
    OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation
    Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse
    RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject
    RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition
    StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription""".split()  # noqa: SIM905
)
EVERY: tuple[Parameter, ...] = (
    Parameter("_profile", "uri", ("meta.profile",)),
    Parameter("_tag", "token", ("meta.tag",)),
    Parameter("_security", "token", ("meta.security",)),
    Parameter("_lastUpdated", "date", ("meta.lastUpdated",)),
)
_NO_IDENTIFIER = frozenset(
    """AuditEvent Binary CapabilityStatement CompartmentDefinition GraphDefinition ImplementationGuide Linkage
    MessageHeader NamingSystem OperationDefinition OperationOutcome Parameters Provenance SearchParameter Subscription
    TerminologyCapabilities""".split()  # noqa: SIM905
)
_CANONICAL = frozenset(
    """ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
    EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition
    ImplementationGuide Library Measure MessageDefinition NamingSystem OperationDefinition PlanDefinition Questionnaire
    ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis SearchParameter StructureDefinition StructureMap
    TerminologyCapabilities TestScript ValueSet""".split()  # noqa: SIM905
)
# Where a resource says whom it is about, and which of R4's two names finds it.
_SUBJECT = frozenset(
    """Account AdverseEvent Basic CarePlan CareTeam ChargeItem ClinicalImpression Communication CommunicationRequest
    Composition Condition DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference
    Encounter Flag Goal ImagingStudy Invoice List MeasureReport Media MedicationAdministration MedicationDispense
    MedicationRequest MedicationStatement Observation Procedure QuestionnaireResponse RequestGroup RiskAssessment
    ServiceRequest Specimen""".split()  # noqa: SIM905
)
_PATIENT = frozenset(
    """AllergyIntolerance BodyStructure Claim ClaimResponse Consent CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Immunization
    ImmunizationEvaluation ImmunizationRecommendation MolecularSequence NutritionOrder RelatedPerson SupplyDelivery
    VisionPrescription""".split()  # noqa: SIM905
)
_OWN: dict[str, tuple[Parameter, ...]] = {
    "Patient": (
        Parameter("name", "string", ("name.text", "name.family", "name.given", "name.prefix", "name.suffix")),
        Parameter("family", "string", ("name.family",)),
        Parameter("given", "string", ("name.given",)),
        Parameter("gender", "token", ("gender",)),
        Parameter("birthdate", "date", ("birthDate",)),
        Parameter("general-practitioner", "reference", ("generalPractitioner",)),
        Parameter("organization", "reference", ("managingOrganization",)),
    ),
    "Practitioner": (
        Parameter("name", "string", ("name.text", "name.family", "name.given", "name.prefix", "name.suffix")),
        Parameter("family", "string", ("name.family",)),
        Parameter("given", "string", ("name.given",)),
    ),
    "PractitionerRole": (
        Parameter("practitioner", "reference", ("practitioner",)),
        Parameter("organization", "reference", ("organization",)),
    ),
    "RelatedPerson": (Parameter("name", "string", ("name.text", "name.family", "name.given")),),
    "Organization": (Parameter("name", "string", ("name", "alias")),),
    "Location": (Parameter("name", "string", ("name", "alias")),),
    "Observation": (
        Parameter("code", "token", ("code",)),
        Parameter("category", "token", ("category",)),
        Parameter("status", "token", ("status",)),
        Parameter("date", "date", ("effectiveDateTime", "effectiveInstant", "effectivePeriod")),
        Parameter("performer", "reference", ("performer",)),
        Parameter("encounter", "reference", ("encounter",)),
        Parameter("focus", "reference", ("focus",)),
        Parameter("part-of", "reference", ("partOf",)),
        Parameter("has-member", "reference", ("hasMember",)),
        Parameter("derived-from", "reference", ("derivedFrom",)),
        Parameter("value-concept", "token", ("valueCodeableConcept",)),
    ),
    "Procedure": (
        Parameter("code", "token", ("code",)),
        Parameter("category", "token", ("category",)),
        Parameter("status", "token", ("status",)),
        Parameter("date", "date", ("performedDateTime", "performedPeriod")),
        Parameter("performer", "reference", ("performer.actor",)),
        Parameter("encounter", "reference", ("encounter",)),
        Parameter("part-of", "reference", ("partOf",)),
    ),
    "Condition": (
        Parameter("code", "token", ("code",)),
        Parameter("category", "token", ("category",)),
        Parameter("clinical-status", "token", ("clinicalStatus",)),
        Parameter("encounter", "reference", ("encounter",)),
    ),
    "Encounter": (
        Parameter("status", "token", ("status",)),
        Parameter("date", "date", ("period",)),
        Parameter("class", "token", ("class",)),
    ),
    "Provenance": (
        Parameter("target", "reference", ("target",)),
        Parameter("patient", "reference", ("target",)),
        Parameter("recorded", "date", ("recorded",)),
        Parameter("agent", "reference", ("agent.who",)),
    ),
    "Flag": (Parameter("date", "date", ("period",)),),
    "Consent": (
        Parameter("category", "token", ("category",)),
        Parameter("status", "token", ("status",)),
        Parameter("scope", "token", ("scope",)),
        Parameter("date", "date", ("dateTime",)),
    ),
    "CarePlan": (
        Parameter("category", "token", ("category",)),
        Parameter("status", "token", ("status",)),
        Parameter("date", "date", ("period",)),
    ),
    "Composition": (
        Parameter("type", "token", ("type",)),
        Parameter("status", "token", ("status",)),
        Parameter("date", "date", ("date",)),
    ),
    "DocumentReference": (
        Parameter("type", "token", ("type",)),
        Parameter("category", "token", ("category",)),
        Parameter("status", "token", ("status",)),
        Parameter("date", "date", ("date",)),
    ),
    "Coverage": (
        Parameter("patient", "reference", ("beneficiary",)),
        Parameter("beneficiary", "reference", ("beneficiary",)),
    ),
    "Appointment": (
        Parameter("patient", "reference", ("participant.actor",)),
        Parameter("actor", "reference", ("participant.actor",)),
    ),
    "Group": (Parameter("member", "reference", ("member.entity",)),),
    "ResearchSubject": (Parameter("patient", "reference", ("individual",)),),
    "SupplyRequest": (Parameter("subject", "reference", ("deliverTo",)),),
}


@cache
def parameters(kind: str) -> dict[str, Parameter]:
    """The search parameters of one resource type by name, `_id` apart."""
    return {parameter.name: parameter for parameter in (*EVERY, *_shared(kind), *_OWN.get(kind, ()))}


def _shared(kind: str) -> tuple[Parameter, ...]:
    about = ("subject",) if kind in _SUBJECT else ("patient",) if kind in _PATIENT else ()
    found = [Parameter(name, "reference", about) for name in ("patient", *about) if about]
    if kind not in _NO_IDENTIFIER:
        found.append(Parameter("identifier", "token", ("identifier", "masterIdentifier")))
    if kind in _CANONICAL:
        found += [
            Parameter("url", "uri", ("url",)),
            Parameter("version", "token", ("version",)),
            Parameter("name", "string", ("name",)),
            Parameter("status", "token", ("status",)),
        ]
    return tuple(found)
