"""Files that a record carries, as data URIs: only what begins as the picture, sound or film that it claims to be."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.catalogue import say
from fhir_matters.view.wording import plain

# Of each kind that a browser shows: what a file of it begins with, and at which byte.
_BEGINS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image/png": ((0, b"\x89PNG\r\n"),),
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/gif": ((0, b"GIF8"),),
    "image/webp": ((0, b"RIFF"), (8, b"WEBP")),
    "audio/mpeg": ((0, b"ID3"),),
    "audio/wav": ((0, b"RIFF"), (8, b"WAVE")),
    "audio/ogg": ((0, b"OggS"),),
    "audio/flac": ((0, b"fLaC"),),
    "audio/mp4": ((4, b"ftyp"),),
    "video/mp4": ((4, b"ftyp"),),
    "video/quicktime": ((4, b"ftyp"),),
    "video/webm": ((0, b"\x1a\x45\xdf\xa3"),),
    "application/pdf": ((0, b"%PDF-"),),
}
_FRAMES = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")  # MPEG audio without an ID3 tag begins with its first frame
_SORTS = {"image": "picture", "audio": "sound", "video": "film", "application": "paper"}
_MEGABYTE = 1_000_000
# Bytes of a picture of a paper: a page that is opened in a hurry carries no more of what is folded away in it.
LARGEST_COPY = 2 * _MEGABYTE


@dataclass(frozen=True, slots=True)
class File:
    """A file whose first bytes are those of its kind; `sort` is picture, sound, film or paper."""

    sort: str
    kind: str
    size: int
    source: str
    caption: str

    @property
    def about(self) -> str:
        """What it is and how large, as people say it: "film, 3 MB"."""
        called, size = say(f"files.{self.sort}"), round(self.size / _MEGABYTE)
        return say("files.size", sort=called, number=size) if size else called


def file_of(carried: Mapping[str, Any]) -> File | None:
    """The file that a record carries; None where it is not what it claims to be."""
    kind = plain(carried.get("content_type")) or "image/png"
    try:
        raw = base64.b64decode("".join(str(carried.get("data", "")).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not _is(raw, kind):
        return None
    source = f"data:{kind};base64,{base64.b64encode(raw).decode()}"
    return File(_SORTS[kind.partition("/")[0]], kind, len(raw), source, plain(carried.get("caption")))


def _is(raw: bytes, kind: str) -> bool:
    if kind == "audio/mpeg" and raw.startswith(_FRAMES):
        return True
    return kind in _BEGINS and all(raw.startswith(first, at) for at, first in _BEGINS[kind])
