"""What a filled form changes: what is new gets its day, and what was there before stays readable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fhir_matters.records.asking.keys import numbered
from fhir_matters.records.asking.responses import Data
from fhir_matters.records.asking.spelling import as_spelt
from fhir_matters.records.fit import REPLACEABLE, SECTIONS, sections_of
from fhir_matters.records.record import Record

_UNSAID = (
    "what was written down before says something else; say whether they see it differently now, or it was written down "
    "wrongly"
)
_SAME = "this says the same as before; write what they say now, or leave it open whether it still stands"
_UNKNOWN = "nothing on record is kept under this key; pass the record that the form changes as `before`"
_NO_DAY = "that it still stands needs a day: put the talk into the form, or `authored` into the response"


@dataclass(frozen=True, slots=True)
class Now:
    """When the form was filled: the one talk that is new in it, or the day on which it was written."""

    talk: str | None
    day: str | None


def changed(data: Data, asked: Data, before: Record | None, authored: str | None, problems: list[str]) -> Data:
    """The data with its days, and with what it changes in the record of before; `asked` is what was asked of that.

    A part of which the form says nothing new is the form that it was.
    """
    now = _now(data, authored)
    person = before.person.model_dump(exclude_none=True) if before else {}
    data = {section: as_spelt(asked.get(section, {}), said) for section, said in data.items()}
    found: Data = {"person": _merged(person, asked.get("person", {}), data.get("person", {}))}
    taken = {*(sections_of(before) if before else ()), *(key for each in SECTIONS for key in data.get(each, ()))}
    for section in SECTIONS:
        found[section] = {}
        for key, entry in data.get(section, {}).items():
            part = _Part(section, key, entry, getattr(before, section).get(key) if before else None)
            found[section] |= dict(_made(part, asked.get(section, {}).get(key, {}), now, taken, problems))
    return found


def _now(data: Data, authored: str | None) -> Now:
    talks = data.get("conversations", {})
    new = [key for key, talk in talks.items() if "key" not in talk]
    return Now(new[0], talks[new[0]].get("when", authored)) if len(new) == 1 else Now(None, authored)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part as the form has it, and the form that it was before."""

    section: str
    key: str
    entry: Data
    was: Any

    @property
    def said(self) -> Data:
        """What is said of it, without how it is kept and whether it stands."""
        return _decided({name: value for name, value in self.entry.items() if name not in ("key", "still")})

    @property
    def place(self) -> str:
        """Where a mistake in it is."""
        return f"{self.section}.{self.key}"


def _made(part: _Part, asked: Data, now: Now, taken: set[str], problems: list[str]) -> Iterator[tuple[str, Any]]:
    """The parts that come of one entry, by key."""
    still = part.entry.get("still")
    if still in ("differs", "mistaken"):
        if part.was is None:
            problems.append(f"{part.place}: {_UNKNOWN}")
        else:
            yield from _replaced(part, asked, now, taken, problems)
        return
    if part.was is None:
        found: Any = part.said if "key" in part.entry else _first_said(part.section, part.said, now)
    else:
        if part.section in REPLACEABLE and _contradicts(asked, part.said):
            problems.append(f"{part.place}.still: {_UNSAID}")
        unchanged = all(asked.get(name) == value for name, value in part.said.items())
        found = part.was if unchanged and still is None else _merged(_fields(part.was), asked, part.said)
    if still == "stands":
        if now.day is None:
            problems.append(f"{part.place}: {_NO_DAY}")
        found["still_stands"] = [*found.get("still_stands", ()), {"when": now.day}]
    yield part.key, found


def _replaced(part: _Part, asked: Data, now: Now, taken: set[str], problems: list[str]) -> Iterator[tuple[str, Any]]:
    """What was said before, and what is said in its place."""
    mistaken = part.entry["still"] == "mistaken"
    said = {name: value for name, value in part.said.items() if name not in ("in", "when")}
    same = all(asked.get(name) == value for name, value in said.items())
    yield part.key, part.was.model_copy(update={"withdrawn": True}) if mistaken else part.was
    if not same:
        key = next(key for key in numbered(part.key[:_LONGEST]) if key not in taken)
        taken.add(key)
        yield key, {**_first_said(part.section, said, now), "replaces": part.key}
    elif not mistaken:
        problems.append(f"{part.place}.still: {_SAME}")


_LONGEST = 34  # a key has forty letters at most, and a number may follow


def _first_said(section: str, said: Data, now: Now) -> Data:
    """What is said for the first time: in the talk or on the day of the form, by the person unless it says by whom."""
    found = dict(said)
    if section in REPLACEABLE and now.talk is not None:
        found.setdefault("in", now.talk)
    elif section in (*REPLACEABLE, "sharing", "conversations") and now.day is not None:
        found.setdefault("when", now.day)
    if section in ("what_matters", "preferences"):
        found.setdefault("said_by", "person")
    return found


def _decided(said: Data) -> Data:
    return {**said, "decided": {"by": "person", **said["decided"]}} if "decided" in said else said


def _fields(form: Any) -> Data:
    found: Data = form.model_dump(exclude_none=True)
    return found


def _contradicts(before: Any, now: Any) -> bool:
    """True where something that was said is said otherwise now; to say more is no contradiction, nor to say nothing."""
    if isinstance(before, dict) and isinstance(now, dict):
        return any(_contradicts(before[name], now[name]) for name in before.keys() & now.keys())
    if isinstance(before, list) and isinstance(now, list):
        return any(each not in now for each in before)
    return bool(before != now)


def _with_unshown(full: Any, asked: Any, said: Any) -> Any:
    """What is said, and of a list of names also those that the form did not show: nobody there took them away."""
    if not isinstance(full, (list, tuple)) or not isinstance(said, list):
        return said
    return [*said, *(each for each in full if isinstance(each, str) and each not in (*(asked or ()), *said))]


def _merged(full: Data, asked: Data, said: Data) -> Data:
    """All the fields of before, with what is said otherwise or besides."""
    found = dict(full)
    for name, value in said.items():
        old = asked.get(name)
        if value == old:
            continue
        if isinstance(value, dict) and isinstance(full.get(name), dict):
            found[name] = _merged(full[name], old or {}, value)
        else:
            found[name] = _with_unshown(full.get(name), old, value)
    return found
