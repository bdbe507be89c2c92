"""Narratives that surely are as they may be, told in one pass: each element by the way to it, which many share.

What is not surely so is left to `narrative` and `markup`, which know what to say of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from fhir_matters.validation import markup
from fhir_matters.validation.markup import ATTRIBUTES, BLANKS, ELEMENTS, OF_XML_ITSELF, XHTML

MOST_KEPT = 4096
LEADING = frozenset({"a", "area", "img"})
IN_TEXT = markup.TEXT | markup.PHRASES


@dataclass(slots=True)
class Sound:
    """What a sound narrative has: whether it says or shows anything, and whether anything in it leads anywhere."""

    says: bool = False
    leads: bool = False


class _DoubtfulError(Exception):
    """Something may have to be reported."""


class Road:
    """The way to an element by the names on it; `around` are those between it and the root, itself included.

    `below` are the roads from here by tag, None where nothing may stand so; those kept are forgotten together.
    """

    __slots__ = ("around", "attributes", "below", "leads", "name", "shows", "silent")

    kept: ClassVar[int] = 0

    def __init__(self, name: str, around: frozenset[str]) -> None:
        self.name = name
        self.around = around
        own = (each.removeprefix(name + ".") for each in ATTRIBUTES if each.startswith(name + "."))
        self.attributes = ATTRIBUTES | frozenset(own) | {OF_XML_ITSELF + "lang", OF_XML_ITSELF + "space"}
        self.below: dict[Any, Road | None] = {}
        self.leads = name in LEADING
        self.shows = name == "img"
        self.silent = name in markup.CHILDREN

    def to(self, tag: Any) -> Road:
        """The road to an element with this tag in the one at the end of this; raises where it may not stand there."""
        further = self.below.get(tag, self)  # no road leads to itself: not known
        if further is self:
            name = tag.removeprefix(XHTML) if isinstance(tag, str) and tag.startswith(XHTML) else ""
            further = Road(name, self.around | {name}) if self._may_have(name) else None
            self._keep(tag, further)
        if further is None:
            raise _DoubtfulError
        return further

    def _keep(self, tag: Any, further: Road | None) -> None:
        if Road.kept >= MOST_KEPT:
            Road.kept = 0
            ROOT.below.clear()
        Road.kept += 1
        self.below[tag] = further

    def _may_have(self, name: str) -> bool:
        """Whether an element of that name may stand here, as `markup` and `narrative` have it."""
        around = self.around
        return (
            name in ELEMENTS
            and self.name not in markup.EMPTY
            and not (name in markup.BLOCKS and not around.isdisjoint(IN_TEXT))
            and not (name in markup.PHRASES and name in around)
            and name in markup.CHILDREN.get(self.name, ELEMENTS)
            and self.name in markup.PARENTS.get(name, ELEMENTS)
            and not (name in markup.NOT_IN_PARAGRAPHS and "p" in around)
        )


ROOT = Road("div", frozenset())


def sound(root: Any) -> Sound | None:
    """What the narrative has whose `div` is the root; None where something of it may have to be reported."""
    found = Sound()
    try:
        _read(root, ROOT, found)
    except (_DoubtfulError, RecursionError):
        return None
    return found


def _read(element: Any, road: Road, found: Sound) -> None:
    for name in element.keys():  # noqa: SIM118 (over an element itself go those inside)
        if name not in road.attributes:
            raise _DoubtfulError
    text = element.text
    if text:
        _hear(text, road, found)
    below = road.below
    for each in element:
        tag = each.tag
        further = below.get(tag) or road.to(tag)
        if further.leads:
            found.leads = True
            found.says = found.says or further.shows
        _read(each, further, found)
        text = each.tail
        if text:
            _hear(text, road, found)


def _hear(text: str, road: Road, found: Sound) -> None:
    if road.name in markup.EMPTY:
        raise _DoubtfulError
    if road.silent:
        text = text.strip(BLANKS)
        if text:
            found.says = True
            if text.strip():
                raise _DoubtfulError
    elif not found.says and text.strip(BLANKS):
        found.says = True
