"""Paths, folders, globs, packages and standard input → a stream of documents, each one resource's bytes.

A document that cannot be read is one with an error, and the rest goes on. Knows no FHIR but its file names;
what the bytes say is `jsonio`'s business.
"""

from __future__ import annotations

import glob
import gzip
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from fhir_matters import jsonio
from fhir_matters.errors import InputError

MOST_BYTES = 512 * 1024 * 1024
"""The longest document that is read; more is an accident or an attack."""
_TOO_LONG = f"The document is longer than {MOST_BYTES // 1024 // 1024} MB."
_BUILD = "Turn record files into FHIR first: fhir-matters build FILE.yaml -o FILE.json"
_NAMED = "Name a .json, .xml, .ndjson, .ndjson.gz or .tgz file, a folder that holds some, or - for standard input."
_NDJSON = (".ndjson", ".ndjson.gz")
_IN_FOLDERS = (".json", ".json.gz", ".xml", ".xml.gz", *_NDJSON)
_RECORDS = (".yaml", ".yml")
_NO_RESOURCES = {"package.json", ".index.json"}
_STDIN = "stdin"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BROKEN = (OSError, EOFError, zlib.error, tarfile.TarError)


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of one resource; `line` is where they begin in a file of many, and None in a file of one."""

    file: str
    line: int | None = None
    raw: bytes = b""
    error: InputError | None = None

    @property
    def name(self) -> str:
        """`bundle.json`, or `patients.ndjson:12`."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def first_line(self) -> int:
        """The line of the file on which the bytes begin, from one."""
        return self.line or 1

    def value(self, parse: Callable[[bytes], Any] = jsonio.read) -> Any:
        """What the JSON says, or what `parse` makes of the bytes.

        Raises InputError, with file, line and column, where they cannot be read.
        """
        if self.error:
            raise self.error
        try:
            return parse(self.raw)
        except InputError as error:
            line, _, column = error.place.partition(":")
            place = f":{int(line) + self.first_line - 1}:{column}" if column else ""
            raise InputError(
                error.message, place=f"{self.file}{place}" if place else self.name, next_step=error.next_step
            ) from None


def documents(paths: Iterable[str | Path], stdin: IO[bytes] | None = None) -> Iterator[Document]:
    """Every document that the paths name, in their order, folders by name; `-` is standard input.

    Nothing is passed over in silence: a path that is absent, a folder or pattern that holds nothing to read,
    and a file that breaks off are each one document with an error.
    """
    return chain.from_iterable(_of_path(str(path), stdin) for path in paths)


def _of_path(path: str, stdin: IO[bytes] | None) -> Iterator[Document]:
    if path == "-":
        return _guarded(_STDIN, lambda: _of_stream(stdin or sys.stdin.buffer))
    place = Path(path)
    try:
        if place.is_dir():
            return _of_folder(place)
        if place.exists():
            return _of_file(place)
    except OSError as error:
        return _error(path, f"The path cannot be read: {error.strerror}.")
    return _of_pattern(path) if glob.has_magic(path) else _error(path, "There is no such file.", _NAMED)


def _of_pattern(pattern: str) -> Iterator[Document]:
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - a pattern may be absolute
    if not matches:
        return _error(pattern, "No file matches this pattern.", _NAMED)
    return chain.from_iterable(_of_path(match, None) for match in matches)


def _of_folder(folder: Path) -> Iterator[Document]:
    """The documents below a folder; hidden files, and what is no FHIR by its name, are other people's."""
    inside = sorted(
        path
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.is_file()
    )
    chosen = [path for path in inside if path.name.endswith(_IN_FOLDERS) and path.name not in _NO_RESOURCES]
    if not chosen:
        records = any(path.suffix in _RECORDS for path in inside)
        return _error(str(folder), "This folder holds no FHIR.", _BUILD if records else _NAMED)
    return chain.from_iterable(map(_of_file, chosen))


