"""What is more than one resource: search results, histories, `$everything`; `$validate`; codes. Knows no HTTP."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from fhir_matters import jsonio
from fhir_matters.local_server.interactions import known, read
from fhir_matters.local_server.joining import Join, brought, join
from fhir_matters.local_server.periods import period
from fhir_matters.local_server.refusals import RefusalError, absent, outcome
from fhir_matters.local_server.search import search
from fhir_matters.local_server.skills import Codes, Validate
from fhir_matters.local_server.store import Store, Version

PAGE, MOST = 50, 1000
SNAPSHOTS = 200
# More are no number that anybody means.
DIGITS = 9
CODE_OPERATIONS = ("ValueSet/$validate-code", "ValueSet/$expand", "CodeSystem/$validate-code")


@dataclass(slots=True)
class Snapshot:
    """What one search found, in its order, so that every page is cut from the same list."""

    kind: str
    seqs: list[int]
    extra: list[dict[str, Any]] = field(default_factory=list)
    joins: tuple[Join, ...] = ()
    elements: frozenset[str] = frozenset()


class Pages:
    """The searches that clients are still reading; what nobody asked for longest is forgotten first."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def first(self, snapshot: Snapshot, base: str, url: str, asked: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """The first page; `url` is the address that was asked for, and `asked` its parameters."""
        if snapshot.kind == "searchset" and only_counted(asked):
            return {"resourceType": "Bundle", "type": "searchset", "total": len(snapshot.seqs)}
        cursor, count = "", counted(asked)
        if len(snapshot.seqs) > count:
            cursor = uuid.uuid4().hex
            with self._lock:
                self._kept[cursor] = snapshot
                if len(self._kept) > SNAPSHOTS:
                    self._kept.popitem(last=False)
        return self._page(snapshot, base, url, cursor, 0, count)

    def next(self, base: str, cursor: str, offset: int, count: int) -> dict[str, Any]:
        """A later page. Raises RefusalError (410) where the search is forgotten."""
        with self._lock:
            snapshot = self._kept.get(cursor)
            if snapshot is None:
                raise RefusalError(410, "expired", "These results are no longer kept: search again.")
            self._kept.move_to_end(cursor)
        return self._page(snapshot, base, f"{base}?{_cursor(cursor, offset, count)}", cursor, offset, count)

    def _page(  # noqa: PLR0917 (a page is that much)
        self, snapshot: Snapshot, base: str, asked: str, cursor: str, offset: int, count: int
    ) -> dict[str, Any]:
        links = [{"relation": "self", "url": asked}]
        if offset + count < len(snapshot.seqs):
            links.append({"relation": "next", "url": f"{base}?{_cursor(cursor, offset + count, count)}"})
        seqs = snapshot.seqs[offset : offset + count]
        others = self.store.chosen(brought(self.store, snapshot.joins, seqs))
        entries = [_listed(version, base, snapshot.kind) for version in self.store.chosen(seqs)]
        if snapshot.elements:
            entries = [entry | {"resource": _reduced(entry["resource"], snapshot.elements)} for entry in entries]
        entries += [_listed(version, base, snapshot.kind, "include") for version in others] + snapshot.extra
        page = {"resourceType": "Bundle", "type": snapshot.kind, "total": len(snapshot.seqs), "link": links}
        return {**page, "entry": entries} if entries else page


def _cursor(cursor: str, offset: int, count: int) -> str:
    return f"_cursor={cursor}&_offset={offset}&_count={count}"


def _listed(version: Version, base: str, kind: str, mode: str = "match") -> dict[str, Any]:
    place = f"{version.type}/{version.id}"
    entry: dict[str, Any] = {"fullUrl": f"{base}/{place}"}
    if version.body is not None:
        entry["resource"] = orjson.Fragment(version.body)
    if kind == "searchset":
        return entry | {"search": {"mode": mode}}
    url = version.type if version.method == "POST" else place
    status = {"POST": "201", "DELETE": "204"}.get(version.method, "201" if version.number == 1 else "200")
    response = {"status": status, "etag": version.etag, "lastModified": version.updated}
    return entry | {"request": {"method": version.method, "url": url}, "response": response}


def _reduced(body: Any, elements: frozenset[str]) -> dict[str, Any]:
    """The resource with these elements alone, and marked as not whole (R4 Search, 3.1.1.5.9)."""
    kept = elements | {"resourceType", "id", "meta", "implicitRules", "modifierExtension"}
    resource: dict[str, Any] = jsonio.read(jsonio.write(body))
    meta = resource.get("meta", {})
    tags = meta.get("tag") if isinstance(meta.get("tag"), list) else []
    resource["meta"] = {**meta, "tag": [*(tags or ()), SUBSETTED]}
    return {key: value for key, value in resource.items() if key.removeprefix("_") in kept}


SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def counted(asked: Iterable[tuple[str, str]]) -> int:
    """How many entries to a page. Raises RefusalError (400) where `_count` is no number."""
    given = dict(asked).get("_count", str(PAGE))
    if not given.isdecimal():
        raise RefusalError(400, "value", "Expected a number for _count.")
    return MOST if len(given) > DIGITS else min(int(given), MOST) or MOST


def found(store: Store, kind: str, asked: Sequence[tuple[str, str]], *, strict: bool) -> Snapshot:
    """What a search finds, and an outcome that names the parameters that nobody here knows."""
    joins = {pair: join(kind, *pair) for pair in asked}
    wanted = search(known(kind), [pair for pair in asked if joins[pair] is None], strict=strict)
    extra = []
    if wanted.unknown:
        message = f"Not searched by {', '.join(wanted.unknown)}: not known here, so ignored."
        told = outcome("warning", "not-supported", message)
        extra.append({"fullUrl": f"urn:uuid:{uuid.uuid4()}", "resource": told, "search": {"mode": "outcome"}})
    elements = frozenset(each for each in dict(asked).get("_elements", "").split(",") if each)
    return Snapshot("searchset", wanted.ids(store), extra, tuple(filter(None, joins.values())), elements)


def only_counted(asked: Iterable[tuple[str, str]]) -> bool:
    """True where the client wants the total and no entries."""
    given = dict(asked)
    return given.get("_summary") == "count" or given.get("_count") == "0"


def history(store: Store, kind: str = "", identity: str = "", since: str = "") -> Snapshot:
    """Every version, newest first: of one resource, of one type, or of everything, since an instant if one is given.

    Raises RefusalError: 404 where there never was such a resource, 400 where `since` is no date.
    """
    low = period(since.replace(" ", "+"))[0]
    if since and not low:
        raise RefusalError(400, "value", "Expected an instant for _since.")
    chosen = {"type = ?": kind, "id = ?": identity, "updated >= ?": low and f"{low[:-3]}Z"}
    where = " AND ".join(text for text, value in chosen.items() if value) or "1"
    sql = f"SELECT seq FROM version WHERE {where} ORDER BY seq DESC"  # noqa: S608 (ours alone)
    seqs = [seq for (seq,) in store.query(sql, [value for value in chosen.values() if value])]
    if identity and not seqs and store.newest(kind, identity) is None:
        raise absent(kind, identity)
    return Snapshot("history", seqs)


# The patient, what refers to the patient, what says something about that, and all that any of it refers to: other
# patients, and what is about them alone, apart.
_EVERYTHING = """
WITH RECURSIVE about(seq, type, id) AS (
    SELECT seq, type, id FROM current WHERE type = 'Patient' AND id = ?1
    UNION SELECT seq, type, id FROM link JOIN current USING(seq)
        WHERE to_type = 'Patient' AND to_id = ?1 AND type <> 'Patient'
    UNION SELECT current.seq, current.type, current.id FROM about
        CROSS JOIN link ON link.to_type = about.type AND link.to_id = about.id
        CROSS JOIN current ON current.seq = link.seq
        WHERE current.type IN ('Provenance', 'AuditEvent') AND about.type NOT IN ('Provenance', 'AuditEvent')
), whole(seq) AS (
    SELECT seq FROM about
    UNION SELECT current.seq FROM whole CROSS JOIN link ON link.seq = whole.seq
        CROSS JOIN current ON current.type = link.to_type AND current.id = link.to_id
        WHERE to_type <> 'Patient' AND (
            NOT EXISTS (SELECT 1 FROM link AS other WHERE other.seq = current.seq AND other.to_type = 'Patient')
            OR EXISTS (SELECT 1 FROM link AS own WHERE own.seq = current.seq AND own.to_type = 'Patient'
                AND own.to_id = ?1))
)
SELECT seq FROM whole CROSS JOIN current USING(seq) ORDER BY type <> 'Patient', seq
"""


_PATIENTS = "SELECT id FROM current WHERE type = 'Patient' ORDER BY seq"


def everything(store: Store, identity: str = "") -> Snapshot:
    """One patient, or all, all that is about them, and the people, places and things that it names. 404 as `read`."""
    patients = [(read(store, "Patient", identity).id,)] if identity else store.query(_PATIENTS)
    found = dict.fromkeys(seq for patient in patients for (seq,) in store.query(_EVERYTHING, patient))
    return Snapshot("searchset", list(found))


def validated(validate: Validate | None, kind: str, body: Any, asked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The validator's OperationOutcome on a bare resource, or on the one inside Parameters.

    Raises RefusalError: 501 where the server has no validator, 400 where there is no resource of that type.
    """
    if validate is None:
        raise RefusalError(501, "not-supported", "This server was started without a validator.")
    profiles = [value for name, value in asked if name == "profile"]
    resource = body
    if isinstance(body, dict) and body.get("resourceType") == "Parameters" and kind != "Parameters":
        listed = body.get("parameter")
        given = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        resource = next((each.get("resource") for each in given if each.get("name") == "resource"), None)
        named = [each for each in given if each.get("name") == "profile"]
        texts = [each.get(f"value{kind_}") for each in named for kind_ in ("Uri", "Canonical", "String", "Url")]
        profiles += [text for text in texts if isinstance(text, str)]
    if not isinstance(resource, dict) or resource.get("resourceType") != kind:
        raise RefusalError(400, "invalid", f"Expected a {kind} resource.")
    return validate(resource, profiles)


def coded(codes: Codes | None, operation: str, body: Any, asked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The answer to a question about codes, by parameters in the address or in the body.

    Raises RefusalError: 501 where the server has no terminology, 404 where its definitions do not tell.
    """
    if codes is None:
        raise RefusalError(501, "not-supported", "This server was started without a terminology.")
    told = codes(operation, {**dict(asked), **_parameters(body)})
    if told is None:
        raise RefusalError(404, "not-found", "The definitions that are here do not tell.")
    return told


def _parameters(body: Any) -> dict[str, str]:
    """The parameters of the body that are text or numbers, and a Coding's system, version, code and display."""
    listed = body.get("parameter") if isinstance(body, dict) else None
    found: dict[str, str] = {}
    for each in listed if isinstance(listed, list) else ():
        name = each.get("name") if isinstance(each, dict) else None
        value = next((value for key, value in each.items() if key.startswith("value")), None) if name else None
        if isinstance(value, dict) and name == "coding":
            found |= {key: text for key, text in value.items() if isinstance(text, str)}
        elif isinstance(name, str) and isinstance(value, (str, int)):
            found[name] = str(value)
    return found
