"""References to a server that is neither source nor target: kept, written as logical ones, or refused, by choice.

Nobody is asked at such an address: data must not make this program call anywhere. A logical reference says the same
address as an identifier (R4 References, 2.3.0.2; system `urn:ietf:rfc:3986`), which servers accept that refuse a
literal one to elsewhere. Attachments keep their address: they may lie anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias, TypeGuard

from fhir_matters.path import Key
from fhir_matters.server.compare import Difference, expression
from fhir_matters.server.references import own_entries, references

Elsewhere: TypeAlias = Literal["keep", "rewrite", "refuse"]
URI = "urn:ietf:rfc:3986"
REWRITTEN = "a reference to another server, written as an identifier"


def is_elsewhere(reference: Any) -> TypeGuard[str]:
    """True for the address of a resource on some server."""
    return isinstance(reference, str) and reference.startswith(("http://", "https://"))


def problem(resource: dict[str, Any], choice: Elsewhere, is_known: Callable[[str], bool]) -> str:
    """Why the resource cannot go as it was chosen, or nothing. `is_known`: source or target have what is meant."""
    for keys, text in references(resource):
        if keys[-1] != "reference" or not is_elsewhere(text) or is_known(text):
            continue
        if choice == "refuse":
            return f"Refers to another server, at {expression(str(resource['resourceType']), keys)}."
        if not _can_be_logical(_holder(resource, keys)):
            where = expression(str(resource["resourceType"]), keys)
            return f"Refers to another server, at {where}, beside an identifier: no place to write the address."
    return ""


def logical(resource: Any, is_strange: Callable[[str], bool]) -> Any:
    """The resource with each reference elsewhere as a logical one; the very same object where there is none."""
    if isinstance(resource, list):
        items = [logical(item, is_strange) for item in resource]
        return items if any(new is not old for new, old in zip(items, resource, strict=True)) else resource
    if not isinstance(resource, dict):
        return resource
    text = resource.get("reference")
    if is_elsewhere(text) and is_strange(text) and _can_be_logical(resource):
        resource = dict(_with_identifier(resource))
    changed = {
        key: new
        for key, value in resource.items()
        if not own_entries(resource, key) and (new := logical(value, is_strange)) is not value
    }
    return {**resource, **changed} if changed else resource


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[Difference, ...]:
    """What `logical` changed, as differences that the transfer had a right to make."""
    kind = str(before["resourceType"])
    return tuple(
        Difference(expression(kind, keys), "changed", "transfer", REWRITTEN, text)
        for keys, text in references(before)
        if keys[-1] == "reference" and "reference" not in _holder(after, keys)
    )


def _can_be_logical(reference: dict[str, Any]) -> bool:
    return "identifier" not in reference and "_reference" not in reference


def _with_identifier(reference: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in reference.items():
        if key == "reference":
            yield "identifier", {"system": URI, "value": value}
        else:
            yield key, value


def _holder(resource: Any, keys: tuple[Key, ...]) -> dict[str, Any]:
    for key in keys[:-1]:
        resource = resource[key]
    return resource if isinstance(resource, dict) else {}
