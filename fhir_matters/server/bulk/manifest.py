"""What an export came to: the manifest of its files, read strictly: all in it becomes a name or an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from fhir_matters.errors import NotFhir
from fhir_matters.server.addresses import led_to

Part = Literal["output", "deleted", "error"]
PARTS: tuple[Part, ...] = ("output", "deleted", "error")
TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")


@dataclass(frozen=True, slots=True)
class File:
    """One file that the server offers; `name` is ours, `count` is how many lines it says, None where it does not."""

    part: Part
    kind: str
    url: str
    name: str
    count: int | None = None

    @property
    def place(self) -> str:
        """Its address without the query, which may be signed anew each time."""
        return self.url.partition("?")[0].partition("#")[0]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of an export, and what they are a picture of: everything up to `taken`."""

    taken: str
    needs_token: bool
    files: tuple[File, ...]
    expires: str = ""

    def of(self, part: Part) -> Iterator[File]:
        """The files of one part."""
        return (each for each in self.files if each.part == part)


def manifest(value: Any, status: str, *, place: str, headers: Mapping[str, str] | None = None) -> Manifest:
    """The manifest that a server gave under the address `status`.

    Raises NotFhir where it is none: what was expected and where, and nothing of what it holds.
    """
    found = value if isinstance(value, dict) else {}
    taken, needs_token = found.get("transactionTime"), found.get("requiresAccessToken")
    if not isinstance(taken, str) or not isinstance(needs_token, bool) or not isinstance(found.get("output"), list):
        raise _wrong("one with transactionTime, requiresAccessToken and output", place)
    files = tuple(each for part in PARTS for each in _files(found, part, status, place))
    return Manifest(taken, needs_token, files, (headers or {}).get("expires", ""))


def joined(first: Manifest, more: Manifest) -> Manifest:
    """Two pages of one manifest as one, the files of each type counted on."""
    return replace(first, files=tuple(_named([*first.files, *more.files])))


def _files(found: dict[str, Any], part: Part, status: str, place: str) -> Iterator[File]:
    listed = found.get(part, [])
    if not isinstance(listed, list):
        raise _wrong(f"a list of files as {part}", place)
    return _named(_file(each, part, number, status, place) for number, each in enumerate(listed))


def _file(each: Any, part: Part, number: int, status: str, place: str) -> File:
    where = f"{part}[{number}]"
    kind, url, count = (each.get(name) if isinstance(each, dict) else None for name in ("type", "url", "count"))
    if not isinstance(kind, str) or not TYPE.fullmatch(kind):
        raise _wrong(f"a resource type in {where}", place)
    if not isinstance(url, str) or not url:
        raise _wrong(f"an address in {where}", place)
    return File(part, kind, led_to(status, url), "", count if type(count) is int and count >= 0 else None)


def _named(files: Any) -> Iterator[File]:
    """Each file with a name of its own: its type, and which of that type it is."""
    seen: dict[tuple[str, str], int] = {}
    for each in files:
        number = seen[each.part, each.kind] = seen.get((each.part, each.kind), 0) + 1
        own = f"{each.kind}.{number}.ndjson"
        yield replace(each, name=own if each.part == "output" else f"{each.part}.{own}")


def _wrong(expected: str, place: str) -> NotFhir:
    return NotFhir(
        f"The server's manifest of the export cannot be used: expected {expected}.",
        place=place,
        next_step="Report it to whoever runs the server.",
    )
