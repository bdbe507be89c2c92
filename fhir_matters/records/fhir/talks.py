"""Conversations: a form to a Procedure, and back."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    code_in,
    concept,
    extension,
    extensions_in,
    nested,
    present,
    value_in,
    word,
    words,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.forms import Conversation

_PLANNING = Coding(codes.SNOMED_CT, "713603004", "Advance care planning")


def procedure(links: Links, key: str, talk: Conversation) -> Element:
    """The Procedure of a talk; one that did not happen is not-done, and says why."""
    answer = word(codes.ANSWER, talk.answer)
    held = talk.answer == "talked"
    return present(
        {
            "resourceType": "Procedure",
            "meta": {"profile": [codes.PROFILE_CONVERSATION]},
            "language": links.language,
            "text": _text(links, talk),
            "extension": list(nested(codes.EXTENSION_CONVERSATION_DETAILS, _details(talk))),
            "identifier": [links.identifier("conversations", key)],
            "status": "completed" if held else "not-done",
            "statusReason": None if held else concept((answer, *answer.coded_as), answer.display),
            "code": concept((_PLANNING, *(answer.coded_as if held else ())), talk.topic or "A talk about what matters"),
            "subject": links.to("person"),
            "performedDateTime": talk.when,
            "performer": [{"actor": links.to(who)} for who in talk.present],
            "location": {"display": talk.where} if talk.where else None,
        }
    )


def _details(talk: Conversation) -> Iterator[Element]:
    yield from extension("minutes", "Integer", talk.minutes)
    yield from extension("topic", "String", talk.topic)
    yield from extension("asked", "String", talk.asked)
    yield from extension("leftWithThem", "String", talk.left_with_them)
    yield from extension("unnamed", "String", talk.unnamed)


def _text(links: Links, talk: Conversation) -> Element:
    there = ", ".join(filter(None, (links.names(talk.present), talk.unnamed)))
    lines = (
        ("When", talk.when + (f", {talk.minutes} minutes" if talk.minutes else "")),
        ("Where", talk.where),
        ("Who took part", there),
        ("What was asked", talk.asked),
        ("Answer", None if talk.answer == "talked" else talk.answer),
        ("Left with them", talk.left_with_them),
    )
    return narrative(links.language, talk.topic or "A talk about what matters", lines)


def conversation_of(resource: Element, keys: Keys) -> Conversation:
    """The conversation of a Procedure that was made by `procedure`."""
    details = next(extensions_in(resource, codes.EXTENSION_CONVERSATION_DETAILS), {})
    answer = "talked"
    if resource.get("status") == "not-done":
        answer = words(code_in(resource.get("statusReason"), codes.SYSTEM_ANSWER)) or "declined"
    found = {
        "when": resource.get("performedDateTime"),
        "minutes": value_in(details, "minutes", "Integer"),
        "where": child(resource.get("location"), "display"),
        "with": keys.each(child(performer, "actor") for performer in children(resource, "performer")),
        "unnamed": value_in(details, "unnamed", "String"),
        "topic": value_in(details, "topic", "String"),
        "asked": value_in(details, "asked", "String"),
        "answer": answer,
        "left_with_them": value_in(details, "leftWithThem", "String"),
    }
    return Conversation.model_validate(present(found))
