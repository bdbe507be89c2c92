"""A picture of a face: carried whole, known by its first bytes, proved by its hash. Draws and changes nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
from errno import ENOENT
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fhir_matters.records.values import Form, Words

LARGEST = 10_000_000  # bytes: more than any screen shows, and about what servers accept in one resource
Kind: TypeAlias = Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
_SHA1_HEX = 40


class Picture(Form):
    """A picture, carried whole: `data` is base64, `sha1` the base64 of its SHA-1 (R4 Attachment.hash)."""

    data: str = Field(description="The picture itself, as base64.")
    content_type: Kind = Field(default="image/png", description="PNG, JPEG, WebP or GIF.")
    sha1: str = Field(
        default="", description="The SHA-1 of the picture, as base64; it proves that none of it was lost."
    )
    caption: Words | None = Field(default=None, description="What the picture shows, in a few words.")

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        """The same picture with its type and hash filled in; a claim that is not true of the bytes is refused."""
        if not isinstance(value, dict) or not isinstance(value.get("data"), str):
            return value
        raw = decoded(value["data"])
        kind, proof = sniffed(raw), sha1(raw)
        if value.get("content_type", kind) != kind:
            raise PydanticCustomError("picture", "the picture is not of the content_type that is given; leave it out")
        if not _same_hash(value.get("sha1") or proof, proof):
            raise PydanticCustomError("picture", "the picture is not the one that sha1 was taken of")
        return {**value, "data": base64.b64encode(raw).decode(), "content_type": kind, "sha1": proof}

    @property
    def size(self) -> int:
        """How many bytes the picture has."""
        return len(self.data) // 4 * 3 - self.data[-2:].count("=")


class PictureFile(Form):
    """A picture in a file of its own, named from the record file."""

    file: str = Field(
        min_length=1, description="The file with the picture, seen from this file: PNG, JPEG, WebP or GIF."
    )
    sha1: str | None = Field(
        default=None, description="The SHA-1 of the file; if it is another picture, nobody is fooled."
    )
    caption: Words | None = Field(default=None, description="What the picture shows, in a few words.")


def _carried(value: Any) -> Any:
    """Refuses a picture that is only named: a record carries its face whole."""
    if isinstance(value, dict) and "file" in value:
        raise PydanticCustomError("picture", "a picture in a file is found only by Record.load(path); or give its data")
    return value


Face: TypeAlias = Annotated[Picture, BeforeValidator(_carried, json_schema_input_type=PictureFile | Picture)]


def from_file(named: PictureFile, folder: Path) -> Picture:
    """The picture that a record file in `folder` names.

    Raises PydanticCustomError where there is no such file, it is too large, no picture, or not the one of the hash.
    """
    path = folder / named.file
    try:
        if not path.is_file():  # a pipe would never end
            raise FileNotFoundError(ENOENT, "there is no such file")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise PydanticCustomError("picture", "the picture file cannot be read ({reason})", {"reason": reason}) from None
    _fits(raw)
    if named.sha1 is not None and not _same_hash(named.sha1, sha1(raw)):
        raise PydanticCustomError("picture", "the picture file is not the one that sha1 was taken of")
    data = base64.b64encode(raw).decode()
    return Picture(data=data, content_type=sniffed(raw), sha1=sha1(raw), caption=named.caption)


def decoded(data: str) -> bytes:
    """The bytes behind base64 `data`; blanks and line ends in it do not matter.

    Raises PydanticCustomError where it is no base64, empty, or too large.
    """
    if len(data) > LARGEST * 3 // 2:
        _fits(b"", len(data) * 3 // 4)
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise PydanticCustomError("picture", "the picture's data is no base64") from None
    _fits(raw)
    return raw


def sniffed(raw: bytes) -> Kind:
    """The type of a picture by its first bytes; PydanticCustomError where it is none of the four."""
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if raw.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if raw.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "image/webp"
    raise PydanticCustomError("picture", "this is no PNG, JPEG, WebP or GIF picture")


def sha1(raw: bytes) -> str:
    """The base64 of the SHA-1 of the bytes: what R4 Attachment.hash holds."""
    return base64.b64encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()


def _same_hash(claimed: object, proof: str) -> bool:
    """True for the same hash, as base64 or in hexadecimal digits as sha1sum prints it."""
    if not isinstance(claimed, str):
        return False
    if len(claimed.strip()) == _SHA1_HEX:
        return claimed.strip().lower() == base64.b64decode(proof).hex()
    return claimed.strip() == proof


def _fits(raw: bytes, size: int | None = None) -> None:
    found = len(raw) if size is None else size
    if found > LARGEST:
        raise PydanticCustomError(
            "picture", "the picture is larger than {most} MB; make it smaller", {"most": LARGEST // 1_000_000}
        )
