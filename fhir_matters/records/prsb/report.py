"""What went where: every field of what was mapped, with its new place or with the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
DOT, SLASH = ".", " / "  # between the steps of a place: of a record, and of PRSB


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was mapped: its place, where it went, and what to know about it. What has no place went nowhere.

    `place` is dotted, of the record (`what_matters.sea.words`) or of PRSB (`About Me / My wellness`).
    """

    place: str
    to: str | None
    note: str = ""

    def __str__(self) -> str:
        """The item as a sentence for people; says no words of the record."""
        return f"{self.place} → {self.to or 'no place'}" + (f": {self.note}" if self.note else "")


@dataclass(frozen=True, slots=True)
class Mapped(Generic[T]):
    """What was made, with its report; `lacking` is what the other side asks for and nobody has said."""

    value: T
    items: tuple[Item, ...]
    lacking: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[Item, ...]:
        """What has no place on the other side."""
        return tuple(item for item in self.items if item.to is None)


def accounted(
    leaves: Iterable[str], went: Iterable[Item], reasons: Mapping[str, str], otherwise: str, between: str
) -> Iterator[Item]:
    """An item for every leaf: where it went, or why nowhere.

    What went somewhere went there with all that is inside. `reasons` are by a step of the place, the innermost first.
    """
    known = {item.place: item for item in went}
    for leaf in leaves:
        found = next((known[place] for place in _above(leaf, between) if place in known), None)
        reason = next((reasons[step] for step in reversed(leaf.split(between)) if step in reasons), otherwise)
        yield Item(leaf, found.to, found.note) if found else Item(leaf, None, reason)


def _above(place: str, between: str) -> Iterator[str]:
    """The place, and each that it is part of."""
    while place:
        yield place
        place = place.rpartition(between)[0]


def leaves(value: Any, between: str, place: str = "") -> Iterator[str]:
    """The place of every value in plain data."""
    inside: Iterable[tuple[Any, Any]]
    if isinstance(value, Mapping):
        inside = value.items()
    elif isinstance(value, (list, tuple)):
        inside = enumerate(value)
    else:
        yield place
        return
    for name, item in inside:
        yield from leaves(item, between, f"{place}{between}{name}" if place else str(name))
