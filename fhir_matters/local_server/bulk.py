"""Bulk export: what one `$export` found, as files of NDJSON that are cut from the store when they are asked for.

A job holds numbers of versions and no resources: every version is kept for ever, so a file says later what was true
when the job was started. Jobs are forgotten when the server ends. Bulk Data Access 2.0.0; knows no HTTP.
"""

from __future__ import annotations

import re
import threading
import uuid
from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal
from urllib.parse import parse_qsl

from fhir_matters import jsonio
from fhir_matters.local_server.interactions import read
from fhir_matters.local_server.operations import everything
from fhir_matters.local_server.parameters import TYPES
from fhir_matters.local_server.periods import period
from fhir_matters.local_server.refusals import RefusalError, outcome
from fhir_matters.local_server.search import search
from fhir_matters.local_server.store import Store

FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
LONGEST_FILE, AT_ONCE, JOBS = 10_000, 500, 100
KNOWN = ("_type", "_since", "_typeFilter", "_outputFormat", "patient")
_PATIENT = re.compile(r"(?:.*/)?Patient/([A-Za-z0-9\-.]{1,64})")

Part = Literal["output", "deleted", "error"]
PARTS: tuple[Part, ...] = ("output", "deleted", "error")
Asked = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class File:
    """One file of an export: the versions in it, or, where they are no versions, its lines."""

    name: str
    kind: str
    part: Part
    seqs: array[int] = field(default_factory=lambda: array("q"), repr=False)
    written: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def count(self) -> int:
        """How many lines it has."""
        return len(self.seqs) + len(self.written)

    def lines(self, store: Store) -> Iterator[bytes]:
        """The lines, some hundred at a time, each with its end."""
        for start in range(0, len(self.seqs), AT_ONCE):
            versions = store.chosen(self.seqs[start : start + AT_ONCE].tolist())
            yield b"".join(version.body + b"\n" for version in versions if version.body is not None)
        yield from (line + b"\n" for line in self.written)


@dataclass(frozen=True, slots=True)
class Job:
    """One export: when it was taken, the address that asked for it, and its files by name."""

    id: str
    taken: str
    request: str
    files: dict[str, File]

    def manifest(self, address: str, *, secured: bool) -> dict[str, Any]:
        """The manifest (Bulk Data Access, 2.4.5.2); `address` is that of the folder of its files."""
        manifest: dict[str, Any] = {
            "transactionTime": self.taken,
            "request": self.request,
            "requiresAccessToken": secured,
        }
        for part in PARTS:
            files = [each for each in self.files.values() if each.part == part]
            listed = [{"type": each.kind, "url": f"{address}/{each.name}", "count": each.count} for each in files]
            manifest[part] = listed
        return manifest


class Exports:
    """The exports that clients are still reading; of more than a hundred the oldest is forgotten."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, level: str, identity: str, asked: Asked, request: str, *, lenient: bool) -> Job:
        """A new export of everything (`level` empty), of all patients, or of one Group's.

        Raises RefusalError: 400 for what is asked and not known here, unless lenient; 404 where there is no such Group.
        """
        wanted, ignored = _wanted(level, asked, lenient=lenient)
        with self._store.transaction():
            files = [*_output(self._store, level, identity, wanted), *_deleted(self._store, level, wanted)]
            taken = _now()
        if ignored:
            told = outcome("warning", "not-supported", f"Not known here, so ignored: {', '.join(ignored)}.")
            files.append(File("errors.ndjson", "OperationOutcome", "error", written=(jsonio.write(told),)))
        job = Job(uuid.uuid4().hex, taken, request, {each.name: each for each in files})
        with self._lock:
            self._jobs[job.id] = job
            if len(self._jobs) > JOBS:
                self._jobs.popitem(last=False)
        return job

    def job(self, identity: str) -> Job:
        """The export. Raises RefusalError (404) where it is not kept, or no longer."""
        with self._lock:
            found = self._jobs.get(identity)
        if found is None:
            raise RefusalError(404, "not-found", "This export is not kept here, or no longer: start it again.")
        return found

    def file(self, identity: str, name: str) -> Iterator[bytes]:
        """The lines of one file. Raises RefusalError as `job`."""
        file = self.job(identity).files.get(name)
        if file is None:
            raise RefusalError(404, "not-found", "This export has no such file.")
        return file.lines(self._store)

    def drop(self, identity: str) -> None:
        """Forget an export. Raises RefusalError as `job`."""
        self.job(identity)
        with self._lock:
            self._jobs.pop(identity, None)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an export asks for; no types are all of them."""

    types: frozenset[str]
    since: str
    filters: dict[str, list[list[tuple[str, str]]]]
    patients: frozenset[str]


def given(body: Any) -> list[tuple[str, str]]:
    """The parameters of a kick-off by POST, from a Parameters resource."""
    listed = body.get("parameter") if isinstance(body, dict) else None
    pairs: list[tuple[str, str]] = []
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            values = [value for key, value in each.items() if key.startswith("value")]
            value = values[0].get("reference") if values and isinstance(values[0], dict) else (values or [""])[0]
            pairs.append((str(each.get("name", "")), str(value)))
    return pairs


