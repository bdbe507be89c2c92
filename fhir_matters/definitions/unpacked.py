"""The files of a package's archive, unpacked once: later they are read one by one out of what was kept of it.

Each file is checked when it is read. Where it is not what it was, the archive is unpacked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias
from zlib import crc32

from fhir_matters import jsonio
from fhir_matters.definitions import kept
from fhir_matters.errors import InputError

Files: TypeAlias = Mapping[str, bytes]
# (where a file begins, its length, its checksum)
Place: TypeAlias = tuple[int, int, int]
MADE_BY = ("definitions/kept.py", "definitions/unpacked.py", "definitions/package.py")


class Shelf(Mapping[str, bytes]):
    """Files by name, in one kept file; `again` gives them all where it is gone or was changed. Threads may share it."""

    def __init__(self, file: Path, start: int, places: Mapping[str, Place], again: Callable[[], Files]) -> None:
        self._file = file
        self._start = start
        self._places = places
        self._again = again
        self._whole: Files | None = None

    def __getitem__(self, name: str) -> bytes:
        start, length, checksum = self._places[name]
        if self._whole is None:
            found = self._read(start, length)
            if found is not None and len(found) == length and crc32(found) == checksum:
                return found
            self._whole = self._again()
        return self._whole[name]

    def _read(self, start: int, length: int) -> bytes | None:
        try:
            with self._file.open("rb", buffering=0) as kept_file:
                kept_file.seek(self._start + start)
                return kept_file.read(length)
        except OSError:
            return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def unpacked(content: bytes, unpack: Callable[[], Files], about: Callable[[Files], Any]) -> tuple[Files, Any]:
    """The files of the archive with this hash, and what `about` says of them in JSON: as kept, or made now and kept.

    Raises what `unpack` does.
    """
    code = kept.code(MADE_BY)
    file = kept.place("package", kept.digest(content, code)) if code is not None else None
    if file is None:
        return (files := unpack()), about(files)

    def again() -> Files:
        files = unpack()
        _put(file, files, about(files))
        return files

    return _shelf(file, again) or ((files := again()), about(files))


def _shelf(file: Path, again: Callable[[], Files]) -> tuple[Files, Any] | None:
    found = kept.get(file)
    try:
        listed = jsonio.parse(found[0]) if found is not None else None
    except InputError:
        listed = None
    if found is None or not isinstance(listed, dict):
        return None
    return Shelf(file, found[1], listed["places"], again), listed["about"]


def _put(file: Path, files: Files, about: Any) -> None:
    places: dict[str, Place] = {}
    end = 0
    for name, content in files.items():
        places[name] = (end, len(content), crc32(content))
        end += len(content)
    with suppress(InputError):  # half a character in a name: nothing is kept
        kept.put(file, jsonio.write({"places": places, "about": about}), files.values())
