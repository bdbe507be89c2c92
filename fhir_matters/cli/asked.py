"""What a server said before, so that a run that broke off goes on: a journal of JSON lines that only grow.

It holds hashes of what was asked about, and of each issue its severity, code, message id and place: no words, and
nothing of what the resources say. What a server did not validate is not in it, and is asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.server.meaning import Said, read


def key_of(raw: bytes, profile: str | None) -> str:
    """What stands for a document and the profile that it is asked about."""
    return hashlib.sha256(f"{profile or ''}\n".encode() + raw).hexdigest()


class Asked:
    """The journal of what one server said, by `key_of`; where there is no path, nothing is kept.

    Raises InputError where the file is something else, or cannot be read or written.
    """

    def __init__(self, path: Path | None, server: str) -> None:
        self._path, self._server = path, server
        self._where: dict[str, int] = {}
        if path is None:
            return
        try:
            with path.open("a+b") as file:
                file.seek(0)
                whole = 0
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # cut short when the last run ended
                    self._found(line, whole)
                    whole += len(line)
                file.truncate(whole)
        except OSError as error:
            self._fail(f"The journal cannot be read: {error.strerror}.")

    def _found(self, line: bytes, offset: int) -> None:
        record = self._record(line)
        if record["server"] == self._server:
            self._where[record["asked"]] = offset

    @property
    def kept(self) -> bool:
        """Whether there is a file."""
        return self._path is not None

    def get(self, key: str) -> tuple[tuple[Said, ...], tuple[str, ...]] | None:
        """What the server found in the resource, and the profiles that it left open; None if it was not asked."""
        if self._path is None or key not in self._where:
            return None
        with self._path.open("rb") as file:
            file.seek(self._where[key])
            record = self._record(file.readline())
        try:
            return tuple(read(each) for each in record["said"]), tuple(map(str, record["leftOpen"]))
        except (TypeError, ValueError):
            self._fail("This is no line of such a journal.")

    def put(self, key: str, theirs: Sequence[Said], left_open: Sequence[str]) -> None:
        """Keep what the server found; the line is whole in the file when this returns."""
        if self._path is None:
            return
        record = {"server": self._server, "asked": key, "said": [each.written() for each in theirs]}
        try:
            with self._path.open("ab") as file:
                file.write(jsonio.write({**record, "leftOpen": list(left_open)}) + b"\n")
        except OSError as error:
            self._fail(f"The journal cannot be written: {error.strerror}.")

    def _record(self, line: bytes) -> dict[str, Any]:
        try:
            record = jsonio.read(line)
        except InputError:
            record = None
        if not isinstance(record, dict) or not all(_fits(record)):
            self._fail("This is no journal of what a server was asked.")
        return record

    def _fail(self, message: str) -> NoReturn:
        step = "Name another file with --journal, or move this one away."
        raise InputError(message, place=str(self._path), next_step=step) from None


def _fits(record: dict[str, Any]) -> Iterator[bool]:
    yield from (isinstance(record.get(name), str) for name in ("server", "asked"))
    yield from (isinstance(record.get(name), list) for name in ("said", "leftOpen"))
