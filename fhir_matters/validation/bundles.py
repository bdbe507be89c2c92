"""Bundles: fullUrls that are absolute, agree with ids and are not repeated; requests; search results; first entries.

What a document or message must hold is judged in `documents`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from fhir_matters.validation import documents, links, resolving
from fhir_matters.validation.context import BundleScope, Context, Position
from fhir_matters.validation.plans import Plans
from fhir_matters.validation.visits import Visit

FULL_URL_OPTIONAL = frozenset({"transaction", "transaction-response", "batch", "batch-response"})
FIRST = {"document": "Composition", "message": "MessageHeader"}
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.+", re.DOTALL)
# A literal URL of a RESTful server ends in Type/id; http://hl7.org/fhir/R4/references.html#literal.
# A fullUrl names no version (bdl-8).
RESTFUL = re.compile(r"https?://.*/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(/_history/[A-Za-z0-9\-.]{1,64})?")


def scope_of(bundle: dict[str, Any]) -> BundleScope:
    """The Bundle's entries, to resolve references by; entries of a wrong shape are left out."""
    scope = BundleScope(str(bundle.get("type", "")), {}, {}, {})
    for _, entry in _entries(bundle):
        resource = entry.get("resource")
        scope.in_order.append(resource if isinstance(resource, dict) else {})
        if not isinstance(resource, dict):
            continue
        url = entry.get("fullUrl")
        if url is None:
            scope.unaddressed.add(id(resource))
        scope.urls[id(resource)] = url if isinstance(url, str) else ""
        for each in _urls(url, resource):
            if scope.by_url.setdefault(each, resource) is not resource:
                scope.often.add(each)
        scope.by_id.setdefault(f"{resource.get('resourceType')}/{resource.get('id')}", resource)
    return scope


def _urls(url: Any, resource: dict[str, Any]) -> Iterator[str]:
    """The fullUrl of an entry, and the URL of its version."""
    if isinstance(url, str):
        yield url
        if isinstance(meta := resource.get("meta"), dict) and isinstance(version := meta.get("versionId"), str):
            yield f"{url}/_history/{version}"


def _entries(bundle: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    listed = bundle.get("entry")
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, dict):
            yield index, entry


def full_urls(plans: Plans, bundle: Any, context: Context, position: Position) -> None:
    """Each entry has an absolute fullUrl that agrees with its resource's type and id."""
    kind = bundle.get("type")
    for index, entry in _entries(bundle):
        here = (position, "entry", index, None)
        url = entry.get("fullUrl")
        if url is None:
            if kind not in FULL_URL_OPTIONAL and "_fullUrl" not in entry:
                context.add(
                    "FM421",
                    here,
                    "Expected a fullUrl on each entry (only batches and transactions may leave it out).",
                    message_id="Bundle_BUNDLE_Entry_FullUrl_Required",
                )
        elif isinstance(url, str) and url:
            _agrees(plans, url, entry.get("resource"), context, (here, "fullUrl", None, None))


def _agrees(plans: Plans, url: str, resource: Any, context: Context, position: Position) -> None:
    if not url:
        return
    if not ABSOLUTE.fullmatch(url):
        context.add(
            "FM422", position, "Expected an absolute URL as fullUrl.", message_id="BUNDLE_ENTRY_URL_ABSOLUTE", found=url
        )
        return
    match = RESTFUL.fullmatch(url)
    if match is None or not isinstance(resource, dict):
        return
    kind, name, version = match.groups()
    if (plan := plans.type(kind)) is None or plan.kind != "resource":
        return
    if version or (kind, name) != (resource.get("resourceType"), resource.get("id")):
        unnamed = "id" not in resource
        context.add(
            "FM423",
            position,
            "Expected a fullUrl that ends in the type and id of its resource"
            + (", which has no id." if unnamed else "."),
            message_id="BUNDLE_ENTRY_URL_MATCHES_NO_ID" if unnamed else "BUNDLE_ENTRY_URL_MATCHES_TYPE_ID",
            found=url,
        )


