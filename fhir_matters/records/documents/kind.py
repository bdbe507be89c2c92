"""What makes a kind of document: its head, its sections, and what a record must have to become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from fhir_matters.records.codes import Coding
from fhir_matters.records.documents.about import About
from fhir_matters.records.documents.entries import Entry
from fhir_matters.records.documents.sections import Section


def _nothing(_about: About, _found: Sequence[Entry]) -> Iterator[str]:
    return iter(())


def _as_it_is(entry: Entry) -> Entry:
    return entry


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: `title` may name the person as `{name}`, and `sections` chooses among the entries.

    `missing` says what a record lacks to be one; `adjusted` is an entry as this kind needs it.
    """

    title: str
    type: tuple[Coding, ...]
    category: tuple[Coding, ...]
    profiles: tuple[str, ...]
    sections: Callable[[About, Sequence[Entry]], Iterable[Section]]
    missing: Callable[[About, Sequence[Entry]], Iterator[str]] = _nothing
    adjusted: Callable[[Entry], Entry] = _as_it_is
