"""Keys for what others wrote: made of names and codes, the same in whatever order it came and on whatever server.

Nothing that a person said is in a key, and no id: a server gives another one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from fhir_matters.jsonio import spelt
from fhir_matters.records.fhir.elements import Element, child, children, text_of
from fhir_matters.records.others.came import Came, Entry
from fhir_matters.records.others.words import label, name_of

_LONGEST = 40  # what the form of a key accepts
_MARK = 6  # hexadecimal digits that tell apart what would have the same key
# What a server gives to a resource, and gives anew where it moves to another.
_SERVERS = ("id", "meta", "reference")


def keys(came: Came, numbers: Iterable[int]) -> Mapping[int, str]:
    """A key for each of the resources; those that would have the same get a mark made of what they say."""
    found = {number: _slug(came.entries[number][1]) for number in numbers}
    for mark in (_what_it_says, _where_it_is):
        several = Counter([*found.values(), "person"])
        found = {
            number: key if several[key] == 1 else _marked(key, mark(came.entries[number]))
            for number, key in found.items()
        }
    return found


def _what_it_says(entry: Entry) -> bytes:
    return spelt(_lasting(entry[1]))


def _where_it_is(entry: Entry) -> bytes:
    return spelt(list(entry))


def _marked(key: str, said: bytes) -> str:
    return f"{key[: _LONGEST - _MARK - 1].rstrip('-')}-{sha256(said).hexdigest()[:_MARK]}"


def _lasting(element: Any) -> Any:
    """The element without what the next server gives anew."""
    if isinstance(element, dict):
        return {name: _lasting(value) for name, value in element.items() if name not in _SERVERS}
    return [_lasting(item) for item in element] if isinstance(element, list) else element


def _slug(resource: Element) -> str:
    kind = resource["resourceType"]
    named = _NAMED.get(kind, _by_code)(resource) or re.sub(r"(?<!^)(?=[A-Z])", "-", kind)
    plain = unicodedata.normalize("NFKD", named).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")[:_LONGEST].rstrip("-") or "other"


def _by_code(resource: Element) -> str | None:
    return label(resource.get("code")) or label(resource.get("type"))


def _by_name(resource: Element) -> str | None:
    return text_of(child(name_of(resource), "text"))


def _by_role(resource: Element) -> str | None:
    shown = text_of(child(resource.get("practitioner"), "display"))
    return shown or label(next(iter(children(resource, "code")), None))


_NAMED: Mapping[str, Callable[[Element], str | None]] = {
    "Composition": lambda _: "story",
    "RelatedPerson": _by_name,
    "Practitioner": _by_name,
    "PractitionerRole": _by_role,
}