def results(bundle: Any, context: Context, position: Position) -> None:
    """A search set holds resources; a match or include has an id, an outcome is an OperationOutcome."""
    if bundle.get("type") != "searchset":
        return
    searched = _searched(bundle)
    for index, entry in _entries(bundle):
        resource, search = entry.get("resource"), entry.get("search")
        mode = search.get("mode") if isinstance(search, dict) else None
        wrong = _wrong_result(resource, mode) or _not_searched_for(resource, mode, searched)
        if wrong is not None:
            here = (position, "entry", index, None)
            context.add(
                "FM428",
                (here, "resource", None, None) if isinstance(resource, dict) else here,
                f"Expected {wrong[0]} in this entry of a search set.",
                message_id=wrong[1],
            )


def _searched(bundle: dict[str, Any]) -> tuple[str, ...]:
    """The types of resource that the self link of a search set says were searched for; none where it says none."""
    listed = bundle.get("link")
    found = (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else iter(())
    url = next((each.get("url") for each in found if each.get("relation") == "self"), None)
    path, _, query = url.partition("?") if isinstance(url, str) else ("", "", "")
    name = path.rpartition("/")[2]
    if resolving.conditional(f"{name}?"):
        return (name,)
    said = (each.removeprefix("_type=") for each in query.split("&") if each.startswith("_type="))
    return tuple(name for each in said for name in each.split(","))


def _not_searched_for(resource: Any, mode: Any, searched: tuple[str, ...]) -> tuple[str, str] | None:
    """A match is of a type that was searched for."""
    if mode == "match" and searched and resource.get("resourceType") not in searched:
        named = " or ".join(searched)
        return f"{named}, for which the self link searched,", "BUNDLE_SEARCH_ENTRY_WRONG_RESOURCE_TYPE_MODE"
    return None


def _wrong_result(resource: Any, mode: Any) -> tuple[str, str] | None:
    """What was expected and the HL7 validator's message id, or None."""
    if not isinstance(resource, dict):
        return "a resource", "BUNDLE_SEARCH_ENTRY_NO_RESOURCE"
    if mode in ("match", "include") and "id" not in resource:
        return "a resource with an id", "BUNDLE_SEARCH_ENTRY_NO_RESOURCE_ID"
    if mode not in (None, "match", "include") and resource.get("resourceType") != "OperationOutcome":
        return "an OperationOutcome, as search.mode says", "BUNDLE_SEARCH_ENTRY_WRONG_RESOURCE_TYPE_OUTCOME"
    return None


def first_entry(bundle: Any, context: Context, position: Position) -> None:
    """A document begins with its Composition, a message with its MessageHeader (bdl-11, bdl-12)."""
    wanted = FIRST.get(str(bundle.get("type")))
    if wanted is None:
        return
    listed = bundle.get("entry")
    entry = next((entry for _, entry in _entries(bundle)), None)
    resource = entry.get("resource") if entry is not None else None
    if isinstance(resource, dict) and resource.get("resourceType") == wanted:
        return
    here = (position, "entry", 0, None) if isinstance(listed, list) and entry is not None else position
    which = "" if isinstance(resource, dict) else "NoFirst" if entry is None else "NoFirstResource"
    context.add(
        "FM427",
        (here, "resource", None, None) if isinstance(resource, dict) else here,
        f"Expected {wanted} as the first entry of a Bundle of this type.",
        message_id=f"Bundle_BUNDLE_Entry_{which}" if which else WRONG_FIRST[wanted],
    )


WRONG_FIRST = {"Composition": "Bundle_BUNDLE_Entry_Document", "MessageHeader": "Validation_BUNDLE_Message"}


def checks(plans: Plans) -> Iterator[Visit]:
    """The checks on a Bundle; `plans` tell a RESTful URL, which names a type, from any other."""
    return iter((partial(full_urls, plans), links.checks, results, first_entry, documents.whole))
