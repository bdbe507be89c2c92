"""Is there a person in the record: a face, what they are called, their words, what is strong, colleagues with names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, finding, inside, resources, statements
from fhir_matters.path import Path
from fhir_matters.records.plainwords import words
from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing

_STRONG = {"what matters", "joy", "laughter", "belief", "strength", "people", "wellness", "support"}
_WORDED = ("what_matters", "preferences", "choices", "outcomes")
_MAY_HOLD_PICTURES = {"Media", "DocumentReference", "DiagnosticReport", "Observation"}
_SAYS_WHAT_IT_IS = {"text", "display", "title", "description", "name"}


def face(record: Record, _today: date) -> Iterator[Issue]:
    """A picture of a wound is kept or spoken of, and there is none of the face."""
    if record.person.face is not None:
        return
    elsewhere = (at(*keys) for keys, resource in resources(record) if _pictures_a_wound(resource))
    kept = next(chain(_filmed(record), elsewhere), None)
    if kept is not None:
        yield finding("FM801", kept, "There is a picture of a part of the body here, and none of the face.")
    elif (spoken := next(_spoken_of(record), None)) is not None:
        yield finding("FM801", spoken, "A picture of a wound is spoken of here, and there is none of the face.")


def _filmed(record: Record) -> Iterator[Path]:
    """The pictures of the record itself that say they show a wound."""
    for key, film in left_standing(record.recordings).items():
        said = words(f"{film.shows or ''} {film.content.caption or ''}")
        if film.content.content_type.startswith("image/") and "wound" in said:
            yield at("recordings", key)


def _pictures_a_wound(resource: dict[str, Any]) -> bool:
    """An image, or what is called a photo, that says it shows a wound or names a site of the body that is no face."""
    if resource.get("resourceType") not in _MAY_HOLD_PICTURES:
        return False
    said = {word for value in _texts(resource) for word in words(value)}
    picture = "photo" in said or any(
        keys[-1:] == ("contentType",) and isinstance(value, str) and value.startswith("image/")
        for keys, value in inside(resource)
    )
    site = {word for value in _texts(resource.get("bodySite")) for word in words(value)}
    return picture and ("wound" in said or (bool(site) and "face" not in site))


def _texts(value: Any) -> Iterator[str]:
    """What a resource says of itself in words; its narrative apart."""
    for keys, item in inside(value):
        if isinstance(item, str) and keys and keys[-1] in _SAYS_WHAT_IT_IS:
            yield item


def _spoken_of(record: Record) -> Iterator[Path]:
    """Where a conversation or a choice is about the photo of a wound."""
    about = [
        (("conversations", key, name), getattr(talk, name))
        for key, talk in record.conversations.items()
        for name in ("topic", "asked")
    ]
    about += [(("choices", key, "question"), choice.question) for key, choice in record.choices.items()]
    return (at(*keys) for keys, text in about if text and {"photo", "wound"} <= set(words(text)))


def called(record: Record, _today: date) -> Iterator[Issue]:
    """Nobody has written down what they like to be called."""
    if record.person.likes_to_be_called is None:
        yield finding("FM802", at("person"), "Nobody has written down what they like to be called.")


def colleague(record: Record, _today: date) -> Iterator[Issue]:
    """A professional without a name, or talks in which somebody took part who left none."""
    for key, known in record.colleagues.items():
        if known.name is None:
            yield finding("FM803", at("colleagues", key), "The role or the team is here, and the name is not.")
    unnamed = [key for key, talk in record.conversations.items() if talk.unnamed is not None]
    if unnamed:
        talks = "one conversation" if len(unnamed) == 1 else f"{len(unnamed)} conversations"
        place = at("conversations", unnamed[0], "unnamed")
        yield finding("FM803", place, f"In {talks} somebody took part whose name is not here.")


def own_words(record: Record, _today: date) -> Iterator[Issue]:
    """There are words, and all of them are a professional's; where one speaker is unknown, nobody can tell."""
    speakers = set(_speakers(record))
    if speakers and speakers <= record.colleagues.keys():
        section = next(section for section in _WORDED if getattr(record, section))
        yield finding("FM804", at(section), "Every word in this record is a professional's.")


def _speakers(record: Record) -> Iterator[str | None]:
    for _, _, said in statements(record):
        if said.words is not None:
            yield said.said_by
    yield from (outcome.said_by for outcome in left_standing(record.outcomes).values() if outcome.words is not None)
    for choice in record.choices.values():
        yield from (each.raised_by for option in choice.options.values() for each in option.considerations)
        yield from (each.by for each in choice.reservations)
        if choice.decided is not None:
            yield choice.decided.decided_by


def strong(record: Record, _today: date) -> Iterator[Issue]:
    """Worries or conditions, and not a word of what is strong, of joy, of people or of what matters."""
    said = left_standing(record.what_matters)
    if any(each.kind in _STRONG for each in said.values()):
        return
    worry = next((at("what_matters", key) for key, each in said.items() if each.kind == "worry"), None)
    conditions = (at(*keys) for keys, resource in resources(record) if resource.get("resourceType") == "Condition")
    if (place := worry or next(conditions, None)) is not None:
        yield finding("FM805", place, "What is wrong is written down, and nothing yet of what is strong.")
