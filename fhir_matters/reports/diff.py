"""What was changed in a text, as `diff -u` tells it and `patch` understands it. Made for few changes in long texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_NO_END = b"\n\\ No newline at end of file\n"
# So far apart are the lines looked at where two texts may go on alike.
_FURTHEST = 1000


class _Region(NamedTuple):
    """Lines of the old text, and what stands in the new one in their place."""

    start: int
    end: int
    new_start: int
    new_end: int


def heading(name: str) -> Iterator[bytes]:
    """What stands above the changes of a file."""
    for mark in ("---", "+++"):
        yield f"{mark} {name}\n".encode()


def changes(old: bytes, new: bytes, line: int = 1, context: int = 3) -> Iterator[bytes]:
    """The lines that differ, each group with its place; `line` is where the texts begin in their file."""
    before, after = _LINE.findall(old), _LINE.findall(new)
    group: list[_Region] = []
    for region in _regions(before, after):
        if group and region.start - group[-1].end > 2 * context:
            yield from _told(before, after, group, line, context)
            group = []
        group.append(region)
    if group:
        yield from _told(before, after, group, line, context)


def _regions(before: list[bytes], after: list[bytes]) -> Iterator[_Region]:
    i = j = 0
    while i < len(before) or j < len(after):
        if before[i : i + 1] == after[j : j + 1]:
            i, j = i + 1, j + 1
            continue
        a, b = _alike_again(before, after, i, j)
        yield _Region(i, a, j, b)
        i, j = a, b


def _alike_again(before: list[bytes], after: list[bytes], i: int, j: int) -> tuple[int, int]:
    """Where the texts go on with the same two lines, or their ends."""
    for distance in range(1, _FURTHEST):
        for a in range(i, i + distance + 1):
            b = j + i + distance - a
            if before[a : a + 2] == after[b : b + 2] and a <= len(before) and b <= len(after):
                return a, b
    return len(before), len(after)


def _told(before: list[bytes], after: list[bytes], group: list[_Region], line: int, context: int) -> Iterator[bytes]:
    lead = min(group[0].start, context)
    trail = min(len(before) - group[-1].end, context)
    start, end = group[0].start - lead, group[-1].end + trail
    new_start, new_end = group[0].new_start - lead, group[-1].new_end + trail
    here, there = _range(line + start, end - start), _range(line + new_start, new_end - new_start)
    yield f"@@ -{here} +{there} @@\n".encode()
    at = start
    for region in group:
        yield from (_marked(b" ", each) for each in before[at : region.start])
        yield from (_marked(b"-", each) for each in before[region.start : region.end])
        yield from (_marked(b"+", each) for each in after[region.new_start : region.new_end])
        at = region.end
    yield from (_marked(b" ", each) for each in before[at:end])


def _range(first: int, count: int) -> str:
    """`12`, `12,3`; of nothing, the line before it."""
    return f"{first}" if count == 1 else f"{first if count else first - 1},{count}"


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + _NO_END
