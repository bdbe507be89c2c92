"""What a source says of bytes, held against them: size and SHA-1 of an Attachment, base64, and where its url leads.

What is wrong there arrives as it was and is no loss: it is a note in the receipt. Bytes that a target changes are a
difference like every other, and none of this file's business; neither are bytes that are not moved along.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

from fhir_matters import jsonio
from fhir_matters.path import Key
from fhir_matters.server.compare import expression
from fhir_matters.server.references import BINARY, own_entries
from fhir_matters.server.source import Item, Source

# R4 Attachment: size is "the number of bytes of data […] before base64 encoding"; hash is SHA-1, "represented using
# base64"; "if both data and url are provided, the url SHALL point to the same content as the data contains".
SIZE = "states another size than its bytes have"
HASH = "states another SHA-1 than its bytes have"
OTHER = "leads to other bytes than stand in data"
NO_BASE64 = "is no base64, so that nobody can say which bytes are meant"

Misstated: TypeAlias = tuple[str, str]
Fetched: TypeAlias = Callable[[str], "dict[str, Any] | None"]


def note(source: Source, numbers: Iterable[int] | None = None) -> None:
    """What each resource, or each of these, says wrongly of its bytes is on the shelf, for the receipt."""
    sql = "SELECT number FROM stating WHERE notes IS NULL"
    if numbers is not None:
        sql = f"{sql} AND number IN ({','.join(map(str, numbers))})"
    stating = [number for (number,) in source.shelf.rows(sql)]
    # Those of a portion fit into memory together; of all nobody knows.
    portions = [stating] if numbers is not None else ([number] for number in stating)
    found = [
        (jsonio.write(list(misstated(item.resource, partial(_binary, source, item)))), item.number)
        for portion in portions
        for item in source.items.made(portion)
    ]
    source.shelf.many("UPDATE stating SET notes = ? WHERE number = ?", found)


def _binary(source: Source, near: Item, url: str) -> dict[str, Any] | None:
    """The Binary that an address means, where it is moved along."""
    name = source.find(url, near) if BINARY.fullmatch(url) else None
    return source.items.made([name.number])[0].resource if name is not None and name.type == "Binary" else None


def misstated(resource: dict[str, Any], fetched: Fetched = lambda _: None) -> Iterator[Misstated]:
    """Each place where a resource says something of bytes that is not so, and what; `fetched` has the Binary of a url.

    What cannot be looked at, because the bytes are elsewhere, is not judged.
    """
    kind = str(resource.get("resourceType", ""))
    for keys, stating, inside in _stating(resource):
        for key, what in _of_one(stating, (lambda _: None) if inside else fetched):
            yield expression(kind, (*keys, key)), what


def _stating(
    value: Any, keys: tuple[Key, ...] = (), *, inside: bool = False
) -> Iterator[tuple[tuple[Key, ...], dict[str, Any], bool]]:
    """Every object that says something of bytes, and whether it stands inside a Bundle that is a world of its own."""
    if isinstance(value, dict):
        # SampledData has data too, which are numbers and always with dimensions.
        if not value.keys().isdisjoint(("data", "size", "hash")) and "dimensions" not in value:
            yield keys, value, inside
        for key, each in value.items():
            yield from _stating(each, (*keys, key), inside=inside or own_entries(value, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _stating(each, (*keys, index), inside=inside)


def _of_one(stating: dict[str, Any], fetched: Fetched) -> Iterator[Misstated]:
    given, url = stating.get("data"), stating.get("url")
    own = _bytes(given) if isinstance(given, str) else None
    if own is None and isinstance(given, str):
        yield "data", NO_BASE64
        return
    binary = fetched(url) if isinstance(url, str) else None
    led_to = _bytes(binary.get("data", "")) if binary is not None else None
    if own is not None and led_to is not None and own != led_to:
        yield "url", OTHER
    if (data := own if own is not None else led_to) is None:
        return
    if "size" in stating and stating["size"] != len(data):
        yield "size", SIZE
    if "hash" in stating and stating["hash"] != b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode():
        yield "hash", HASH


def _bytes(data: Any) -> bytes | None:
    """The bytes of a base64Binary, in which R4 allows blanks; None for what is none."""
    try:
        return b64decode("".join(str(data).split()), validate=True)
    except ValueError:
        return None
