"""About Me 2.01: what a person wants others to know, under PRSB's seven items.

Each item is one free text, so statements under one item become its paragraphs, and words of somebody else say whose
they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.fhir.links import Links, links_of
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.forms import Attachment, Parts, Person, Preference, WhatMatters
from fhir_matters.records.prsb.report import DOT, SLASH, Item, Mapped, accounted, leaves
from fhir_matters.records.standing import left_standing

IMPORTANT, PEOPLE = "What is most important to me", "People who are important to me"
COMMUNICATE, WELLNESS = "How I communicate and how to communicate with me", "My wellness"
PLEASE, SUPPORT = "Please do and please do not", "How and when to support me"
ALSO = "Also worth knowing about me"
SUPPORTED, UPDATED = "Supported to write this by", "Date last updated"
# The code of each item, in PRSB's order (SNOMED CT, UK edition).
CODES: Mapping[str, str] = {
    IMPORTANT: "1515861000000103",
    PEOPLE: "1515871000000105",
    COMMUNICATE: "1515881000000107",
    WELLNESS: "1515891000000109",
    PLEASE: "1515901000000105",
    SUPPORT: "1515911000000107",
    ALSO: "1515921000000101",
}
# Under which item a kind of statement stands, by what PRSB says belongs there.
ITEMS: Mapping[str, str] = {
    "what matters": IMPORTANT,
    "joy": IMPORTANT,
    "laughter": IMPORTANT,
    "belief": IMPORTANT,
    "unfinished": IMPORTANT,
    "people": PEOPLE,
    "communication": COMMUNICATE,
    "wellness": WELLNESS,
    "strength": WELLNESS,
    "care experience": PLEASE,
    "please do": PLEASE,
    "please do not": PLEASE,
    "support": SUPPORT,
    "worry": ALSO,
    "also worth knowing": ALSO,
}
GROUP, ENTRY, CODED, RESPONSE = "About Me", "About Me record entry", "Coded value", "About Me response"
TEXT, MEDIA = "Free text", "Multi-media"
NAME, TYPE, FILE = "Multi-media filename", "Multi-media MIME type", "Multi-media file"
_SECTIONS = ("what_matters", "preferences")


@dataclass(frozen=True, slots=True)
class _Told:
    """A paragraph under an item, and the places of the record that it tells."""

    item: str
    text: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Film:
    """The recording of an item, by key, and the places of the record that it tells."""

    key: str
    places: tuple[str, ...]


def about_me(record: Parts) -> Mapped[dict[str, Any]]:
    """The record as About Me, of what stands; the report has every field of the record."""
    links = links_of(record)
    told = [*_of_person(record.person), *_of_people(links), *_of_statements(links)]
    films = _films(record)
    items = {item: _item(item, told, films, record) for item in CODES}
    aside = {SUPPORTED: _supported(links), UPDATED: max(_days(links), default=None)}
    entry: dict[str, Any] = {item: found for item, found in items.items() if found}
    entry |= {item: found[0] for item, found in aside.items() if found}
    went = [Item(place, path(each.item, RESPONSE, TEXT)) for each in told for place in each.places]
    went += [Item(place, path(item, RESPONSE, MEDIA)) for item, film in films.items() for place in film.places]
    went += [Item(place, path(item)) for item, found in aside.items() if found for place in found[1:]]
    data = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return Mapped({GROUP: {ENTRY: entry}}, tuple(accounted(leaves(data, DOT), went, _REASONS, _OTHERWISE, DOT)))


def path(*steps: str) -> str:
    """The place of something in About Me."""
    return SLASH.join((GROUP, ENTRY, *steps))


def _item(item: str, told: Sequence[_Told], films: Mapping[str, _Film], record: Parts) -> dict[str, Any]:
    text = "\n\n".join(each.text for each in told if each.item == item)
    film = record.recordings[films[item].key].content if item in films else None
    response = ({TEXT: text} if text else {}) | ({MEDIA: _media(film)} if film else {})
    return {CODED: CODES[item], RESPONSE: response} if response else {}


def _media(film: Attachment) -> dict[str, str]:
    named = {NAME: film.caption} if film.caption else {}
    return {**named, TYPE: film.content_type, FILE: film.data}


def _of_person(person: Person) -> Iterator[_Told]:
    """How to be addressed and talked with: PRSB has that under how I communicate."""
    needed = {True: "I need an interpreter.", False: "I need no interpreter.", None: None}
    lines = {
        "communicates": person.communicates,
        "likes_to_be_called": person.likes_to_be_called and f"I like to be called {person.likes_to_be_called}.",
        "language": person.language and f"The language I want to talk in: {person.language}.",
        "interpreter": needed[person.interpreter],
    }
    for name, line in lines.items():
        if line:
            yield _Told(COMMUNICATE, line, (f"person.{name}",))


def _of_people(links: Links) -> Iterator[_Told]:
    helped = {key for key, _ in _writers(links.parts)}
    for key, someone in sorted(links.parts.people.items()):
        said = (someone.relation, ", ".join(someone.roles), someone.does, someone.phone, someone.email)
        if any(said) or key not in helped:
            fields = ("name.text", "who", "relation", "roles", "does", "phone", "email")
            places = tuple(f"people.{key}.{field}" for field in fields)
            yield _Told(PEOPLE, ", ".join(filter(None, (links.name(key), *said))), places)


def _of_statements(links: Links) -> Iterator[_Told]:
    for section, key, said in _standing(links.parts):
        if said.kind in ITEMS and said.answer == "given":
            place = f"{section}.{key}"
            fields = ("kind", "words", "wish", "why", "said_by", "only_if", "unless")
            yield _Told(ITEMS[said.kind], _text(links, said), tuple(f"{place}.{name}" for name in fields))


def _text(links: Links, said: WhatMatters | Preference) -> str:
    """Their words; whose they are, where they are not the person's; why, and on which condition."""
    words = said.words or getattr(said, "wish", None) or ""
    by = links.name(said.said_by) if said.said_by and said.said_by != "person" else None
    kind = codes.PREFERENCE_KIND[said.kind.replace(" ", "-")].display if said.kind.startswith("please") else None
    head = ", ".join(filter(None, (kind, by)))
    conditions = (
        ("Why", said.why),
        ("Only if", getattr(said, "only_if", None)),
        ("Unless", getattr(said, "unless", None)),
    )
    lines = (f"{head}: {words}" if head else words, *(f"{label}: {text}" for label, text in conditions if text))
    return "\n".join(lines)


