"""What is more than one resource: search results, histories, `$everything`, `$validate`, and what the server can do."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from fhir_matters.local_server.interactions import known, read
from fhir_matters.local_server.parameters import TYPES, parameters
from fhir_matters.local_server.refusals import RefusalError, outcome
from fhir_matters.local_server.search import search
from fhir_matters.local_server.store import Store, Version

PAGE, MOST = 50, 1000
SNAPSHOTS = 200
Validate = Callable[[dict[str, Any], Sequence[str]], dict[str, Any]]


@dataclass(slots=True)
class Snapshot:
    """What one search found, in its order, so that every page is cut from the same list."""

    kind: str
    seqs: list[int]
    extra: list[dict[str, Any]] = field(default_factory=list)


class Pages:
    """The searches that clients are still reading; the oldest is forgotten first."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()

    def first(self, snapshot: Snapshot, base: str, asked: str, count: int) -> dict[str, Any]:
        """The first page; `asked` is the address that was asked for."""
        cursor = ""
        if len(snapshot.seqs) > count:
            cursor = uuid.uuid4().hex
            self._kept[cursor] = snapshot
            while len(self._kept) > SNAPSHOTS:
                self._kept.popitem(last=False)
        return self._page(snapshot, base, asked, cursor, 0, count)

    def next(self, base: str, cursor: str, offset: int, count: int) -> dict[str, Any]:
        """A later page. Raises RefusalError (410) where the search is forgotten."""
        snapshot = self._kept.get(cursor)
        if snapshot is None:
            raise RefusalError(410, "expired", "These results are no longer kept: search again.")
        return self._page(snapshot, base, f"{base}?{_cursor(cursor, offset, count)}", cursor, offset, count)

    def _page(  # noqa: PLR0917 (a page is that much)
        self, snapshot: Snapshot, base: str, asked: str, cursor: str, offset: int, count: int
    ) -> dict[str, Any]:
        links = [{"relation": "self", "url": asked}]
        if offset + count < len(snapshot.seqs):
            links.append({"relation": "next", "url": f"{base}?{_cursor(cursor, offset + count, count)}"})
        versions = _by_seq(self.store, snapshot.seqs[offset : offset + count])
        entries = [_listed(version, base, snapshot.kind) for version in versions] + snapshot.extra
        page = {"resourceType": "Bundle", "type": snapshot.kind, "total": len(snapshot.seqs), "link": links}
        return {**page, "entry": entries} if entries else page


def _cursor(cursor: str, offset: int, count: int) -> str:
    return f"_cursor={cursor}&_offset={offset}&_count={count}"


def _by_seq(store: Store, seqs: Sequence[int]) -> list[Version]:
    marks = ",".join("?" * len(seqs))
    found = {each.seq: each for each in store.versions(f"WHERE version.seq IN ({marks})", list(seqs))}
    return [found[seq] for seq in seqs]


def _listed(version: Version, base: str, kind: str) -> dict[str, Any]:
    place = f"{version.type}/{version.id}"
    entry: dict[str, Any] = {"fullUrl": f"{base}/{place}"}
    if version.body is not None:
        entry["resource"] = orjson.Fragment(version.body)
    if kind == "searchset":
        return entry | {"search": {"mode": "match"}}
    url = version.type if version.method == "POST" else place
    status = {"POST": "201", "DELETE": "204"}.get(version.method, "201" if version.number == 1 else "200")
    response = {"status": status, "etag": version.etag, "lastModified": version.updated}
    return entry | {"request": {"method": version.method, "url": url}, "response": response}


def counted(asked: Iterable[tuple[str, str]]) -> int:
    """How many entries to a page. Raises RefusalError (400) where `_count` is no number."""
    given = dict(asked).get("_count", str(PAGE))
    if not given.isdecimal():
        raise RefusalError(400, "value", "Expected a number for _count.")
    return min(int(given), MOST) or MOST


def found(store: Store, kind: str, asked: Sequence[tuple[str, str]], *, strict: bool) -> Snapshot:
    """What a search finds, and an outcome that names the parameters that nobody here knows."""
    wanted = search(known(kind), asked, strict=strict)
    extra = []
    if wanted.unknown:
        message = f"Not searched by {', '.join(wanted.unknown)}: not known here, so ignored."
        extra.append({"resource": outcome("warning", "not-supported", message), "search": {"mode": "outcome"}})
    return Snapshot("searchset", wanted.ids(store), extra)


