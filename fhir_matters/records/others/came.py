"""What came, each resource under the address that it goes by, and what refers to what. Knows no form and no guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from fhir_matters.jsonio import spelt
from fhir_matters.records import ids
from fhir_matters.records.codes import CANONICAL
from fhir_matters.records.fhir.elements import Element, child, text_of
from fhir_matters.records.forms.values import Uri

_URI: TypeAdapter[str] = TypeAdapter(Uri)
# A base for resources that came without one, so that `Patient/1` still leads to the Patient with the id 1.
LOOSE = f"{CANONICAL}/as-it-came"
Entry: TypeAlias = tuple[str, Element]


def home(url: str | None, resource: Element) -> str:
    """The address of a resource: its own, or one made of its type and id, or of all that it says."""
    loose = f"{LOOSE}/{resource['resourceType']}/{resource['id']}" if text_of(resource.get("id")) else None
    return address_of(url) or address_of(loose) or ids.made_up_address(resource)


def address_of(found: Any) -> str | None:
    """The address, if it is one: there is no blank in it."""
    try:
        return _URI.validate_python(found, strict=True)
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class Came:
    """The resources, by which number each name leads to one of them, and which are not what stands now.

    A name of several leads to none. Of several versions of one resource the newest stands; where nobody can tell which
    that is, none does.
    """

    entries: tuple[Entry, ...]
    numbers: Mapping[str, int]
    past: frozenset[int]

    @classmethod
    def of(cls, entries: Iterable[tuple[str | None, Element]]) -> Came:
        """What came, once each: the very same resource under the very same address says nothing new."""
        found: dict[tuple[str, bytes], Element] = {}
        for url, resource in entries:
            found.setdefault((home(url, resource), spelt(resource)), resource)
        settled = tuple((url, resource) for (url, _), resource in found.items())
        names: dict[str, set[int]] = {}
        past = frozenset(_past(settled))
        for number, (url, resource) in enumerate(settled):
            if number in past:
                continue
            for name in names_of(url, resource):
                names.setdefault(name, set()).add(number)
        return cls(settled, {name: numbers.pop() for name, numbers in names.items() if len(numbers) == 1}, past)

    def number(self, reference: Any) -> int | None:
        """Which resource a Reference means; None where it is not here, or could be several."""
        target = text_of(child(reference, "reference"))
        if target is not None:
            return self.numbers.get(target.partition("/_history/")[0])
        return self.numbers.get(token_of(child(reference, "identifier")) or "")

    def find(self, reference: Any) -> Element | None:
        """The resource that a Reference means."""
        number = self.number(reference)
        return None if number is None else self.entries[number][1]

    def all(self, kind: str) -> Iterator[tuple[int, Element]]:
        """Every resource of a type that stands now, with its number."""
        return (
            (number, resource)
            for number, (_, resource) in enumerate(self.entries)
            if resource["resourceType"] == kind and number not in self.past
        )


def _past(entries: tuple[Entry, ...]) -> Iterator[int]:
    """The number of each resource of whose address there is another one, unless it is surely the newest."""
    addressed: dict[str, list[int]] = {}
    for number, (url, _) in enumerate(entries):
        addressed.setdefault(url, []).append(number)
    for several in (numbers for numbers in addressed.values() if len(numbers) > 1):
        stored = [_stored(entries[number][1]) for number in several]
        known = [each for each in stored if each is not None]
        newest = max(known) if len(set(known)) == len(several) else None
        yield from (number for number, when in zip(several, stored, strict=True) if newest is None or when != newest)


def _stored(resource: Element) -> datetime | None:
    """When a server says that it stored this version."""
    try:
        found = datetime.fromisoformat(str(child(resource.get("meta"), "lastUpdated")))
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def names_of(url: str, resource: Element) -> Iterator[str]:
    """Everything by which others may refer to a resource: R4 references, literal and logical."""
    kind, found = resource["resourceType"], text_of(resource.get("id"))
    yield url
    if found is not None:
        yield f"{kind}/{found}"
    if "/" in url and url.rpartition("/")[0].endswith(f"/{kind}"):
        yield f"{kind}/{url.rpartition('/')[2]}"
    several = resource.get("identifier")
    for identifier in several if isinstance(several, list) else [several]:
        if (token := token_of(identifier)) is not None:
            yield token
            yield f"{kind}?identifier={token}"


def token_of(identifier: Any) -> str | None:
    """An identifier as searches spell it, `system|value`; None where it lacks one of them."""
    system, value = text_of(child(identifier, "system")), text_of(child(identifier, "value"))
    return f"{system}|{value}" if system and value else None
