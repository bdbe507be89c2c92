"""All that was typed into a form: text by place. From answers that are there, and to answers that may be kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from fhir_matters.view.form.questions import Form, Item, place_of
from fhir_matters.view.form.typed import Answer, Slip, answers_of, text_of

Given: TypeAlias = dict[str, list[str]]
Element: TypeAlias = dict[str, Any]
_ENTRY = re.compile(r"~(\d{1,6})(?=\.|$)")


def given_of(form: Form, items: Iterable[Mapping[str, Any]]) -> Given:
    """What would have to be typed for the items of a QuestionnaireResponse."""
    return dict(_typed(form.parts, list(items), "", ""))


def _typed(parts: tuple[Item, ...], items: list[Mapping[str, Any]], inside: str, link: str) -> Iterator[Any]:
    for part in parts:
        mine = [item for item in items if item.get("linkId") == part.link]
        if part.group:
            for number, item in enumerate(mine):
                place = place_of(part, inside, link, number)
                yield from _typed(part.parts, item.get("item", []), place, part.link)
        elif answers := [answer for item in mine for answer in item.get("answer", ())]:
            yield place_of(part, inside, link), [text_of(part, answer) for answer in answers]


def entries(given: Iterable[str], place: str) -> list[int]:
    """Which entries of the group at `place`, without its number, something is given in."""
    return sorted({int(found[1]) for name in given if (found := _entry_of(name, place))})


def _entry_of(name: str, place: str) -> re.Match[str] | None:
    return _ENTRY.match(name, len(place)) if name.startswith(f"{place}~") else None


def by_entry(given: Mapping[str, list[str]], place: str) -> dict[int, Given]:
    """What is given in each entry of the group at `place`, in their order."""
    found: dict[int, Given] = {}
    for name, texts in given.items():
        if entry := _entry_of(name, place):
            found.setdefault(int(entry[1]), {})[name] = texts
    return dict(sorted(found.items()))


def how_many(given: Iterable[str]) -> int:
    """How many entries of groups something is given in, those within others too."""
    return len({name[: found.end()] for name in given for found in _ENTRY.finditer(name)})


def in_order(form: Form, given: Mapping[str, list[str]]) -> Given:
    """The same with the entries of every group counted from 0; what is at no place of the form is left out."""
    return dict(_ordered(form.parts, given, "", "", ""))


def _ordered(parts: tuple[Item, ...], given: Mapping[str, list[str]], inside: str, to: str, link: str) -> Iterator[Any]:
    for part in parts:
        place = place_of(part, inside, link)
        if part.group and part.repeats:
            start = place.removesuffix("~0")
            for number, (entry, here) in enumerate(by_entry(given, start).items()):
                yield from _ordered(part.parts, here, f"{start}~{entry}", place_of(part, to, link, number), part.link)
        elif part.group:
            yield from _ordered(part.parts, given, place, place_of(part, to, link), part.link)
        elif place in given:
            yield place_of(part, to, link), given[place]


def items_of(form: Form, given: Mapping[str, list[str]], now: datetime, slips: dict[str, str]) -> list[Element]:
    """The items of a QuestionnaireResponse that say this, entries without answers among them: places stay the same.

    `slips` gets, for each place where something else was typed than can be answered there, what would be understood.
    """
    return list(_items(form.parts, given, "", "", now, slips))


def _items(  # noqa: PLR0917 (a walk knows where it is)
    parts: tuple[Item, ...],
    given: Mapping[str, list[str]],
    inside: str,
    link: str,
    now: datetime,
    slips: dict[str, str],
) -> Iterator[Element]:
    for part in parts:
        place = place_of(part, inside, link)
        if part.group and part.repeats:
            for number, here in by_entry(given, place.removesuffix("~0")).items():
                at = place_of(part, inside, link, number)
                yield _item(part, list(_items(part.parts, here, at, part.link, now, slips)))
        elif part.group:
            if found := list(_items(part.parts, given, place, part.link, now, slips)):
                yield _item(part, found)
        elif answers := _answered(part, place, given.get(place, []), now, slips):
            yield {"linkId": part.link, "text": part.text, "answer": answers}


def _item(group: Item, inside: list[Element]) -> Element:
    return {"linkId": group.link, "text": group.text, **({"item": inside} if inside else {})}


def _answered(part: Item, place: str, texts: list[str], now: datetime, slips: dict[str, str]) -> list[Answer]:
    try:
        return answers_of(part, texts, now)
    except Slip as slip:
        slips[place] = str(slip)
        return []
