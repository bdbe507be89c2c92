"""What must hold for the built definitions before they are written: each check yields sentences, and none is best.

Whether a definition is good FHIR is for a validator to say; here stands what only we can know.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

Resource = dict[str, Any]
CANONICAL = "https://w3id.org/fhir-matters"


def problems(resources: list[Resource], core: Collection[str]) -> list[str]:
    """What is wrong, one sentence each; `core` holds the canonical URLs of R4."""
    known = {resource["url"] for resource in resources if "url" in resource} | set(core)
    found = [f"{resource['id']}: {words}" for check in CHECKS for resource in resources for words in check(resource)]
    found += [
        f"{url} is defined {times} times"
        for url, times in _counted(r["url"] for r in resources if "url" in r)
        if times > 1
    ]
    found += [f"{r['id']}: {url} is defined nowhere" for r in resources for url in sorted(_named(r) - known)]
    return found + [f"{r['id']}: {words}" for r in resources for words in _unknown_codes(r, resources)]


def _counted(urls: Iterable[str]) -> Iterable[tuple[str, int]]:
    return Counter(urls).items()


def _is_ours(resource: Resource) -> bool:
    """A fragment of others' codes keeps their URL; the system of our identifiers has none."""
    return "url" in resource and resource.get("content") != "fragment"


def _address(resource: Resource) -> Iterator[str]:
    if _is_ours(resource) and resource["url"] != f"{CANONICAL}/{resource['resourceType']}/{resource['id']}":
        yield f"its URL is {resource['url']}"


def _snapshot(resource: Resource) -> Iterator[str]:
    if resource["resourceType"] != "StructureDefinition":
        return
    whole = {element["id"] for element in resource.get("snapshot", {}).get("element", ())}
    yield from (
        f"{e['id']} is not in the snapshot" for e in resource["differential"]["element"] if e["id"] not in whole
    )


def _documented(resource: Resource) -> Iterator[str]:
    if (_is_ours(resource) and not resource.get("title")) or len(resource.get("description", "")) < len(
        "Words that say what it is."
    ):
        yield "title or description is missing"
    for element in resource.get("differential", {}).get("element", ()):
        if (element.get("mustSupport") or "sliceName" in element) and not element.get("short"):
            yield f"{element['id']} does not say what it is"
    for concept in resource.get("concept", ()):
        if not concept.get("definition"):
            yield f"code {concept['code']} has no definition"


def _context(resource: Resource) -> Iterator[str]:
    if resource.get("type") == "Extension" and not resource.get("context"):
        yield "it does not say where it may stand"


def _traces(resource: Resource) -> Iterator[str]:
    """The same bytes on every machine, at any time."""
    text = json.dumps(resource)
    places = {str(Path.home()), str(Path(__file__).resolve().parent), tempfile.gettempdir(), "file:/"} - {"/"}
    yield from (f"it names a place on this machine: {place}" for place in sorted(places) if place in text)
    if "date" in resource and _is_ours(resource):
        yield "it carries the date of its making"


CHECKS: tuple[Callable[[Resource], Iterator[str]], ...] = (_address, _snapshot, _documented, _context, _traces)


def _named(resource: Resource) -> set[str]:
    """Every definition that this one needs."""
    named = {resource["baseDefinition"]} if "baseDefinition" in resource else set()
    for element in resource.get("differential", {}).get("element", ()):
        for kind in element.get("type", ()):
            named.update(kind.get("profile", ()), kind.get("targetProfile", ()))
        named.update({element["binding"]["valueSet"]} if "valueSet" in element.get("binding", {}) else ())
        for constraint in element.get("constraint", ()):
            named.update(re.findall(rf"{CANONICAL}/[A-Za-z]+/[a-z-]+", constraint["expression"]))
    named.update(part["system"] for part in resource.get("compose", {}).get("include", ()))
    return {url.partition("|")[0] for url in named}


def _unknown_codes(resource: Resource, resources: list[Resource]) -> Iterator[str]:
    """Codes of ours that a profile or a value set names and no code system defines."""
    defined = {r["url"]: {c["code"] for c in r["concept"]} for r in resources if r["resourceType"] == "CodeSystem"}
    for system, code in _codes(resource.get("differential", resource.get("compose", {}))):
        if system in defined and code not in defined[system]:
            yield f"{system} has no code {code}"


def _codes(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for part in node:
            yield from _codes(part)
    elif isinstance(node, dict):
        if "system" in node:
            yield from ((node["system"], c["code"]) for c in (node, *node.get("concept", ())) if "code" in c)
        for part in node.values():
            yield from _codes(part)
