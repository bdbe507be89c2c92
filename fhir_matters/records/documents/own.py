"""Our own document: a section for each theme, what matters first; UK record-standard headings beside LOINC.

It is a UK Core Composition as well: of UK Core 2.4.0 it needs no more than section codes from its headings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fhir_matters.records import codes
from fhir_matters.records.codes import SNOMED_CT, Coding
from fhir_matters.records.documents.about import About
from fhir_matters.records.documents.beside import with_what_is_beside
from fhir_matters.records.documents.entries import Entry, reached
from fhir_matters.records.documents.kind import Kind
from fhir_matters.records.documents.sections import Section, themed

_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Composition"
_PLEASE = ("please do", "please do not")


def _in(*shapes: tuple[str, ...]) -> Callable[[About, Entry], bool]:
    return lambda _, entry: entry.shape in shapes


def _asked_of_all(about: About, entry: Entry) -> bool:
    return entry.shape[:1] == ("preferences",) and about.parts.preferences[entry.steps[1]].kind in _PLEASE


def _preferred(about: About, entry: Entry) -> bool:
    return entry.shape == ("preferences",) and not _asked_of_all(about, entry)


@dataclass(frozen=True, slots=True)
class _Theme:
    """A section: its code, which entries belong to it, and whether it says so where there is nothing."""

    code: str
    holds: Callable[[About, Entry], bool]
    always: bool = False


_THEMES = (
    _Theme("what-matters", _in(("what_matters",)), always=True),
    _Theme("please", _asked_of_all),
    _Theme("people", _in(("people",), ("colleagues", "role"), ("team",))),
    _Theme("preferences", _preferred, always=True),
    _Theme("legal", _in(("legal",)), always=True),
    _Theme("choices", _in(("choices",))),
    _Theme("departures", _in(("departures",), ("departures", "flag"))),
    _Theme("plans", _in(("plans",))),
    _Theme("outcomes", _in(("outcomes",))),
    _Theme("recordings", _in(("recordings",))),
    _Theme("conversations", _in(("conversations",))),
)


def _sections(about: About, found: Sequence[Entry]) -> Iterator[Section]:
    """The themes of which there is something, and those of which a reader must know that there is nothing."""
    filled = (_section(about, theme, found) for theme in _THEMES)
    shown = with_what_is_beside(about, [section for section in filled if section is not None], found)
    yield from shown
    if writers := _written_down([entry for section in shown for entry in section.entries], found):
        yield themed("written-down", writers)


def _section(about: About, theme: _Theme, found: Sequence[Entry]) -> Section | None:
    held = tuple(entry for entry in found if theme.holds(about, entry) and about.stands(entry))
    also = tuple(_beings(about)) if theme.code == "people" else ()
    return themed(theme.code, held, also) if held or also or theme.always else None


def _beings(about: About) -> Iterator[str]:
    """The dog and the choir: they are no resource, and matter as much."""
    for _, someone in sorted(about.parts.people.items()):
        if someone.who is not None:
            yield ", ".join(filter(None, (someone.who, someone.relation)))


def _written_down(shown: Sequence[Entry], found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Who wrote down what is carried: nothing refers to a Provenance, so it has a section of its own."""
    carried = {entry.steps for entry in reached(shown, found)}
    return tuple(e for e in found if e.kind == "Provenance" and e.steps and e.steps[:-1] in carried)


OWN = Kind(
    title="What matters to {name}",
    type=(
        Coding(SNOMED_CT, "2181441000000107", "Personalised care and support plan"),
        Coding(codes.LOINC, "18776-5", "Plan of care note"),
    ),
    category=(Coding(SNOMED_CT, "734163000", "Care plan"),),
    profiles=(codes.PROFILE_DOCUMENT, _UK_CORE),
    sections=_sections,
)
