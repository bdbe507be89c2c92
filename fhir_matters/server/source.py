"""What is to be moved: each resource with the names by which others refer to it, and its identity elsewhere.

The identity decides whether running again doubles anything, so it is never drawn by lot. In this order:

1. the resource's own id, where any server accepts it from a client (HAPI refuses one of digits alone);
2. the UUID of its `urn:uuid` fullUrl;
3. a UUID made from its name in the source (fullUrl, or the source's address and `Type/id`);
4. a UUID made from its content, for a resource without any name.

A PUT to such an id can be repeated as often as one likes and alters no content, which an added identifier would.
Resources are taken one after the other and put on a shelf: only a portion of them is ever in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias, TypeGuard
from uuid import NAMESPACE_URL, UUID, uuid5

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.server.compare import sha256
from fhir_matters.server.references import LITERAL, identifiers, texts
from fhir_matters.server.shelf import PORTION, WEIGHT, Kept, Shelf

NAMESPACE = uuid5(NAMESPACE_URL, "https://w3id.org/fhir-matters/transfer")
TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
DIFFERS = "The source holds it twice, with different content."
REMEMBERED, FEW = 16384, 10
# How what is said of bytes begins, as `jsonio.write` has it: see `attachments.py`.
STATING = (b'"data":"', b'"hash":', b'"size":')

Resources: TypeAlias = Mapping[str, Any] | Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Name:
    """Who is meant by a reference: `key` is its name in the source, `goes` its id on the target."""

    number: int
    key: str
    type: str
    identity: str
    goes: str
    root: str
    problem: str
    sha256: str
    version: str

    @property
    def place(self) -> str:
        """Its `Type/id` on the target."""
        return f"{self.type}/{self.goes}"

    @property
    def unmistakable(self) -> bool:
        """True where the id alone says which resource this is: a UUID means one thing in the world."""
        try:
            return bool(UUID(self.identity))
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Item(Name):
    """One resource of the source, with all that is known of it."""

    resource: dict[str, Any] = field(repr=False, compare=False)


# Bytes of JSON whose resources are read once alone; a dict takes some eight times as much.
IN_MEMORY = 12 * 1024 * 1024
COLUMNS = "number, key, type, identity, goes, root, problem, sha256, version"
UNREAD = "SELECT number, data FROM body WHERE number IN"


class Items(Kept[Item]):
    """The resources of a source, read from the shelf when they are asked for; the first of them stay in memory."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self._read: dict[int, dict[str, Any]] = {}
        self._room = IN_MEMORY

    def made(self, numbers: Sequence[int]) -> list[Item]:
        """The items with these numbers; their resources are everybody's, and nobody changes one."""
        rows = self._rows(f"SELECT {COLUMNS} FROM item WHERE number IN", numbers)  # noqa: S608 (ours)
        unread = self._rows(UNREAD, [number for number in numbers if number not in self._read])
        read = {number: self._resource(number, data) for number, data in unread}
        return [Item(*(*row, read.get(row[0]) or self._read[row[0]])) for row in rows]

    def _resource(self, number: int, data: bytes) -> dict[str, Any]:
        resource: dict[str, Any] = jsonio.read(data)
        self.keep(number, resource, len(data))
        return resource

    def keep(self, number: int, resource: dict[str, Any], size: int) -> None:
        """The resource of so many bytes, as reading it from the shelf would give it, stays if there is room."""
        if size <= self._room:
            self._room -= size
            self._read[number] = resource


class Names(Kept[Name]):
    """What a source holds, without the resources themselves."""

    def made(self, numbers: Sequence[int]) -> list[Name]:
        """The names with these numbers."""
        return [Name(*row) for row in self._rows(f"SELECT {COLUMNS} FROM item WHERE number IN", numbers)]  # noqa: S608 (ours)