def only_counted(asked: Iterable[tuple[str, str]]) -> bool:
    """True where the client wants the total and no entries."""
    given = dict(asked)
    return given.get("_summary") == "count" or given.get("_count") == "0"


def history(store: Store, kind: str = "", identity: str = "") -> Snapshot:
    """Every version, newest first: of one resource, of one type, or of everything."""
    chosen = [(name, value) for name, value in (("type", kind), ("id", identity)) if value]
    where = " AND ".join(f"{name} = ?" for name, _ in chosen) or "1"
    sql = f"SELECT seq FROM version WHERE {where} ORDER BY seq DESC"  # noqa: S608 (ours alone)
    seqs = [seq for (seq,) in store.query(sql, [value for _, value in chosen])]
    if identity and not seqs:
        raise RefusalError(404, "not-found", f"There is no {kind}/{identity} here.")
    return Snapshot("history", seqs)


# The patient, what refers to the patient, what says something about that, and all that any of it refers to,
# other patients apart.
_EVERYTHING = """
WITH RECURSIVE about(type, id) AS (
    SELECT 'Patient', ?1 UNION SELECT type, id FROM link WHERE to_type = 'Patient' AND to_id = ?1 AND type <> 'Patient'
    UNION SELECT link.type, link.id FROM link JOIN about ON link.to_type = about.type AND link.to_id = about.id
        WHERE link.type IN ('Provenance', 'AuditEvent') AND about.type <> 'Provenance' AND about.type <> 'AuditEvent'
), whole(type, id) AS (
    SELECT type, id FROM about
    UNION SELECT to_type, to_id FROM link JOIN whole ON link.type = whole.type AND link.id = whole.id
        WHERE to_type <> 'Patient'
)
SELECT seq FROM current JOIN whole USING(type, id) ORDER BY type <> 'Patient', seq
"""


def everything(store: Store, identity: str) -> Snapshot:
    """One patient, all that is about them, and the people, places and things that it names. 404 as `read`."""
    read(store, "Patient", identity)
    return Snapshot("searchset", [seq for (seq,) in store.query(_EVERYTHING, (identity,))])


def validated(validate: Validate | None, kind: str, body: Any, asked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The validator's OperationOutcome on a bare resource, or on the one inside Parameters.

    Raises RefusalError: 501 where the server has no validator, 400 where there is no resource of that type.
    """
    if validate is None:
        raise RefusalError(501, "not-supported", "This server was started without a validator.")
    profiles = [value for name, value in asked if name == "profile"]
    resource = body
    if isinstance(body, dict) and body.get("resourceType") == "Parameters" and kind != "Parameters":
        given = [each for each in body.get("parameter", ()) if isinstance(each, dict)]
        resource = next((each.get("resource") for each in given if each.get("name") == "resource"), None)
        named = [each for each in given if each.get("name") == "profile"]
        texts = [each.get(f"value{kind_}") for each in named for kind_ in ("Uri", "Canonical", "String", "Url")]
        profiles += [text for text in texts if isinstance(text, str)]
    if not isinstance(resource, dict) or resource.get("resourceType") != kind:
        raise RefusalError(400, "invalid", f"Expected a {kind} resource.")
    return validate(resource, profiles)


INTERACTIONS = ("read", "vread", "update", "delete", "history-instance", "history-type", "create", "search-type")


def capabilities(version: str, updated: str, *, validates: bool) -> dict[str, Any]:
    """The CapabilityStatement: what works, and nothing else. `updated` is when the server was started."""
    operation = {"name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate"}
    rest = {
        "mode": "server",
        "resource": [_of_type(kind) for kind in sorted(TYPES)],
        "interaction": [{"code": code} for code in ("transaction", "batch", "history-system")],
        **({"operation": [operation]} if validates else {}),
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": updated,
        "kind": "instance",
        "software": {"name": "fhir-matters", "version": version},
        "implementation": {"description": "An embedded server for trying and testing: no access control."},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [rest],
    }


def _of_type(kind: str) -> dict[str, Any]:
    everything_ = {"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"}
    named = [{"name": "_id", "type": "token"}]
    named += [{"name": each.name, "type": each.kind} for each in parameters(kind).values()]
    return {
        "type": kind,
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalUpdate": True,
        "searchParam": named,
        **({"operation": [everything_]} if kind == "Patient" else {}),
    }
