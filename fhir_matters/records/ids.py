"""Names that stay the same: the identifier of each part of a record, and its address. No clock, no chance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fhir_matters.jsonio import spelt
from fhir_matters.records.codes import EXTENSION_IN_RECORD, IDENTIFIER
from fhir_matters.records.forms import Parts

_NAMESPACE = uuid5(NAMESPACE_URL, IDENTIFIER)


def record_id(parts: Parts) -> str:
    """The record's own id, or one made of the person's name and date of birth: the same person, the same id.

    Two people of one name born on one day would get the same; then say `id`.
    """
    return parts.id or str(uuid5(_NAMESPACE, f"{parts.person.name.text}|{parts.person.born or ''}"))


def is_made_of(identity: str, parts: Parts) -> bool:
    """True where the id is the one that the name and date of birth give."""
    return identity == record_id(parts.model_copy(update={"id": None}))


def identifier(value: str) -> dict[str, Any]:
    """The identifier under which any server finds the part again: `<record-id>/<section>/<key>`."""
    return {"system": IDENTIFIER, "value": value}


def address(value: str) -> str:
    """The fullUrl of the part with that identifier value: the same on every day and every machine."""
    return f"urn:uuid:{uuid5(_NAMESPACE, value)}"


def made_up_address(resource: dict[str, Any]) -> str:
    """An address for a resource that came without one: the same resource, the same address."""
    return address(spelt(resource).decode())


def value_of(resource: dict[str, Any]) -> str | None:
    """The value of our own identifier on a resource; None where it has none, or several.

    What has no identifier in R4 carries it in an extension of ours.
    """
    found = resource.get("identifier")
    several = [*(found if isinstance(found, list) else [found]), *_in_extensions(resource.get("extension"))]
    values = [i.get("value") for i in several if isinstance(i, dict) and i.get("system") == IDENTIFIER]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def _in_extensions(extensions: Any) -> Iterator[Any]:
    for each in extensions if isinstance(extensions, list) else []:
        if isinstance(each, dict) and each.get("url") == EXTENSION_IN_RECORD:
            yield each.get("valueIdentifier")
