"""Small changes to the text of a JSON document: what they do not name stays as it is spelt, to the byte.

Knows no FHIR. A text is one that `jsonio.read` reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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
    """What the edits change in the text, in its order; None where they get in each other's way.

    Raises KeyError where what one is about is not there.
    """
    scan = _Scan(text)
    found = sorted(scan.span(edit) for edit in edits)
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


@dataclass
class _Scan:
    """A text, and what is in each object and list in it that was looked into."""

    text: str
    _known: dict[int, list[_Child]] = field(default_factory=dict)

    def span(self, edit: Edit) -> Span:
        """What an edit changes."""
        *around, key = edit.keys
        opened = self._start(around)
        children = self._children(opened)
        found = next((each for each in children if each.key == key), None)
        if isinstance(edit, Write):
            margin = self._margin(opened, children)
            value = _spelt(edit.value, margin)
            return self._added(opened, children, edit, margin, value) if found is None else _in_place(found, value)
        if found is None:
            raise KeyError(key)
        if isinstance(edit, Respell):
            return _in_place(found, edit.spell(self.text[found.value : found.end]))
        return _without(children, found)

    def _added(self, opened: int, children: list[_Child], edit: Write, margin: str, value: str) -> Span:
        """A new member after the last of those that it comes after, laid out as its neighbours are."""
        key = edit.keys[-1]
        named = f"{json.dumps(key)}{self._colon(children)}{value}" if isinstance(key, str) else value
        before = [each for each in children if each.key in edit.after] or children[-1:]
        at = before[-1].end if before else opened + 1
        return Span(at, at, f",{margin}{named}" if before else named)

    def _colon(self, children: list[_Child]) -> str:
        """What stands between a name and its value here."""
        return self.text[children[0].start : children[0].value].rpartition('"')[2] if children else ": "

    def _margin(self, opened: int, children: list[_Child]) -> str:
        """What stands between the members: a line break and blanks, a blank, or nothing."""
        if len(children) > 1:
            return self.text[children[0].end : children[1].start].replace(",", "")
        return self.text[opened + 1 : children[0].start] if children else ""

    def _start(self, keys: Iterable[Key]) -> int:
        """Where the value at these keys begins."""
        at = _past_blanks(self.text, 0)
        for key in keys:
            found = next((each for each in self._children(at) if each.key == key), None)
            if found is None:
                raise KeyError(key)
            at = found.value
        return at

    def _children(self, opened: int) -> list[_Child]:
        """What is in the object or list that begins there."""
        if opened not in self._known:
            self._known[opened] = list(_children(self.text, opened))
        return self._known[opened]


def _in_place(found: _Child, value: str) -> Span:
    return Span(found.value, found.end, value)


def _without(children: list[_Child], found: _Child) -> Span:
    """The change that takes it out, with one of the commas around it."""
    at = children.index(found)
    if at:
        return Span(children[at - 1].end, found.end, "")
    return Span(found.start, children[1].start if len(children) > 1 else found.end, "")


def _spelt(value: Any, margin: str) -> str:
    """The value as JSON: in lines that go on from the margin where there are any, else in one."""
    if "\n" not in margin:
        return jsonio.write(value).decode()
    return jsonio.write(value, indent=True).decode().replace("\n", margin)


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