def _of_file(path: Path) -> Iterator[Document]:
    name = str(path)
    if path.suffix in _RECORDS:
        return _error(name, "This is a record file, not FHIR.", _BUILD)
    if path.name.endswith((".tgz", ".tar.gz")):
        return _guarded(name, lambda: _of_package(path))
    if path.name.endswith(_NDJSON):
        return _guarded(name, lambda: _streamed(path, lambda stream: _lines(name, _numbered(stream))))
    return _guarded(name, lambda: _streamed(path, lambda stream: _whole(name, stream)))


def _streamed(path: Path, read: Callable[[IO[bytes]], Iterator[Document]]) -> Iterator[Document]:
    with path.open("rb") as file:
        yield from read(cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if path.suffix == ".gz" else file)


def _whole(name: str, stream: IO[bytes], first: bytes = b"") -> Iterator[Document]:
    raw = first + stream.read(MOST_BYTES + 1 - len(first))
    if len(raw) > MOST_BYTES:
        yield from _error(name, _TOO_LONG)
    elif not raw.strip():
        yield from _error(name, "The file is empty.")
    else:
        yield Document(name, raw=raw)


def _lines(name: str, lines: Iterator[tuple[int, bytes]]) -> Iterator[Document]:
    """One document a line; a file without any says so."""
    first = next(lines, None)
    if first is None:
        yield from _error(name, "The file is empty.")
    elif first[1][:2] in _UTF_16:
        yield from _error(name, "Expected UTF-8, found UTF-16.", "Save the file as UTF-8.")
    else:
        for number, line in chain([first], lines):
            if len(line) > MOST_BYTES:
                yield Document(name, number, error=InputError(_TOO_LONG, place=f"{name}:{number}"))
                return
            yield Document(name, number, line)


def _numbered(stream: IO[bytes], start: int = 1) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, each with its number."""
    lines = iter(lambda: stream.readline(MOST_BYTES + 1), b"")
    return ((number, line.rstrip(b"\r\n")) for number, line in enumerate(lines, start) if line.strip())


def _of_stream(stream: IO[bytes]) -> Iterator[Document]:
    """Standard input: a document a line if its first line is JSON by itself and more follows, else one document."""
    number, first = next(_numbered(stream), (1, b""))
    before = b"\n" * (number - 1)
    if not _is_json(first):
        return _whole(_STDIN, stream, before + first + b"\n" if first else b"")
    further = _numbered(stream, number + 1)
    second = next(further, None)
    if second is None:
        return iter([Document(_STDIN, raw=before + first)])
    return _lines(_STDIN, chain([(number, first), second], further))


def _is_json(line: bytes) -> bool:
    try:
        jsonio.parse(line)
    except InputError:
        return False
    return True


def _of_package(path: Path) -> Iterator[Document]:
    """The resources and examples of a FHIR package, one after the other, without unpacking it."""
    empty = True
    with tarfile.open(path, "r|gz") as archive:
        for member in archive:
            if not _holds_resource(member):
                continue
            empty = False
            name = f"{path}/{member.name}"
            content = archive.extractfile(member) if member.size <= MOST_BYTES else None
            yield from _whole(name, content) if content else _error(name, _TOO_LONG)
    if empty:
        yield from _error(str(path), "This package holds no FHIR.", _NAMED)


def _holds_resource(member: tarfile.TarInfo) -> bool:
    """Files of the folders `other` and `openapi` are no resources (FHIR NPM package specification)."""
    *folders, name = member.name.split("/")
    named = name.endswith(".json") and not name.startswith(".") and name not in _NO_RESOURCES
    return member.isfile() and named and not {"other", "openapi"} & set(folders)


def _guarded(name: str, read: Callable[[], Iterator[Document]]) -> Iterator[Document]:
    """What can be read, and then one document with an error where the file breaks off."""
    try:
        yield from read()
    except _BROKEN as error:
        yield from _error(name, _broken(error))


def _broken(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"The file cannot be read: {error.strerror}."
    if isinstance(error, (EOFError, tarfile.ReadError)) and "magic" not in str(error):
        return "The file breaks off before its end."
    return "The file is damaged, or not compressed as its name says."


def _error(place: str, message: str, next_step: str = "") -> Iterator[Document]:
    yield Document(place, error=InputError(message, place=place, next_step=next_step))
