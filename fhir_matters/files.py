"""Write a file whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from fhir_matters.errors import FhirMattersError


def write_whole(path: Path, data: bytes | Iterable[bytes], like: os.stat_result | None = None) -> None:
    """Write beside the file and move into its place, so that nobody ever finds half of it; in pieces, or at once.

    It is for everybody to read, or for whom a file is that is `like` it.

    Raises FhirMattersError (no such folder, no room, no permission); then the file is as it was before.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines([data] if isinstance(data, bytes) else data)
                file.flush()
                os.fsync(file.fileno())
            _let_in(draft, like)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise FhirMattersError(
            f"cannot be written: {error.strerror}.",
            place=str(path),
            next_step="Nothing was written there; make room or choose another place.",
        ) from None


def _let_in(file: Path, like: os.stat_result | None) -> None:
    """Let those at the file whom the other lets in, its owner among them as far as we may."""
    file.chmod(0o644 if like is None else stat.S_IMODE(like.st_mode))
    if like is not None and hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(file, like.st_uid, like.st_gid)
