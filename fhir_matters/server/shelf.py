"""What a transfer knows of each resource, kept so that memory stays bounded however much is moved.

A private database of SQLite: in memory while it is small, in a file without a name when it outgrows its cache (an
empty name is a temporary database, https://sqlite.org/inmemorydb.html), and gone with the transfer. Only rows in and
out: what they mean is said by `source.py`, `plan.py` and `receipt.py`.
"""

from __future__ import annotations

import sqlite3
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

from fhir_matters.errors import FhirMattersError

T_co = TypeVar("T_co", covariant=True)
Row = tuple[Any, ...]

# Negative: KiB (https://sqlite.org/pragma.html#pragma_cache_size). What is more goes to the disk.
CACHE = -32 * 1024
PORTION, WEIGHT = 1000, 8 * 1024 * 1024
TABLES = """
CREATE TABLE item (
    number INTEGER PRIMARY KEY, key TEXT, type TEXT, identity TEXT, goes TEXT, root TEXT, problem TEXT,
    sha256 TEXT, version TEXT, weight INTEGER
);
CREATE TABLE body (number INTEGER PRIMARY KEY, data BLOB);
CREATE INDEX item_identity ON item (type, identity);
CREATE TABLE name (name TEXT, own INTEGER, number INTEGER, PRIMARY KEY (name, own, number)) WITHOUT ROWID;
CREATE TABLE token (
    type TEXT, token TEXT, number INTEGER, system TEXT, value TEXT, PRIMARY KEY (type, token, number)
) WITHOUT ROWID;
CREATE INDEX token_number ON token (number);
CREATE TABLE alike (digest TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE TABLE there (place TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
CREATE TABLE put (place TEXT PRIMARY KEY, version TEXT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE step (
    number INTEGER PRIMARY KEY, action TEXT, place TEXT, reason TEXT, version TEXT, certain INTEGER, differences BLOB
);
CREATE TABLE edge (
    referrer INTEGER, number INTEGER, earlier INTEGER, PRIMARY KEY (referrer, earlier, number)
) WITHOUT ROWID;
CREATE TABLE stating (number INTEGER PRIMARY KEY, notes BLOB);
CREATE TABLE refused (number INTEGER PRIMARY KEY, result TEXT, reason TEXT);
CREATE TABLE line (
    number INTEGER PRIMARY KEY, action TEXT, target TEXT, version TEXT, sha256 TEXT, reason TEXT, differences BLOB
);
"""


class Shelf:
    """The database; it is closed when nobody holds it any more."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        for pragma in (f"cache_size = {CACHE}", "journal_mode = OFF", "synchronous = OFF"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(TABLES)
        self._database.execute(
            "BEGIN"
        )  # never ended: nothing of it is written to a disk but what the cache cannot hold

    def __del__(self) -> None:
        self._database.close()

    def do(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """One statement. Raises FhirMattersError, as all here do, where there is no room for it."""
        try:
            return self._database.execute(sql, tuple(values))
        except sqlite3.OperationalError as error:
            raise _no_room(error) from None

    def many(self, sql: str, rows: Iterable[Row]) -> None:
        """The same statement for each row."""
        try:
            self._database.executemany(sql, rows)
        except sqlite3.OperationalError as error:
            raise _no_room(error) from None

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[Row]:
        """Every row that a query finds: for queries that find few."""
        return self.do(sql, values).fetchall()

    def each(self, sql: str, values: Iterable[Any] = ()) -> Iterator[Row]:
        """One row after the other that a query finds; nothing may be written meanwhile."""
        return iter(self.do(sql, values))

    def one(self, sql: str, values: Iterable[Any] = ()) -> Row | None:
        """The first row that a query finds."""
        found: Row | None = self.do(sql, values).fetchone()
        return found


def _no_room(error: sqlite3.OperationalError) -> FhirMattersError:
    return FhirMattersError(
        f"What is to be moved cannot be kept meanwhile: {error}.",
        next_step="Make room where temporary files go, or name another folder in TMPDIR; then run the same again.",
    )


class Kept(Sequence[T_co]):
    """One value for each item of the source, in its order, made of rows when it is asked for."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @abstractmethod
    def made(self, numbers: Sequence[int]) -> list[T_co]:
        """The values with these numbers, in that order."""

    def _rows(self, sql: str, numbers: Sequence[int]) -> list[Row]:
        """The rows of a query that has the number first and ends in `IN`, for these numbers and in their order."""
        if len(numbers) == 1:  # of all that are asked for alone, the statement is one
            return self._shelf.rows(f"{sql} (?)", numbers)
        rows = {row[0]: row for row in self._shelf.rows(f"{sql} ({','.join(map(str, numbers))})")} if numbers else {}
        return [rows[number] for number in numbers]

    def portions(self) -> Iterator[list[T_co]]:
        """All values in their order, so many at a time that their resources fit into memory."""
        begun: list[int] = []
        load = 0
        for number, weight in self._weights():
            if begun and (len(begun) == PORTION or load + weight > WEIGHT):
                yield self.made(begun)
                begun, load = [], 0
            begun.append(number)
            load += weight
        if begun:
            yield self.made(begun)

    def _weights(self) -> Iterator[Row]:
        """Number and weight of each, read in pieces: the table may be written to meanwhile."""
        after = -1
        while rows := self._shelf.rows("SELECT number, weight FROM item WHERE number > ? LIMIT 1000", (after,)):
            yield from rows
            after = rows[-1][0]

    def __len__(self) -> int:
        return int(self._shelf.rows("SELECT coalesce(max(number) + 1, 0) FROM item")[0][0])

    def __iter__(self) -> Iterator[T_co]:
        for portion in self.portions():
            yield from portion

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> list[T_co]: ...
    def __getitem__(self, index: int | slice) -> T_co | list[T_co]:
        numbers = range(len(self))[index]
        return self.made([numbers])[0] if isinstance(numbers, int) else self.made(numbers)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # a list has none either
