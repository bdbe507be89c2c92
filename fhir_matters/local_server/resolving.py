"""References inside a transaction: what `urn:uuid:…`, a fullUrl or a condition becomes once ids are settled.

References alone, extensions and attachments included: prose, identifiers and canonicals stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, TypeAlias

from fhir_matters.local_server.interactions import matching
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.store import Store
from fhir_matters.server.references import conditional, own_entries, refers

_NESTED = frozenset({dict, list})
PLACELESS = ("urn:uuid:", "urn:oid:")
Resolve: TypeAlias = Callable[[Any, str], Any]


def resolver(store: Store, places: Mapping[str, str]) -> Resolve:
    """A function that settles every reference in a resource of one transaction, where they stand: it is changed.

    It is told what relative references stand on too; `places` leads from fullUrl to `Type/id`. It raises
    RefusalError: 400 for a `urn:uuid` that no entry has, 412 for a condition that finds none or several.
    """
    urns = {url: place for url, place in places.items() if url.startswith(PLACELESS)}
    found = cache(partial(_found, store))
    swap = cache(lambda text, root: _literal(text, places, root, found))

    def resolved(resource: Any, root: str) -> Any:
        _settle(resource, root, swap)
        return _attached(resource, urns) if urns else resource

    return resolved


def _settle(resource: Any, root: str, swap: Callable[[str, str], str | None]) -> None:
    """Every reference becomes what it means; a Bundle's own entries are its own business."""
    waiting: list[Any] = [resource]
    while waiting:
        node = waiting.pop()
        if type(node) is list:
            waiting += [item for item in node if type(item) in _NESTED]
            continue
        for key, value in node.items() if type(node) is dict else ():
            # What was read from JSON is of these types exactly, and to ask for them is half as dear.
            if type(value) is str:
                if (key == "reference" or key == "url") and refers(key, value) and value[:1] != "#":  # noqa: PLR1714
                    node[key] = swap(value, root) or value
            elif type(value) in _NESTED and not (key == "entry" and own_entries(node, key)):
                waiting.append(value)


def _literal(reference: str, places: Mapping[str, str], root: str, found: Callable[[str], str | None]) -> str | None:
    address, mark, fragment = reference.partition("#")
    place = places.get(address) or (places.get(f"{root}{address}") if root and ":" not in address else None)
    if place:
        return f"{place}{mark}{fragment}"
    if reference.startswith(PLACELESS):
        raise RefusalError(400, "not-found", "A reference names a fullUrl that no entry has.")
    return found(reference) if "?" in reference else None


def _found(store: Store, reference: str) -> str | None:
    """The place of the one resource that a conditional reference means; None where it is another reference."""
    asked = conditional(reference)
    if asked is None:
        return None
    find = partial(_place, store, asked[0], reference.partition("?")[2])
    others = any("." in name or name.startswith("_has:") for name, _ in asked[1])
    return find() if others else store.remembered(reference, asked[0], find)


def _place(store: Store, kind: str, condition: str) -> str:
    found = matching(store, kind, condition)
    if found is None:
        raise RefusalError(412, "not-found", f"No {kind} meets the condition of a reference.")
    return f"{kind}/{found.id}"


def _attached(node: Any, places: Mapping[str, str]) -> Any:
    """The same with the `url` of each Attachment that names an entry by its urn: R4 lets a Binary be sent beside it."""
    if isinstance(node, list):
        items = [_attached(item, places) for item in node]
        return items if any(new is not old for new, old in zip(items, node, strict=True)) else node
    if not isinstance(node, dict):
        return node
    changed = {
        key: new
        for key, value in node.items()
        if isinstance(value, (dict, list)) and (new := _attached(value, places)) is not value
    }
    url = node.get("url")
    if isinstance(url, str) and url in places and not _defines(node):
        changed["url"] = places[url]
    return {**node, **changed} if changed else node


def _defines(node: Mapping[str, Any]) -> bool:
    """True where `url` is no address but a name: of a definition, or of an extension."""
    return "resourceType" in node or "extension" in node or any(key.startswith("value") for key in node)
