"""What JSON of FHIR looks like: what is empty goes, what repeats is in a list, and what is no text has no quotes."""

from __future__ import annotations

import re

from fhir_matters.edits import Keys, Remove, Respell, Write
from fhir_matters.fixes.fix import Fix, Given

_NO_TEXT = re.compile(r'"(true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"')


def empty(given: Given) -> Fix | None:
    """Without what holds nothing, and without what would hold nothing then."""
    if given.at(given.keys) not in (None, "", [], {}) or not given.keys:
        return None
    keys = emptied(given, given.keys)
    if not keys or (isinstance(keys[-1], int) and _paired(given, keys[:-1])):
        return None
    return given.fix("Without what holds nothing.", Remove(keys))


def emptied(given: Given, keys: Keys) -> Keys:
    """The outermost place that would hold nothing without the value at these keys."""
    while len(keys) > 1 and len(given.at(keys[:-1]) or ()) == 1:
        keys = keys[:-1]
    return keys


def _paired(given: Given, keys: Keys) -> bool:
    """Whether the items of a list belong to those of another by their place."""
    name, beside = keys[-1], given.at(keys[:-1])
    return isinstance(name, str) and isinstance(beside, dict) and _sibling(name) in beside


def _sibling(name: str) -> str:
    """`given` → `_given`, and back."""
    return name[1:] if name.startswith("_") else f"_{name}"


def listed(given: Given) -> Fix | None:
    """A value that repeats, in a list."""
    if not isinstance(given.at(given.keys), (dict, str, int)):
        return None
    return given.fix("In a list, because it repeats.", Respell(given.keys, lambda value: f"[{value}]"))


def alone(given: Given) -> Fix | None:
    """A value that does not repeat, out of a list that has no other."""
    value = given.at(given.keys)
    if not isinstance(value, list) or len(value) != 1 or _paired(given, given.keys):
        return None
    return given.fix("Alone, because it does not repeat.", Respell(given.keys, lambda text: text[1:-1].strip()))


def unquoted(given: Given) -> Fix | None:
    """A number, true or false without quotes, to the digit as it is."""
    value = given.at(given.keys)
    if not isinstance(value, str) or not _NO_TEXT.fullmatch(f'"{value}"'):
        return None
    return given.fix("Without quotes, because it is no text.", Respell(given.keys, lambda text: text[1:-1]))


def filled(given: Given) -> Fix | None:
    """The shorter of two lists whose items belong together, filled up with null."""
    *around, name = given.keys
    if not isinstance(name, str):
        return None
    pair = [given.keys, (*around, _sibling(name))]
    lists = [given.at(keys) for keys in pair]
    if not all(isinstance(each, list) and each for each in lists):
        return None
    (shorter, keys), (longer, _) = sorted(zip(lists, pair, strict=True), key=lambda each: len(each[0]))
    nulls = ", null" * (len(longer) - len(shorter))
    return given.fix("Filled up with null.", Respell(keys, lambda text: f"{text[:-1].rstrip()}{nulls}]"))


def twice(given: Given) -> Fix | None:
    """Without a security label that stands there already, word for word."""
    label, others = given.at(given.keys), given.at(given.keys[:-1])
    if not isinstance(others, list) or label not in others[: int(given.keys[-1])]:
        return None
    return given.fix("Without what stands there already.", Remove(given.keys))


def type_of_reference(given: Given) -> Fix | None:
    """The name of the type that a reference leads to, where its type is an address that ends so."""
    said, reference = given.at(given.keys), given.at((*given.keys[:-1], "reference"))
    if not isinstance(said, str) or not isinstance(reference, str):
        return None
    name = said.rpartition("/")[2]
    if name == said or f"/{name}/" not in f"/{reference}":
        return None
    return given.fix("The name of the type, without an address.", Write(given.keys, name))
