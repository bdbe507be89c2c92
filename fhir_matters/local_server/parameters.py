"""Which search parameters the server knows, as data out of `parameters.txt`: name, kind, places, types.

R4's own parameters, their names and meanings; only those that transfer and this project's users need.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, TypeAlias, cast

Kind: TypeAlias = Literal["token", "reference", "string", "date", "uri", "number", "quantity"]


@dataclass(frozen=True)
class Parameter:
    """One search parameter: its kind (R4 search-param-type) and the dotted places that it looks at.

    A step `?system=email` goes no further than elements of which that is true.
    """

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


@cache
def parameters(kind: str) -> dict[str, Parameter]:
    """The search parameters of one resource type by name, `_id` apart."""
    return {parameter.name: parameter for parameter in (*EVERY, *_by_type().get(kind, ()))}


@cache
def targets() -> dict[str, tuple[str, ...]]:
    """The types that reference parameters may lead to, by their names, where R4 names a few."""
    pairs = [line.split(" -> ") for line in _lines() if " -> " in line]
    return {name: tuple(kinds.split()) for name, kinds in pairs}


@cache
def _by_type() -> dict[str, list[Parameter]]:
    found: dict[str, list[Parameter]] = {}
    for line in (each for each in _lines() if " -> " not in each):
        if not line.startswith(" "):
            name, kind, *paths = line.split()
            parameter = Parameter(name, cast("Kind", kind), tuple(paths))
        for each in line.split() if line.startswith(" ") else ():
            found.setdefault(each, []).append(parameter)
    return found


@cache
def _lines() -> list[str]:
    """The table without its comments."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
