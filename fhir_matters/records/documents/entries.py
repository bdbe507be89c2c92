"""What a document can carry: each resource of a record with its place and its address, and which lead to which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from fhir_matters.records import build, ids
from fhir_matters.records.fhir.elements import Element
from fhir_matters.records.fhir.links import Links

Steps: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource: its address, and its place in the record; what came from elsewhere has no place."""

    url: str
    resource: Element
    steps: Steps = ()

    @property
    def shape(self) -> Steps:
        """The place without its keys: `("choices", "options")`. Of the person there is one, without a key."""
        return self.steps if self.steps[:1] == ("person",) else self.steps[::2]

    @property
    def kind(self) -> str:
        """The type of the resource."""
        return str(self.resource["resourceType"])

    @property
    def reference(self) -> Element:
        """A reference to it."""
        return {"reference": self.url}


def entries(links: Links) -> list[Entry]:
    """Every resource of the record, in the order of its bundle, but none of a document that was made before."""
    found = (Entry(entry["fullUrl"], entry["resource"], steps) for steps, entry in build.placed(links))
    return [entry for entry in found if not is_of_document(links, entry.resource)]


def is_of_document(links: Links, resource: Element) -> bool:
    """True for what only a document of this record has."""
    return (ids.value_of(resource) or "").startswith(links.value("document", ""))


def reached(start: Iterable[Entry], among: Iterable[Entry]) -> list[Entry]:
    """What can be reached from the start by references, itself included, in the order in which it is given."""
    every = list(among)
    by_url = {entry.url: entry for entry in every}
    seen: dict[str, None] = {}
    waiting = list(start)
    while waiting:
        entry = waiting.pop()
        if entry.url in seen:
            continue
        seen[entry.url] = None
        waiting += [by_url[url] for url in _leads_to(entry) if url in by_url]
    return [entry for entry in every if entry.url in seen]


def _leads_to(entry: Entry) -> Iterator[str]:
    """The full addresses that a resource refers to: R4 bundle, `references`, says how a relative one is read."""
    base = entry.url.removesuffix(f"{entry.kind}/{entry.url.rpartition('/')[2]}")
    relative = base != entry.url and urlsplit(base).scheme in ("http", "https")
    for reference in _references(entry.resource):
        bare = reference.partition("#")[0]
        yield base + bare if relative and not urlsplit(bare).scheme else bare


def _references(element: Any) -> Iterator[str]:
    if isinstance(element, Mapping):
        for name, value in element.items():
            if name == "reference" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(element, list):
        for item in element:
            yield from _references(item)
