"""Transactions and batches: many interactions in one request, together or each for itself (R4 http.html#transaction)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fhir_matters.local_server import interactions
from fhir_matters.local_server.interactions import Done
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.store import Store
from fhir_matters.server.references import conditional
from fhir_matters.server.rewrite import rewrite

# R4: deletes first, then creates, then updates, then reads.
ORDER = ("DELETE", "POST", "PUT", "GET", "HEAD")
Get = Callable[[str], Done]


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

    @property
    def kind(self) -> str:
        """The resource type that the address names."""
        return self.url.partition("?")[0].split("/")[0]

    @property
    def condition(self) -> str:
        """What stands behind the question mark, or behind `ifNoneExist`."""
        if self.method == "POST":
            return str(self.request.get("ifNoneExist") or "")
        return self.url.partition("?")[2]


def transaction(store: Store, bundle: Mapping[str, Any], get: Get) -> dict[str, Any]:
    """The response Bundle; everything was done, or, where RefusalError is raised, nothing."""
    entries = _entries(bundle)
    with store.transaction():
        for entry in entries:
            _settle(store, entry)
        _all_different(entries)
        places = {entry.full_url: f"{entry.kind}/{entry.identity}" for entry in entries if entry.identity}
        done: dict[int, Done] = {}
        for entry in sorted(entries, key=lambda each: ORDER.index(each.method)):
            done[entry.position] = _named(entry, lambda each=entry: _do(store, each, places, get))  # type: ignore[misc]
        answers = [answer(done[entry.position]) for entry in entries]
    return {"resourceType": "Bundle", "type": "transaction-response", **_listed(answers)}


def batch(store: Store, bundle: Mapping[str, Any], get: Get) -> dict[str, Any]:
    """The response Bundle, with an outcome for each entry that was refused; the others were done."""
    done: dict[int, dict[str, Any]] = {}
    entries = _entries(bundle)
    for entry in sorted(entries, key=lambda each: ORDER.index(each.method)):
        try:
            with store.transaction():
                _settle(store, entry)
                done[entry.position] = answer(_do(store, entry, {}, get))
        except RefusalError as refusal:
            done[entry.position] = {"response": {"status": str(refusal.status), "outcome": refusal.outcome}}
    return {"resourceType": "Bundle", "type": "batch-response", **_listed([done[entry.position] for entry in entries])}


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


def _entries(bundle: Mapping[str, Any]) -> list[Entry]:
    given = bundle.get("entry", [])
    if not isinstance(given, list):
        raise RefusalError(400, "structure", "Expected Bundle.entry to be a list.")
    return [_entry(position, each) for position, each in enumerate(given)]


def _entry(position: int, given: Any) -> Entry:
    request = given.get("request") if isinstance(given, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str) or request.get("method") not in ORDER:
        raise RefusalError(
            400, "required", f"Bundle.entry[{position}].request: expected a url, and one of {', '.join(ORDER)}."
        )
    return Entry(
        position,
        str(given.get("fullUrl") or ""),
        request["method"],
        request["url"].lstrip("/"),
        given.get("resource"),
        request,
    )


def _settle(store: Store, entry: Entry) -> None:
    """Know the id before anything is written, so that other entries can refer to it."""
    if entry.method == "POST":
        interactions.known(entry.kind)
        found = interactions.matching(store, entry.kind, entry.condition) if entry.condition else None
        entry.there = Done(200, found) if found else None
        entry.identity = found.id if found else str(uuid.uuid4())
    elif entry.method in ("PUT", "DELETE") and entry.condition:
        found = interactions.matching(store, entry.kind, entry.condition)
        body = entry.resource if isinstance(entry.resource, dict) else {}
        entry.identity = found.id if found else str(body.get("id") or uuid.uuid4())
    elif entry.method in ("PUT", "DELETE"):
        entry.identity = unquote(entry.url.partition("/")[2])


def _all_different(entries: list[Entry]) -> None:
    written = [(entry.kind, entry.identity) for entry in entries if entry.identity and not entry.there]
    if len(set(written)) < len(written):
        raise RefusalError(400, "duplicate", "A transaction may name the same resource only once.")
    urls = [entry.full_url for entry in entries if entry.full_url and entry.method != "GET"]
    if len(set(urls)) < len(urls):
        raise RefusalError(400, "duplicate", "A fullUrl appears twice.")


def _named(entry: Entry, do: Callable[[], Done]) -> Done:
    try:
        return do()
    except RefusalError as refusal:
        raise RefusalError(refusal.status, refusal.code, f"Bundle.entry[{entry.position}]: {refusal.message}") from None


def _do(store: Store, entry: Entry, places: Mapping[str, str], get: Get) -> Done:
    if entry.method in ("GET", "HEAD"):
        return get(entry.url)
    if entry.method == "DELETE":
        return interactions.delete(store, entry.kind, entry.identity)
    if entry.there is not None:
        return entry.there
    resource = rewrite(entry.resource, lambda reference: _literal(store, reference, places))
    if not isinstance(resource, dict) or resource.get("resourceType") != entry.kind:
        raise RefusalError(400, "invalid", f"Expected a {entry.kind} resource.")
    if entry.method == "POST":
        version, _ = store.put(resource, entry.identity, "POST")
        return Done(201, version)
    if entry.condition:
        resource = {**resource, "id": entry.identity}
    return interactions.update(store, entry.kind, entry.identity, resource, entry.request.get("ifMatch"))


def _literal(store: Store, reference: str, places: Mapping[str, str]) -> str | None:
    """What a reference becomes: the place of another entry, or of the one resource that a condition finds."""
    address, mark, fragment = reference.partition("#")
    if address in places:
        return f"{places[address]}{mark}{fragment}"
    if reference.startswith("urn:") and places:
        raise RefusalError(400, "not-found", "A reference names a fullUrl that no entry has.")
    if not places or not (asked := conditional(reference)):
        return None
    found = interactions.matching(store, asked[0], reference.partition("?")[2])
    if found is None:
        raise RefusalError(412, "not-found", f"No {asked[0]} meets the condition of a reference.")
    return f"{found.type}/{found.id}"
