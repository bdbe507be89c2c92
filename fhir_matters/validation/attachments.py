"""Attachments: the size and hash that they state are those of their data. What a URL leads to is not fetched."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import a2b_base64
from typing import Any

from fhir_matters.validation import primitives
from fhir_matters.validation.context import Context, Position

# Whether a text has as many letters and digits as base64 has.
_MAY_BE = primitives.check_of("base64Binary")


def checks(value: Any, context: Context, position: Position) -> None:
    """A size that is none, or not that of the data; a hash (SHA-1, base64) that is not that of the data."""
    said, size = value.get("data"), value.get("size")
    if size is None and "hash" not in value and isinstance(said, str) and _is_plain(said):
        return
    data = _decoded(said)
    if data is None and isinstance(said, str) and _MAY_BE(said) is None:
        _wrong("base64 without blanks", "B64_DECODE_FAIL", context, position)
    if size is not None and (type(size) is not int or size < 0):
        _wrong("a size of zero bytes or more", "SIZE_INVALID", context, position)
    elif size is not None and data is not None and len(data) != size:
        _wrong(f"the size of the data, {len(data)} bytes", "SIZE_CORRECT", context, position)
    stated = value.get("hash")
    if not isinstance(stated, str):
        return
    if _decoded(stated) is None:
        _wrong("a hash in base64", "B64_DECODE_FAIL", context, position)
    elif data is not None and _sha1(data) != stated:
        _wrong("the SHA-1 hash of the data", "HASH_MISMATCH", context, position)


def _is_plain(text: str) -> bool:
    """True for what can be decoded beyond doubt, which is told in a sixth of the time that decoding takes."""
    letters = text.rstrip("=")
    sound = len(text) % 4 == 0 and len(text) - len(letters) <= 2 and letters.isascii()  # noqa: PLR2004 (= at the end)
    return sound and not letters.encode().translate(None, _LETTERS)


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _sha1(data: bytes) -> str:
    import hashlib  # noqa: PLC0415 - few attachments state a hash

    return b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _wrong(expected: str, message_id: str, context: Context, position: Position) -> None:
    message_id = f"TYPE_SPECIFIC_CHECKS_DT_ATT_{message_id}"
    context.add("FM222", position, f"Expected {expected}, found another.", message_id=message_id)


def _decoded(text: Any) -> bytes | None:
    if not isinstance(text, str):
        return None
    try:
        return a2b_base64(text, strict_mode=True)
    except ValueError:
        pass
    try:
        return b64decode(text, validate=True)  # which takes more than one = at the end
    except ValueError:
        return None
