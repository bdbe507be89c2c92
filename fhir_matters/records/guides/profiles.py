"""The profiles of others that a record can meet, guide by guide, each with what it asks.

What each profile asks is read off its differential, in every version that the tests have: a claim is made of the
canonical without a version, so it must be true of all. US Core 6.1.0, 7.0.0 and 8.0.0, PACIO ADI 2.1.0, IPS 1.1.0,
UK Core (https://fhir.hl7.org.uk) and PCO 0.2.0.
"""

from __future__ import annotations

from typing import Final

from fhir_matters.records import codes
from fhir_matters.records.guides.rules import (
    ANSWERED_IN_WORDS,
    FAMILY_NAMES,
    NAMED,
    NAMES_IN_PARTS,
    ON_A_DAY,
    ONE_NAME,
    REACHED,
    Profile,
    Rule,
    coded,
    has,
    leads_to,
    once,
    plain,
    status,
)

_US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
_ADI = "http://hl7.org/fhir/us/pacio-adi/StructureDefinition"
_IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition"
_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition"
# UK Core asks nothing more of these than R4 does, of what a record makes.
_UK_ALWAYS = (
    "RelatedPerson", "Practitioner", "PractitionerRole", "Procedure", "Observation", "Flag", "ServiceRequest",
    "CarePlan", "CareTeam", "Consent", "Provenance",
)  # fmt: skip
_PCO = "http://hl7.org/fhir/us/pco/StructureDefinition"

# US Core 8.0.0 lets gender be absent; 6.1.0 and 7.0.0 do not.
_US_PATIENT = Profile(f"{_US_CORE}/us-core-patient", "Patient", (NAMES_IN_PARTS, has("gender", "says the gender")))
_US_SUBJECT = leads_to("subject", _US_PATIENT)
_US_PRACTITIONER = Profile(f"{_US_CORE}/us-core-practitioner", "Practitioner", (NAMED, FAMILY_NAMES))
_US_ROLE = Profile(
    f"{_US_CORE}/us-core-practitionerrole", "PractitionerRole", (REACHED, leads_to("practitioner", _US_PRACTITIONER))
)
_US_RELATED = Profile(f"{_US_CORE}/us-core-relatedperson", "RelatedPerson", (leads_to("patient", _US_PATIENT),))
_US_SPEAKER = leads_to("performer", _US_PATIENT, _US_RELATED, plain("PractitionerRole"))
_IPS_PATIENT = Profile(f"{_IPS}/Patient-uv-ips", "Patient", (has("birthDate", "says when they were born"),))
_IPS_PRACTITIONER = Profile(f"{_IPS}/Practitioner-uv-ips", "Practitioner", (NAMED,))
_IPS_ROLE = Profile(
    f"{_IPS}/PractitionerRole-uv-ips", "PractitionerRole", (leads_to("practitioner", _IPS_PRACTITIONER),)
)


def _adi(name: str, category: str) -> Profile:
    """A preference of PACIO ADI: it has an answer, and one that was retracted is none (its status is fixed)."""
    rules = (coded("category", codes.ADI_CATEGORY, category), status("final"), ANSWERED_IN_WORDS, _US_SUBJECT)
    return Profile(f"{_ADI}/{name}", "Observation", rules)


_ADI_CARE = _adi("ADI-CareExperiencePreference", "care-experience-preference")
_ADI_PARTICIPANT = Profile(
    f"{_ADI}/ADI-Participant", "RelatedPerson", (ONE_NAME, REACHED, leads_to("patient", _US_PATIENT))
)

US_CORE: Final = (
    _US_PATIENT,
    _US_RELATED,
    _US_PRACTITIONER,
    _US_ROLE,
    Profile(
        f"{_US_CORE}/us-core-procedure",
        "Procedure",
        (_US_SUBJECT, leads_to("performer.actor", _US_PATIENT, _US_RELATED, _US_ROLE)),
    ),
    Profile(
        f"{_US_CORE}/us-core-care-experience-preference",
        "Observation",
        (coded("code", codes.LOINC, "95541-9"), _US_SUBJECT, _US_SPEAKER),
    ),
    Profile(
        f"{_US_CORE}/us-core-treatment-intervention-preference",
        "Observation",
        (coded("code", codes.LOINC, "75773-2"), _US_SUBJECT, _US_SPEAKER),
    ),
    Profile(
        f"{_US_CORE}/us-core-servicerequest",
        "ServiceRequest",
        (_US_SUBJECT, leads_to("requester", _US_PATIENT, _US_RELATED, plain("PractitionerRole"))),
    ),
    Profile(f"{_US_CORE}/us-core-careplan", "CarePlan", (_US_SUBJECT,)),
    Profile(
        f"{_US_CORE}/us-core-careteam",
        "CareTeam",
        (_US_SUBJECT, leads_to("participant.member", _US_PATIENT, _US_RELATED, _US_ROLE)),
    ),
    Profile(
        f"{_US_CORE}/us-core-provenance",
        "Provenance",
        (leads_to("agent.who", _US_PATIENT, _US_RELATED, _US_ROLE),),
    ),
)
ADI: Final = (
    _ADI_PARTICIPANT,
    _ADI_CARE,
    _adi("ADI-PersonalInterventionPreference", "intervention-preference"),
    Profile(
        f"{_ADI}/ADI-PreferenceCarePlan",
        "CarePlan",
        (
            status("active"),
            Rule("is a proposal, and not yet a plan", lambda resource, _: resource.get("intent") == "proposal"),
            has("supportingInfo", "rests on what the person said"),
            leads_to("supportingInfo", _ADI_CARE),
            _US_SUBJECT,
        ),
    ),
    Profile(
        f"{_ADI}/ADI-ParticipantConsent",
        "Consent",
        (
            coded("scope", codes.LOINC, "75786-4"),
            status("active"),
            leads_to("provision.actor.reference", _ADI_PARTICIPANT),
            leads_to("patient", _US_PATIENT),
        ),
    ),
)
IPS: Final = (
    _IPS_PATIENT,
    _IPS_PRACTITIONER,
    _IPS_ROLE,
    Profile(
        f"{_IPS}/Procedure-uv-ips",
        "Procedure",
        (
            leads_to("subject", _IPS_PATIENT),
            leads_to("performer.actor", _IPS_PATIENT, plain("RelatedPerson"), _IPS_ROLE),
        ),
    ),
    Profile(f"{_IPS}/Media-observation-uv-ips", "Media", (status("completed"), leads_to("subject", _IPS_PATIENT))),
)
UK_CORE: Final = (
    Profile(f"{_UK_CORE}/UKCore-Patient", "Patient", (once("https://fhir.nhs.uk/Id/nhs-number"),)),
    *(Profile(f"{_UK_CORE}/UKCore-{kind}", kind) for kind in _UK_ALWAYS),
)
PCO: Final = (
    Profile(
        f"{_PCO}/pco-what-matters-assessment",
        "Observation",
        (
            coded("category", codes.OBSERVATION_CATEGORY, "survey"),
            # PCO leaves this one open; without it the claim would say of any answer that it is what matters.
            coded("category", codes.PCO_CATEGORY, "what-matters"),
            ON_A_DAY,
            _US_SUBJECT,
            _US_SPEAKER,
        ),
    ),
)
# In this order they are claimed.
PROFILES: Final = (*US_CORE, *ADI, *IPS, *UK_CORE, *PCO)
