"""Steps through a JSON document → line and column, found by one scan of the text when an issue is shown.

Lines end with a line feed; columns count characters (Unicode code points); both begin at one and name the first
character of the value. Nothing here judges the JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain

from fhir_matters.issue import Issue, Report
from fhir_matters.path import Key

Keys = tuple[Key, ...]
Position = tuple[int, int]
_MEMBER = re.compile(r'[ \t\n\r,]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t\n\r]*:[ \t\n\r]*', re.DOTALL)
_BETWEEN, _CLOSED = re.compile(r"[ \t\n\r,]*"), re.compile(r"[ \t\n\r,]*\}")
_after = json.JSONDecoder(strict=False, parse_int=float).raw_decode  # an int may have too many digits for Python


@dataclass(slots=True)
class _Step:
    """One step on the way to a wanted value, and the steps below it."""

    keys: Keys = ()
    wanted: bool = False
    below: dict[Key, _Step] = field(default_factory=dict)


class _EveryOneFoundError(Exception):
    """The rest of the text need not be looked at."""


def located(report: Report, raw: bytes, first_line: int = 1) -> Report:
    """The report with line and column of each issue in the file of which `raw` is a part.

    `first_line` is the line of that file on which `raw` begins; lines that issues have already count within `raw`.
    """
    found = positions(raw, [issue.path.keys for issue in report if issue.line is None])

    def placed(issue: Issue) -> Issue:
        line, column = (issue.line, issue.column) if issue.line is not None else found[issue.path.keys]
        return issue._replace(line=line + first_line - 1, column=column)

    return report.with_issues(map(placed, report))


def positions(raw: bytes, paths: Iterable[Keys]) -> dict[Keys, Position]:
    """(line, column) of each path's value; of the nearest value around it where the document has none there.

    A primitive that has only an extension is found at its sibling with the underscore. Of keys that appear
    twice the first counts.
    """
    wanted = set(paths)
    if not wanted:
        return {}
    text = raw.decode("utf-8", "replace")
    starts = _starts(text, wanted)
    if absent := wanted - starts.keys():
        starts |= _starts(text, set(map(_extended, chain.from_iterable(map(_around, absent)))))
    nearest = {keys: starts[keys] if keys in starts else _nearest(keys, starts) for keys in wanted}
    places = _places(text, sorted(set(nearest.values())))
    return {keys: places[start] for keys, start in nearest.items()}


def _around(keys: Keys) -> Iterator[Keys]:
    """The place and each around it."""
    return (keys[:length] for length in range(len(keys), 0, -1))


def _extended(keys: Keys) -> Keys:
    """The same place in the sibling that holds a primitive's id and extensions (R4 json.html#primitive)."""
    at = next((index for index in range(len(keys) - 1, -1, -1) if isinstance(keys[index], str)), None)
    return keys if at is None else (*keys[:at], f"_{keys[at]}", *keys[at + 1 :])


def _nearest(keys: Keys, starts: dict[Keys, int]) -> int:
    for around in _around(keys):
        for spelling in (around, _extended(around)):
            if spelling in starts:
                return starts[spelling]
    return starts.get((), 0)


def _starts(text: str, paths: set[Keys]) -> dict[Keys, int]:
    """Where each wanted value begins that is there, and each value around one, up to what is no JSON."""
    scan = _Scan(text, len(paths))
    with suppress(_EveryOneFoundError, ValueError, RecursionError):
        scan.value(_past(_BETWEEN, text, 0), _tree(paths))
    return scan.starts


def _tree(paths: set[Keys]) -> _Step:
    root = _Step()
    for keys in paths:
        step = root
        for depth, key in enumerate(keys, 1):
            if key not in step.below:
                step.below[key] = _Step(keys[:depth])
            step = step.below[key]
        step.wanted = True
    return root


@dataclass
class _Scan:
    """One pass over a text. What lies beside the way is passed over by Python's own decoder.

    Its methods give where the value ends that begins at `at`, and raise ValueError or RecursionError as JSONDecoder.
    """

    text: str
    left: int
    starts: dict[Keys, int] = field(default_factory=dict)

    def value(self, at: int, step: _Step) -> int:
        if step.keys not in self.starts:
            self.starts[step.keys] = at
            self.left -= step.wanted
            if not self.left:
                raise _EveryOneFoundError
        if step.below and self.text.startswith("{", at):
            return self._object(at + 1, step.below)
        if step.below and self.text.startswith("[", at):
            return self._list(at + 1, step.below)
        return _after(self.text, at)[1]

    def _object(self, at: int, below: dict[Key, _Step]) -> int:
        text = self.text
        while member := _MEMBER.match(text, at):
            name = member[1]
            child = below.get(_after(f'"{name}"')[0] if "\\" in name else name)
            at = _after(text, member.end())[1] if child is None else self.value(member.end(), child)
        return _past(_CLOSED, text, at)

    def _list(self, at: int, below: dict[Key, _Step]) -> int:
        text = self.text
        at, index = _past(_BETWEEN, text, at), 0
        while not text.startswith("]", at):
            child = below.get(index)
            at = _past(_BETWEEN, text, _after(text, at)[1] if child is None else self.value(at, child))
            index += 1
        return at + 1


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    if (match := pattern.match(text, at)) is None:
        raise ValueError
    return match.end()


def _places(text: str, starts: list[int]) -> dict[int, Position]:
    """Line and column of each offset, ascending, in one pass over the text."""
    places: dict[int, Position] = {}
    line, begun, at = 1, 0, 0
    for start in starts:
        if lines := text.count("\n", at, start):
            line, begun = line + lines, text.rindex("\n", at, start) + 1
        at = start
        places[start] = (line, start - begun + 1)
    return places
