"""Pictures and recordings: a form to Media, the Consent to showing it, and back."""

from __future__ import annotations

from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.consents import (
    PATIENT_CONSENT,
    PERMITTED,
    PRIVACY,
    READER,
    actors,
    actors_of,
    consent,
    performer_of,
)
from fhir_matters.records.fhir.contents import content, content_of
from fhir_matters.records.fhir.elements import Element, child, children, concept, extension, present, text_of, value_in
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.forms import Recording, Showing

_TYPE = "http://terminology.hl7.org/CodeSystem/media-type"
# R4 media-type, by the first half of the content type; a PDF is none of them.
_TYPES = {name: Coding(_TYPE, name, name.capitalize()) for name in ("image", "audio", "video")}


def media(links: Links, key: str, recording: Recording) -> Element:
    """The Media: the file whole, who is to be seen or heard, who made it, and in which talk."""
    kind = _TYPES.get(recording.content.content_type.partition("/")[0])
    return present(
        {
            "resourceType": "Media",
            "meta": {"profile": [codes.PROFILE_RECORDING]},
            "language": links.language,
            "text": _text(links, recording),
            "extension": list(extension(codes.EXTENSION_REPLACES, "Reference", links.maybe(recording.replaces))),
            "identifier": [links.identifier("recordings", key)],
            "partOf": [links.to(recording.conversation)] if recording.conversation else None,
            "status": "entered-in-error" if recording.withdrawn else "completed",
            "type": concept((kind,)) if kind else None,
            "subject": links.to("person"),
            "createdDateTime": when_said(links, recording),
            "operator": links.maybe(recording.made_by),
            "content": content(recording.content),
            "note": [{"text": recording.shows}] if recording.shows else None,
        }
    )


def _text(links: Links, recording: Recording) -> Element:
    lines = (
        ("Entered by mistake", "this is not what it says" if recording.withdrawn else None),
        ("To be seen or heard", recording.shows),
        ("Made by", links.name(recording.made_by) if recording.made_by else None),
        ("When", when_said(links, recording)),
    )
    return narrative(links.language, recording.content.caption or "A recording", lines)


def recording_of(resource: Element, shown: Showing | None, keys: Keys) -> Recording:
    """The recording of a Media that was made by `media`, with the consent to showing it as it was read."""
    found = {
        "content": content_of(resource.get("content")),
        "shows": child(next(iter(children(resource, "note")), None), "text"),
        "made_by": keys.of(resource.get("operator")),
        "showing": shown,
        "in": next(iter(keys.each(children(resource, "partOf"), "conversations")), None),
        "when": resource.get("createdDateTime"),
        "replaces": keys.of(value_in(resource, codes.EXTENSION_REPLACES, "Reference"), "recordings"),
        "withdrawn": resource.get("status") == "entered-in-error" or None,
    }
    return Recording.model_validate(present(found))


def showing(links: Links, steps: tuple[str, ...], shown: Showing | None) -> Element | None:
    """The Consent to showing what is at that place of the record; None where nobody said anything about it."""
    if shown is None:
        return None
    kind = codes.CONSENT_KIND["showing"]
    own = {
        "meta": {"profile": [codes.PROFILE_SHOWING]},
        "text": _showing_text(links, shown),
        "extension": list(extension(codes.EXTENSION_IN_THEIR_WORDS, "String", shown.words)),
        "scope": concept((PRIVACY,)),
        "category": [concept((PATIENT_CONSENT, kind))],
        "dateTime": shown.when,
        "provision": present(
            {
                "type": "permit" if shown.allowed else "deny",
                "period": present({"end": shown.until}),
                "actor": actors(links, (READER,), shown.to),
                "data": [{"meaning": "instance", "reference": links.part(*steps)}],
            }
        ),
    }
    return consent(links, (*steps, "showing"), kind, shown.said_by, own)


def _showing_text(links: Links, shown: Showing) -> Element:
    to = links.names(shown.to) or "all who care for them"
    lines = (
        ("", shown.words),
        ("May be shown", f"to {to}" if shown.allowed else "to nobody"),
        ("Until", shown.until),
        ("Said by", ", ".join(filter(None, (links.name(shown.said_by), shown.when)))),
    )
    return narrative(links.language, "Whether it may be shown", lines)


def showing_of(consented: Element | None, keys: Keys) -> Showing | None:
    """What a Consent made by `showing` says; None where there is none, or where it does not stand any more.

    Raises ValidationError where somebody in it is not known: it would else say more than was said.
    """
    if consented is None or consented.get("status") != "active":
        return None
    provision: Any = consented.get("provision")
    found = {
        "allowed": PERMITTED.get(text_of(child(provision, "type")) or "", "unknown"),
        "to": actors_of(provision, keys),
        "words": value_in(consented, codes.EXTENSION_IN_THEIR_WORDS, "String"),
        "said_by": performer_of(consented, keys),
        "when": consented.get("dateTime"),
        "until": child(child(provision, "period"), "end"),
    }
    return Showing.model_validate(present(found))