def _wanted(level: str, asked: Asked, *, lenient: bool) -> tuple[_Wanted, list[str]]:
    """What is asked for, and the names of what is not known here."""
    types = [kind for name, value in asked if name == "_type" for kind in value.split(",") if kind]
    filters: dict[str, list[list[tuple[str, str]]]] = {}
    ignored = [name for name, _ in asked if name not in KNOWN and name not in ("_format", "_pretty")]
    ignored += [f"{each} as a type" for each in types if each not in TYPES]
    for name, value in asked:
        kind, _, query = value.partition("?")
        if name == "_typeFilter" and kind in TYPES:
            filters.setdefault(kind, []).append(parse_qsl(query, keep_blank_values=True))
        elif name == "_typeFilter":
            ignored.append("_typeFilter for no type")
        elif name == "_outputFormat" and value.replace(" ", "+") not in FORMATS:
            raise RefusalError(400, "not-supported", "Exports are application/fhir+ndjson here.")
    patients = [_PATIENT.fullmatch(value) for name, value in asked if name == "patient"]
    if any(found is None for found in patients) or (patients and not level):
        raise RefusalError(400, "value", "Expected patient as Patient/ID, for an export of patients or of a Group.")
    if ignored and not lenient:
        raise RefusalError(400, "not-supported", f"Not known here: {', '.join(dict.fromkeys(ignored))}.")
    since = _instant(dict(asked).get("_since", ""))
    chosen = frozenset(found[1] for found in patients if found)
    return _Wanted(frozenset(types), since, filters, chosen), list(dict.fromkeys(ignored))


def _instant(since: str) -> str:
    low = period(since.replace(" ", "+"))[0]
    if since and not low:
        raise RefusalError(400, "value", "Expected an instant for _since.")
    return f"{low[:-3]}Z" if low else ""


def _output(store: Store, level: str, identity: str, wanted: _Wanted) -> Iterator[File]:
    """The files of what is there, by type, none too long."""
    about = _about(store, level, identity, wanted.patients) if level else None
    filtered = {kind: _found(store, kind, queries) for kind, queries in wanted.filters.items()}
    sql = (
        "SELECT version.type, version.seq FROM current JOIN version USING(seq) WHERE updated >= ? "
        "ORDER BY version.type, version.seq"
    )
    for kind, rows in groupby(store.query(sql, (wanted.since,)), lambda row: row[0]):
        if wanted.types and kind not in wanted.types:
            continue
        kept = filtered.get(kind)
        seqs = array("q", (s for _, s in rows if (about is None or s in about) and (kept is None or s in kept)))
        for number, start in enumerate(range(0, len(seqs), LONGEST_FILE), 1):
            yield File(f"{kind}.{number}.ndjson", kind, "output", seqs[start : start + LONGEST_FILE])


def _found(store: Store, kind: str, queries: Iterable[list[tuple[str, str]]]) -> set[int]:
    """What any of the searches finds. Raises RefusalError (400) where one asks for what is not known."""
    return {seq for query in queries for seq in search(kind, query, strict=True).ids(store)}


def _about(store: Store, level: str, identity: str, chosen: Collection[str]) -> set[int]:
    """The versions of all that is about the patients, and of what they name."""
    rows = store.query("SELECT id FROM current WHERE type = 'Patient'")
    patients = [each for (each,) in rows if not chosen or each in chosen]
    found: set[int] = set()
    if level == "Group":
        group = read(store, "Group", identity)
        members = set(_members(group.resource))
        patients = [each for each in patients if each in members]
        found.add(group.seq)
    for each in patients:
        found.update(everything(store, each).seqs)
    return found


def _members(group: dict[str, Any]) -> Iterator[str]:
    listed = group.get("member")
    for each in listed if isinstance(listed, list) else ():
        entity = each.get("entity") if isinstance(each, dict) and each.get("inactive") is not True else None
        reference = entity.get("reference") if isinstance(entity, dict) else None
        if isinstance(reference, str) and (found := _PATIENT.fullmatch(reference)):
            yield found[1]


def _deleted(store: Store, level: str, wanted: _Wanted) -> Iterator[File]:
    """What was deleted since, as transactions that delete it; of patients nobody knows any more whose it was."""
    if level or not wanted.since:
        return
    sql = (
        "SELECT type, id FROM version AS v WHERE body IS NULL AND updated >= ? AND number = "
        "(SELECT max(number) FROM version WHERE type = v.type AND id = v.id) ORDER BY seq"
    )
    gone = [row for row in store.query(sql, (wanted.since,)) if not wanted.types or row[0] in wanted.types]
    bundles = [_deletion(gone[start : start + AT_ONCE]) for start in range(0, len(gone), AT_ONCE)]
    if bundles:
        yield File("deleted.ndjson", "Bundle", "deleted", written=tuple(map(jsonio.write, bundles)))


def _deletion(places: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    entries = [{"request": {"method": "DELETE", "url": f"{kind}/{identity}"}} for kind, identity in places]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
