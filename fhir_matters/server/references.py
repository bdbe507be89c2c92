"""Every reference in a resource, wherever it stands, and what kind it is.

Only `Reference.reference` refers, and an `Attachment.url` that names a Binary: canonicals, other URIs and prose
do not. What a Bundle inside says to its own entries is its own business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from fhir_matters.path import Key

# R4 References, 2.3.0.1: [base/]Type/id[/_history/version]
LITERAL = re.compile(
    r"(?P<base>https?://[^?#\s]+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?"
)
NESTED = (dict, list)
BINARY = re.compile(r"(https?://[^?#\s]+/)?Binary/[A-Za-z0-9\-.]{1,64}")


def references(resource: Any, keys: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Where each reference stands, as steps through the JSON, and what it says. `#contained` ones too."""
    if isinstance(resource, dict):
        for key, value in resource.items():
            if isinstance(value, str):
                if refers(key, value):
                    yield (*keys, key), value
            elif not own_entries(resource, key):
                yield from references(value, (*keys, key))
    elif isinstance(resource, list):
        for index, item in enumerate(resource):
            yield from references(item, (*keys, index))


def texts(resource: Any) -> set[str]:
    """What the references in the resource say, each once: as `references` finds them, without their places."""
    found: set[str] = set()
    waiting: list[Any] = [resource]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if type(value) is str:  # as most are; to ask so is half as dear
                    if key == "reference" or (key == "url" and refers(key, value)):
                        found.add(value)
                elif isinstance(value, NESTED) and not (key == "entry" and own_entries(node, key)):
                    waiting.append(value)
        else:
            waiting += [item for item in node if isinstance(item, NESTED)]
    return found


def refers(key: Key, value: str) -> bool:
    """True where a string under this key names a resource."""
    return key == "reference" or (key == "url" and BINARY.fullmatch(value) is not None)


def own_entries(resource: dict[str, Any], key: str) -> bool:
    """True for the entries of a Bundle, whose references are resolved inside it (R4 Bundle, 2.36.4.1)."""
    return key == "entry" and resource.get("resourceType") == "Bundle"


@lru_cache(4096)
def conditional(reference: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Type and search parameters of a reference such as `Patient?identifier=system|value`, else None."""
    kind, found, query = reference.partition("?")
    if not found or not re.fullmatch(r"[A-Z][A-Za-z]+", kind):
        return None
    return kind, tuple(parse_qsl(query, keep_blank_values=True))


def identifiers(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """The business identifiers with both system and value that are still in use, in their order."""
    given = resource.get("identifier")
    several = given if isinstance(given, list) else [given]
    return [
        (each["system"], each["value"])
        for each in several
        if isinstance(each, dict)
        and isinstance(each.get("system"), str)
        and isinstance(each.get("value"), str)
        and each.get("use") != "old"
    ]


def answers(resource: dict[str, Any], reference: str) -> bool:
    """True where the resource is surely one that this conditional reference asks for: by identifier alone."""
    asked = conditional(reference)
    if asked is None or not asked[1] or resource.get("resourceType") != asked[0]:
        return False
    carried = {f"{system}|{value}" for system, value in identifiers(resource)}
    return all(name == "identifier" and value in carried for name, value in asked[1])
