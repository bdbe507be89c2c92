"""Resources on SQLite: every version kept, each write whole or not at all, searches answered from an index.

The server owns `id`, `meta.versionId` and `meta.lastUpdated`; all else is kept as it came, to the digit and in its
order. One connection behind one lock: writers wait for each other, so a condition that was checked still holds
when its write happens. Another process on the same file waits in the same way. Nothing here knows HTTP.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.local_server.indexing import rows
from fhir_matters.local_server.refusals import RefusalError

# `entry`, `span`, `amount` and `link` belong to a version and stay with it; only what `current` names is ever found.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS version(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
    updated TEXT NOT NULL, method TEXT NOT NULL, body BLOB, UNIQUE(type, id, number));
CREATE TABLE IF NOT EXISTS current(seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, UNIQUE(type, id));
CREATE TABLE IF NOT EXISTS entry(
    place TEXT NOT NULL, value TEXT NOT NULL, system TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY(place, value, system, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS span(
    place TEXT NOT NULL, low TEXT NOT NULL, high TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY(place, low, high, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS amount(
    place TEXT NOT NULL, value REAL NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL, unit TEXT NOT NULL,
    seq INTEGER NOT NULL, PRIMARY KEY(place, value, system, code, unit, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link(
    seq INTEGER NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL,
    PRIMARY KEY(seq, to_type, to_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_to ON link(to_type, to_id);
"""
# What marks a SQLite file as ours ("FHMa"), and the schema that it has.
_OURS, _SCHEMA_NUMBER = 0x46484D61, 2
# How the rows of `indexing.Rows` are written, in their order.
_INDEX = (
    "INSERT OR IGNORE INTO entry VALUES(?, ?, ?, ?)",
    "INSERT OR IGNORE INTO span VALUES(?, ?, ?, ?)",
    "INSERT OR IGNORE INTO amount VALUES(?, ?, ?, ?, ?, ?)",
    "INSERT OR IGNORE INTO link VALUES(?, ?, ?)",
)
# So many answers are remembered.
REMEMBERED = 4096
T = TypeVar("T")
_COLUMNS = "seq, type, id, number, updated, method, body"


class Version(NamedTuple):
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


