"""What can be done with one resource: create, read, update, delete, history. Knows versions and conditions, no HTTP."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from fhir_matters.local_server.parameters import TYPES
from fhir_matters.local_server.refusals import RefusalError, absent
from fhir_matters.local_server.search import search
from fhir_matters.local_server.store import Store, Version

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
# What a patch makes of a resource, which itself stays as it is.
Change: TypeAlias = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What an interaction came to: the status, the version that it is about, and an outcome or bundle to show."""

    status: int
    version: Version | None = None
    body: dict[str, Any] | None = field(default=None, repr=False)


def known(kind: str) -> str:
    """The type. Raises RefusalError (404) where R4 has none of that name."""
    if kind not in TYPES:
        raise RefusalError(404, "not-found", "R4 has no resource type of that name.")
    return kind


def read(store: Store, kind: str, identity: str) -> Version:
    """The current version. Raises RefusalError: 404 where there never was one, 410 where it was deleted."""
    found = store.newest(known(kind), identity)
    if found is None or found.body is None:
        raise absent(kind, identity, deleted=found is not None)
    return found


def vread(store: Store, kind: str, identity: str, number: str) -> Version:
    """That version. Raises RefusalError as `read` does."""
    found = store.version(known(kind), identity, number)
    if found is None or found.body is None:
        raise absent(kind, f"{identity}/_history/{number}", deleted=found is not None)
    return found


def create(store: Store, kind: str, resource: Any, if_none_exist: str | None = None) -> Done:
    """201 with a new id, or, under a condition, 200 with the one that is there.

    Raises RefusalError: 412 where the condition finds several (R4 http.html#ccreate).
    """
    body = of_type(resource, kind)
    with store.transaction():
        if if_none_exist is not None and (found := matching(store, kind, if_none_exist)) is not None:
            return Done(200, found)
        version, _ = store.put(body, str(uuid.uuid4()), "POST")
        return Done(201, version)


def update(
    store: Store,
    kind: str,
    identity: str,
    resource: Any,
    if_match: str | None = None,
    *,
    if_none_match: str | None = None,
) -> Done:
    """200, or 201 where the client brought the id of a new resource; equal content makes no new version.

    Raises RefusalError: 400 where the ids differ, 412 where `If-Match` names another version, and where
    `If-None-Match` is `*` and there is one (RFC 9110, 13.1.2).
    """
    body = of_type(resource, kind)
    if body.get("id") != identity:
        raise RefusalError(400, "invalid", "Expected the id of the address in the resource too.")
    if not ID.fullmatch(identity):
        raise RefusalError(400, "value", "An id is 1 to 64 of A-Z, a-z, 0-9, - and full stop.")
    with store.transaction():
        before = store.newest(kind, identity)
        _unchanged(before, if_match)
        if (if_none_match or "").strip() == "*":
            _absent(before)
        version, new = store.put_after(before, body, identity)
        return Done(201 if new else 200, version)


def update_where(store: Store, kind: str, condition: str, resource: Any, if_match: str | None = None) -> Done:
    """Conditional update (R4 http.html#cond-update): the one that is found, or a new one."""
    body = of_type(resource, kind)
    with store.transaction():
        identity = meant(store, kind, condition, body)
        return update(store, kind, identity, {**body, "id": identity}, if_match)


def meant(store: Store, kind: str, condition: str, body: Mapping[str, Any]) -> str:
    """The id that a conditional update writes to: that of the one found, else the resource's own, else a new one.

    Raises RefusalError as `matching`, and 400 where the resource says another id than the one found has.
    """
    found = matching(store, kind, condition)
    if found and body.get("id") not in (None, found.id):
        raise RefusalError(400, "invalid", "The resource that the condition finds has another id.")
    return found.id if found else str(body.get("id") or uuid.uuid4())


def patch(store: Store, kind: str, identity: str, change: Change, if_match: str | None = None) -> Done:
    """200 with what the change made of the current version (R4 http.html#patch); equal content makes no new version.

    Raises RefusalError: 404 and 410 as `read`, 412 as `update`, 422 where it would be another resource afterwards.
    """
    with store.transaction():
        before = read(store, kind, identity)
        _unchanged(before, if_match)
        after = change(before.resource)
        if not isinstance(after, dict) or (after.get("resourceType"), after.get("id")) != (kind, identity):
            raise RefusalError(422, "processing", "A patch does not change which resource this is.")
        return Done(200, store.put(of_type(after, kind), identity, "PATCH")[0])


def patch_where(store: Store, kind: str, condition: str, change: Change, if_match: str | None = None) -> Done:
    """Conditional patch: 404 where the condition finds none, and as `matching` and `patch`."""
    with store.transaction():
        return patch(store, kind, surely(store, kind, condition).id, change, if_match)


def surely(store: Store, kind: str, condition: str) -> Version:
    """The one resource that the condition finds. Raises RefusalError: 404 for none, else as `matching`."""
    found = matching(store, kind, condition)
    if found is None:
        raise RefusalError(404, "not-found", f"No {kind} meets the condition.")
    return found


def delete(store: Store, kind: str, identity: str, if_match: str | None = None) -> Done:
    """204, also where there is nothing to delete (R4 http.html#delete). Raises RefusalError (412) as `update`."""
    known(kind)
    with store.transaction():
        if if_match is not None:
            _unchanged(store.newest(kind, identity), if_match)
        return Done(204, store.delete(kind, identity))


def delete_where(store: Store, kind: str, condition: str, if_match: str | None = None) -> Done:
    """Conditional delete of at most one resource (R4 http.html#3.1.0.7.1). Raises RefusalError as `matching`."""
    with store.transaction():
        found = matching(store, kind, condition)
        return delete(store, kind, found.id, if_match) if found else Done(204)


def matching(store: Store, kind: str, condition: str) -> Version | None:
    """The one resource that a condition such as `identifier=system|value` finds, or None.

    Raises RefusalError: 412 where it finds several, 400 where it asks for nothing that is known here.
    """
    # Some clients send the whole address (HAPI's own does), or the type.
    query = re.sub(rf"\A(?:https?://[^?]*/)?(?:{re.escape(kind)})?\?", "", condition)
    wanted = search(known(kind), parse_qsl(query, keep_blank_values=True), strict=True)
    if not wanted.conditions:
        raise RefusalError(400, "invalid", "Expected a condition such as identifier=system|value.")
    found = wanted.versions(store, 2)
    if len(found) > 1:
        raise RefusalError(412, "multiple-matches", f"Several {kind} resources meet the condition.")
    return found[0] if found else None


def of_type(resource: Any, kind: str) -> dict[str, Any]:
    """The resource. Raises RefusalError (400) where it is none of this type, or cannot carry what the server writes."""
    known(kind)
    if not isinstance(resource, Mapping) or resource.get("resourceType") != kind:
        raise RefusalError(400, "invalid", f"Expected a resource of type {kind}.")
    if not isinstance(resource.get("meta", {}), Mapping):
        raise RefusalError(400, "structure", "Expected meta to be an object.")
    return dict(resource)


def _absent(version: Version | None) -> None:
    if version is not None and version.body is not None:
        raise RefusalError(412, "conflict", "The resource is there already, and If-None-Match asks that it is not.")


def _unchanged(version: Version | None, if_match: str | None) -> None:
    if if_match is not None and (version is None or version.body is None or if_match.strip() != version.etag):
        raise RefusalError(412, "conflict", "The resource is not in the version that If-Match names.")
