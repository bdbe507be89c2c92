"""Resources on SQLite: every version kept, each write whole or not at all, searches answered from an index.

The server owns `id`, `meta.versionId` and `meta.lastUpdated`; all else is kept as it came, to the digit and in its
order. One connection behind one lock: writers wait for each other, so a condition that was checked still holds
when its write happens.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fhir_matters import jsonio
from fhir_matters.local_server.indexing import links, rows

_SCHEMA = """
CREATE TABLE IF NOT EXISTS version(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
    updated TEXT NOT NULL, method TEXT NOT NULL, body BLOB, UNIQUE(type, id, number));
CREATE TABLE IF NOT EXISTS current(
    type TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(type, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry(
    type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    system TEXT NOT NULL, low TEXT NOT NULL, high TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entry_value ON entry(type, name, value);
CREATE INDEX IF NOT EXISTS entry_date ON entry(type, name, low);
CREATE INDEX IF NOT EXISTS entry_owner ON entry(type, id);
CREATE TABLE IF NOT EXISTS link(type TEXT NOT NULL, id TEXT NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS link_from ON link(type, id);
CREATE INDEX IF NOT EXISTS link_to ON link(to_type, to_id);
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one resource; `body` is its JSON, None where this version is a deletion."""

    seq: int
    type: str
    id: str
    number: int
    updated: str
    method: str
    body: bytes | None

    @property
    def etag(self) -> str:
        """The version as an entity tag, `W/"3"`."""
        return f'W/"{self.number}"'

    @property
    def resource(self) -> dict[str, Any]:
        """The resource, as a dict of its own; empty for a deletion."""
        value: dict[str, Any] = jsonio.read(self.body) if self.body else {}
        return value


_COLUMNS = "version.seq, version.type, version.id, number, updated, method, body"


class Store:
    """The resources of one server, in a file or, without a path, in memory."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.lock = threading.RLock()
        self.connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        with self.lock:
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together, or none of them; others wait. May be nested."""
        with self.lock:
            if self.connection.in_transaction:
                yield
                return
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def query(self, sql: str, values: tuple[Any, ...] | list[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        with self.lock:
            return self.connection.execute(sql, values).fetchall()

    def versions(self, where: str, values: tuple[Any, ...] | list[Any]) -> list[Version]:
        """The versions that an SQL condition over `version` chooses, with `current` joined to it."""
        sql = f"SELECT {_COLUMNS} FROM version LEFT JOIN current USING(seq) {where}"  # noqa: S608 (ours alone)
        return [Version(*row) for row in self.query(sql, values)]

    def newest(self, kind: str, identity: str) -> Version | None:
        """The newest version, which may be a deletion; None where there never was one."""
        found = self.versions(
            "WHERE version.type = ? AND version.id = ? ORDER BY number DESC LIMIT 1", (kind, identity)
        )
        return found[0] if found else None

    def version(self, kind: str, identity: str, number: str) -> Version | None:
        """That version, or None."""
        if not number.isdecimal() or len(number) > 18:  # noqa: PLR2004 (what SQLite's integers hold)
            return None
        found = self.versions("WHERE version.type = ? AND version.id = ? AND number = ?", (kind, identity, int(number)))
        return found[0] if found else None

    def put(self, resource: dict[str, Any], identity: str, method: str = "PUT") -> tuple[Version, bool]:
        """(the version that holds this now, whether a resource came into being).

        What equals the newest version is not stored again: its version stays.
        """
        kind = resource["resourceType"]
        with self.transaction():
            before = self.newest(kind, identity)
            number = before.number + 1 if before else 1
            if before and before.body and _same(resource, before.resource, identity):
                return before, False
            updated = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            owned = _owned(resource, identity, str(number), updated)
            version = self._add(kind, identity, number, updated, method, jsonio.write(owned))
            self._index(version, owned)
            return version, before is None or before.body is None

    def delete(self, kind: str, identity: str) -> Version | None:
        """The deletion, or the one that was there before; None where there never was such a resource."""
        with self.transaction():
            before = self.newest(kind, identity)
            if before is None or before.body is None:
                return before
            updated = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self._forget(kind, identity)
            return self._add(kind, identity, before.number + 1, updated, "DELETE", None)

    def _add(self, kind: str, identity: str, number: int, updated: str, method: str, body: bytes | None) -> Version:
        sql = "INSERT INTO version(type, id, number, updated, method, body) VALUES(?, ?, ?, ?, ?, ?)"
        added = self.connection.execute(sql, (kind, identity, number, updated, method, body))
        return Version(added.lastrowid or 0, kind, identity, number, updated, method, body)

    def _index(self, version: Version, resource: dict[str, Any]) -> None:
        self._forget(version.type, version.id)
        place = (version.type, version.id)
        self.connection.execute("INSERT INTO current VALUES(?, ?, ?)", (*place, version.seq))
        entries = [(*place, *row) for row in dict.fromkeys(rows(resource))]
        self.connection.executemany("INSERT INTO entry VALUES(?, ?, ?, ?, ?, ?, ?)", entries)
        targets = [(*place, *link) for link in dict.fromkeys(links(resource))]
        self.connection.executemany("INSERT INTO link VALUES(?, ?, ?, ?)", targets)

    def _forget(self, kind: str, identity: str) -> None:
        for table in ("current", "entry", "link"):
            self.connection.execute(f"DELETE FROM {table} WHERE type = ? AND id = ?", (kind, identity))  # noqa: S608


def _same(resource: dict[str, Any], stored: dict[str, Any], identity: str) -> bool:
    meta = stored["meta"]
    return jsonio.write(_owned(resource, identity, meta["versionId"], meta["lastUpdated"])) == jsonio.write(stored)


def _owned(resource: dict[str, Any], identity: str, version: str, updated: str) -> dict[str, Any]:
    """The resource with what the server owns; every other key stays where it stands."""
    meta = resource.get("meta")
    owned = {**(meta if isinstance(meta, dict) else {}), "versionId": version, "lastUpdated": updated}
    first = {"resourceType": resource["resourceType"], "id": identity}
    if "id" in resource and "meta" in resource:
        return {**resource, "id": identity, "meta": owned}
    head = {**first, "meta": owned} if "meta" not in resource else first
    rest = {key: value for key, value in resource.items() if key not in head}
    return {**head, **rest, "meta": owned} if "meta" in rest else {**head, **rest}
