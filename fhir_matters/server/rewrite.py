"""The same resource with other references: nothing else changes, not even an object that needs no change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fhir_matters.server.references import own_entries, refers


def rewrite(resource: Any, swap: Callable[[str], str | None]) -> Any:
    """A copy in which each reference is what `swap` makes of it, or stays where it makes None of it.

    What holds no changed reference is the very same object; the argument is never changed.
    """
    if isinstance(resource, dict):
        changed = {
            key: new for key, value in resource.items() if (new := _new(resource, key, value, swap)) is not value
        }
        return {**resource, **changed} if changed else resource
    if isinstance(resource, list):
        items = [rewrite(item, swap) for item in resource]
        return items if any(new is not old for new, old in zip(items, resource, strict=True)) else resource
    return resource


def _new(parent: dict[str, Any], key: str, value: Any, swap: Callable[[str], str | None]) -> Any:
    if isinstance(value, str):
        if not refers(key, value) or value.startswith("#"):
            return value
        new = swap(value)
        return value if new is None or new == value else new
    return value if own_entries(parent, key) else rewrite(value, swap)
