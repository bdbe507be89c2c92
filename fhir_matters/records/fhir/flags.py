"""Flags, the signs on the door: please do, please do not. Each is read back as the part that it is the sign of."""

from __future__ import annotations

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.elements import Element, concept, extension, period, present, word
from fhir_matters.records.fhir.links import Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.fhir.spoken import in_words, translation_lines
from fhir_matters.records.fhir.statuses import FLAG_STATUS
from fhir_matters.records.forms import Preference
from fhir_matters.records.standing import standing

DETAIL = "http://hl7.org/fhir/StructureDefinition/flag-detail"
_CATEGORY = Coding("http://terminology.hl7.org/CodeSystem/flag-category", "behavioral", "Behavioral")


def please(links: Links, key: str, said: Preference) -> Element | None:
    """The Flag of what is asked of everybody, active while the preference stands; None for any other preference."""
    if said.kind not in ("please do", "please do not") or said.answer != "given":
        return None
    kind = word(codes.PREFERENCE_KIND, said.kind)
    language, asked = said.language or links.language, said.words or said.wish
    lines = (("", asked), *translation_lines(said), ("Only if", said.only_if), ("Unless", said.unless))
    own = {
        "meta": {"profile": [codes.PROFILE_PLEASE]},
        "language": language,
        "text": narrative(language, kind.display, lines),
        "category": [concept((_CATEGORY,))],
        "code": in_words(concept((kind,), asked), said),
        "period": period(said.valid_from or when_said(links, said), said.valid_until),
    }
    return sign(links, ("preferences", key), said.valid_until, said.said_by, own)


def sign(links: Links, steps: tuple[str, str], until: str | None, by: str | None, own: Element) -> Element:
    """A Flag beside a part, active while that stands, around what is its own; elements in the order of R4."""
    return present(
        {
            "resourceType": "Flag",
            "meta": None,
            "language": None,
            "text": None,
            "extension": list(extension(DETAIL, "Reference", links.part(*steps))),
            "identifier": [links.identifier(*steps, "flag")],
            "status": FLAG_STATUS[standing(links.parts, *steps, until)],
            "category": None,
            "code": None,
            "subject": links.to("person"),
            "period": None,
            "author": _author(links, by),
            **own,
        }
    )


def _author(links: Links, who: str | None) -> Element | None:
    """R4 Flag.author may be the patient or a professional, and no RelatedPerson."""
    allowed = who is not None and links.sections[who] in ("person", "colleagues")
    return links.maybe(who) if allowed else None
