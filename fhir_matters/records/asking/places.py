"""Where in the form something stands that is wrong in the record made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fhir_matters.records.asking.question import Question
from fhir_matters.records.asking.responses import Data, Problem, Response
from fhir_matters.records.asking.topics import FORM


def placed(problems: Iterable[str], said: Data, made: Data, found: Response) -> tuple[Problem, ...]:
    """Each problem with where it stands in the form, as far as that is known.

    `said` is what was read, with keys for all of it, and `made` what became of it.
    """
    homes = {
        (section, key): home
        for section, several in found.places.items()
        for key, home in zip(said.get(section, ()), several, strict=False)
    }
    return tuple(each if isinstance(each, Problem) else _found(each, said, made, homes) for each in problems)


def _found(problem: str, said: Data, made: Data, homes: dict[tuple[str, str], tuple[Question, str]]) -> Problem:
    place, _, why = problem.partition(": ")
    section, key, *steps = (*place.split("."), "")
    at = ""
    if section == "person":
        tried = (_below(group, at, (key, *steps), said.get(section, {})) for group, at in _about_the_person())
        at = next(filter(None, tried), "")
    elif home := homes.get((section, key)) or homes.get((section, key := _before(made, section, key))):
        at = _below(*home, steps, said[section][key]) or home[1]
    return Problem.of(place, why, at)


def _before(made: Data, section: str, key: str) -> str:
    """What the part with that key has taken the place of."""
    part = made.get(section, {}).get(key)
    return str(part.get("replaces", "")) if isinstance(part, dict) else ""


def _about_the_person() -> Iterator[tuple[Question, str]]:
    return ((part, part.name) for part in FORM.parts if part.field == "person")


def _below(group: Question, at: str, steps: Sequence[str], data: Any) -> str:
    """The place of what these steps lead to, or of the last that is asked; empty where none is."""
    part = next((each for each in group.parts if steps and each.field == steps[0]), None)
    if part is None:
        return ""
    here, inside, rest = f"{at}.{part.name}", data.get(steps[0]), steps[1:]
    if part.kind != "group":
        return here
    if part.repeats:
        entry = rest[0] if rest else ""
        number = list(inside).index(entry) if part.keyed and entry in inside else int(entry) if entry.isdigit() else 0
        here, inside, rest = f"{here}~{number}", inside[entry if part.keyed else number], rest[1:]
    return _below(part, here, rest, inside) or here
