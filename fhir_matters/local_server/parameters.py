"""Which search parameters the server knows, as data: name → kind, places in the JSON, and the types that have it.

R4's own parameters, their names and meanings; only those that transfer and this project's users need.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, TypeAlias, cast

Kind: TypeAlias = Literal["token", "reference", "string", "date", "uri"]


@dataclass(frozen=True)
class Parameter:
    """One search parameter: its kind (R4 search-param-type) and the dotted places that it looks at."""

    name: str
    kind: Kind
    paths: tuple[str, ...]

    @property
    def target(self) -> str:
        """How the references that it finds begin: R4 defines `patient` as the subject where that is a Patient."""
        return "Patient/" if self.name == "patient" else ""

    @cached_property
    def steps(self) -> tuple[tuple[str, ...], ...]:
        """The ways to its places."""
        return tuple(tuple(path.split(".")) for path in self.paths)


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
    Parameter("_source", "uri", ("meta.source",)),
    Parameter("_lastUpdated", "date", ("meta.lastUpdated",)),
)
# Name, kind and places of a parameter, and below them the types that have it.
_TABLE = """
identifier token identifier
    Account ActivityDefinition AllergyIntolerance Appointment AppointmentResponse Basic BodyStructure Bundle CarePlan
    CareTeam ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
    CommunicationRequest Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
    DiagnosticReport EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare
    EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal Group
    GuidanceResponse HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
    InsurancePlan Invoice Library List Location Measure MeasureReport Media Medication MedicationAdministration
    MedicationDispense MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
    MedicinalProductPackaged MedicinalProductPharmaceutical MessageDefinition MolecularSequence NutritionOrder
    Observation Organization OrganizationAffiliation Patient PaymentNotice PaymentReconciliation Person PlanDefinition
    Practitioner PractitionerRole Procedure Questionnaire QuestionnaireResponse RelatedPerson RequestGroup
    ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis
    Schedule ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Substance SupplyDelivery
    SupplyRequest Task TestReport TestScript ValueSet VisionPrescription
identifier token masterIdentifier identifier
    DocumentManifest DocumentReference
patient reference subject
    Account Basic CarePlan CareTeam ChargeItem ClinicalImpression Communication CommunicationRequest Composition
    Condition Contract DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter
    Flag Goal GuidanceResponse ImagingStudy Invoice List MeasureReport Media MedicationAdministration
    MedicationDispense MedicationRequest MedicationStatement Observation Procedure QuestionnaireResponse RequestGroup
    RiskAssessment ServiceRequest Specimen
patient reference patient
    AllergyIntolerance BodyStructure Claim ClaimResponse Consent CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory
    Immunization ImmunizationEvaluation ImmunizationRecommendation MolecularSequence NutritionOrder RelatedPerson
    SupplyDelivery VisionPrescription
patient reference participant.actor
    Appointment
patient reference actor
    AppointmentResponse
patient reference agent.who entity.what
    AuditEvent
patient reference beneficiary
    Coverage
patient reference candidate
    EnrollmentRequest
patient reference link.target
    Person
patient reference target
    Provenance
patient reference individual
    ResearchSubject
patient reference for
    Task
subject reference subject
    Account AdverseEvent Basic CarePlan CareTeam ChargeItem ClinicalImpression Communication CommunicationRequest
    Composition Condition Contract DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest
    DocumentReference Encounter Flag Goal GuidanceResponse ImagingStudy Invoice List MeasureReport Media
    MedicationAdministration MedicationDispense MedicationRequest MedicationStatement MedicinalProductAuthorization
    MedicinalProductContraindication MedicinalProductIndication MedicinalProductInteraction MedicinalProductPackaged
    MedicinalProductUndesirableEffect Observation Procedure QuestionnaireResponse RequestGroup RiskAssessment
    ServiceRequest Specimen
subject reference candidate
    EnrollmentRequest
subject reference deliverTo
    SupplyRequest
