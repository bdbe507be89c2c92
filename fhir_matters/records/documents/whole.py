"""From a record to a document Bundle: a Composition, and all that can be reached from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from fhir_matters.errors import RecordError
from fhir_matters.jsonio import spelt
from fhir_matters.records import ids
from fhir_matters.records.documents.about import About, about
from fhir_matters.records.documents.adi import ADI
from fhir_matters.records.documents.entries import Entry, entries, reached
from fhir_matters.records.documents.ips import IPS
from fhir_matters.records.documents.kind import Kind
from fhir_matters.records.documents.own import OWN
from fhir_matters.records.documents.sections import Section, written
from fhir_matters.records.fhir.elements import Element, concept, present
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.forms import Parts

DocumentKind: TypeAlias = Literal["own", "ips", "adi"]
KINDS: Mapping[str, Kind] = {"own": OWN, "ips": IPS, "adi": ADI}
_URI = "urn:ietf:rfc:3986"  # R4 Identifier.system, where the value is a URI


def document(
    parts: Parts,
    kind: DocumentKind,
    *,
    date: str,
    author: str = "person",
    custodian: str | None = None,
    reader: str | None = None,
) -> Element:
    """A document Bundle of what stands in the record on that day, and is kept from no such reader.

    `date` is a day or a moment, `author` the key of the one who answers for it, `custodian` the name of the
    organisation that keeps it, `reader` who it is for: somebody by key, `person`, or None for anybody. The same
    record, day, author, keeper and reader always give the same bytes.

    Raises RecordError where one of them is not that, or where the record cannot be such a document.
    """
    wanted = _kind(kind)
    asked = about(parts, kind, date=date, author=author, custodian=custodian, reader=reader)
    found = entries(asked.links)
    if lacking := tuple(wanted.missing(asked, found)):
        raise RecordError(f"This record cannot be that document ({kind}): it lacks", problems=lacking)
    carried = [wanted.adjusted(entry) for entry in _carried(asked, wanted, found)]
    listed = [{"fullUrl": entry.url, "resource": entry.resource} for entry in carried]
    return {
        "resourceType": "Bundle",
        "identifier": {"system": _URI, "value": ids.address(spelt(listed).decode())},
        "type": "document",
        "timestamp": asked.timestamp,
        "entry": listed,
    }


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise RecordError(f"There is no document {kind!r}.", place="kind", next_step=f"Choose: {', '.join(KINDS)}.")
    return KINDS[kind]


def _carried(asked: About, wanted: Kind, found: Sequence[Entry]) -> list[Entry]:
    """The Composition first (R4 bdl-11), then what it leads to, in the order of the record."""
    sections = list(wanted.sections(asked, found))
    keeper = _keeper(asked)
    composition = asked.entry(_composition(asked, wanted, sections, keeper))
    known = {entry.url for entry in found}
    added = [entry for section in sections for entry in section.entries if entry.url not in known]
    return reached([composition], [composition, *found, *added, *([keeper] if keeper else [])])


def _composition(asked: About, wanted: Kind, sections: Iterable[Section], keeper: Entry | None) -> Element:
    title = wanted.title.format(name=asked.links.name("person"))
    return present(
        {
            "resourceType": "Composition",
            "meta": {"profile": list(wanted.profiles)},
            "language": asked.language,
            "text": _text(asked, title),
            "identifier": asked.identifier(),
            "status": "final",
            "type": concept(wanted.type),
            "category": [concept(wanted.category)] if wanted.category else None,
            "subject": asked.links.to("person"),
            "date": asked.date,
            "author": [asked.links.to(asked.author)],
            "title": title,
            "custodian": keeper.reference if keeper else None,
            "section": [written(section, asked.language) for section in sections],
        }
    )


def _text(asked: About, title: str) -> Element:
    lines = (("Of", asked.date), ("By", asked.links.name(asked.author)), ("Kept by", asked.custodian))
    return narrative(asked.language, title, lines)


def _keeper(asked: About) -> Entry | None:
    """The organisation that keeps the document, where one is named."""
    if asked.custodian is None:
        return None
    resource = {
        "resourceType": "Organization",
        "language": asked.language,
        "text": narrative(asked.language, asked.custodian, ()),
        "identifier": [asked.identifier("custodian")],
        "active": True,
        "name": asked.custodian,
    }
    return asked.entry(resource, "custodian")