class Source:
    """All that is to be moved, and who is meant by a reference in it; `name` is an address, or empty."""

    def __init__(self, shelf: Shelf, name: str = "") -> None:
        self.shelf, self.name = shelf, name
        self.items, self.names = Items(shelf), Names(shelf)
        self._found = lru_cache(REMEMBERED)(self._look_up)
        self._texts: dict[int, frozenset[str]] = {}
        self.carrying = lru_cache(REMEMBERED)(self._carrying)

    def find(self, reference: str, near: Name) -> Name | None:
        """The item that a reference in `near` means (R4 Bundle, 2.36.4.1), or None where it is not in the source."""
        return self._found(reference, near.root)

    def texts(self, item: Item) -> frozenset[str]:
        """What the references in an item say, each once; asked for more than once of each."""
        said = self._texts.get(item.number)
        if said is None:
            said = frozenset(texts(item.resource))
            if len(said) <= FEW and len(self._texts) < REMEMBERED:
                self._texts[item.number] = said
        return said

    def identifiers(self, items: Iterable[Name]) -> dict[int, list[tuple[str, str]]]:
        """The business identifiers of each of a portion of items that are in use, each once; by its number."""
        found: dict[int, list[tuple[str, str]]] = {item.number: [] for item in items}
        sql = f"SELECT number, system, value FROM token WHERE number IN ({','.join(map(str, found))})"  # noqa: S608 (ours)
        for number, system, value in self.shelf.rows(sql):
            found[number].append((system, value))
        return found

    def _carrying(self, kind: str, token: str) -> tuple[int, ...]:
        """The numbers of the items of a type that carry the identifier `system|value`."""
        rows = self.shelf.rows("SELECT number FROM token WHERE type = ? AND token = ?", (kind, token))
        return tuple(number for (number,) in rows)

    def settle(self, number: int, *, goes: str = "", problem: str = "") -> None:
        """The item is to go to another id, or nowhere."""
        if goes:
            self.shelf.do("UPDATE item SET goes = ? WHERE number = ?", (goes, number))
        if problem:
            self.shelf.do("UPDATE item SET problem = ?, goes = identity WHERE number = ?", (problem, number))
        self._found.cache_clear()

    def _look_up(self, reference: str, root: str) -> Name | None:
        literal = LITERAL.fullmatch(reference)
        if literal is None:
            return self._named(reference)
        place = f"{literal['type']}/{literal['id']}"
        if literal["base"]:
            return self._named(literal["base"] + place)
        return (self._named(root + place) if root else None) or self._named(place)

    def _named(self, name: str) -> Name | None:
        """The first that has this name of its own, or else the only one that is called so."""
        rows = self.shelf.rows("SELECT own, number FROM name WHERE name = ? ORDER BY own DESC, number LIMIT 2", (name,))
        if not rows or (len(rows) > 1 and not rows[0][0]):
            return None
        return self.names.made([rows[0][1]])[0]


def source(what: Resources, *, name: str = "", fresh: bool = False) -> Source:
    """The source made of one resource, one Bundle, or many of either; Bundles are opened.

    `fresh`: each is as `jsonio.read` gave it and nobody else's, so that it can stay in memory as it is.
    Raises InputError for what is no resource, and for an entry that asks for anything but writing one.
    """
    made = Source(Shelf(), name)
    for _ in arriving(made, what, fresh=fresh):
        pass
    return made


def arriving(source: Source, what: Resources, *, fresh: bool = False) -> Iterator[list[int]]:
    """Takes what `source` is to hold, and tells the numbers of each portion when it is on the shelf; as `source`."""
    taking = Taking(source.shelf, source.name, source.items.keep if fresh else None)
    begun = load = 0
    for full_url, resource in _opened([what] if isinstance(what, Mapping) else what):
        taking.take(full_url, resource)
        if taking.count - begun == PORTION or taking.load - load > WEIGHT:
            yield list(range(begun, taking.count))
            begun, load = taking.count, taking.load
    if taking.count > begun:
        yield list(range(begun, taking.count))


