"""One section of a Composition: its title, its code, what stands in it, and its text in words that anybody can read."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.documents.entries import Entry
from fhir_matters.records.fhir.elements import Element, child, children, coding, concept, present, text_of
from fhir_matters.records.fhir.narrative import gathered, narrative

_UNAVAILABLE = Coding("http://terminology.hl7.org/CodeSystem/list-empty-reason", "unavailable", "Unavailable")
_NOTHING = "Nothing about this is in this record."


@dataclass(frozen=True, slots=True)
class Section:
    """A section before it is written: `also` are lines beside the entries, `empty` says why there are none."""

    title: str
    codings: tuple[Coding, ...]
    entries: tuple[Entry, ...] = ()
    also: tuple[str, ...] = ()
    empty: Coding | None = None


def themed(code: str, held: tuple[Entry, ...], also: tuple[str, ...] = ()) -> Section:
    """The section of a theme of our own, under all its codes."""
    theme = codes.DOCUMENT_SECTION[code]
    return Section(theme.display, (theme, *theme.coded_as), held, also, _UNAVAILABLE)


def written(section: Section, language: str) -> Element:
    """The section as R4 has it; an emptyReason only where there are no entries (cmp-2)."""
    lines = section.also if section.entries or section.also else (_NOTHING,)
    said = (_said(entry, language) for entry in section.entries)
    return present(
        {
            "title": section.title,
            "code": concept(section.codings),
            "text": gathered(language, section.title, said, lines),
            "entry": [entry.reference for entry in section.entries],
            "emptyReason": {"coding": [coding(section.empty)]} if section.empty and not section.entries else None,
        }
    )


def _said(entry: Entry, language: str) -> str:
    """The text of the resource; of one that has none, the words of its code."""
    div = text_of(child(child(entry.resource, "text"), "div"))
    return div or str(narrative(language, _named(entry), ())["div"])


def _named(entry: Entry) -> str:
    named = next((entry.resource[name] for name in _NAMES if name in entry.resource), None)
    words = [child(named, "text"), child(named, "display"), *(child(c, "display") for c in children(named, "coding"))]
    return next(filter(None, map(text_of, words)), entry.kind)


# Where the types of resource that a document may carry from elsewhere say what they are about.
_NAMES = ("code", "medicationCodeableConcept", "medicationReference", "type")
