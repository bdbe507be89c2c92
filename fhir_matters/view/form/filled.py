"""A form as it is shown: what is typed in it, what is on record, and what cannot be taken as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from fhir_matters.view.form.given import entries
from fhir_matters.view.form.questions import Form, Item, place_of

Typed: TypeAlias = Mapping[str, list[str]]
Identity: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Filled:
    """What a form shows.

    `given` is what is typed in it, and `there` what is on record, both by place; `slips` say at which place what would
    be understood, `told` what concerns no one place. `more` is the group that gets one more entry, without its number.
    """

    form: Form
    given: Typed
    there: Typed = field(default_factory=dict)
    slips: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    more: str = ""

    def texts(self, place: str) -> list[str]:
        """What is typed there, without what is blank."""
        return said(self.given, place)

    def numbers(self, item: Item, place: str) -> list[int]:
        """Which entries of a group are shown: those that are given, and a blank one where none is, or one is wanted.

        `place` is without its number; below what is on record there is always a blank one.
        """
        found = entries(self.given, place)
        wanted = not found or place == self.more or self.was(item, f"{place}~{found[-1]}") is not None
        return [*found, *([found[-1] + 1 if found else 0] if wanted else [])]

    def calls(self, place: str) -> bool:
        """Whether somebody is to look at the place, or below it: something is wrong there, or one more is wanted."""
        return has({**self.slips, self.more: self.more}, place)

    def was(self, item: Item, place: str) -> str | None:
        """Where an entry of a group is on record; None for a new one. It is known by what is hidden in it."""
        return self._there.get(identity(item, place, self.given))

    @cached_property
    def _there(self) -> dict[Identity, str]:
        return dict(_known(self.form.parts, "", "", self.there))


def said(typed: Typed, place: str) -> list[str]:
    """What is typed there, without what is blank."""
    return [text for text in typed.get(place, ()) if text.strip()]


def identity(item: Item, place: str, typed: Typed) -> Identity:
    """By what an entry of a group is known: the group, and what is hidden in it; empty where nothing is."""
    hidden = [text for part in item.parts if part.hidden for text in said(typed, place_of(part, place, item.link))]
    return (item.link, *hidden) if hidden else ()


def _known(parts: tuple[Item, ...], inside: str, link: str, typed: Typed) -> Iterator[tuple[Identity, str]]:
    for part in parts:
        if part.group:
            start = place_of(part, inside, link)
            places = [f"{start.removesuffix('~0')}~{number}" for number in entries(typed, start.removesuffix("~0"))]
            for place in places if part.repeats else [start]:
                if part.repeats and (known := identity(part, place, typed)):
                    yield known, place
                yield from _known(part.parts, place, part.link, typed)


def has(typed: Mapping[str, object], place: str) -> bool:
    """Whether there is anything at the place, or below it."""
    return any(name == place or name.startswith((f"{place}.", f"{place}~")) for name, found in typed.items() if found)


def waits(part: Item, item: Item, place: str, typed: Typed) -> bool:
    """Whether a question waits for others of its group, at `place`, of which none is answered."""
    asked = [place_of(each, place, item.link) for each in item.parts if each.link in part.after]
    return bool(part.after) and not any(said(typed, each) for each in asked)


def never(part: Item, item: Item) -> bool:
    """Whether all that it waits for is hidden, so that nobody can answer it here."""
    return all(each.hidden for each in item.parts if each.link in part.after)


def has_words(typed: Typed, place: str) -> bool:
    """Whether anything that is not blank is typed at the place, or below it."""
    return has({name: "".join(texts).strip() for name, texts in typed.items() if name.startswith(place)}, place)
