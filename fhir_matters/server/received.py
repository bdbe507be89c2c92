"""The receipt of what was read from a server into files: what was asked for, what came, and that they hold it.

The file is read again after it was written, and every element of every resource is held against what the server gave,
its version and its date too. Whether the server gave all that it has is not known here: `reading.py` asks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from fhir_matters.errors import InputError
from fhir_matters.server import attachments
from fhir_matters.server.bulk.export import Exported
from fhir_matters.server.compare import Difference, differences, expression, sha256, without_values
from fhir_matters.server.keeping import keep, kept_in
from fhir_matters.server.plan import frozen, version
from fhir_matters.server.reading import Choice, reading
from fhir_matters.server.receipt import Receipt, moment
from fhir_matters.server.rest import Rest
from fhir_matters.server.shelf import Shelf
from fhir_matters.server.source import Source, Taking
from fhir_matters.server.target import Progress
from fhir_matters.server.transfer import Lines
from fhir_matters.server.verify import Verification, states
from fhir_matters.sources import documents

ABSENT = "It is not in the file."
LOST = """
INSERT INTO line SELECT number, 'lost', '', '', '', ?, NULL FROM item WHERE number NOT IN (SELECT number FROM line)
"""


def receive(server: Rest, what: Choice, out: Path, progress: Progress | None = None) -> Receipt:
    """The receipt of what was asked for, which is in this file or folder now, as `keeping.keep` has it.

    Raises as `reading` and `keep` do; then nothing was written.
    """
    started, shelf = moment(), Shelf()
    keep(_noted(reading(server, what, progress), Taking(shelf, server.base)), server.base, out)
    source = Source(shelf, server.base)
    for resource in kept_in(out):
        _line(source, resource)
    shelf.do(LOST, (ABSENT,))
    attachments.note(source)
    return Receipt(server.base, out.resolve().as_uri(), started, moment(), Lines(shelf), asked(what))


def exported(server: Rest, came: Exported) -> Receipt:
    """The receipt of a bulk export: every resource that came, which the folder holds to the byte.

    Raises InputError where a file is not, or is no longer, what came over the wire.
    """
    started, shelf = moment(), Shelf()
    taking = Taking(shelf, server.base, partial(_came, shelf))
    for file, digest in came.hashes.items():
        found = hashlib.sha256()
        for document in documents([file]):
            taking.take("", document.value())
            found.update(document.raw + b"\n")
        if found.hexdigest() != digest:
            raise InputError(
                "This file is not as it came from the server.",
                place=str(file),
                next_step="Fetch the export again, into another folder.",
            )
    attachments.note(Source(shelf, server.base))
    target = came.folder.resolve().as_uri()
    return Receipt(server.base, target, started, moment(), Lines(shelf), (came.state.request.partition("?")[0],))


def _came(shelf: Shelf, number: int, resource: dict[str, Any], _: int) -> None:
    row = (number, "created", _place(resource), version(resource), sha256(resource), "", None)
    shelf.do("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def asked(what: Choice) -> tuple[str, ...]:
    """What was asked for, as addresses below the base, without the values that were searched for."""
    everything = "*" if what.compartment else "$everything"
    found = [f"Patient/{patient}/{everything}" for patient in what.patients]
    found += [without_values(search).removesuffix("?") for search in what.searches]
    return tuple(found) or ("everything",)


def file_of(receipt: Receipt) -> Path | None:
    """The file or folder that a receipt is about; None where it is about a server."""
    parts = urlsplit(receipt.target)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def verify_file(receipt: Receipt, path: Path) -> Verification:
    """What the file or folder holds now of what the receipt says. Raises InputError where it cannot be read."""
    held = {_place(resource): (sha256(resource), version(resource)) for resource in kept_in(path)}
    return Verification(str(path), tuple(states(receipt.lines, held)))


def _noted(resources: Iterable[dict[str, Any]], taking: Taking) -> Iterator[dict[str, Any]]:
    for resource in resources:
        taking.take("", resource)
        yield resource


def _line(source: Source, found: dict[str, Any]) -> None:
    """What the file holds of one resource, held against what the server gave."""
    place = _place(found)
    named = source.shelf.one("SELECT number FROM name WHERE name = ? AND own = 1", (f"{source.name}/{place}",))
    if named is None:
        return
    (item,) = source.items.made([named[0]])
    changed = frozen(
        Difference(expression(item.type, keys), kind, "", "", given, kept)
        for keys, kind, given, kept in differences(item.resource, found)
    )
    row = (item.number, "created", place, version(found), sha256(found), "", changed)
    source.shelf.do("INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _place(resource: dict[str, Any]) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"
