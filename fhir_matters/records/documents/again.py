"""The way back: what only a document had is dropped where the record would make it again, and kept where not.

Nothing of it is read into forms: a Composition repeats what its entries say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fhir_matters.errors import RecordError
from fhir_matters.jsonio import spelt
from fhir_matters.records import ids
from fhir_matters.records.documents.entries import is_of_document
from fhir_matters.records.documents.ips import UNKNOWN
from fhir_matters.records.documents.whole import document
from fhir_matters.records.fhir.elements import Element, child, children, text_of
from fhir_matters.records.fhir.links import Links, links_of
from fhir_matters.records.forms import Kept, Parts

# What only a document has, by its place in the record without keys.
TYPES: Mapping[tuple[str, ...], str] = {
    ("document",): "Composition",
    ("document", "custodian"): "Organization",
    ("document", "problems"): "Condition",
    ("document", "allergies"): "AllergyIntolerance",
    ("document", "medicines"): "MedicationStatement",
}
_UNBORN = {"op": "add", "path": "/_birthDate", "value": UNKNOWN}


def kept_of_documents(parts: Parts) -> tuple[Kept, ...]:
    """The `other` of a record that was read, without what its documents, made again, would have."""
    links = links_of(parts)
    theirs = [kept for kept in parts.other if kept.resource is not None and is_of_document(links, kept.resource)]
    if not theirs:
        return parts.other
    bare = parts.model_copy(update={"other": tuple(_without(parts, theirs))})
    again = {spelt(entry["resource"]) for kept in theirs for entry in _made_again(bare, links, kept, theirs)}
    return (*bare.other, *(kept for kept in theirs if spelt(kept.resource) not in again))


def _without(parts: Parts, theirs: list[Kept]) -> Iterator[Kept]:
    """What is kept, without what is a document's; that an IPS names an unknown birth date changes nothing either."""
    for kept in parts.other:
        if kept.of == "person" and _UNBORN in kept.changes:
            rest = tuple(change for change in kept.changes if change != _UNBORN)
            yield from (kept.model_copy(update={"changes": rest}) for _ in rest[:1])
        elif kept not in theirs:
            yield kept


def _made_again(parts: Parts, links: Links, kept: Kept, theirs: list[Kept]) -> list[Element]:
    """The entries of the document whose Composition this is, made again for the same day; none if it is none."""
    composition = kept.resource or {}
    kind = (ids.value_of(composition) or "").rpartition("/")[2]
    try:
        made = document(
            parts,
            kind,  # type: ignore[arg-type]  # checked there
            date=text_of(composition.get("date")) or "",
            author=_author(links, composition) or "person",
            custodian=_keeper(links, kind, theirs),
            reader="person",  # what was kept from somebody is not in it any more
        )
    except RecordError:
        return []
    return children(made, "entry")


def _author(links: Links, composition: Element) -> str | None:
    reference = child(next(iter(children(composition, "author")), None), "reference")
    somebody = (key for key in links.sections if child(links.to(key), "reference") == reference)
    return next(somebody, None)


def _keeper(links: Links, kind: str, theirs: list[Kept]) -> str | None:
    place = links.value("document", kind, "custodian")
    found = (kept.resource for kept in theirs if kept.resource and ids.value_of(kept.resource) == place)
    return next((text_of(resource.get("name")) for resource in found), None)
