"""What was written where, line by line, on disk before the next portion goes: JSON lines that only grow.

A journal lets a later run know its own writes from others'. Losing it loses no data and doubles nothing.
It holds ids, versions and hashes, and nothing of what the resources say.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.server.plan import Put

FIELDS = ("target", "place", "version", "sha256")
LONGEST_LINE = 8192


def remembered(path: Path | str, target: str) -> Iterator[tuple[str, Put]]:
    """Each write to a `Type/id` of this target, oldest first; a last line cut short by a crash is left out.

    Raises InputError where the file is no journal.
    """
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                record = _line(line, f"{path}:{number}")
                if record.get("target") == target:
                    yield record["place"], Put(record["version"], record["sha256"])
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(
            f"The journal cannot be read: {error.strerror}.",
            place=str(path),
            next_step="Name one that can be read, or a new one: what is on the target already is found there.",
        ) from None


def _line(line: bytes, place: str) -> dict[str, Any]:
    try:
        record = jsonio.read(line)
    except InputError:
        record = None
    if not isinstance(record, dict) or not all(isinstance(record.get(key), str) for key in FIELDS):
        raise InputError(
            "This is no line of a journal.", place=place, next_step="Name another file, or move this one away."
        )
    return record


class Journal:
    """The file, open for appending; `path` None keeps none."""

    def __init__(self, path: Path | str | None, target: str) -> None:
        self._path, self._target = path, target

    def write(self, puts: Iterable[tuple[str, Put]]) -> None:
        """The lines are on the disk when this returns. Raises InputError where the disk refuses."""
        if self._path is None:
            return
        lines = [
            {"target": self._target, "place": place, "version": put.version, "sha256": put.sha256}
            for place, put in puts
        ]
        try:
            _append(Path(self._path), b"".join(jsonio.write(line) + b"\n" for line in lines))
        except OSError as error:
            raise InputError(
                f"The journal cannot be written: {error.strerror}.",
                place=str(self._path),
                next_step="What was sent so far is on the target; running again goes on from there.",
            ) from None


def _append(path: Path, data: bytes) -> None:
    with path.open("a+b") as file:
        file.truncate(_end_of_lines(file))
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _end_of_lines(file: BinaryIO) -> int:
    """Where the last whole line ends: what follows was cut short by a crash."""
    size = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, size - LONGEST_LINE))
    return start + file.read().rfind(b"\n") + 1
