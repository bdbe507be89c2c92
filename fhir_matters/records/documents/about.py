"""What a document is about, beside what is in it: whose record, of which day, who answers for it, and who keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from pydantic import TypeAdapter, ValidationError

from fhir_matters.errors import RecordError
from fhir_matters.records.dates import surely_after
from fhir_matters.records.documents.entries import Entry
from fhir_matters.records.fhir.elements import Element
from fhir_matters.records.fhir.links import Links, links_of
from fhir_matters.records.fit import REPLACEABLE
from fhir_matters.records.forms import Parts
from fhir_matters.records.forms.entry import SOMEBODY
from fhir_matters.records.forms.values import DateTime, Words
from fhir_matters.records.privacy import for_reader
from fhir_matters.records.standing import last_day, standing

_DAY = len("2026-03-03")
_MOMENT: TypeAdapter[str] = TypeAdapter(DateTime)
_NAME: TypeAdapter[str] = TypeAdapter(Words)


@dataclass(frozen=True, slots=True)
class About:
    """The links of the record, the kind of document, its day or moment, its author's key, and its keeper's name."""

    links: Links
    kind: str
    date: str
    author: str
    custodian: str | None

    @property
    def parts(self) -> Parts:
        """The record."""
        return self.links.parts

    @property
    def language(self) -> str:
        """The language of the record."""
        return self.links.language

    @property
    def timestamp(self) -> str:
        """The instant that a document has (R4 bdl-10); a day alone is meant from its beginning, in UTC."""
        return self.date if len(self.date) > _DAY else f"{self.date}T00:00:00Z"

    def identifier(self, *more: str) -> Element:
        """The identifier of something that only this document has."""
        return self.links.identifier("document", self.kind, *more)

    def entry(self, resource: Element, *more: str) -> Entry:
        """An entry that only this document has."""
        place = ("document", self.kind, *more)
        return Entry(self.links.address(*place), resource, place)

    def stands(self, entry: Entry) -> bool:
        """False for what was withdrawn, was replaced, or had ended before the day of the document."""
        section, key = (*entry.steps, "", "")[:2]
        form = getattr(self.parts, section).get(key) if section in REPLACEABLE else None
        if form is None:
            return True
        # What the record says of later days does not count: the document is of its own day.
        return standing(self.parts, section, key, None) == "stands" and not self.ended(last_day(form))

    def ended(self, until: str | None) -> bool:
        """True where that was certainly before the day of the document."""
        return until is not None and surely_after(self.date, until)


def about(parts: Parts, kind: str, *, date: str, author: str, custodian: str | None, reader: str | None) -> About:
    """What the document is about, for that reader; RecordError where one of these is not what it must be."""
    day = _checked(_MOMENT, date, "date", "a day such as 2026-03-03, or a moment with its zone")
    if len(day) < _DAY:
        raise RecordError("A document is of a day, not of a month or a year.", place="date", next_step="Give the day.")
    keeper = None if custodian is None else _checked(_NAME, custodian, "custodian", "the name of an organisation")
    links = links_of(for_reader(parts, reader, today=datetime.fromisoformat(day[:_DAY]).date()))
    _is_somebody(links, author)
    return About(links, kind, day, author, keeper)


def _checked(wanted: TypeAdapter[str], value: str, place: str, expected: str) -> str:
    try:
        return wanted.validate_python(value)
    except ValidationError:
        raise RecordError(f"This is not {expected}.", place=place, next_step=f"Give {expected}.") from None


def _is_somebody(links: Links, author: str) -> None:
    """R4 Composition.author is a resource: the dog has none."""
    somebody = [key for key, section in links.sections.items() if section in SOMEBODY]
    if author not in somebody:
        near = get_close_matches(author, somebody, 1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise RecordError(
            f"There is nobody called {author!r} in this record.{meant}",
            place="author",
            next_step="Name somebody by their key in the record.",
        )
    if "reference" not in links.to(author):
        raise RecordError(
            f"{author!r} cannot answer for a document: this is nobody with a name.",
            place="author",
            next_step="Name a person.",
        )
