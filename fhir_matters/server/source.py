"""What is to be moved: each resource with the names by which others refer to it, and its identity elsewhere.

The identity decides whether running again doubles anything, so it is never drawn by lot. In this order:

1. the resource's own id, where any server accepts it from a client (HAPI refuses one of digits alone);
2. the UUID of its `urn:uuid` fullUrl;
3. a UUID made from its name in the source (fullUrl, or the source's address and `Type/id`);
4. a UUID made from its content, for a resource without any name.

A PUT to such an id can be repeated as often as one likes and alters no content, which an added identifier would.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias, TypeGuard
from uuid import NAMESPACE_URL, UUID, uuid5

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.server.compare import sha256
from fhir_matters.server.references import LITERAL, identifiers

NAMESPACE = uuid5(NAMESPACE_URL, "https://w3id.org/fhir-matters/transfer")
TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
DIFFERS = "The source holds it twice, with different content."

Resources: TypeAlias = Mapping[str, Any] | Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Item:
    """One resource of the source: `key` is its name there, `identity` its id elsewhere, `root` its old address."""

    key: str
    resource: dict[str, Any] = field(repr=False)
    identity: str
    root: str = ""
    problem: str = ""

    @property
    def type(self) -> str:
        """The resource type."""
        return str(self.resource["resourceType"])

    @property
    def unmistakable(self) -> bool:
        """True where the id alone says which resource this is: a UUID means one thing in the world."""
        try:
            return bool(UUID(self.identity))
        except ValueError:
            return False


@dataclass(frozen=True)
class Source:
    """All that is to be moved, and who is meant by a reference in it; `name` is an address, or empty."""

    items: tuple[Item, ...]
    name: str = ""

    def find(self, reference: str, near: Item) -> Item | None:
        """The item that a reference in `near` means (R4 Bundle, 2.36.4.1), or None where it is not in the source."""
        literal = LITERAL.fullmatch(reference)
        if literal is None:
            return self._names.get(reference)
        place = f"{literal['type']}/{literal['id']}"
        if literal["base"]:
            return self._names.get(literal["base"] + place)
        return (near.root and self._names.get(near.root + place)) or self._names.get(place) or None

    def carrying(self, kind: str, token: str) -> tuple[Item, ...]:
        """The items of a type that carry the identifier `system|value`."""
        return self._identifiers.get((kind, token), ())

    @cached_property
    def _names(self) -> dict[str, Item | None]:
        names: dict[str, Item | None] = {}
        for item in self.items:
            for name in {item.key, *_names_by_id(item)}:
                clash = names.get(name)
                names[name] = item if name == item.key or clash is None else None
        return names

    @cached_property
    def _identifiers(self) -> dict[tuple[str, str], tuple[Item, ...]]:
        found: dict[tuple[str, str], tuple[Item, ...]] = {}
        for item in self.items:
            for system, value in dict.fromkeys(identifiers(item.resource)):
                key = (item.type, f"{system}|{value}")
                found[key] = (*found.get(key, ()), item)
        return found


def source(what: Resources, *, name: str = "") -> Source:
    """The source made of one resource, one Bundle, or many of either; Bundles are opened.

    Raises InputError for what is no resource, and for an entry that asks for anything but writing one.
    """
    kept: dict[str, Item] = {}
    twins: list[Item] = []
    unnamed: Counter[str] = Counter()
    for full_url, resource in _opened([what] if isinstance(what, Mapping) else what):
        item = _item(full_url, resource, name, unnamed)
        if item.key not in kept:
            kept[item.key] = item
        elif jsonio.spelt(kept[item.key].resource) != jsonio.spelt(resource):
            twins.append(replace(item, problem=DIFFERS))
    return Source((*_apart(kept.values()), *twins), name)


def _opened(resources: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Full URL (or nothing) and resource, of everything in what was given."""
    for number, resource in enumerate(resources):
        if not _is_resource(resource):
            raise InputError(f"Number {number + 1} of what is to be moved is no FHIR resource.")
        if resource["resourceType"] != "Bundle":
            yield "", resource
            continue
        entries = resource.get("entry", [])
        for index, entry in enumerate(entries if isinstance(entries, list) else [None]):
            yield from _entry(entry, f"Bundle.entry[{index}]")


def _entry(entry: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(entry, dict):
        raise InputError("This is no entry of a Bundle.", place=place)
    request, search = _part(entry, "request"), _part(entry, "search")
    if search.get("mode") == "outcome":
        return
    if request.get("method", "PUT") not in ("PUT", "POST"):
        raise InputError(
            "This entry asks for something else than to write a resource.",
            place=place,
            next_step="Leave it out: only resources can be moved.",
        )
    resource = entry.get("resource")
    if not _is_resource(resource):
        raise InputError("This entry holds no resource.", place=place)
    full_url = entry.get("fullUrl")
    yield full_url if isinstance(full_url, str) else "", resource


def _is_resource(resource: Any) -> TypeGuard[dict[str, Any]]:
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return isinstance(kind, str) and TYPE.fullmatch(kind) is not None


def _part(entry: dict[str, Any], key: str) -> dict[str, Any]:
    part = entry.get(key)
    return part if isinstance(part, dict) else {}


def _item(full_url: str, resource: dict[str, Any], name: str, unnamed: Counter[str]) -> Item:
    own = resource.get("id")
    place = f"{resource['resourceType']}/{own}" if isinstance(own, str) else ""
    root = full_url.removesuffix(place) if place and full_url.startswith("http") and full_url.endswith(place) else ""
    if not root and name and not full_url:
        root = f"{name}/"
    key = full_url or place or _key_of_content(resource, unnamed)
    return Item(key, resource, _identity(full_url, own, f"{root}{place}" if place else key), root)


def _identity(full_url: str, own: Any, name: str) -> str:
    if isinstance(own, str) and ID.fullmatch(own) and not own.isdigit():
        return own
    if full_url.startswith("urn:uuid:") and ID.fullmatch(full_url.removeprefix("urn:uuid:")):
        return full_url.removeprefix("urn:uuid:").lower()
    return str(uuid5(NAMESPACE, name))


def _key_of_content(resource: dict[str, Any], unnamed: Counter[str]) -> str:
    """A name for what has none: its content, and which of several alike it is."""
    digest = sha256(resource)
    unnamed[digest] += 1
    return f"urn:uuid:{uuid5(NAMESPACE, f'{digest}#{unnamed[digest]}')}"


def _apart(items: Iterable[Item]) -> Iterator[Item]:
    """The items with an identity each: the second of two servers' `Patient/a` gets another one."""
    taken: set[tuple[str, str]] = set()
    for item in items:
        clash = (item.type, item.identity) in taken
        single = replace(item, identity=str(uuid5(NAMESPACE, item.key))) if clash else item
        taken.add((single.type, single.identity))
        yield single


def _names_by_id(item: Item) -> Iterator[str]:
    if isinstance(item.resource.get("id"), str):
        place = f"{item.type}/{item.resource['id']}"
        yield place
        if item.root:
            yield item.root + place