class Taking:
    """Puts one resource after the other on the shelf, each once; `keep` is told the number, itself, and its size.

    `count` and `load`: how many there are, and of how many bytes.
    """

    def __init__(self, shelf: Shelf, name: str, keep: Callable[[int, dict[str, Any], int], None] | None = None) -> None:
        self.shelf, self._name, self._keep = shelf, name, keep
        self.count = self.load = 0

    def take(self, full_url: str, resource: dict[str, Any]) -> None:
        """The resource is on the shelf, under this full URL if it has one."""
        own = resource.get("id")
        place = f"{resource['resourceType']}/{own}" if isinstance(own, str) else ""
        if place and self._name and not full_url:
            full_url = f"{self._name}/{place}"
        on_server = place and full_url.startswith("http") and full_url.endswith(f"/{place}")
        root = full_url.removesuffix(place) if on_server else ""
        digest = sha256(resource)
        key = full_url or place or self._key_of_content(digest)
        before = self.shelf.one("SELECT number FROM name WHERE name = ? AND own = 1", (key,))
        if before is not None and self._same(before[0], resource):
            return
        problem = DIFFERS if before is not None else ""
        identity = _identity(full_url, own, f"{root}{place}" if place else key)
        if not problem and self._taken(str(resource["resourceType"]), identity):
            identity = str(uuid5(NAMESPACE, key))
        self._put((key, resource["resourceType"], identity, identity, root, problem, digest), resource)
        names = {key: 1} if not place else {place: 0, **({root + place: 0} if root else {}), key: 1}
        self.shelf.many("INSERT INTO name VALUES (?, ?, ?)", [(each, own_, self.count) for each, own_ in names.items()])
        self.count += 1

    def _put(self, known: tuple[str, ...], resource: dict[str, Any]) -> None:
        meta, body = resource.get("meta"), jsonio.write(resource)
        version = meta.get("versionId") if isinstance(meta, dict) else None
        row = (self.count, *known, version if isinstance(version, str) else "", len(body))
        self.shelf.do("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.shelf.do("INSERT INTO body VALUES (?, ?)", (self.count, body))
        self.load += len(body)
        if self._keep is not None:
            self._keep(self.count, resource, len(body))
        if any(each in body for each in STATING):
            self.shelf.do("INSERT INTO stating VALUES (?, NULL)", (self.count,))
        tokens = {(resource["resourceType"], "|".join(pair), self.count, *pair) for pair in identifiers(resource)}
        self.shelf.many("INSERT OR IGNORE INTO token VALUES (?, ?, ?, ?, ?)", tokens)

    def _same(self, number: int, resource: dict[str, Any]) -> bool:
        (body,) = self.shelf.rows("SELECT data FROM body WHERE number = ?", (number,))[0]
        return jsonio.spelt(jsonio.read(body)) == jsonio.spelt(resource)

    def _taken(self, kind: str, identity: str) -> bool:
        """True where another has this identity: the second of two servers' `Patient/a` gets another one."""
        return self.shelf.one("SELECT 1 FROM item WHERE type = ? AND identity = ?", (kind, identity)) is not None

    def _key_of_content(self, digest: str) -> str:
        """A name for what has none: its content, and which of several alike it is."""
        sql = "INSERT INTO alike VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count"
        (count,) = self.shelf.rows(sql, (digest,))[0]
        return f"urn:uuid:{uuid5(NAMESPACE, f'{digest}#{count}')}"


def _opened(resources: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Full URL (or nothing) and resource, of everything in what was given."""
    for number, resource in enumerate(resources):
        if not _is_resource(resource):
            raise InputError(
                f"Number {number + 1} of what is to be moved is no FHIR resource.",
                next_step="Expected JSON with a resourceType: leave it out, or turn it into FHIR first.",
            )
        if resource["resourceType"] != "Bundle":
            yield "", resource
            continue
        entries = resource.get("entry", [])
        for index, entry in enumerate(entries if isinstance(entries, list) else [None]):
            yield from _entry(entry, f"Bundle.entry[{index}]")


def _entry(entry: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(entry, dict):
        raise InputError(
            "This is no entry of a Bundle.", place=place, next_step="Expected a list of objects with a resource each."
        )
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
        raise InputError(
            "This entry holds no resource.",
            place=place,
            next_step="Leave it out, or give it the resource that it is about.",
        )
    full_url = entry.get("fullUrl")
    yield full_url if isinstance(full_url, str) else "", resource


def _is_resource(resource: Any) -> TypeGuard[dict[str, Any]]:
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return isinstance(kind, str) and TYPE.fullmatch(kind) is not None


def _part(entry: dict[str, Any], key: str) -> dict[str, Any]:
    part = entry.get(key)
    return part if isinstance(part, dict) else {}


def _identity(full_url: str, own: Any, name: str) -> str:
    if isinstance(own, str) and ID.fullmatch(own) and not own.isdigit():
        return own
    if full_url.startswith("urn:uuid:") and ID.fullmatch(full_url.removeprefix("urn:uuid:")):
        return full_url.removeprefix("urn:uuid:").lower()
    return str(uuid5(NAMESPACE, name))