class Store:
    """The resources of one server, in a file or, without a path, in memory.

    Raises InputError where the file cannot be opened, is damaged, or holds something else.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self.lock = threading.RLock()
        self.connection = _opened(path)
        self._alone = path is None
        self._waiting: dict[str, list[tuple[Any, ...]]] = {sql: [] for sql in _INDEX}
        self._writes: Counter[str] = Counter()
        self._others = 0
        self._told: dict[str, tuple[tuple[int, int], Any]] = {}

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
            self.settle()
            self.connection.execute("BEGIN IMMEDIATE")
            # Another number where another connection has written (https://sqlite.org/pragma.html#pragma_data_version).
            (self._others,) = self.connection.execute("PRAGMA data_version").fetchone()
            try:
                yield
                if not self._alone:
                    self._flush()
                self.connection.execute("COMMIT")
            except BaseException:
                for waiting in self._waiting.values():
                    waiting.clear()
                self._writes.update(list(self._writes))
                # A full disk has ended the transaction already.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def settle(self) -> None:
        """Write the rows that wait.

        What is in memory nobody else asks, and it outlives nothing: there rows wait until the answer is on its way, or
        until somebody looks at them.
        """
        with self.lock:
            if self.connection.in_transaction or not any(self._waiting.values()):
                self._flush()
                return
            with self.connection:
                self.connection.execute("BEGIN IMMEDIATE")
                self._flush()

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        with self.lock:
            self.settle()
            return self.connection.execute(sql, values).fetchall()

    def remembered(self, question: str, kind: str, ask: Callable[[], T]) -> T:
        """What was found before, where no resource of this type has been written since; within a transaction.

        The answer must depend on nothing but the current resources of this type.
        """
        told, state = self._told.get(question), (self._others, self._writes[kind])
        if told is not None and told[0] == state:
            answer: T = told[1]
            return answer
        answer = ask()
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told[question] = state, answer
        return answer

    def chosen(self, seqs: Sequence[int]) -> list[Version]:
        """These versions, in this order."""
        marks = ",".join("?" * len(seqs))
        found = self.query(f"SELECT {_COLUMNS} FROM version WHERE seq IN ({marks})", seqs)  # noqa: S608 (ours alone)
        versions = {row[0]: Version(*row) for row in found}
        return [versions[seq] for seq in seqs]

    def newest(self, kind: str, identity: str) -> Version | None:
        """The newest version, which may be a deletion; None where there never was one."""
        return self._one("type = ? AND id = ? ORDER BY number DESC LIMIT 1", kind, identity)

    def version(self, kind: str, identity: str, number: str) -> Version | None:
        """That version, or None."""
        if not number.isdecimal() or len(number) > 18:  # noqa: PLR2004 (what SQLite's integers hold)
            return None
        return self._one("type = ? AND id = ? AND number = ?", kind, identity, int(number))

    def _one(self, where: str, *values: Any) -> Version | None:
        sql = f"SELECT {_COLUMNS} FROM version WHERE {where}"  # noqa: S608 (ours alone)
        with self.lock:
            found = self.connection.execute(sql, values).fetchone()
        return Version(*found) if found else None

    def put(self, resource: dict[str, Any], identity: str, method: str = "PUT") -> tuple[Version, bool]:
        """(the version that holds this now, whether a resource came into being).

        What equals the newest version is not stored again: its version stays.
        """
        with self.transaction():
            return self.put_after(self.newest(resource["resourceType"], identity), resource, identity, method)

    def put_after(
        self, before: Version | None, resource: dict[str, Any], identity: str, method: str = "PUT"
    ) -> tuple[Version, bool]:
        """The same, within a transaction, for whoever has looked at the newest version in it: `before`."""
        if before and before.body == jsonio.write(_owned(resource, identity, before.number, before.updated)):
            return before, False
        number, updated = before.number + 1 if before else 1, _now()
        owned = _owned(resource, identity, number, updated)
        version = self._add((resource["resourceType"], identity, number, updated, method, jsonio.write(owned)))
        self._index(version, owned)
        return version, before is None or before.body is None

    def delete(self, kind: str, identity: str) -> Version | None:
        """The deletion, or the one that was there before; None where there never was such a resource."""
        with self.transaction():
            before = self.newest(kind, identity)
            if before is None or before.body is None:
                return before
            self.connection.execute("DELETE FROM current WHERE type = ? AND id = ?", (kind, identity))
            return self._add((kind, identity, before.number + 1, _now(), "DELETE", None))

    def _add(self, row: tuple[str, str, int, str, str, bytes | None]) -> Version:
        self._writes[row[0]] += 1
        sql = "INSERT INTO version(type, id, number, updated, method, body) VALUES(?, ?, ?, ?, ?, ?)"
        return Version(self.connection.execute(sql, row).lastrowid or 0, *row)

    def _index(self, version: Version, resource: dict[str, Any]) -> None:
        place = (version.seq, version.type, version.id)
        self.connection.execute("INSERT OR REPLACE INTO current VALUES(?, ?, ?)", place)
        several: Sequence[Sequence[tuple[Any, ...]]] = rows(resource, version.seq)
        for waiting, found in zip(self._waiting.values(), several, strict=True):
            waiting.extend(found)

    def _flush(self) -> None:
        """Write the rows that wait: many at once are cheaper, and nobody looks at them before."""
        for sql, waiting in self._waiting.items():
            if waiting:
                self.connection.executemany(sql, waiting)
        for waiting in self._waiting.values():
            waiting.clear()


def _opened(path: Path | str | None) -> sqlite3.Connection:
    place = str(path or ":memory:")
    try:
        connection = sqlite3.connect(place, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(place, error) from None
    try:
        _prepare(connection, place)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise _unusable(place, error) from None
        raise
    return connection


def _prepare(connection: sqlite3.Connection, place: str) -> None:
    (mark,), (number,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if mark == _OURS and number != _SCHEMA_NUMBER:
        raise InputError(
            f"Expected a data file in form {_SCHEMA_NUMBER}, found form {number}, of another version of this server.",
            place=place,
            next_step="Serve it with that version, move what is in it to this one, or name another file.",
        )
    if mark != _OURS and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise InputError(
            "Expected a data file of this server, found another database.",
            place=place,
            next_step="Name another file; one that does not exist is made.",
        )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(
        f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA application_id={_OURS};PRAGMA user_version={_SCHEMA_NUMBER};COMMIT;"
    )
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError("database disk image is malformed")


def _unusable(place: str, error: sqlite3.Error) -> InputError:
    return InputError(
        f"The data file cannot be used: {error}.",
        place=place,
        next_step="Name another file, or restore this one from a copy.",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _owned(resource: dict[str, Any], identity: str, number: int, updated: str) -> dict[str, Any]:
    """The resource with what the server owns; every other key stays where it stands."""
    meta = resource.get("meta", {})
    if not isinstance(meta, dict):
        raise RefusalError(400, "structure", "Expected meta to be an object.")
    own = {"id": identity, "meta": {**meta, "versionId": str(number), "lastUpdated": updated}}
    absent = {key: value for key, value in own.items() if key not in resource}
    if not absent:
        return {**resource, **own}
    before = "id" if "id" in resource else "resourceType"
    owned: dict[str, Any] = {}
    for key, value in resource.items():
        owned[key] = own.get(key, value)
        if key == before:
            owned |= absent
    return owned
