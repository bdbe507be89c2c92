"""Compressed streams as what they hold: gzip, and Zstandard where a library for it is here. Reads no names of folders.

Zstandard is part of Python from 3.14 on; before, `backports.zstd` brings the same (extra `zstd`).
"""

from __future__ import annotations

import gzip
import sys
import tarfile
import zlib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import IO, Any, cast

from fhir_matters.errors import InputError

_LIBRARIES = ("compression.zstd", "backports.zstd")
_BROKEN = (OSError, EOFError, zlib.error, tarfile.TarError)


def unpacked(name: str, stream: IO[bytes]) -> IO[bytes]:
    """What the stream holds, by the ending of its name; the stream itself where that is none of `ENDINGS`.

    Raises InputError where no library for Zstandard is here; what is damaged raises one of `broken()` when it is read.
    """
    opened = _OPENED.get(PurePath(name).suffix)
    return opened(stream) if opened is not None else stream


def broken() -> tuple[type[Exception], ...]:
    """What reading a damaged or absent file may raise."""
    loaded = [module for name in _LIBRARIES if (module := sys.modules.get(name)) is not None]
    return (*_BROKEN, *(module.ZstdError for module in loaded))


def _gzip(stream: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))


def _zstd(stream: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", _zstd_library().ZstdFile(stream))


@cache
def _zstd_library() -> Any:
    for name in _LIBRARIES:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise InputError(
        "Nothing here reads Zstandard.", next_step="Install it with the extra zstd: pip install 'fhir-matters[zstd]'."
    )


_OPENED: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {".gz": _gzip, ".zst": _zstd}
ENDINGS = tuple(_OPENED)
