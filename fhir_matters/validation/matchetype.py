"""A resource against a pattern of it, as the HL7 validator's matchetypes are: what must be there, what may, and how.

A pattern is a resource with instructions in extensions of `http://hl7.org/fhir/tools/StructureDefinition/`:
`matchetype` (`complete`: nothing more may be there; `partial`: more may), `matchetype-optional` (names that may be
absent, or `true` on an item of a list), `matchetype-count` (lists of which only the length counts) and
`matchetype-sort` (lists of the resource that are put in order first). A value such as `$date$` stands for any value
of that sort.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fhir_matters.jsonio import spelt

_TOOLS = "http://hl7.org/fhir/tools/StructureDefinition/matchetype"
_DAY = r"(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
# What may stand between two `$`, the expression that a value of it matches, and what it is called.
_SORTS: Mapping[str, tuple[str, str]] = {
    "": (r"[\s\S]*", "anything"),
    "string": (r"\S([\s\S]*\S)?", "A string"),
    "token": (r"[0-9a-zA-Z_][0-9a-zA-Z_.\-]*", "A token"),
    "id": (r"[A-Za-z0-9\-.]{1,64}", "An id"),
    "uuid": (r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "A Uuid"),
    "url": (r"https?://(%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@&=+$,A-Za-z0-9])+", "A URL"),
    "date": (f"{_DAY}({_CLOCK})?", "A date"),
    "instant": (_DAY + _CLOCK, "An instant"),
    "version": (r"[\s\S]*", "A version"),
    "semver": (r"\d+\.\d+(\.\d+)?([-+][0-9A-Za-z.+\-]+)?", "A semver"),
}
_STANDS_FOR = re.compile(r"\$(?P<sort>[a-z]*)(:(?P<more>[^$]*))?\$")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the resource is not as the pattern asks: where (`$.name[0].text`), and what."""

    place: str
    message: str


def differences(pattern: Mapping[str, Any], resource: Mapping[str, Any]) -> Iterator[Difference]:
    """Everything in which the resource differs from the pattern, in the order of the resource."""
    complete = _instruction(pattern, "").get("valueCode") != "partial"
    yield from _objects(pattern, resource, "$", complete)


def _objects(wanted: Mapping[str, Any], found: Mapping[str, Any], place: str, complete: bool) -> Iterator[Difference]:
    optional, counted = _names(wanted, "-optional"), _names(wanted, "-count")
    found = _sorted(found, _instructions(wanted, "-sort"))
    asked = {name: _told(_items(wanted, name)) for name in _fields(wanted)}
    asked = {name: items for name, items in asked.items() if items}
    there = {name: _items(found, name) for name in _fields(found)}
    for name, items in there.items():
        here = f"{place}.{name}"
        if name not in asked:
            if complete:
                yield Difference(place, f"properties differ at {place}: unexpected element {name}")
        elif name in counted:
            if len(asked[name]) != len(items):
                yield _number("item count", here, asked[name], items)
        elif len(items) == len(asked[name]) == 1:
            yield from _values(asked[name][0], items[0], here, complete)
        else:
            yield from (_all if complete else _some)(asked[name], items, here)
    for name, items in asked.items():
        if name not in there and not optional & {name, "*"} and not all(map(_may_be_absent, items)):
            yield Difference(place, f"properties differ at {place}: missing element {name}")


def _number(what: str, place: str, wanted: list[Any], found: list[Any]) -> Difference:
    return Difference(place, f"{what} differs at {place}: expected {len(wanted)} but found {len(found)}")


def _values(wanted: Any, found: Any, place: str, complete: bool) -> Iterator[Difference]:
    """A value and what stands beside it; narrative is never compared."""
    if _sort_of(wanted) is not _sort_of(found):
        yield Difference(place, f"properties differ at {place}: another kind of value")
        return
    if not _is_plain(wanted):
        yield from _objects(wanted, found, place, complete)
        return
    expected = None if place.endswith(".text.div") else _unmet(wanted[0], found[0])
    if expected is not None:
        yield Difference(place, f"property values differ at {place}: expected {expected!r} but found another")
    else:
        yield from _objects(wanted[1], found[1], place, complete)


def _sort_of(value: Any) -> type:
    return type(value) if not _is_plain(value) else bool if isinstance(value[0], bool) else tuple


def _unmet(wanted: Any, found: Any) -> str | None:
    """What was expected, where the value is not that; None where it is."""
    matched = _STANDS_FOR.fullmatch(wanted) if isinstance(wanted, str) else None
    if matched is None:
        return None if spelt(wanted) == spelt(found) else str(wanted)
    sort, more = matched["sort"], matched["more"] or ""
    if sort in _LISTS:
        return _LISTS[sort](more, str(found))
    expression, called = _SORTS.get(sort, (re.escape(wanted), wanted))
    return None if re.fullmatch(expression, str(found)) else called


