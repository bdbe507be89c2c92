"""What was read from a server, kept in a file or a folder: whole or not at all, and never whole in memory."""

from __future__ import annotations

import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError, InputError
from fhir_matters.files import write_whole
from fhir_matters.sources import documents

NDJSON = (".ndjson", ".ndjson.gz")


def keep(resources: Iterable[dict[str, Any]], base: str, out: Path | None) -> int:
    """How many were kept: as a collection Bundle, as NDJSON, or as a folder with an NDJSON file for each type.

    Where `out` is None, the Bundle goes to standard output. Raises FhirMattersError where nothing can be written
    there, and whatever `resources` raises; then nothing was written.
    """
    counted = _Counted(resources)
    if out is None:
        _print(_bundle(counted, base))
    elif out.is_dir() or not (out.suffix or out.exists()):
        _folder(counted, out)
    elif out.name.endswith(NDJSON):
        lines = (jsonio.write(resource) + b"\n" for resource in counted)
        write_whole(out, _compressed(lines) if out.suffix == ".gz" else lines)
    else:
        write_whole(out, _bundle(counted, base))
    return counted.count


def kept_in(out: Path) -> Iterator[dict[str, Any]]:
    """Every resource in a file or a folder that `keep` wrote. Raises InputError where it cannot be read."""
    if out.is_dir() or out.name.endswith(NDJSON):
        several = sorted(each for end in NDJSON for each in out.glob(f"*{end}"))
        for document in documents(several if out.is_dir() else [out]):
            yield document.value()
        return
    try:
        bundle = jsonio.read(out.read_bytes())
        yield from [entry["resource"] for entry in bundle.get("entry", ())]
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}.", place=str(out), next_step="Name where it is now."
        ) from None
    except (AttributeError, KeyError, TypeError):
        raise InputError(
            "This is no Bundle with resources.", place=str(out), next_step="Name the file that was pulled."
        ) from None


def _print(pieces: Iterable[bytes]) -> None:
    """Write to standard output, once whatever could go wrong half-way is over: until then all is in a hidden file."""
    try:
        with TemporaryFile() as draft:
            draft.writelines(pieces)
            draft.seek(0)
            shutil.copyfileobj(draft, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # nobody reads any more, which is no trouble
    except OSError as error:
        raise FhirMattersError(
            f"Standard output cannot be written: {error.strerror}.",
            next_step="Make room, also for temporary files (TMPDIR), or name a file: -o FILE.",
        ) from None


class _Counted:
    def __init__(self, resources: Iterable[dict[str, Any]]) -> None:
        self._resources, self.count = resources, 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for resource in self._resources:
            self.count += 1
            yield resource


def _bundle(resources: Iterable[dict[str, Any]], base: str) -> Iterator[bytes]:
    """A collection Bundle, an entry after the other; each fullUrl is the address that the resource was read from."""
    yield b'{\n  "resourceType": "Bundle",\n  "type": "collection"'
    between = b',\n  "entry": [\n'
    for resource in resources:
        url = f"{base}/{resource['resourceType']}/{resource['id']}"
        entry = jsonio.write({"fullUrl": url, "resource": resource}, indent=True)
        yield between + b"    " + entry.replace(b"\n", b"\n    ")
        between = b",\n"
    yield b"\n}\n" if between != b",\n" else b"\n  ]\n}\n"


def _compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines as gzip, the same bytes for the same lines: no name, no time (RFC 1952)."""
    packing = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    yield from map(packing.compress, lines)
    yield packing.flush()


def _folder(resources: Iterable[dict[str, Any]], folder: Path) -> None:
    """A file for each type, moved into the folder when all are written."""
    if folder.is_dir() and any(folder.glob("*.ndjson")):
        raise FhirMattersError(
            "The folder holds NDJSON already; what is fetched would stand among it.",
            place=str(folder),
            next_step="Name a folder that is empty or not there yet.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".pull-", dir=folder) as draft, ExitStack() as opened:
            files: dict[str, IO[bytes]] = {}
            for resource in resources:
                kind = resource["resourceType"]
                if kind not in files:
                    files[kind] = opened.enter_context((Path(draft) / f"{kind}.ndjson").open("wb"))
                files[kind].write(jsonio.write(resource) + b"\n")
            opened.close()
            for kind in files:
                (Path(draft) / f"{kind}.ndjson").replace(folder / f"{kind}.ndjson")
    except OSError as error:
        raise FhirMattersError(
            f"The folder cannot be written: {error.strerror}.",
            place=str(folder),
            next_step="Make room or choose another place.",
        ) from None