def _standing(record: Parts) -> Iterator[tuple[str, str, WhatMatters | Preference]]:
    """What was neither withdrawn nor replaced: About Me shows its last version alone."""
    for section in _SECTIONS:
        forms: Mapping[str, WhatMatters | Preference] = getattr(record, section)
        yield from ((section, key, said) for key, said in left_standing(forms).items())


def _films(record: Parts) -> dict[str, _Film]:
    """The recording of each item: the first that one of its statements has, beside its words."""
    found: dict[str, _Film] = {}
    for section, key, said in _standing(record):
        if said.kind in ITEMS and said.recording and said.answer == "given":
            places = (f"{section}.{key}.recording", f"recordings.{said.recording}.content")
            found.setdefault(ITEMS[said.kind], _Film(said.recording, places))
    return found


def _writers(record: Parts) -> Iterator[tuple[str, str]]:
    """Who wrote down what stands, other than the person, and where the record says so."""
    for section, key, said in _standing(record):
        if said.kind in ITEMS and said.written_down and said.written_down.by not in (None, "person"):
            yield said.written_down.by or "", f"{section}.{key}.written_down.by"


def _supported(links: Links) -> tuple[str, ...] | None:
    found = list(_writers(links.parts))
    names = ", ".join(links.name(key) for key in dict.fromkeys(key for key, _ in found))
    return (names, *(place for _, place in found)) if names else None


def _days(links: Links) -> Iterator[tuple[str, str]]:
    """Every day on which something that stands was said or said again, and where the record says so."""
    for section, key, said in _standing(links.parts):
        if said.kind in ITEMS and (when := when_said(links, said)):
            yield when, f"{section}.{key}.when" if said.when else f"conversations.{said.conversation}.when"
        for index, again in enumerate(said.still_stands if said.kind in ITEMS else ()):
            yield again.when, f"{section}.{key}.still_stands.{index}.when"


_OTHERWISE = "About Me has no item for this"
# Why a field has no place, by its name or its section.
_REASONS: Mapping[str, str] = {
    "choices": "a choice is in PRSB Shared Decision Making: see shared_decision",
    "legal": "decisions in law are in PRSB Palliative and End of Life Care",
    "plans": "contingency plans are in PRSB Personalised Care and Support Plan",
    "preferences": "About Me has no item for treatment, place of care or place of death; or this stands no more",
    "what_matters": "About Me shows what was said last; this was replaced or withdrawn, or there was no answer",
    "recordings": "About Me has one recording for each item: the first",
    "when": "About Me has one date: the last",
    "translations": "About Me has one text for each item",
    "language": "About Me does not say in which language a text is",
    "person": "who the person is stands outside About Me",
    "people": "a name is told as it is written, not in its parts",
    "colleagues": "professionals stand outside About Me",
}
