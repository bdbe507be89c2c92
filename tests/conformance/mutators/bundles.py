"""Bundles: their type, entries, links and the URLs between them; any resource can be put into one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.conformance.mutators.tree import Tree

KINDS = [
    "document",
    "message",
    "transaction",
    "transaction-response",
    "batch",
    "batch-response",
    "history",
    "searchset",
]
URN = "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1"


def _bundle(tree: Tree) -> dict[str, Any] | None:
    found = [each for each in tree.resources() if each["resourceType"] == "Bundle" and _entries(each)]
    return tree.any(found)


def _entries(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    held = bundle.get("entry")
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _entry(tree: Tree) -> dict[str, Any] | None:
    """Any entry of a Bundle; what is no Bundle is put into one."""
    bundle = _bundle(tree)
    if bundle is None:
        _wrapped(tree, "collection")
        bundle = tree.resource
    return tree.any(_entries(bundle))


def _wrapped(tree: Tree, kind: str) -> dict[str, Any]:
    inner = dict(tree.resource)
    tree.resource.clear()
    fixed = {"id": "a", **inner}
    url = f"http://example.org/fhir/{fixed['resourceType']}/{fixed['id']}"
    entry = {"fullUrl": url, "resource": fixed}
    tree.resource |= {"resourceType": "Bundle", "id": "wrapped", "type": kind, "entry": [entry]}
    return entry


def collected(tree: Tree) -> bool:
    _wrapped(tree, "collection")
    return True


def of_another_kind(tree: Tree) -> bool:
    if (bundle := _bundle(tree)) is None:
        _wrapped(tree, tree.any([*KINDS, "nonsense"]))
        return True
    kind = tree.any([each for each in (*KINDS, "collection", "nonsense") if each != bundle.get("type")])
    bundle["type"] = kind
    return True


def transaction(tree: Tree) -> bool:
    entry = _wrapped(tree, tree.any(["transaction", "batch", "history"]))
    kind = entry["resource"]["resourceType"]
    requests = [
        {"method": "POST", "url": kind},
        {"method": "PUT", "url": f"{kind}/a"},
        {"method": "DELETE", "url": f"{kind}/a"},
        {"method": "NONSENSE", "url": kind},
        {"method": "POST"},
        {"url": kind},
        {"method": "PUT", "url": "a b", "ifNoneExist": "a=b"},
    ]
    entry["request"] = tree.any(requests)
    return True


def search_result(tree: Tree) -> bool:
    entry = _wrapped(tree, "searchset")
    search = [{"mode": "match"}, {"mode": "include"}, {"mode": "outcome"}, {"mode": "nonsense"}, {"score": 1}]
    entry["search"] = tree.any(search)
    tree.resource["total"] = tree.any([0, 1, 5, -1])
    if tree.chance.random() < 0.5:
        tree.resource["link"] = tree.any(LINKS)
    return True


LINKS = [
    [{"relation": "self", "url": "http://example.org/fhir/Patient?_id=a"}],
    [{"relation": "self", "url": "http://example.org/fhir/Patient"}] * 2,
    [{"relation": "next", "url": "http://example.org/fhir/Patient?page=2"}],
    [{"relation": "next"}],
    [{"relation": "self", "url": "relative"}],
]


def full_url(tree: Tree) -> bool:
    entry = _entry(tree)
    if entry is None:
        return False
    urls = [f"{URN}d", "urn:uuid:nonsense", "relative", "Patient/1", "http://example.org/fhir/Patient/other", "", "a b"]
    entry["fullUrl"] = tree.any(
        [*urls, "http://example.org/other", "urn:oid:1.2.3", "http://example.org/fhir/Patient/1/_history/2"]
    )
    return True


def no_full_url(tree: Tree) -> bool:
    entry = _entry(tree)
    return entry is not None and entry.pop("fullUrl", None) is not None


def entry_twice(tree: Tree) -> bool:
    entry = _entry(tree)
    bundle = _bundle(tree)
    if entry is None or bundle is None:
        return False
    bundle["entry"].append(deepcopy(entry))
    return True


def entry_missing(tree: Tree) -> bool:
    bundle = _bundle(tree)
    if bundle is None or len(_entries(bundle)) < 2:
        return False
    bundle["entry"].pop(tree.chance.randrange(len(bundle["entry"])))
    return True


def entry_first(tree: Tree) -> bool:
    bundle = _bundle(tree)
    if bundle is None or len(_entries(bundle)) < 2:
        return False
    bundle["entry"].insert(0, bundle["entry"].pop())
    return True


def entry_part(tree: Tree) -> bool:
    entry = _entry(tree)
    if entry is None:
        return False
    parts = {
        "search": {"mode": "match"},
        "request": {"method": "GET", "url": "Patient/1"},
        "response": {"status": "200"},
        "link": [{"relation": "self", "url": "http://example.org/a"}],
        "resource": {
            "resourceType": "OperationOutcome",
            "id": "o",
            "issue": [{"severity": "error", "code": "invalid"}],
        },
    }
    name = tree.any(list(parts))
    entry[name] = parts[name]
    return True


def entry_without_resource(tree: Tree) -> bool:
    entry = _entry(tree)
    return entry is not None and entry.pop("resource", None) is not None


def part_of_bundle(tree: Tree) -> bool:
    if (bundle := _bundle(tree)) is None:
        return False
    name = tree.any([each for each in ("identifier", "timestamp", "total", "link", "type") if each in bundle])
    return name is not None and bundle.pop(name) is not None


def link_between_entries(tree: Tree) -> bool:
    """Two entries, one of which refers to the other or to none."""
    _wrapped(tree, tree.any(["collection", "transaction", "searchset", "document"]))
    node = tree.node(lambda node: node.type == "Reference" and isinstance(node.value, dict))
    if node is None:
        return False
    kind = tree.any(["Patient", "Organization"])
    url = tree.any([f"{URN}d", "http://example.org/fhir/Patient/b", "http://someone.org/Organization/b"])
    tree.resource["entry"].append({"fullUrl": url, "resource": {"resourceType": kind, "id": "b", "active": True}})
    node.value["reference"] = tree.any([f"{URN}d", f"{URN}e", "Patient/b", "Organization/b", url, url + "#a"])
    return True


def document(tree: Tree) -> bool:
    """A document of one Composition, in which something may be missing."""
    inner = {"id": "a", **tree.resource}
    url = f"http://example.org/fhir/{inner['resourceType']}/{inner['id']}"
    composition = {
        "resourceType": "Composition",
        "id": "c",
        "status": "final",
        "type": {"text": "note"},
        "date": "2020-01-01",
        "title": "Note",
        "author": [{"display": "somebody"}],
        "section": [{"title": "one", "entry": [{"reference": tree.any([url, f"{URN}e", "Patient/b"])}]}],
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "http://example.org/ids", "value": "1"},
        "timestamp": "2020-01-01T00:00:00Z",
        "entry": [{"fullUrl": f"{URN}a", "resource": composition}, {"fullUrl": url, "resource": inner}],
    }
    part = tree.any([None, None, "identifier", "timestamp", "author", "section"])
    bundle.pop(part, None)
    composition.pop(part, None)
    tree.resource.clear()
    tree.resource |= bundle
    return True


MUTATORS = {
    "bundle-collected": collected,
    "bundle-kind": of_another_kind,
    "bundle-transaction": transaction,
    "bundle-search-result": search_result,
    "bundle-full-url": full_url,
    "bundle-no-full-url": no_full_url,
    "bundle-entry-twice": entry_twice,
    "bundle-entry-missing": entry_missing,
    "bundle-entry-first": entry_first,
    "bundle-entry-part": entry_part,
    "bundle-entry-without-resource": entry_without_resource,
    "bundle-part-missing": part_of_bundle,
    "bundle-link-between": link_between_entries,
    "bundle-document": document,
}
