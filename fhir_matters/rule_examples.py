"""For each rule an example that breaks it and one that does not, as text. They are made of the tests' own cases.

Nothing is judged here: tests judge each example of the file beside this one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fhir_matters.rules import RULES

FILE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Example:
    """What breaks the rule of that code, where, and what only just does not.

    `language` is what they are written in: `json`, `xml`, `yaml` (a record file), `text` (no FHIR at all) or `words`,
    where no file could show it. `needs` says in a sentence what else the rule needs; `profiles` and `good_profiles` are
    those that are asked of the two (`--profile`); `definitions` are the profiles and others that the example rests on,
    as JSON.
    """

    code: str
    language: str
    bad: str
    good: str
    place: str = ""
    needs: str = ""
    profiles: tuple[str, ...] = ()
    good_profiles: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()


def example(code: str) -> Example:
    """The example of a rule. Raises KeyError for a code that is none."""
    return _examples()[RULES[code].code]


@cache
def _examples() -> dict[str, Example]:
    data: dict[str, dict[str, Any]] = json.loads(FILE.read_bytes())
    return {code: Example(code, **{key: _frozen(value) for key, value in each.items()}) for code, each in data.items()}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
