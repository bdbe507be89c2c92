"""Transactions and batches: many interactions in one request, together or each for itself.

R4 http.html#transaction. How references are resolved is not known here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import unquote

from fhir_matters.errors import InputError
from fhir_matters.local_server import interactions
from fhir_matters.local_server.interactions import Done
from fhir_matters.local_server.patching import of_entry
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.resolving import Resolve, resolver
from fhir_matters.local_server.skills import Skills
from fhir_matters.local_server.store import Store

# In R4's order: deletes, creates, updates and patches, reads. What the address must be, and in words.
METHODS: dict[str, tuple[re.Pattern[str], str]] = {
    "DELETE": (re.compile(r"/?[A-Za-z]+(/[^/?]+|\?.+)"), "Type/id or Type?condition"),
    "POST": (re.compile(r"/?[A-Za-z]+"), "a resource type"),
    "PUT": (re.compile(r"/?[A-Za-z]+(/[^/?]+|\?.+)"), "Type/id or Type?condition"),
    "PATCH": (re.compile(r"/?[A-Za-z]+(/[^/?]+|\?.+)"), "Type/id or Type?condition"),
    "GET": (re.compile(r".+"), "an address"),
    "HEAD": (re.compile(r".+"), "an address"),
}
ORDER = tuple(METHODS)
Get = Callable[[str], Done]
T = TypeVar("T")


@dataclass(slots=True)
class Entry:
    """One entry of the request, and where it goes: `identity` is settled before anything is written."""

    position: int
    full_url: str
    method: str
    url: str
    resource: Any
    request: Mapping[str, Any]
    identity: str = ""
    there: Done | None = None
    kind: str = field(init=False)

    def __post_init__(self) -> None:
        # The resource type that the address names.
        self.kind = self.url.partition("?")[0].split("/")[0]

    @property
    def root(self) -> str:
        """What the relative references of the resource stand on, by its fullUrl (R4 Bundle, 2.36.4.1)."""
        path = self.full_url.rsplit("/", 2)
        return f"{path[0]}/" if len(path) == 3 and path[1] == self.kind else ""  # noqa: PLR2004 (base, type, id)

    @property
    def condition(self) -> str:
        """What stands behind the question mark, or behind `ifNoneExist`."""
        if self.method == "POST":
            return str(self.request.get("ifNoneExist") or "")
        return self.url.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Doing:
    """How entries are done: where, how a GET is answered, and, where entries may refer to each other, how."""

    store: Store
    get: Get
    skills: Skills
    resolve: Resolve | None = None

    def done(self, entry: Entry) -> Done:
        """What the entry came to."""
        if entry.method in ("GET", "HEAD"):
            return _read(entry, self.get(entry.url))
        if entry.method == "DELETE" and not entry.identity:
            return Done(204)
        if entry.there is not None:
            return entry.there
        do = {"DELETE": self._delete, "PATCH": self._patch}.get(entry.method, self._write)
        return do(entry, entry.request.get("ifMatch"))

    def _delete(self, entry: Entry, match: str | None) -> Done:
        return interactions.delete(self.store, entry.kind, entry.identity, match)

    def _patch(self, entry: Entry, match: str | None) -> Done:
        resource = entry.resource if self.resolve is None else self.resolve(entry.resource, entry.root)
        return interactions.patch(self.store, entry.kind, entry.identity, of_entry(resource, self.skills), match)

    def _write(self, entry: Entry, match: str | None) -> Done:
        resource = entry.resource
        if not isinstance(resource, dict) or resource.get("resourceType") != entry.kind:
            raise RefusalError(400, "invalid", f"Expected a {entry.kind} resource.")
        if self.resolve is not None:
            resource = self.resolve(resource, entry.root)
        if entry.condition:
            _still_nobody(self.store, entry)
        if entry.method == "POST":
            return Done(201, self.store.put(resource, entry.identity, "POST")[0])
        if entry.condition:
            resource = {**resource, "id": entry.identity}
        absent = entry.request.get("ifNoneMatch")
        return interactions.update(self.store, entry.kind, entry.identity, resource, match, if_none_match=absent)


def transaction(store: Store, bundle: Mapping[str, Any], get: Get, skills: Skills | None = None) -> dict[str, Any]:
    """The response Bundle; everything was done, or, where RefusalError is raised, nothing."""
    entries = [_entry(position, each) for position, each in enumerate(_given(bundle))]
    ordered = sorted(entries, key=lambda each: ORDER.index(each.method))
    deletes = [entry for entry in ordered if entry.method == "DELETE"]
    done: dict[int, Done] = {}
    with store.transaction():
        # Deletes first: what they take away no condition of another entry may find.
        for some in (deletes, ordered[len(deletes) :]):
            done |= _together(entries, some, Doing(store, get, skills or Skills()))
    answers = [answer(done[entry.position]) for entry in entries]
    return {"resourceType": "Bundle", "type": "transaction-response", **_listed(answers)}


def _together(entries: list[Entry], some: list[Entry], doing: Doing) -> dict[int, Done]:
    """What these of the entries came to, by position."""
    for entry in some:
        _named(entry, partial(_settle, doing.store, entry))
    _all_different(entries)
    places = {each.full_url: f"{each.kind}/{each.identity}" for each in entries if each.full_url and each.identity}
    doing = replace(doing, resolve=resolver(doing.store, places))
    return {entry.position: _named(entry, partial(doing.done, entry)) for entry in some}


def batch(store: Store, bundle: Mapping[str, Any], get: Get, skills: Skills | None = None) -> dict[str, Any]:
    """The response Bundle, with an outcome for each entry that was refused; the others were done."""
    doing = Doing(store, get, skills or Skills())
    answers = [_alone(position, each, doing) for position, each in enumerate(_given(bundle))]
    return {"resourceType": "Bundle", "type": "batch-response", **_listed(answers)}


def _alone(position: int, given: Any, doing: Doing) -> dict[str, Any]:
    try:
        entry = _entry(position, given)
        with doing.store.transaction():
            _settle(doing.store, entry)
            return answer(doing.done(entry))
    except RefusalError as error:
        refusal = error
    except InputError as error:
        refusal = RefusalError(400, "structure", error.message)
    return {"response": {"status": str(refusal.status), "outcome": refusal.outcome}}


def answer(done: Done) -> dict[str, Any]:
    """The entry of a response Bundle."""
    response: dict[str, Any] = {"status": str(done.status)}
    version = done.version
    if version is not None:
        if version.body is not None:
            response["location"] = f"{version.type}/{version.id}/_history/{version.number}"
        response |= {"etag": version.etag, "lastModified": version.updated}
    return {**({"resource": done.body} if done.body is not None else {}), "response": response}


def _listed(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"entry": entries} if entries else {}


def _given(bundle: Mapping[str, Any]) -> list[Any]:
    given = bundle.get("entry", [])
    if not isinstance(given, list):
        raise RefusalError(400, "structure", "Expected Bundle.entry to be a list.")
    return given


def _entry(position: int, given: Any) -> Entry:
    request = given.get("request") if isinstance(given, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str) or request.get("method") not in ORDER:
        raise _malformed(position, "", f"a url, and one of {', '.join(ORDER)}")
    method, url = request["method"], request["url"]
    address, expected = METHODS[method]
    if not address.fullmatch(url):
        raise _malformed(position, ".url", expected)
    for name in ("ifMatch", "ifNoneExist", "ifNoneMatch"):
        if name in request and not (isinstance(request[name], str) and request[name]):
            raise _malformed(position, f".{name}", "text")
    full_url = given.get("fullUrl", "")
    return Entry(position, str(full_url), method, url.lstrip("/"), given.get("resource"), request)


def _malformed(position: int, place: str, expected: str) -> RefusalError:
    return RefusalError(400, "structure", f"Bundle.entry[{position}].request{place}: expected {expected}.")


def _settle(store: Store, entry: Entry) -> None:
    """Know the id before anything is written, so that other entries can refer to it."""
    if entry.method in ("GET", "HEAD"):
        return
    interactions.known(entry.kind)
    if entry.method == "POST":
        found = interactions.matching(store, entry.kind, entry.condition) if entry.condition else None
        entry.there = Done(200, found) if found else None
        entry.identity = found.id if found else str(uuid.uuid4())
    elif entry.method == "PUT" and "?" in entry.url:
        body = entry.resource if isinstance(entry.resource, dict) else {}
        entry.identity = interactions.meant(store, entry.kind, entry.condition, body)
    elif entry.method == "DELETE" and "?" in entry.url:
        found = interactions.matching(store, entry.kind, entry.condition)
        entry.identity = found.id if found else ""
    elif entry.method == "PATCH" and "?" in entry.url:
        entry.identity = interactions.surely(store, entry.kind, entry.condition).id
    elif entry.method in ("PUT", "PATCH", "DELETE"):
        entry.identity = unquote(entry.url.partition("/")[2])


def _all_different(entries: list[Entry]) -> None:
    written = [(entry.kind, entry.identity) for entry in entries if entry.identity and not entry.there]
    if len(set(written)) < len(written):
        raise RefusalError(400, "duplicate", "A transaction may name the same resource only once.")
    urls = [entry.full_url for entry in entries if entry.full_url and entry.method not in ("GET", "HEAD")]
    if len(set(urls)) < len(urls):
        raise RefusalError(400, "duplicate", "A fullUrl appears twice.")


def _named(entry: Entry, do: Callable[[], T]) -> T:
    """What it returns; a refusal says which entry it is about."""
    try:
        return do()
    except RefusalError as refusal:
        raise RefusalError(refusal.status, refusal.code, f"Bundle.entry[{entry.position}]: {refusal.message}") from None


def _read(entry: Entry, done: Done) -> Done:
    """What was read, without the resource where only its head was asked for, or the client has it already."""
    if done.version is not None and entry.request.get("ifNoneMatch") == done.version.etag:
        return Done(304, done.version)
    return done if entry.method == "GET" else replace(done, body=None)


def _still_nobody(store: Store, entry: Entry) -> None:
    """Two entries under one condition must not both come into being."""
    found = interactions.matching(store, entry.kind, entry.condition)
    if found is not None and found.id != entry.identity:
        raise RefusalError(400, "duplicate", "Another entry of the transaction meets the same condition.")
