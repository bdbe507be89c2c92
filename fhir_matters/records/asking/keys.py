"""Keys for what a form brings without one, and the parts that its names mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fhir_matters.records.asking.names import meant, plain
from fhir_matters.records.asking.responses import Data, Named, Problem
from fhir_matters.records.fit import SECTIONS

_BEST = ("name", "who", "question", "what", "if", "words", "wish", "treatment", "role", "team", "topic", "kind")
_WORDS, _LONGEST = 5, 30
_NOBODY = "nobody in this form is called so; add them to the people or to the professionals, and write the same name"
_NOTHING = "nothing in this form is called so; write it as it stands there"


def with_keys(data: Data, taken: Iterable[str], problems: list[str]) -> Data:
    """The data with a key for every part, none of them twice; `taken` are those that are in use already.

    An entry whose key was given has it in itself still.
    """
    given = [entry["key"] for section in SECTIONS for entry in data.get(section, ()) if "key" in entry]
    problems += [f"{key}: this key is given to two parts" for key in sorted({k for k in given if given.count(k) > 1})]
    used = {"person", *taken, *given}
    return {**data, **{section: _keyed(section, data[section], used) for section in SECTIONS if section in data}}


def _keyed(section: str, entries: Iterable[Data], used: set[str]) -> Data:
    found = {}
    for entry in entries:
        key = entry.get("key") or _new(section, entry, used)
        used.add(key)
        found[key] = dict(entry)
        if "options" in entry:
            own = {each["key"] for each in entry["options"] if "key" in each}
            found[key]["options"] = _without_keys(_keyed("option", entry["options"], own))
    return found


def _without_keys(options: Data) -> Data:
    return {key: {name: value for name, value in option.items() if name != "key"} for key, option in options.items()}


def _new(section: str, entry: Data, used: set[str]) -> str:
    """A key of the first words: `Keep the window open` is `keep-the-window-open`; of the kind, where they give none."""
    said = (value for name in _BEST if isinstance(value := plain(entry.get(name)), str))
    start = next(filter(None, map(_spelt, said)), section.replace("_", "-"))
    return next(key for key in numbered(start) if key not in used)


def _spelt(words: str) -> str:
    letters = unicodedata.normalize("NFKD", words).casefold()
    found = re.findall("[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c)))
    return re.sub("^[^a-z]+", "", "-".join(found[:_WORDS]))[:_LONGEST].strip("-")


def numbered(start: str) -> Iterable[str]:
    """`home`, `home-2`, `home-3` and so on."""
    yield start
    number = 2
    while True:
        yield f"{start}-{number}"
        number += 1


def resolved(value: Any, scopes: Sequence[Mapping[str, Any]], problems: list[str]) -> Any:
    """The value with the key of the part that is meant in the place of every name, in the first scope that has it."""
    if isinstance(value, Named):
        key = next(filter(None, (meant(scope, value.sections, value) for scope in scopes)), None)
        if key is None:
            why = _NOBODY if "people" in value.sections else _NOTHING
            problems.append(Problem.of(value.link, why, value.at))
        return key
    if isinstance(value, dict):
        own = value.get("options", {})
        inside = [{**scope, "options": {**scope.get("options", {}), **own}} if own else scope for scope in scopes]
        return {name: resolved(each, inside, problems) for name, each in value.items()}
    return [resolved(each, scopes, problems) for each in value] if isinstance(value, list) else value