def _choice(listed: str, found: str) -> str | None:
    return None if found in listed.split("|") else f"one of {listed}"


def _fragments(listed: str, found: str) -> str | None:
    return None if all(part.lower() in found.lower() for part in listed.split("|")) else f"all of {listed}"


def _external(named: str, found: str) -> str | None:
    """A text that is given from outside, by its name; what it holds may be said after it."""
    _, told, listed = named.partition(":")
    return _fragments(listed, found) if told else None


_LISTS: Mapping[str, Callable[[str, str], str | None]] = {
    "choice": _choice,
    "fragments": _fragments,
    "external": _external,
}


def _all(wanted: list[Any], found: list[Any], place: str) -> Iterator[Difference]:
    """Items in their order and no others; one that may be absent is passed over where the next is there instead."""
    absent = sum(map(_may_be_absent, wanted))
    if not len(wanted) - absent <= len(found) <= len(wanted):
        yield _number("array item count", place, wanted, found)
    met = 0
    for index, each in enumerate(wanted):
        if met == len(found):
            if index < len(wanted) - absent or not _may_be_absent(each):
                yield Difference(place, f"One or more array items did not match at {place} starting at index {index}")
            continue
        problems = list(_values(each, found[met], f"{place}[{index}]", complete=True))
        if not problems:
            met += 1
        elif not _may_be_absent(wanted[met]):
            yield from problems
            break
    if met < len(found):
        yield Difference(place, f"Unexpected Node found in array at '{place}' at index {met}")


def _some(wanted: list[Any], found: list[Any], place: str) -> Iterator[Difference]:
    """Each item somewhere after the one before it; what else is there does not matter."""
    rest = iter(found)
    for index, each in enumerate(wanted):
        here = f"{place}[{index}]"
        if not any(next(_values(each, item, here, complete=False), None) is None for item in rest):
            yield Difference(place, f"The expected item at {place} at index {index} was not found")


def _fields(element: Mapping[str, Any]) -> Iterable[str]:
    """The names of the elements inside; a value and what stands beside it (`_birthDate`) have one name."""
    return dict.fromkeys(name.removeprefix("_") for name in element if name != "resourceType")


def _items(element: Mapping[str, Any], name: str) -> list[Any]:
    """What stands under the name: objects, and plain values each with the object beside it."""
    values, beside = _listed(element.get(name)), _listed(element.get("_" + name))
    longest = max(len(values), len(beside))
    pairs = zip(values + [None] * (longest - len(values)), beside + [None] * (longest - len(beside)), strict=True)
    return [value if isinstance(value, (dict, list)) else (value, more or {}) for value, more in pairs]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_plain(item: Any) -> bool:
    return isinstance(item, tuple)


def _may_be_absent(item: Any) -> bool:
    """By `true`, or by the absence of a mode: `!fast` is what only a mode that nobody asked for needs."""
    told = _instruction(item[1] if _is_plain(item) else item, "-optional")
    return told.get("valueBoolean") is True or str(told.get("valueString", "")).startswith("!")


def _instructions(element: Any, name: str) -> list[Mapping[str, Any]]:
    extensions = element.get("extension") if isinstance(element, Mapping) else None
    return [e for e in extensions or () if isinstance(e, dict) and e.get("url") == _TOOLS + name]


def _instruction(element: Any, name: str) -> Mapping[str, Any]:
    return next(iter(_instructions(element, name)), {})


def _names(element: Any, name: str) -> frozenset[str]:
    """The names that an instruction lists, by commas."""
    listed = (str(each.get("valueString", "")) for each in _instructions(element, name))
    return frozenset(part for text in listed for part in text.split(",") if part)


def _told(items: list[Any]) -> list[Any]:
    """All but the instructions."""
    return [e for e in items if not (isinstance(e, dict) and str(e.get("url", "")).startswith(_TOOLS))]


def _sorted(element: Mapping[str, Any], instructions: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    for each in instructions:
        parts = {p.get("url"): p.get("valueString") for p in each.get("extension", ()) if isinstance(p, dict)}
        name, by = parts.get("element"), str(parts.get("expression", ""))
        if isinstance(name, str) and isinstance(element.get(name), list):
            element = {**element, name: sorted(element[name], key=partial(_by, by))}
    return element


def _by(path: str, item: Any) -> bytes:
    """The first value at the path, by which items are put in order."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else item
        item = item[0] if isinstance(item, list) and item else item
    return b"" if item is None else spelt(item)