subject reference for
    Task
name string name
    Account ActivityDefinition CapabilityStatement CodeSystem CompartmentDefinition ConceptMap EffectEvidenceSynthesis
    Endpoint EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition HealthcareService
    ImplementationGuide Library Measure MessageDefinition NamingSystem OperationDefinition PlanDefinition
    Questionnaire ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis SearchParameter
    StructureDefinition StructureMap TerminologyCapabilities TestScript ValueSet
name string name alias
    Location Organization
name string name.text name.family name.given name.prefix name.suffix
    Patient Person Practitioner RelatedPerson
status token status
    Account ActivityDefinition Appointment CapabilityStatement CarePlan CareTeam ChargeItemDefinition Claim
    ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest CompartmentDefinition Composition
    ConceptMap Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse Device DeviceRequest
    DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
    EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
    FamilyMemberHistory GraphDefinition ImagingStudy Immunization ImmunizationEvaluation ImplementationGuide
    InsurancePlan Invoice Library List Location Measure MeasureReport Media Medication MedicationAdministration
    MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement MedicinalProductAuthorization
    MessageDefinition NamingSystem NutritionOrder Observation OperationDefinition PaymentNotice PaymentReconciliation
    PlanDefinition Procedure Questionnaire QuestionnaireResponse RequestGroup ResearchDefinition
    ResearchElementDefinition ResearchStudy ResearchSubject RiskEvidenceSynthesis SearchParameter ServiceRequest Slot
    Specimen StructureDefinition StructureMap Subscription Substance SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestScript ValueSet VisionPrescription
url uri url
    ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap Contract
    Device EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition
    ImplementationGuide Library Measure MessageDefinition OperationDefinition PlanDefinition Questionnaire
    ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis SearchParameter StructureDefinition
    StructureMap TerminologyCapabilities TestScript ValueSet
version token version
    ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
    EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition
    ImplementationGuide Library Measure MessageDefinition OperationDefinition PlanDefinition Questionnaire
    ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis SearchParameter StructureDefinition
    StructureMap TerminologyCapabilities TestScript ValueSet
date date date
    ActivityDefinition AdverseEvent CapabilityStatement ChargeItemDefinition ClinicalImpression CodeSystem
    CompartmentDefinition Composition ConceptMap DocumentReference EffectEvidenceSynthesis EventDefinition Evidence
    EvidenceVariable ExampleScenario FamilyMemberHistory GraphDefinition ImmunizationEvaluation
    ImmunizationRecommendation ImplementationGuide Invoice Library List Measure MeasureReport MessageDefinition
    NamingSystem OperationDefinition PlanDefinition Questionnaire ResearchDefinition ResearchElementDefinition
    RiskEvidenceSynthesis SearchParameter StructureDefinition StructureMap TerminologyCapabilities TestScript ValueSet
date date recordedDate
    AllergyIntolerance
date date start
    Appointment
date date recorded
    AuditEvent
date date period
    CarePlan CareTeam Encounter EpisodeOfCare Flag OrganizationAffiliation PractitionerRole ResearchStudy
    ResearchSubject
date date dateTime
    Consent
date date effectiveDateTime effectivePeriod
    DiagnosticReport
date date occurrenceDateTime
    Immunization RiskAssessment
date date effectiveDateTime effectivePeriod effectiveInstant
    Observation
date date performedDateTime performedPeriod
    Procedure
date date planningHorizon
    Schedule
date date authoredOn
    SupplyRequest
category token category
    AdverseEvent AllergyIntolerance CarePlan CareTeam Communication CommunicationRequest Composition Condition Consent
    DeviceMetric DiagnosticReport DocumentReference Goal MedicationRequest MedicationStatement MessageDefinition
    Observation Procedure ResearchStudy ServiceRequest Substance SupplyRequest
code token code reaction.substance
    AllergyIntolerance
