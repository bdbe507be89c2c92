"""Paths, folders, globs, packages and standard input → a stream of documents, each one resource's bytes.

A document that cannot be read is one with an error, and the rest goes on. Files are read as they are asked for, and
files of many documents in blocks of whole lines. Knows no FHIR but its file names; what the bytes say is `jsonio`'s
business.
"""

from __future__ import annotations

import glob
import io
import os
import sys
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.unpacking import ENDINGS, broken, unpacked

Watch = Callable[[int], None]
"""Is told how many bytes of a file were read, as they are."""

MOST_BYTES = 512 * 1024 * 1024
"""The longest document that is read; more is an accident or an attack."""
_TOO_LONG = f"The document is longer than {MOST_BYTES // 1024 // 1024} MB."
_BUILD = "Turn record files into FHIR first: fhir-matters build FILE.yaml -o FILE.json"
_NAMED = "Name a .json, .xml or .ndjson file (or .gz, .zst of it), a .tgz, a folder of them, or - for standard input."
_NDJSON = (".ndjson", *(f".ndjson{packed}" for packed in ENDINGS))
_IN_FOLDERS = tuple(f"{kind}{packed}" for kind in (".json", ".xml", ".ndjson") for packed in ("", *ENDINGS))
_RECORDS = (".yaml", ".yml")
_NO_RESOURCES = {"package.json", ".index.json"}
STDIN = "stdin"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
BLOCK = 128 * 1024
"""So much is read at a time."""


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

    def documents(self) -> Iterator[Document]:
        """Itself: see `Lines`."""
        yield self

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


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of a file of many documents; `line` is the number of the first."""

    file: str
    line: int
    raw: bytes

    @property
    def name(self) -> str:
        """`patients.ndjson:12`, where they begin."""
        return f"{self.file}:{self.line}"

    def documents(self) -> Iterator[Document]:
        """One document for each line that is not blank."""
        for number, line in enumerate(self.raw.split(b"\n"), self.line):
            if len(line) > MOST_BYTES and len(line.rstrip(b"\r")) > MOST_BYTES:
                yield _too_long(self.file, number)
            elif line and not line.isspace():
                yield Document(self.file, number, line.rstrip(b"\r"))


Part = Document | Lines


def documents(
    paths: Iterable[str | Path], stdin: IO[bytes] | None = None, watch: Watch | None = None, stdin_name: str = STDIN
) -> Iterator[Document]:
    """Every document that the paths name, in their order, folders by name; `-` is standard input.

    `stdin_name` is what that is called: the file that an editor has open, perhaps.

    Nothing is passed over in silence: a path that is absent, a folder that cannot be read, a folder or pattern that
    holds nothing to read, and a file that breaks off are each one document with an error.
    """
    return chain.from_iterable(part.documents() for part in parts(paths, stdin, watch, stdin_name))


def parts(
    paths: Iterable[str | Path], stdin: IO[bytes] | None = None, watch: Watch | None = None, stdin_name: str = STDIN
) -> Iterator[Part]:
    """The same, files of many documents in blocks of lines: to be taken apart where they are needed."""
    return chain.from_iterable(_Reader(stdin, watch, stdin_name).of_path(str(path)) for path in paths)


def files(paths: Iterable[str | Path]) -> Iterator[Path | Document]:
    """Every file that the paths name, as `documents` has them, standard input apart; what is absent is an error."""
    return chain.from_iterable(_files(str(path)) for path in paths if str(path) != "-")


def size(paths: Iterable[str | Path]) -> int | None:
    """How many bytes the files are that `documents` would read; None where nobody knows: standard input."""
    total = 0
    for file in files(wanted := list(map(str, paths))):
        with suppress(OSError):
            total += file.stat().st_size if isinstance(file, Path) else 0
    return None if "-" in wanted else total


@dataclass(frozen=True)
class _Reader:
    """Reads paths: where `-` comes from and what it is called, and who is told how far it is."""

    stdin: IO[bytes] | None
    watch: Watch | None
    stdin_name: str

    def of_path(self, path: str) -> Iterator[Part]:
        if path == "-":
            name = self.stdin_name
            return _guarded(name, lambda: _of_stream(name, self.stdin or _standard_input()))
        found = _files(path)
        return chain.from_iterable(self._of_file(each) if isinstance(each, Path) else [each] for each in found)

    def _of_file(self, path: Path) -> Iterator[Part]:
        name = str(path)
        if path.suffix in _RECORDS:
            return iter([_error(name, "This is a record file, not FHIR.", _BUILD)])
        if path.name.endswith((".tgz", ".tar.gz")):
            return _guarded(name, lambda: self._streamed(path, lambda stream: _of_package(path, stream)))
        if path.name.endswith(_NDJSON):
            lines = lambda stream: _lines(name, _blocks(name, unpacked(name, stream)))  # noqa: E731 - one of two ways
            return _guarded(name, lambda: self._streamed(path, lines))
        return _guarded(name, lambda: self._streamed(path, lambda stream: _whole(name, unpacked(name, stream))))

    def _streamed(self, path: Path, read: Callable[[IO[bytes]], Iterator[Part]]) -> Iterator[Part]:
        if self.watch is None:
            with path.open("rb") as file:
                yield from read(file)
        else:
            with _Watched(path, self.watch) as raw, io.BufferedReader(raw, BLOCK) as file:
                yield from read(file)


class _Watched(io.FileIO):
    """A file that says how much of it was read."""

    def __init__(self, path: Path, watch: Watch) -> None:
        super().__init__(path)
        self._watch = watch

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer) or 0
        self._watch(count)
        return count


def _standard_input() -> IO[bytes]:
    """Standard input under a reader of its own: at the end of Python nobody waits for whoever still reads it."""
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    except (OSError, ValueError):
        return sys.stdin.buffer


def _files(path: str) -> Iterator[Path | Document]:
    place = Path(path)
    try:
        is_folder, exists = place.is_dir(), place.exists()
    except OSError as error:
        yield _error(path, f"The path cannot be read: {error.strerror}.")
        return
    if is_folder:
        yield from _of_folder(place)
    elif exists:
        yield place
    elif not glob.has_magic(path):
        yield _error(path, "There is no such file.", _NAMED)
    elif matches := sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - a pattern may be absolute
        for match in matches:
            yield from _files(match)
    else:
        yield _error(path, "No file matches this pattern.", _NAMED)


def _of_folder(folder: Path) -> Iterator[Path | Document]:
    """The files below a folder; what is no FHIR by its name is other people's."""
    empty = True
    for file in _chosen(folder):
        empty = False
        if isinstance(file, Path):
            yield file
        else:
            yield _error(file.filename, f"The folder cannot be read: {file.strerror}.")
    if empty:
        records = any(isinstance(file, Path) and file.suffix in _RECORDS for file in _inside(folder))
        yield _error(str(folder), "This folder holds no FHIR.", _BUILD if records else _NAMED)


