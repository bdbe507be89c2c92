"""One file of an export, fetched line by line into a file of ours: never held whole, never left half.

Each line must be a resource of the type that the manifest says; it is kept as it came, to the byte.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

from fhir_matters import jsonio
from fhir_matters.errors import InputError, NotFhir, ServerError, Unreachable
from fhir_matters.server.bulk.manifest import File, Manifest
from fhir_matters.server.connection import Answer, Connection
from fhir_matters.server.wire import BUSY, Incoming

NDJSON = "application/fhir+ndjson"
GZIP, MAGIC = 31, b"\x1f\x8b"  # zlib's number for a gzip header; the first bytes of one (RFC 1952)
GONE = frozenset({404, 410})
DRAFT = ".part"
LONGEST = 4 * 3600.0
"""So many seconds one file may take, which is no answer that somebody waits for."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that is here, whole: how many lines it has, and the sha256 of them unpacked."""

    path: Path
    lines: int
    sha256: str


class _BusyError(Exception):
    """The server would give the file later."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def fetch(
    server: Connection, file: File, of: Manifest, to: Path, *, watch: Callable[[int], None] = lambda _: None
) -> Saved:
    """The file, written to `to` (packed where that ends in .gz) and in its place only when it is whole.

    `watch` is told how many lines came. Raises NotFhir, with the line, for what is no NDJSON of that type, and as
    `Connection.stream` does, each after as many attempts as the limits allow.
    """
    for attempt in range(1, server.limits.attempts + 1):
        last = attempt == server.limits.attempts
        try:
            return _once(server, file, of, to, watch)
        except _BusyError as busy:
            if last:
                raise server.refused("GET", file.place, busy.answer) from None
            server.pause(server.told(busy.answer, 0.25 * 2**attempt))
        except (Unreachable, NotFhir):
            # A line that broke and half a file look alike where the server does not say how long it is.
            if last:
                raise
            server.pause(0.25 * 2**attempt)
    raise AssertionError


def _once(server: Connection, file: File, of: Manifest, to: Path, watch: Callable[[int], None]) -> Saved:
    limits = replace(server.limits, whole=max(LONGEST, server.limits.whole))
    with server.stream(file.url, accept=NDJSON, bare=not of.needs_token, limits=limits) as incoming:
        if incoming.status in BUSY:
            raise _BusyError(Answer(incoming.status, incoming.headers))
        if incoming.status != 200:  # noqa: PLR2004 - here
            raise _refused(server, file, of, incoming)
        count, digest = 0, hashlib.sha256()
        with _whole(to) as out:
            for line in _lines(_unpacked(incoming.pieces()), file.name, server.limits.size):
                count += 1
                _check(line, file, count, server.base)
                digest.update(line + b"\n")
                out.write(line + b"\n")
                watch(1)
            if file.count not in (None, count):
                message = f"{file.name} should have {file.count:,} lines and has {count:,}."
                raise NotFhir(
                    message, place=server.base, next_step="Run it again; if it stays so, ask for a new export."
                )
    return Saved(to, count, digest.hexdigest())


def _refused(server: Connection, file: File, of: Manifest, incoming: Incoming) -> ServerError:
    error = server.refused("GET", file.place, Answer(incoming.status, incoming.headers))
    if incoming.status in GONE:
        when = f"; it was to be kept until {of.expires}" if of.expires.isprintable() and of.expires else ""
        error.message = f"{file.name} is no longer on the server: the export has expired{when}."
        error.next_step = "Start the export again, into another folder."
    return error


def _check(line: bytes, file: File, number: int, place: str) -> None:
    try:
        value = jsonio.parse(line)
    except InputError:
        value = None
    if not isinstance(value, dict) or value.get("resourceType") != file.kind:
        raise NotFhir(
            f"Line {number:,} of {file.name} is no {file.kind}: expected one such resource a line.",
            place=place,
            next_step="Run it again; if it stays so, report it to whoever runs the server.",
        )


def _lines(pieces: Iterable[bytes], name: str, most: int) -> Iterator[bytes]:
    """The lines that are not blank, without their ends; the last may have none. None is longer than `most`."""
    begun = bytearray()
    for piece in pieces:
        begun += piece
        if b"\n" in piece:
            *whole, rest = bytes(begun).split(b"\n")
            begun = bytearray(rest)
            yield from (line.rstrip(b"\r") for line in whole if line.strip())
        if len(begun) > most:
            step = "Report it to whoever runs the server, or raise the limit `size`."
            raise NotFhir(f"A line of {name} is longer than {most:,} bytes.", next_step=step)
    if begun.strip():
        yield bytes(begun).rstrip(b"\r")


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, unpacked where the file itself is gzip, which some servers give without saying so."""
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= len(MAGIC):
            break
    if not first.startswith(MAGIC):
        yield first
        yield from pieces
        return
    unpacking = zlib.decompressobj(GZIP)
    try:
        for packed in _and(first, pieces):
            left = packed
            while left:
                yield unpacking.decompress(left, 64 * 1024)
                left = unpacking.unconsumed_tail
    except zlib.error:
        raise NotFhir("The file is damaged, or not packed as it seems.", next_step="Run it again.") from None
    if not unpacking.eof:
        raise NotFhir("The file breaks off before its end.", next_step="Run it again.")


def _and(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


@contextmanager
def _whole(to: Path) -> Iterator[IO[bytes]]:
    """A file beside its place, which takes it when the block ends well, and is gone when it does not."""
    # Two that fetch the same have a draft each.
    draft = to.with_name(f".{to.name}.{os.getpid()}{DRAFT}")
    try:
        with draft.open("wb") as raw:
            if to.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(to)
    except OSError as error:
        raise InputError(
            f"The file cannot be written: {error.strerror}.", place=str(to), next_step="Make room, and run it again."
        ) from None
    finally:
        draft.unlink(missing_ok=True)
