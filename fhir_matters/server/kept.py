"""What terminology servers told, kept in a SQLite file between runs. Safe to delete, and to share by processes.

A question is kept as its digest only, so that the file does not say which codes somebody has. What goes wrong with the
file costs its use and nothing else: a broken one is set aside (`.broken`) and begun anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from fhir_matters import jsonio
from fhir_matters.coded import Question, Told
from fhir_matters.errors import InputError
from fhir_matters.server.told import as_address

Result = TypeVar("Result")
DAYS = 30
_DAY = 24 * 60 * 60
_AT_ONCE = 500
_PATIENCE = 5.0
_TABLE = "CREATE TABLE IF NOT EXISTS told_1 (key TEXT PRIMARY KEY, at REAL NOT NULL, said BLOB NOT NULL) WITHOUT ROWID"


class Kept:
    """The answers of one server in a file; they are good for DAYS."""

    def __init__(self, file: Path, server: str, now: Callable[[], float] = time.time) -> None:
        self.file = file
        self._server = server
        self._now = now

    def get(self, questions: Sequence[Question]) -> dict[Question, Told]:
        """What is known of these questions."""
        by_key = {self._key(each): each for each in questions}
        rows = self._used(lambda database: list(self._rows(database, list(by_key))))
        return {by_key[key]: told for key, said in rows or () if (told := _read(said)) is not None}

    def _rows(self, database: sqlite3.Connection, keys: list[str]) -> Iterator[tuple[str, Any]]:
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            sql = f"SELECT key, said FROM told_1 WHERE at > ? AND key IN ({marks})"  # noqa: S608 (marks alone)
            yield from database.execute(sql, (self._oldest, *some))

    def put(self, told: Mapping[Question, Told]) -> None:
        """Keep what was decided; forget what is too old."""
        now = self._now()
        rows = [(self._key(each), now, _written(said)) for each, said in told.items() if said.decides]

        def write(database: sqlite3.Connection) -> None:
            with database:
                database.execute("DELETE FROM told_1 WHERE at <= ?", (self._oldest,))
                database.executemany("INSERT OR REPLACE INTO told_1 VALUES (?, ?, ?)", rows)

        if rows:
            self._used(write)

    @property
    def _oldest(self) -> float:
        return self._now() - DAYS * _DAY

    def _key(self, question: Question) -> str:
        return hashlib.sha256(f"{self._server} {as_address(question)}".encode()).hexdigest()

    def _used(self, use: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """What one use of the file brings; None where something is wrong with the file: nothing known, nothing kept."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=_PATIENCE)) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute(_TABLE)
                return use(database)
        except (sqlite3.OperationalError, OSError):
            return None  # locked for long, no room, no permission, no folder
        except sqlite3.DatabaseError:
            self._set_aside()
            return None

    def _set_aside(self) -> None:
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self.file}{end}").replace(f"{self.file}.broken{end}")


def _written(told: Told) -> bytes:
    return jsonio.write(
        {"holds": told.holds, "display": told.display, "remark": told.remark, "expansion": told.expansion}
    )


def _read(said: Any) -> Told | None:
    """What was written; None for anything else."""
    try:
        value = jsonio.read(said)
        told = Told(value["holds"], value["display"], value["remark"], value["expansion"])
    except (InputError, KeyError, TypeError):
        return None
    sound = told.holds in (True, False, None) and isinstance(told.display, str) and isinstance(told.remark, bool)
    return told if sound and (told.expansion is None or isinstance(told.expansion, dict)) else None
