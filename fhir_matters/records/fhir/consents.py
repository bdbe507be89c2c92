"""What every Consent that a record makes has in common. Knows no kind of decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding, Concept
from fhir_matters.records.fhir.elements import Element, child, children, concept, present
from fhir_matters.records.fhir.links import Keys, Links

# R4 consent-provision-type.
PERMITTED = {"permit": True, "deny": False}
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
# "Patient Consent": R4's value set for the category of a Consent has it for whatever its other codes do not name.
PATIENT_CONSENT = Coding(codes.LOINC, "59284-0", "Patient Consent")
PRIVACY = Coding(SCOPE, "patient-privacy", "Privacy Consent")
# The role of whoever may, or may not, see what a Consent is about.
READER = Coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient")


def consent(links: Links, steps: tuple[str, ...], kind: Concept, by: str, own: Element) -> Element:
    """A Consent of the person around what is its own; elements in the order of R4."""
    return present(
        {
            "resourceType": "Consent",
            "meta": None,
            "language": links.language,
            "text": None,
            "extension": None,
            "identifier": [links.identifier(*steps)],
            "status": "active",
            "scope": None,
            "category": None,
            "patient": links.to("person"),
            "dateTime": None,
            "performer": [links.to(by)],
            "sourceAttachment": None,
            # R4 Consent, ppc-1: there is a policy or a policyRule. What holds is what our own code says.
            "policy": [{"uri": f"{kind.system}#{kind.code}"}],
            **own,
        }
    )


def actors(links: Links, role: Iterable[Coding], keys: Iterable[str]) -> list[Element]:
    """Consent.provision.actor: each of them in that role."""
    found = tuple(role)
    return [{"role": concept(found), "reference": links.to(key)} for key in keys]


def actors_of(rule: Any, keys: Keys, *sections: str) -> list[str]:
    """The keys of the actors of a provision; an empty one, which no form accepts, for each that is not known.

    Who may be shown something, or may decide, must not become somebody else because one of them was not found.
    """
    return [keys.of(child(each, "reference"), *sections) or "" for each in children(rule, "actor")]


def performer_of(consented: Element, keys: Keys) -> str:
    """The key of the one whose consent it is; empty, which no form accepts, where that is not known."""
    performers: list[Any] = children(consented, "performer")
    return next((keys.of(each) or "" for each in performers), "")
