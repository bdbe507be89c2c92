"""What a server holds, and whether it is what was sent: with the standard library alone, nothing of the product's own.

Numbers are compared as they are spelt, and every leaf is held against every leaf. Only what a server alone can say may
be new; what may have another name is told by `Meant`, which believes the names and looks whether they make sense.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

Way: TypeAlias = tuple[str | int, ...]
# "The list of profile URLs is a set", and so are labels and tags (R4 Meta).
SETS = {("meta", "profile"), ("meta", "security"), ("meta", "tag")}
AT_ONCE = 50


class Spelt(str):
    """A number, as it stands in the text."""

    __slots__ = ()


def read(text: str | bytes) -> Any:
    return json.loads(text, parse_float=Spelt, parse_int=Spelt)


def leaves(value: Any, path: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Each leaf with the way to it; what is empty is a leaf."""
    if isinstance(value, (dict, list)) and value:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path, (type(value).__name__, value)


@dataclass(frozen=True)
class Meant:
    """What a name in the source became on the target, and what the target holds, by `Type/id`."""

    names: Mapping[str, str] = field(default_factory=dict)
    target: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def same(self, before: str, after: str) -> bool:
        """True where both refer to one resource: by its names, or by the identifier that was asked for."""
        if "?" not in before:
            return self.names.get(before) == after
        kind, _, token = before.partition("?identifier=")
        resource = self.target.get(after, {})
        carried = [f"{each.get('system')}|{each.get('value')}" for each in resource.get("identifier", [])]
        return resource.get("resourceType") == kind and token in carried


def differences(source: dict[str, Any], target: dict[str, Any], meant: Meant, identity: str = "") -> list[Way]:
    """The ways to what is not as it was, apart from what only a server can say; `identity` is the new id, if any."""
    before, after = dict(leaves(source)), dict(leaves(target))
    same_sets = [way for way in SETS if _set(source, way) == _set(target, way)]
    return [
        way
        for way in {**before, **after}
        if before.get(way) != after.get(way)
        and not any(way[: len(each)] == each for each in same_sets)
        and not _by_right(way, before, after, meant, identity)
    ]


def _set(resource: dict[str, Any], way: Way) -> Counter[str] | None:
    members = resource.get(way[0], {}).get(way[1])
    return None if members is None else Counter(json.dumps(each, sort_keys=True) for each in members)


def _by_right(way: Way, before: dict[Way, Any], after: dict[Way, Any], meant: Meant, identity: str) -> bool:
    """True where the target says what a server may say here, or the same with other names."""
    old, new = before.get(way, ("", ""))[1], after.get(way, ("", ""))[1]
    if way in OWN:
        return OWN[way](old, new)
    if way == ("id",):
        return bool(identity) and new == identity
    both = way in before and way in after
    if way == ("text", "div"):
        return both and _canonical(old) == _canonical(new)
    return both and way[-1] == "reference" and meant.same(str(old), str(new))


def _canonical(div: str) -> str:
    """The XHTML, however it is spelt; what is none is only itself."""
    try:
        return ET.canonicalize(div, with_comments=True)
    except ET.ParseError:
        return div


# What a server may say of its own: (before, after), either empty where there is nothing.
OWN: dict[Way, Callable[[Any, Any], bool]] = {
    ("meta", "versionId"): lambda _, new: bool(new),
    ("meta", "lastUpdated"): lambda _, new: bool(new),
    ("meta", "source"): lambda old, new: str(new).partition("#")[0] == str(old).partition("#")[0],
    ("meta",): lambda old, new: old in ("", {}) or new in ("", {}),  # empty, where the other has something in it
}


def got(url: str) -> Any:
    """What is at this address, now."""
    request = Request(url, headers={"Accept": "application/fhir+json", "Cache-Control": "no-cache"})
    with urlopen(request, timeout=120) as answer:
        return read(answer.read())


def there(base: str, places: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the server holds at these `Type/id`."""
    by_type: dict[str, list[str]] = {}
    for place in places:
        kind, _, identity = place.partition("/")
        by_type.setdefault(kind, []).append(identity)
    chunks = ((kind, ids[at : at + AT_ONCE]) for kind, ids in by_type.items() for at in range(0, len(ids), AT_ONCE))
    found: dict[str, dict[str, Any]] = {}
    for kind, ids in chunks:
        bundle = got(f"{base}/{kind}?_id={','.join(ids)}&_count={AT_ONCE}")
        for entry in bundle.get("entry", []):
            found[f"{kind}/{entry['resource']['id']}"] = entry["resource"]
    return found


def versions(base: str) -> dict[str, list[dict[str, Any]]]:
    """Every version of every resource of the server, newest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    url: str | None = f"{base}/_history?_count=1000"
    while url:
        bundle = got(url)
        for entry in bundle.get("entry", []):
            resource = entry["resource"]
            found.setdefault(f"{resource['resourceType']}/{resource['id']}", []).append(resource)
        url = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "next"), None)
    return found