def _chosen(folder: Path) -> Iterator[Path | OSError]:
    """The files below a folder that are FHIR by their names; and what could not be read."""
    for file in _inside(folder):
        if isinstance(file, OSError) or (file.name.endswith(_IN_FOLDERS) and file.name not in _NO_RESOURCES):
            yield file


def _inside(folder: Path) -> Iterator[Path | OSError]:
    """The files below a folder, one folder at a time, by name; nothing hidden, and no link to a folder is followed."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield OSError(error.errno, error.strerror, str(folder))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _inside(folder / entry.name)
        elif (file := folder / entry.name).is_file():
            yield file


def _whole(name: str, stream: IO[bytes], first: bytes = b"") -> Iterator[Part]:
    raw = first + stream.read(MOST_BYTES + 1 - len(first))
    if len(raw) > MOST_BYTES:
        yield _error(name, _TOO_LONG)
    elif not raw.strip():
        yield _error(name, "The file is empty.")
    else:
        yield Document(name, raw=raw)


def _lines(name: str, blocks: Iterator[Part]) -> Iterator[Part]:
    """The blocks that hold anything; a file without any says so."""
    first = next(blocks, None)
    if first is None:
        yield _error(name, "The file is empty.")
    elif first.raw.lstrip()[:2] in _UTF_16:
        yield _error(name, "Expected UTF-8, found UTF-16.", "Save the file as UTF-8.")
    else:
        yield first
        yield from blocks


def _blocks(name: str, stream: IO[bytes], number: int = 1) -> Iterator[Part]:
    """Whole lines, as many as there are at a time, but for blank ones; for a line that is too long only an error."""
    begun: list[bytes] = []
    weight = 0  # of a line whose end is not read yet
    while raw := stream.read1(BLOCK):  # type: ignore[attr-defined]  # a stream that is buffered has it
        start, end = 0, raw.rfind(b"\n") + 1
        if end and weight > MOST_BYTES + 2:
            yield _too_long(name, number)
            start, number = raw.find(b"\n") + 1, number + 1
        if end:
            block = b"".join([*begun, raw[start:end]])
            if not block.isspace():
                yield Lines(name, number, block)
            number += block.count(b"\n")
            begun, weight = [], 0
        weight += len(raw) - end
        begun = [*begun, raw[end:]] if weight <= MOST_BYTES + 2 else []
    if weight > MOST_BYTES + 2:
        yield _too_long(name, number)
    elif (rest := b"".join(begun)) and not rest.isspace():
        yield Lines(name, number, rest)


def _of_stream(name: str, stream: IO[bytes]) -> Iterator[Part]:
    """Standard input: a document a line if its first line is JSON by itself and more follows, else one document."""
    number, first = _next_line(stream, 1)
    before = b"\n" * (number - 1)
    if not _is_json(first):
        return _whole(name, stream, before + first)
    following, second = _next_line(stream, number + 1)
    if not second:
        return iter([Document(name, raw=before + first.rstrip(b"\r\n"))])
    both = (Lines(name, number, first), Lines(name, following, second))
    return chain(both, _blocks(name, stream, following + 1))


def _next_line(stream: IO[bytes], number: int) -> tuple[int, bytes]:
    """The next line that is not blank, and its number; nothing where there is none."""
    while line := stream.readline(MOST_BYTES + 3):
        if not line.isspace():
            return number, line
        number += 1
    return 1, b""


def _is_json(line: bytes) -> bool:
    try:
        jsonio.parse(line)
    except InputError:
        return False
    return True


def _of_package(path: Path, stream: IO[bytes]) -> Iterator[Part]:
    """The resources and examples of a FHIR package, one after the other, without unpacking it."""
    empty = True
    with tarfile.open(fileobj=stream, mode="r|gz") as archive:
        for member in archive:
            if not _holds_resource(member):
                continue
            empty = False
            name = f"{path}/{member.name}"
            content = archive.extractfile(member) if member.size <= MOST_BYTES else None
            yield from _whole(name, content) if content else [_error(name, _TOO_LONG)]
    if empty:
        yield _error(str(path), "This package holds no FHIR.", _NAMED)


def _holds_resource(member: tarfile.TarInfo) -> bool:
    """Files of the folders `other` and `openapi` are no resources (FHIR NPM package specification)."""
    *folders, name = member.name.split("/")
    named = name.endswith(".json") and not name.startswith(".") and name not in _NO_RESOURCES
    return member.isfile() and named and not {"other", "openapi"} & set(folders)


def _guarded(name: str, read: Callable[[], Iterator[Part]]) -> Iterator[Part]:
    """What can be read, and then one document with an error where the file breaks off."""
    try:
        yield from read()
    except InputError as error:
        yield _error(name, error.message, error.next_step)
    except broken() as error:
        yield _error(name, _broken(error))


def _broken(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"The file cannot be read: {error.strerror}."
    if isinstance(error, (EOFError, tarfile.ReadError)) and "magic" not in str(error):
        return "The file breaks off before its end."
    return "The file is damaged, or not compressed as its name says."


def _too_long(name: str, number: int) -> Document:
    return Document(name, number, error=InputError(_TOO_LONG, place=f"{name}:{number}"))


def _error(place: str, message: str, next_step: str = "") -> Document:
    return Document(place, error=InputError(message, place=place, next_step=next_step))
