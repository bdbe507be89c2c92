"""What costs time to make and is the same again: kept on disk by what it was made of, and safe to delete at any moment.

A file's name is a hash of the content that it was made of, of the code that made it and of this Python, so that
nothing is ever trusted across versions of any of them. Each file begins with a hash of the rest. What is absent, cut
short or changed is as if it were not there; what cannot be written is done without, in silence.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from fhir_matters import folders
from fhir_matters.errors import InputError

# What is older is written anew, so that nothing stays that nobody uses.
OLDEST_SECONDS = 60 * 24 * 3600.0
# A file begins with the hash of its body, and with its length.
CHECK, HEAD = 32, 40
KINDS = (".package", ".plan", ".part")


def folder() -> Path:
    """Where things are kept: FHIR_MATTERS_CACHE, or else this user's cache folder. It need not exist."""
    chosen = os.environ.get("FHIR_MATTERS_CACHE")
    if chosen:
        return Path(chosen) / "made"
    return folders.cache() / "made"


def digest(*parts: bytes) -> bytes:
    """The hash of the parts, each with its length, so that no two lists of parts have the same."""
    found = sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


@cache
def code(names: tuple[str, ...]) -> bytes | None:
    """The hash of this Python and of the modules of this library; None where their text is not at hand."""
    here = Path(__file__).parent.parent
    try:
        texts = [(here / name).read_bytes() for name in names]
    except OSError:
        return None
    return digest(sys.version.encode(), *texts)


def place(kind: str, made_of: bytes) -> Path | None:
    """The file of this kind that is made of what has this hash; None where nobody is at home."""
    try:
        return folder() / f"{made_of.hex()}.{kind}"
    except InputError:
        return None


def get(file: Path) -> tuple[bytes, int] | None:
    """The body that was put there, whole and unchanged, and where more begins; else None."""
    try:
        with file.open("rb") as kept:
            head = kept.read(HEAD)
            end = HEAD + int.from_bytes(head[CHECK:], "big")
            body = kept.read(end - HEAD) if end <= os.fstat(kept.fileno()).st_size else b""
    except OSError:
        return None
    return (body, end) if HEAD + len(body) == end and head[:CHECK] == sha256(body).digest() else None


def put(file: Path, body: bytes, more: Iterable[bytes] = ()) -> None:
    """Keep the body, and after it more that whoever reads it checks; all of it or nothing.

    Raises nothing: a folder that cannot be written keeps nothing.
    """
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as draft:
                draft.writelines((sha256(body).digest(), len(body).to_bytes(HEAD - CHECK, "big"), body, *more))
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
        _tidied(file.parent)


@cache
def _tidied(inside: Path) -> None:
    """Take away, once in a process, what was written long ago: drafts of those who were killed among it."""
    until = time.time() - OLDEST_SECONDS
    with os.scandir(inside) as listed:
        for each in listed:
            if each.name.endswith(KINDS) and each.stat(follow_symlinks=False).st_mtime < until:
                with suppress(OSError):
                    Path(each.path).unlink()
