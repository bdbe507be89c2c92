"""Bundle.link: relations that occur once, or belong to searches only, and stylesheets that are in the document."""

from __future__ import annotations

from typing import Any

from fhir_matters.validation.context import Context, Position

# What says where a page of results is; http://hl7.org/fhir/R4/http.html#paging.
PAGES = frozenset({"first", "previous", "next", "last"})
PAGED = frozenset({"searchset", "history"})


def checks(bundle: Any, context: Context, position: Position) -> None:
    """Report links that contradict each other or the type of the Bundle, and stylesheets that are not there."""
    listed = bundle.get("link")
    relations = [each.get("relation") if isinstance(each, dict) else None for each in listed or ()]
    paged = bundle.get("type") in PAGED
    for index, relation in enumerate(relations):
        here = (position, "link", index, None)
        place = here if paged else (here, "relation", None, None)
        if relation in PAGES and not paged:
            _wrong("no link to a page of results", "BUNDLE_LINK_SEARCH_PROHIBITED", context, place, relation)
        elif relation in relations[:index] and (relation == "self" or (paged and relation in PAGES)):
            _wrong("one link of this relation", "BUNDLE_LINK_SEARCH_NO_DUPLICATES", context, place, relation)
        elif relation == "stylesheet" and bundle.get("type") == "document":
            _stylesheet(bundle, listed[index].get("url"), context, (here, "url", None, None))


def _wrong(expected: str, message_id: str, context: Context, position: Position, found: object) -> None:
    context.add("FM424", position, f"Expected {expected} in a Bundle of this type.", message_id=message_id, found=found)


def _stylesheet(bundle: Any, url: Any, context: Context, position: Position) -> None:
    """A relative stylesheet is an entry of the document, by type and id."""
    if not isinstance(url, str) or ":" in url:
        return
    inside = (each.get("resource") for each in bundle.get("entry") or () if isinstance(each, dict))
    names = (f"{each.get('resourceType')}/{each.get('id')}" for each in inside if isinstance(each, dict))
    if url not in names:
        context.add(
            "FM431",
            position,
            "Expected an entry of the document that is this stylesheet, found none.",
            message_id="BUNDLE_LINK_STYELSHEET_NOT_FOUND",
            found=url,
        )
