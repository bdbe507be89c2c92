"""Documents and messages: what their first entry refers to is in the Bundle, and in a document nothing stands apart.

Which entry must be the first is judged in `bundles`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

from fhir_matters.validation import resolving
from fhir_matters.validation.context import BundleScope, Context, Position

# Fields that hold references (those without inner fields), and fields that hold such fields.
Fields: TypeAlias = dict[str, "Fields"]

SECTION: Fields = {"author": {}, "focus": {}, "entry": {}}
SECTION["section"] = SECTION
# What has to be in the Bundle (http://hl7.org/fhir/R4/documents.html#content, messaging.html).
DIRECT: dict[str, tuple[str, Fields]] = {
    "document": (
        "Composition",
        {
            **{key: {} for key in ("subject", "encounter", "author", "custodian")},
            "attester": {"party": {}},
            "event": {"detail": {}},
            "section": SECTION,
        },
    ),
    "message": ("MessageHeader", {"focus": {}}),
}


def whole(bundle: Any, context: Context, position: Position) -> None:
    """What the first entry refers to is an entry; references lead to every entry of a document."""
    scope = context.scope.bundle
    listed = bundle.get("entry")
    if scope is None or scope.kind not in DIRECT or not isinstance(listed, list) or not listed:
        return
    kind, fields = DIRECT[scope.kind]
    first = listed[0].get("resource") if isinstance(listed[0], dict) else None
    if not isinstance(first, dict) or first.get("resourceType") != kind:
        return
    url = scope.urls.get(id(first), "")
    for here, reference in _referred(first, fields, ((position, "entry", 0, None), "resource", None, None)):
        if resolving.entry_at(reference, url, scope) is None:
            context.add(
                "FM429",
                here,
                f"Expected an entry of the Bundle that this reference of the {kind} means, found none.",
                message_id="Bundle_BUNDLE_Entry_NotFound",
                found=reference,
            )
    if scope.kind == "document":
        _apart(first, listed, scope, context, position)


def _referred(node: dict[str, Any], fields: Fields, position: Position) -> Iterator[tuple[Position, str]]:
    """The references in these fields, each with its place; contained ones are inside the resource itself."""
    for key, inner in fields.items():
        value = node.get(key)
        for index, each in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(each, dict):
                continue
            here = (position, key, index, None)
            if inner:
                yield from _referred(each, inner, here)
            elif isinstance(reference := each.get("reference"), str) and not reference.startswith("#"):
                yield (here, "reference", None, None), reference


def _apart(first: dict[str, Any], listed: list[Any], scope: BundleScope, context: Context, position: Position) -> None:
    """Report the entries to which no chain of references leads from the Composition, in either direction."""
    linked = _links(listed, scope)
    styles = _styles(context.scope.resource)
    start = scope.urls.get(id(first), "")
    waiting = [start, *(url for resource, url in _urls(listed) if resource in styles)]
    reached = set(waiting)
    while waiting:
        new = linked[waiting.pop()] - reached
        reached |= new
        waiting += new
    for index, entry in enumerate(listed):
        url = entry.get("fullUrl") if isinstance(entry, dict) else None
        if isinstance(url, str) and url not in reached:
            context.add(
                "FM430",
                (position, "entry", index, None),
                "Expected references that lead from the Composition to this entry, or back, found none.",
                message_id="Bundle_BUNDLE_Entry_Orphan_DOCUMENT",
            )


def _styles(bundle: dict[str, Any]) -> set[Any]:
    """The stylesheets that links of the Bundle name."""
    links = (each for each in bundle.get("link") or () if isinstance(each, dict))
    return {each.get("url") for each in links if each.get("relation") == "stylesheet"}


def _urls(listed: list[Any]) -> Iterator[tuple[str, str]]:
    """Type and id of the resource of each entry, and its fullUrl."""
    for entry in listed:
        resource, url = (entry.get("resource"), entry.get("fullUrl")) if isinstance(entry, dict) else (None, None)
        if isinstance(resource, dict) and isinstance(url, str):
            yield f"{resource.get('resourceType')}/{resource.get('id')}", url


def _links(listed: list[Any], scope: BundleScope) -> defaultdict[str, set[str]]:
    """The fullUrls that lead to each other; versions of a resource have one in common."""
    linked: defaultdict[str, set[str]] = defaultdict(set)
    for entry in listed:
        url = entry.get("fullUrl") if isinstance(entry, dict) else None
        if not isinstance(url, str):
            continue
        for text in _texts(entry.get("resource")):
            target = resolving.url_at(text, url)
            if target in scope.by_url:
                linked[url].add(target)
                linked[target].add(url)
    return linked


def _texts(value: Any) -> Iterator[str]:
    """Every string that may be a reference: a URI names an entry as well as a Reference does."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            todo += each.values()
        elif isinstance(each, list):
            todo += each
        elif isinstance(each, str) and ("/" in each or ":" in each) and " " not in each:
            yield each
