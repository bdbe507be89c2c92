"""What every Observation that a record makes has in common. Knows no kind of statement."""

from __future__ import annotations

from fhir_matters.records.codes import Concept
from fhir_matters.records.fhir.elements import Element, concept, present
from fhir_matters.records.fhir.links import Links
from fhir_matters.records.forms import Entry

REPLACES = "http://hl7.org/fhir/StructureDefinition/observation-replaces"


def observation(links: Links, steps: tuple[str, ...], form: Entry, by: str | None, own: Element) -> Element:
    """What every Observation of a record has in common, around what is its own; elements in the order of R4."""
    return present(
        {
            "resourceType": "Observation",
            "meta": None,
            "language": links.language,
            "text": None,
            "extension": None,
            "identifier": [links.identifier(*steps)],
            "partOf": [links.to(form.conversation)] if form.conversation else None,
            "status": "entered-in-error" if form.withdrawn else "final",
            "category": None,
            "code": None,
            "subject": links.to("person"),
            "effectiveDateTime": when_said(links, form),
            "performer": [links.to(by)] if by else None,
            **own,
        }
    )


def when_said(links: Links, form: Entry) -> str | None:
    """When something was said: as it says itself, or when the conversation was."""
    talk = links.parts.conversations.get(form.conversation or "")
    return form.when or (talk.when if talk else None)


def categories(found: Concept) -> list[Element]:
    """One CodeableConcept for each category, since the guides' slices match by exact value."""
    return [concept((category,)) for category in found.category]
