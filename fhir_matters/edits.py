"""Small changes to the text of a JSON document: what they do not name stays as it is spelt, to the byte.

Knows no FHIR. A text is one that `jsonio.read` reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from fhir_matters import jsonio
from fhir_matters.path import Key

Keys = tuple[Key, ...]
_BLANK = re.compile(r"[ \t\n\r]*")
_NAME = re.compile(r'"(?:[^"\\]|\\.)*"[ \t\n\r]*:[ \t\n\r]*', re.DOTALL)
_after = json.JSONDecoder(strict=False, parse_int=float).raw_decode  # an int may have too many digits for Python


class _Child(NamedTuple):
    """A member of an object or an item of a list: where it begins, with its name, and where its value does."""

    key: Key
    start: int
    value: int
    end: int


class Span(NamedTuple):
    """What stands from `start` to `end`, counted in characters, becomes `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Write:
    """The value at these keys becomes `value`; where there is none, the member comes `after` one of the others."""

    keys: Keys
    value: Any
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Respell:
    """The spelling of the value at these keys becomes what `spell` makes of it."""

    keys: Keys
    spell: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Remove:
    """The member or item at these keys is taken out, with its comma."""

    keys: Keys


Edit = Write | Respell | Remove


def spans(text: str, edits: Iterable[Edit]) -> tuple[Span, ...] | None:
    """What the edits change in the text, in its order; None where they get in each other's way."""
    found = sorted(span for edit in edits for span in _spans(text, edit))
    apart = all(one.end <= other.start and one != other for one, other in pairwise(found))
    return tuple(found) if apart else None


def edited(text: str, changes: Iterable[Span]) -> str:
    """The text with these changes, which come in its order."""
    pieces: list[str] = []
    at = 0
    for start, end, new in changes:
        pieces += (text[at:start], new)
        at = end
    return "".join((*pieces, text[at:]))


def _spans(text: str, edit: Edit) -> Iterator[Span]:
    """The change that an edit makes. Raises KeyError where what it is about is not there."""
    *around, key = edit.keys
    opened = _start(text, around)
    children = list(_children(text, opened))
    found = next((each for each in children if each.key == key), None)
    if isinstance(edit, Remove):
        yield _removed(children, found)
    elif isinstance(edit, Respell):
        assert found is not None
        yield Span(found.value, found.end, edit.spell(text[found.value : found.end]))
    elif found is not None:
        margin = _margin(text, opened, children)
        yield Span(found.value, found.end, _spelt(edit.value, margin))
    else:
        yield _inserted(text, opened, children, edit)


def _removed(children: list[_Child], found: _Child | None) -> Span:
    if found is None:
        raise KeyError
    at = children.index(found)
    if at:
        return Span(children[at - 1].end, found.end, "")
    return Span(found.start, children[1].start if len(children) > 1 else found.end, "")


def _inserted(text: str, opened: int, children: list[_Child], edit: Write) -> Span:
    """A new member after the last of those that it comes after, laid out as its neighbours are."""
    key = edit.keys[-1]
    margin = _margin(text, opened, children)
    written = _spelt(edit.value, margin)
    if isinstance(key, str):
        name = children[0] if children and isinstance(children[0].key, str) else None
        colon = text[name.start : name.value].rpartition('"')[2] if name else ": "
        written = f"{json.dumps(key)}{colon}{written}"
    before = [each for each in children if each.key in edit.after] or children[-1:]
    if not before:
        return Span(opened + 1, opened + 1, written)
    return Span(before[-1].end, before[-1].end, f",{margin}{written}")


def _margin(text: str, opened: int, children: list[_Child]) -> str:
    """What stands between the members: a line break and blanks, a blank, or nothing."""
    if len(children) > 1:
        return text[children[0].end : children[1].start].replace(",", "")
    return text[opened + 1 : children[0].start] if children else ""


def _spelt(value: Any, margin: str) -> str:
    """The value as JSON: in lines that go on from the margin where there are any, else in one."""
    if "\n" not in margin:
        return jsonio.write(value).decode()
    return jsonio.write(value, indent=True).decode().replace("\n", margin)


def _start(text: str, keys: Iterable[Key]) -> int:
    """Where the value at these keys begins."""
    at = _past_blanks(text, 0)
    for key in keys:
        at = next((each.value for each in _children(text, at) if each.key == key), -1)
        if at < 0:
            raise KeyError(key)
    return at


def _children(text: str, opened: int) -> Iterator[_Child]:
    """What is in the object or list that begins there; of names that come twice each."""
    named = text[opened] == "{"
    at, index = _past_blanks(text, opened + 1), 0
    while text[at] not in "}]":
        name = _NAME.match(text, at) if named else None
        value = name.end() if name else at
        end = _after(text, value)[1]
        yield _Child(json.loads(name[0].rstrip(": \t\n\r")) if name else index, at, value, end)
        at = _past_blanks(text, end)
        at = _past_blanks(text, at + 1) if text[at] == "," else at
        index += 1


def _past_blanks(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    assert match is not None
    return match.end()
