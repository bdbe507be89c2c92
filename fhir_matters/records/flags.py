"""Please do, please do not: the Flag beside a preference, the sign on the door. It is read back as that preference."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.dates import surely_after, surely_begins
from fhir_matters.records.elements import Element, concept, extension, present, word
from fhir_matters.records.forms import Preference
from fhir_matters.records.links import Links
from fhir_matters.records.narrative import narrative
from fhir_matters.records.observations import when_said

DETAIL = "http://hl7.org/fhir/StructureDefinition/flag-detail"
_CATEGORY = Coding("http://terminology.hl7.org/CodeSystem/flag-category", "behavioral", "Behavioral")


def please(links: Links, key: str, said: Preference) -> Element | None:
    """The Flag of what is asked of everybody; None for any other preference.

    It is active while the preference stands: one that was replaced, or that ended before the last thing in the
    record was said, is inactive. There is no clock here; whoever reads the Flag later has its period.
    """
    if said.kind not in ("please do", "please do not") or said.answer != "given":
        return None
    kind = word(codes.PREFERENCE_KIND, said.kind)
    asked = said.words or said.wish
    lines = (("", asked), ("Only if", said.only_if), ("Unless", said.unless))
    return present(
        {
            "resourceType": "Flag",
            "meta": {"profile": [codes.PROFILE_PLEASE]},
            "language": said.language or links.language,
            "text": narrative(said.language or links.language, kind.display, lines),
            "extension": list(extension(DETAIL, "Reference", links.part("preferences", key))),
            "identifier": [links.identifier("preferences", key, "flag")],
            "status": _status(links, key, said),
            "category": [concept((_CATEGORY,))],
            "code": concept((kind,), asked),
            "subject": links.to("person"),
            "period": _period(said.valid_from or when_said(links, said), said.valid_until),
            "author": _author(links, said),
        }
    )


def _period(start: str | None, end: str | None) -> Element:
    """A Period; its start is left out where it could be after its end."""
    doubtful = start is not None and end is not None and not surely_begins(start, end)
    return present({"start": None if doubtful else start, "end": end})


def _status(links: Links, key: str, said: Preference) -> str:
    if said.withdrawn:
        return "entered-in-error"
    replaced = any(p.replaces == key and not p.withdrawn for p in links.parts.preferences.values())
    until = said.valid_until
    ended = until is not None and any(surely_after(day, until) for day in _days(links))
    return "inactive" if replaced or ended else "active"


def _days(links: Links) -> Iterator[str]:
    """Every day on which the record says that something was said."""
    parts = links.parts
    yield from (talk.when for talk in parts.conversations.values())
    for said in (*parts.what_matters.values(), *parts.preferences.values()):
        yield from filter(None, (said.when, *(again.when for again in said.still_stands)))
    yield from filter(None, (weighed.when for weighed in parts.choices.values()))


def _author(links: Links, said: Preference) -> Element | None:
    """R4 Flag.author may be the patient or a professional, and no RelatedPerson."""
    allowed = said.said_by is not None and links.sections[said.said_by] in ("person", "colleagues")
    return links.maybe(said.said_by) if allowed else None
