"""Write a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fhir_matters.errors import FhirMattersError


def write_whole(path: Path, data: bytes | Iterable[bytes], mode: int = 0o644) -> None:
    """Write beside the file and move into its place, so that nobody ever finds half of it; in pieces, or at once.

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
            draft.chmod(mode)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise FhirMattersError(
            f"cannot be written: {error.strerror}.",
            place=str(path),
            next_step="Nothing was written there; make room or choose another place.",
        ) from None