code token code
    Basic ChargeItem CompartmentDefinition Condition DetectedIssue DiagnosticReport Group List Medication
    MedicationKnowledge Observation OperationDefinition Procedure RequestGroup SearchParameter ServiceRequest Task
code token codeCodeableConcept
    DeviceRequest
code token condition.code
    FamilyMemberHistory
code token medicationCodeableConcept
    MedicationAdministration MedicationDispense MedicationRequest MedicationStatement
code token code ingredient.substanceCodeableConcept
    Substance
actor reference participant.actor
    Appointment
agent reference agent.who
    AuditEvent Provenance
entity reference entity.what
    AuditEvent
type token type
    Bundle Composition DocumentReference Encounter Media
timestamp date timestamp
    Bundle
part-of reference partOf
    CarePlan Communication Encounter MedicationStatement Observation Procedure QuestionnaireResponse Task
encounter reference encounter
    CarePlan CareTeam ClinicalImpression Communication CommunicationRequest Composition Condition DeviceRequest
    DiagnosticReport Flag ImagingStudy List Media MedicationRequest NutritionOrder Observation Procedure
    QuestionnaireResponse RequestGroup RiskAssessment ServiceRequest Task VisionPrescription
encounter reference context.encounter
    DocumentReference
performer reference performer
    DeviceRequest DiagnosticReport Observation RiskAssessment ServiceRequest
performer reference performer.actor
    Immunization MedicationAdministration MedicationDispense Procedure
goal reference goal
    CarePlan
participant reference participant.member
    CareTeam
participant reference participant.individual
    Encounter
recipient reference recipient
    Communication
entry reference section.entry
    Composition
author reference author
    Composition DocumentReference Flag QuestionnaireResponse
clinical-status token clinicalStatus
    Condition
scope token scope
    Consent
beneficiary reference beneficiary
    Coverage
organization reference owner
    Device
organization reference managingOrganization
    Location Patient
organization reference organization
    PractitionerRole
relatesto reference relatesTo.target
    DocumentReference
class token class
    Encounter
service-provider reference serviceProvider
    Encounter
location reference location.location
    Encounter
lifecycle-status token lifecycleStatus
    Goal
member reference member.entity
    Group
item reference entry.item
    List
focus reference focus
    Observation Task
has-member reference hasMember
    Observation
derived-from reference derivedFrom
    Observation
value-concept token valueCodeableConcept
    Observation
specimen reference specimen
    Observation
partof reference partOf
    Organization
family string name.family
    Patient Practitioner
given string name.given
    Patient Practitioner
gender token gender
    Patient
birthdate date birthDate
    Patient
general-practitioner reference generalPractitioner
    Patient
practitioner reference practitioner
    PractitionerRole
target reference target
    Provenance
recorded date recorded
    Provenance
questionnaire reference questionnaire
    QuestionnaireResponse
relationship token relationship
    RelatedPerson
individual reference individual
    ResearchSubject
condition reference condition
    RiskAssessment
based-on reference basedOn
    ServiceRequest Task
"""
# R4 has no such parameter, though these have identifiers too: what is pushed twice must be found.
_BESIDES_R4 = """
identifier token identifier
    AdverseEvent BiologicallyDerivedProduct CatalogEntry MedicinalProductIngredient ObservationDefinition
    SubstanceSpecification
"""


@cache
def parameters(kind: str) -> dict[str, Parameter]:
    """The search parameters of one resource type by name, `_id` apart."""
    return {parameter.name: parameter for parameter in (*EVERY, *_by_type().get(kind, ()))}


@cache
def _by_type() -> dict[str, list[Parameter]]:
    found: dict[str, list[Parameter]] = {}
    for line in (_TABLE + _BESIDES_R4).splitlines():
        if not line.startswith(" ") and line:
            name, kind, *paths = line.split()
            parameter = Parameter(name, cast("Kind", kind), tuple(paths))
        for each in line.split() if line.startswith(" ") else ():
            found.setdefault(each, []).append(parameter)
    return found
