"""In what order to write: what is referred to first, circles together, in portions of bounded size."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any


def circles(edges: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The strongly connected components of a graph, each after all that it leads to (Tarjan 1972, no recursion)."""
    number = array("q", [-1]) * len(edges)
    low = array("q", [0]) * len(edges)
    open_: list[int] = []
    is_open = bytearray(len(edges))
    counter = 0
    for start in range(len(edges)):
        if number[start] >= 0:
            continue
        path = [(start, iter(edges[start]))]
        number[start] = low[start] = counter
        counter += 1
        open_.append(start)
        is_open[start] = 1
        while path:
            node, following = path[-1]
            step = next(following, None)
            if step is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    yield _closed(node, open_, is_open)
            elif number[step] < 0:
                number[step] = low[step] = counter
                counter += 1
                open_.append(step)
                is_open[step] = 1
                path.append((step, iter(edges[step])))
            elif is_open[step]:
                low[node] = min(low[node], number[step])


def _closed(node: int, open_: list[int], is_open: bytearray) -> list[int]:
    circle = []
    while True:
        member = open_.pop()
        is_open[member] = 0
        circle.append(member)
        if member == node:
            return circle[::-1]


def portions(
    edges: Sequence[Sequence[int]],
    earlier: Sequence[Sequence[int]],
    weights: Sequence[int],
    size: int,
    weight: int,
) -> Iterator[list[list[int]]]:
    """Portions of circles, at most `size` members and `weight` in all unless one circle alone is more.

    `edges[i]` must be written before or together with `i`; `earlier[i]` in an earlier portion.
    """
    portion: list[list[int]] = []
    members: set[int] = set()
    load = 0
    for circle in _in_steps(edges, earlier):
        heavy = sum(weights[member] for member in circle)
        full = len(members) + len(circle) > size or load + heavy > weight
        if portion and (full or any(members.intersection(earlier[member]) for member in circle)):
            yield portion
            portion, members, load = [], set(), 0
        portion.append(circle)
        members.update(circle)
        load += heavy
    if portion:
        yield portion


def _in_steps(edges: Sequence[Sequence[int]], earlier: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The circles, each after all that it leads to, and first those that need the fewest portions before theirs.

    So a portion ends only where it must: it would else at each that asks for what has just been put into it.
    """
    steps = [0] * len(edges)
    sorted_: list[list[list[int]]] = [[]]
    for circle in circles(_Both(edges, earlier)):
        members = set(circle)
        beside = (steps[to] for member in circle for to in edges[member] if to not in members)
        before = (steps[to] + 1 for member in circle for to in earlier[member] if to not in members)
        step = max(max(beside, default=0), max(before, default=0))
        for member in circle:
            steps[member] = step
        if step == len(sorted_):
            sorted_.append([])
        sorted_[step].append(circle)
    return chain.from_iterable(sorted_)


class _Both(Sequence[Sequence[int]]):
    """The edges of two graphs over the same nodes, joined when they are asked for."""

    def __init__(self, one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> None:
        self._one, self._other = one, other

    def __len__(self) -> int:
        return len(self._one)

    def __getitem__(self, node: Any) -> Any:
        return [*self._one[node], *self._other[node]]
