"""A picture, a recording or a paper: carried whole, known by its first bytes, proved by its hash. Changes nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
from errno import ENOENT
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias, get_args

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fhir_matters.records.forms.values import Form, Words

LARGEST = 10_000_000  # bytes: more than any screen shows, and about what servers accept in one resource
Image: TypeAlias = Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
Sound: TypeAlias = Literal["audio/mpeg", "audio/wav", "audio/ogg", "audio/flac", "audio/mp4"]
Film: TypeAlias = Literal["video/mp4", "video/quicktime", "video/webm"]
Kind: TypeAlias = Image | Sound | Film | Literal["application/pdf"]
_SHA1_HEX = 40
# The first bytes by which a kind is known; `ftyp` and `RIFF` files say more a few bytes on.
_FIRST: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
)
_RIFF: dict[bytes, Kind] = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_FTYP: dict[bytes, Kind] = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}


class Attachment(Form):
    """A file, carried whole: `data` is base64, `sha1` the base64 of its SHA-1 (R4 Attachment.hash)."""

    ACCEPTED: ClassVar[tuple[str, ...]] = (*get_args(Image), *get_args(Sound), *get_args(Film), "application/pdf")
    CALLED: ClassVar[str] = "file"
    EXPECTED: ClassVar[str] = "no picture, sound, film or PDF that can be carried"

    data: str = Field(description="The file itself, as base64.")
    content_type: Kind = Field(default="image/png", description="What kind of file it is; found by its first bytes.")
    sha1: str = Field(default="", description="The SHA-1 of the file, as base64; it proves that none of it was lost.")
    caption: Words | None = Field(default=None, description="What it shows or holds, in a few words.")

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        """The same file with its type and hash filled in; a claim that is not true of the bytes is refused."""
        if not isinstance(value, dict) or not isinstance(value.get("data"), str):
            return value
        raw = cls.decoded(value["data"])
        kind, proof = cls.sniffed(raw), sha1(raw)
        if value.get("content_type", kind) != kind:
            raise _refused(f"the {cls.CALLED} is not of the content_type that is given; leave it out")
        if not _same_hash(value.get("sha1") or proof, proof):
            raise _refused(f"the {cls.CALLED} is not the one that sha1 was taken of")
        return {**value, "data": base64.b64encode(raw).decode(), "content_type": kind, "sha1": proof}

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return len(self.data) // 4 * 3 - self.data[-2:].count("=")

    @classmethod
    def decoded(cls, data: str) -> bytes:
        """The bytes behind base64 `data`; blanks and line ends in it do not matter.

        Raises PydanticCustomError where it is no base64, empty, or too large.
        """
        if len(data) > LARGEST * 3 // 2:
            cls._fits(len(data) * 3 // 4)
        try:
            raw = base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            raise _refused(f"the {cls.CALLED}'s data is no base64") from None
        cls._fits(len(raw))
        return raw

    @classmethod
    def sniffed(cls, raw: bytes) -> Kind:
        """The kind of a file by its first bytes; PydanticCustomError where it is none that is accepted."""
        kind = _sniffed(raw)
        if kind is None or kind not in cls.ACCEPTED:
            raise _refused(f"this is {cls.EXPECTED}")
        return kind

    @classmethod
    def from_file(cls, named: AttachmentFile, folder: Path) -> Self:
        """The file that a record file in `folder` names.

        Raises PydanticCustomError where there is no such file, it is too large, no such kind, or not the one of the
        hash.
        """
        raw = _bytes(folder / named.file, cls.CALLED)
        cls._fits(len(raw))
        if named.sha1 is not None and not _same_hash(named.sha1, sha1(raw)):
            raise _refused(f"the {cls.CALLED} is not the one that sha1 was taken of")
        data = base64.b64encode(raw).decode()
        return cls(data=data, content_type=cls.sniffed(raw), sha1=sha1(raw), caption=named.caption)

    @classmethod
    def _fits(cls, size: int) -> None:
        if size > LARGEST:
            raise _refused(f"the {cls.CALLED} is larger than {LARGEST // 1_000_000} MB; make it smaller")


class Picture(Attachment):
    """A picture, carried whole: `data` is base64, `sha1` the base64 of its SHA-1 (R4 Attachment.hash)."""

    ACCEPTED: ClassVar[tuple[str, ...]] = get_args(Image)
    CALLED: ClassVar[str] = "picture"
    EXPECTED: ClassVar[str] = "no PNG, JPEG, WebP or GIF picture"

    data: str = Field(description="The picture itself, as base64.")
    content_type: Image = Field(default="image/png", description="PNG, JPEG, WebP or GIF.")
    caption: Words | None = Field(default=None, description="What the picture shows, in a few words.")


class AttachmentFile(Form):
    """A picture, a recording or a paper in a file of its own, named from the record file."""

    file: str = Field(min_length=1, description="The file, seen from this one.")
    sha1: str | None = Field(
        default=None, description="The SHA-1 of the file; if it is another file, nobody is fooled."
    )
    caption: Words | None = Field(default=None, description="What it shows or holds, in a few words.")


def _carried(value: Any) -> Any:
    """Refuses a file that is only named: a record carries its files whole."""
    if isinstance(value, dict) and "file" in value:
        raise _refused("a file that is only named is found only by Record.load(path); or give its data")
    return value


Face: TypeAlias = Annotated[Picture, BeforeValidator(_carried, json_schema_input_type=AttachmentFile | Picture)]
Carried: TypeAlias = Annotated[
    Attachment, BeforeValidator(_carried, json_schema_input_type=AttachmentFile | Attachment)
]


def sha1(raw: bytes) -> str:
    """The base64 of the SHA-1 of the bytes: what R4 Attachment.hash holds."""
    return base64.b64encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()


def _sniffed(raw: bytes) -> Kind | None:
    if raw[:4] == b"RIFF":
        return _RIFF.get(raw[8:12])
    if raw[4:8] == b"ftyp":
        return _FTYP.get(raw[8:12], "video/mp4")
    return next((kind for first, kind in _FIRST if raw.startswith(first)), None)


def _bytes(path: Path, called: str) -> bytes:
    """The bytes of a file, one more than the largest at most."""
    try:
        if not path.is_file():  # a pipe would never end
            raise FileNotFoundError(ENOENT, "there is no such file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise _refused(f"the {called} file cannot be read ({reason})") from None


def _same_hash(claimed: object, proof: str) -> bool:
    """True for the same hash, as base64 or in hexadecimal digits as sha1sum prints it."""
    if not isinstance(claimed, str):
        return False
    if len(claimed.strip()) == _SHA1_HEX:
        return claimed.strip().lower() == base64.b64decode(proof).hex()
    return claimed.strip() == proof


def _refused(message: str) -> PydanticCustomError:
    return PydanticCustomError("attachment", message.replace("{", "{{").replace("}", "}}"))
