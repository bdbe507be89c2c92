"""Steps through a JSON document → line and column, found by one scan of the text when an issue is shown.

Lines end with a line feed; columns count characters (Unicode code points); both begin at one and name the first
character of the value. Nothing here judges the JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from fhir_matters.issue import Issue, Report
from fhir_matters.path import Key

Keys = tuple[Key, ...]
Position = tuple[int, int]
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{}\[\],]|[^\s"{}\[\],:]++', re.DOTALL)


@dataclass
class _Wanted:
    """One step on the way to a wanted value, and the steps below it."""

    keys: Keys = ()
    below: dict[Key, _Wanted] = field(default_factory=dict)


@dataclass
class _Frame:
    """An object or list that the scan is inside of, and the index or key that it is at; None before a key."""

    wanted: _Wanted
    key: Key | None


def located(report: Report, raw: bytes, first_line: int = 1) -> Report:
    """The report with line and column of each issue in the file of which `raw` is a part.

    `first_line` is the line of that file on which `raw` begins; lines that issues have already count within `raw`.
    """
    found = positions(raw, [issue.path.keys for issue in report if issue.line is None])

    def placed(issue: Issue) -> Issue:
        line, column = (issue.line, issue.column) if issue.line is not None else found[issue.path.keys]
        return issue._replace(line=line + first_line - 1, column=column)

    return replace(report, issues=tuple(map(placed, report)))


def positions(raw: bytes, paths: Iterable[Keys]) -> dict[Keys, Position]:
    """(line, column) of each path's value; of the nearest value around it where the document has none there.

    A primitive that has only an extension is found at its sibling with the underscore. Of keys that appear
    twice the first counts.
    """
    wanted = set(paths)
    if not wanted:
        return {}
    starts = _starts(raw, wanted)
    nearest = {keys: _nearest(keys, starts) for keys in wanted}
    places = _places(raw, sorted(set(nearest.values())))
    return {keys: places[start] for keys, start in nearest.items()}


def _starts(raw: bytes, paths: set[Keys]) -> dict[Keys, int]:
    """The byte at which each wanted value, and each value around one, begins."""
    root = _tree(paths)
    starts: dict[Keys, int] = {}
    for wanted, start in _values(raw, root):
        starts.setdefault(wanted.keys, start)
    return starts


def _tree(paths: set[Keys]) -> _Wanted:
    root = _Wanted()
    for spelling in chain(paths, map(_extended, paths)):
        step = root
        for depth, key in enumerate(spelling, 1):
            step = step.below.setdefault(key, _Wanted(spelling[:depth]))
    return root


def _extended(keys: Keys) -> Keys:
    """The same place in the sibling that holds a primitive's id and extensions (R4 json.html#primitive)."""
    at = next((index for index in range(len(keys) - 1, -1, -1) if isinstance(keys[index], str)), None)
    return keys if at is None else (*keys[:at], f"_{keys[at]}", *keys[at + 1 :])


def _nearest(keys: Keys, starts: dict[Keys, int]) -> int:
    while keys:
        for spelling in (keys, _extended(keys)):
            if spelling in starts:
                return starts[spelling]
        keys = keys[:-1]
    return starts.get((), 0)


def _values(raw: bytes, root: _Wanted) -> Iterator[tuple[_Wanted, int]]:
    """Each value that is wanted or on the way to one, with the byte at which it begins, in document order."""
    frames = [_Frame(_Wanted(below={"": root}), "")]
    skipped = 0
    for match in _TOKEN.finditer(raw):
        token = raw[match.start()]
        if skipped:
            skipped += (token in _OPEN) - (token in _CLOSE)
            continue
        frame = frames[-1]
        if token in _CLOSE:
            if len(frames) == 1:
                return
            frames.pop()
        elif token == _COMMA:
            frame.key = frame.key + 1 if isinstance(frame.key, int) else None
        elif frame.key is None:
            frame.key = _key(match.group())
        else:
            child = frame.wanted.below.get(frame.key, _NOTHING)
            if child is not _NOTHING:
                yield child, match.start()
            if token in _OPEN and child.below:
                frames.append(_Frame(child, 0 if token == _LIST else None))
            else:
                skipped = int(token in _OPEN)


_NOTHING = _Wanted()
_OPEN, _CLOSE, _LIST, _COMMA = frozenset(b"{["), frozenset(b"}]"), ord("["), ord(",")


def _key(token: bytes) -> str:
    if b"\\" not in token:
        return token.strip(b'"').decode("utf-8", "replace")
    try:
        return str(json.loads(token))
    except ValueError:
        return ""


def _places(raw: bytes, starts: list[int]) -> dict[int, Position]:
    """Line and column of each byte offset, ascending, in one pass over the text."""
    places: dict[int, Position] = {}
    line, column, at = 1, 1, 0
    for start in starts:
        lines = raw.count(b"\n", at, start)
        if lines:
            line, column, at = line + lines, 1, raw.rindex(b"\n", at, start) + 1
        column += len(raw[at:start].decode("utf-8", "ignore"))
        at = start
        places[start] = (line, column)
    return places
