"""What a server does to a bundle that was pushed to it: new ids, new references, another order, meta of its own."""

from __future__ import annotations

import random
from typing import Any

BASE = "http://server.example/fhir"


def pulled(bundle: dict[str, Any], seed: int = 0) -> dict[str, Any]:
    """The searchset that a server answers with."""
    names = {
        entry["fullUrl"]: f"{entry['resource']['resourceType']}/{number}"
        for number, entry in enumerate(bundle["entry"], start=100)
    }
    entries = [
        {
            "fullUrl": f"{BASE}/{names[entry['fullUrl']]}",
            "resource": _stored(entry["resource"], names, names[entry["fullUrl"]].partition("/")[2]),
            "search": {"mode": "match"},
        }
        for entry in bundle["entry"]
    ]
    random.Random(seed).shuffle(entries)
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def _stored(resource: dict[str, Any], names: dict[str, str], name: str) -> dict[str, Any]:
    meta = {"versionId": "1", "lastUpdated": "2026-04-01T00:00:00.000Z", "source": "#abc", **resource.get("meta", {})}
    # A database sorts as it likes.
    return dict(sorted((_referring(resource, names) | {"id": name, "meta": meta}).items()))


def _referring(element: Any, names: dict[str, str]) -> Any:
    if isinstance(element, dict):
        return {
            key: names.get(value, value) if key == "reference" and isinstance(value, str) else _referring(value, names)
            for key, value in element.items()
        }
    if isinstance(element, list):
        return [_referring(item, names) for item in element]
    return element
