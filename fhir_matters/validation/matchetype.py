"""A resource against a pattern of it, as the HL7 validator's matchetypes are: what must be there, what may, and how.

A pattern is a resource with instructions in extensions of `http://hl7.org/fhir/tools/StructureDefinition/`:
`matchetype` (`complete`: nothing more may be there; `partial`: more may), `matchetype-optional` (names that may be
absent, or `true` on an item of a list), `matchetype-count` (lists of which only the length counts) and
`matchetype-sort` (lists that are put in order first). A value such as `$date$` stands for any value of that sort.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fhir_matters.jsonio import spelt

_TOOLS = "http://hl7.org/fhir/tools/StructureDefinition/matchetype"
_INSTANT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"
# What may stand between two `$`, the expression that a value of it matches, and what it is called.
_SORTS: Mapping[str, tuple[str, str]] = {
    "": (r"[\s\S]*", "anything"),
    "string": (r"[\s\S]*\S[\s\S]*", "A string"),
    "token": (r"[0-9a-zA-Z_\-]+", "A token"),
    "id": (r"[A-Za-z0-9\-.]{1,64}", "An id"),
    "uuid": (r"(urn:uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "A Uuid"),
    "url": (r"[A-Za-z][A-Za-z0-9+.\-]*:\S+", "A URL"),
    "date": (r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?", "A date"),
    "instant": (_INSTANT, "An instant"),
    "version": (r"\S+", "A version"),
    "semver": (r"\d+\.\d+(\.\d+)?(-[0-9A-Za-z.\-]+)?", "A semver"),
}
_STANDS_FOR = re.compile(r"\$(?P<sort>[a-z]*)(:(?P<more>[^$]*))?\$")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the resource is not as the pattern asks: where (`$.name[0].text`), and what."""

    place: str
    message: str


def differences(pattern: Mapping[str, Any], resource: Mapping[str, Any]) -> Iterator[Difference]:
    """Everything in which the resource differs from the pattern, in the order of the pattern."""
    complete = _instruction(pattern, "").get("valueCode") != "partial"
    yield from _objects(pattern, resource, "$", complete=complete)


def _objects(
    wanted: Mapping[str, Any], found: Mapping[str, Any], place: str, *, complete: bool
) -> Iterator[Difference]:
    optional = _names(wanted, "-optional")
    counted = _names(wanted, "-count")
    sort = _instructions(wanted, "-sort")
    wanted, found = _sorted({**wanted, "extension": _told(wanted)}, sort), _sorted(found, sort)
    wanted = {name: value for name, value in wanted.items() if value != [] or name != "extension"}
    for name in found:
        if complete and name not in wanted and name not in optional and not name.startswith("_"):
            yield Difference(place, f"properties differ at {place}: unexpected element {name}")
    for name, value in wanted.items():
        if name not in found:
            if name not in optional and not _all_optional(value):
                yield Difference(place, f"properties differ at {place}: missing element {name}")
        elif name in counted:
            yield from _counts(value, found[name], f"{place}.{name}")
        else:
            yield from _values(value, found[name], f"{place}.{name}", complete=complete)


def _all_optional(value: Any) -> bool:
    return isinstance(value, list) and all(_may_be_absent(each) for each in value)


def _values(wanted: Any, found: Any, place: str, *, complete: bool) -> Iterator[Difference]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        yield from _objects(wanted, found, place, complete=complete)
    elif isinstance(wanted, list) and isinstance(found, list):
        yield from _lists(wanted, found, place, complete=complete)
    elif isinstance(wanted, (dict, list)) or isinstance(found, (dict, list)):
        yield Difference(place, f"properties differ at {place}: another kind of value")
    elif (expected := _unmet(wanted, found)) is not None:
        yield Difference(place, f"property values differ at {place}: expected {expected!r} but found another")


def _unmet(wanted: Any, found: Any) -> str | None:
    """What was expected, where the value is not that; None where it is."""
    matched = _STANDS_FOR.fullmatch(wanted) if isinstance(wanted, str) else None
    if matched is None:
        return None if spelt(wanted) == spelt(found) else str(wanted)
    sort, more = matched["sort"], matched["more"] or ""
    if sort == "choice":
        return None if found in more.split("|") else f"one of {more}"
    if sort == "fragments":
        return None if all(part in str(found) for part in more.split(";")) else f"all of {more}"
    expression, called = _SORTS.get(sort, (re.escape(wanted), wanted))
    return None if re.fullmatch(expression, str(found)) else called


def _counts(wanted: Any, found: Any, place: str) -> Iterator[Difference]:
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) != len(found):
        yield Difference(place, f"item count differs at {place}: expected {len(wanted)} but found {len(found)}")


def _lists(wanted: list[Any], found: list[Any], place: str, *, complete: bool) -> Iterator[Difference]:
    """Items in their order; one that may be absent is passed over where the next is there instead."""
    if not any(map(_may_be_absent, wanted)) and complete and len(wanted) != len(found):
        yield Difference(place, f"array item count differs at {place}: expected {len(wanted)} but found {len(found)}")
    index = 0
    for each in wanted:
        here = f"{place}[{index}]"
        there = index < len(found)
        problems = list(_values(each, found[index], here, complete=complete)) if there else []
        if there and not problems:
            index += 1
        elif _may_be_absent(each):
            continue
        elif there:
            yield from problems
            yield Difference(place, f"Unexpected Node found in array at '{place}' at index {index}")
            index += 1
        elif not complete or any(map(_may_be_absent, wanted)):
            yield Difference(place, f"array item missing at {place}")
    if complete:
        for more in range(index, len(found)):
            yield Difference(place, f"Unexpected Node found in array at '{place}' at index {more}")


def _may_be_absent(item: Any) -> bool:
    return isinstance(item, dict) and _instruction(item, "-optional").get("valueBoolean") is True


def _instructions(element: Any, name: str) -> list[Mapping[str, Any]]:
    extensions = element.get("extension") if isinstance(element, Mapping) else None
    return [e for e in extensions or () if isinstance(e, dict) and e.get("url") == _TOOLS + name]


def _instruction(element: Any, name: str) -> Mapping[str, Any]:
    return next(iter(_instructions(element, name)), {})


def _names(element: Any, name: str) -> frozenset[str]:
    """The names that an instruction lists, by commas or one an extension."""
    listed = (str(each.get("valueString", "")) for each in _instructions(element, name))
    return frozenset(part.strip() for text in listed for part in text.split(",") if part.strip())


def _told(element: Mapping[str, Any]) -> list[Any]:
    """The extensions that are no instructions."""
    extensions = element.get("extension")
    return [e for e in extensions or () if not (isinstance(e, dict) and str(e.get("url", "")).startswith(_TOOLS))]


def _sorted(element: Mapping[str, Any], instructions: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    for each in instructions:
        parts = {p.get("url"): p.get("valueString") for p in each.get("extension", ()) if isinstance(p, dict)}
        name, by = parts.get("element"), str(parts.get("expression", ""))
        if isinstance(name, str) and isinstance(element.get(name), list):
            element = {**element, name: sorted(element[name], key=partial(_by, by))}
    return element


def _by(name: str, item: Any) -> bytes:
    return spelt(item.get(name) if isinstance(item, dict) else item)
