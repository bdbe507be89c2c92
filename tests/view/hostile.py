"""A record in which every word is an attack on whatever shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fhir_matters import Record
from fhir_matters.errors import RecordError

ATTACKS = (
    "</title></style></q><script>window.pwned=1</script><img src=x onerror=window.pwned=1>",
    '" onmouseover="window.pwned=1" style="background:url(http://example.invalid/x)',
    "javascript:window.pwned=1",
    "\u202e\u2067gnorw\x1b]0;owned\x07\x00\ufffe",
    "</svg><base href='http://example.invalid/'><meta http-equiv=refresh content='0;url=http://example.invalid/'>",
    "&lt;script&gt;&#60;b&#62;<!--<![CDATA[",
    "data:text/html,<script>window.pwned=1</script>",
    "\u202e\u2066\u200b\u200d\ufeff\u00adgnorw\u2069\u2069\u202c\u061c\u200f",
    "<svg onload=window.pwned=1><math><mtext></table><style><img src=x onerror=window.pwned=1>",
    "<a href=javascript:window.pwned=1>+44 1</a>\n<form action=//example.invalid><button autofocus>",
)
Place = tuple[str | int, ...]
EVERY_FIELD = Path(__file__).parents[2] / "profiles" / "every-field.yaml"
# What a form holds to a list of its own, or a key that others refer to.
FIXED = {
    "kind",
    "domain",
    "answer",
    "roles",
    "gender",
    "in",
    "with",
    "said_by",
    "raised_by",
    "replaces",
    "rests_on",
    "option",
    "of",
    "honoured",
    "recording",
    "call_first",
    "then_call",
    "agreed_by",
    "asked_by",
    "agents",
    "given_by",
    "data",
    "content_type",
}


def hostile(value: Any, *, fixed: set[str] = FIXED, turn: list[int] | None = None) -> Any:
    """The same data with each text replaced by the next attack; under the keys `fixed` it stays."""
    turn = turn if turn is not None else [0]
    if isinstance(value, dict):
        return {k: v if k in fixed else hostile(v, fixed=fixed, turn=turn) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(item, fixed=fixed, turn=turn) for item in value]
    if isinstance(value, str):
        turn[0] += 1
        return ATTACKS[turn[0] % len(ATTACKS)]
    return value


class Assailant:
    """A record with every field of every form, in which each string is an attack wherever its form accepts one.

    Which strings those are is not written down: each attack was tried in each place. So every record of a `turn` is one
    that the forms find nothing wrong with; over all turns each place has had each attack that it accepts.
    """

    def __init__(self) -> None:
        self.data = Record.load(EVERY_FIELD).model_dump(mode="json", exclude_defaults=True)
        tried = {place: [each for each in ATTACKS if _accepted(self.data, place, each)] for place in _places(self.data)}
        self.accepted = {place: attacks for place, attacks in tried.items() if attacks}

    def turn(self, number: int) -> dict[str, Any]:
        """Every place that accepts any attack with the next one that it accepts."""
        data = self.data
        for place, attacks in self.accepted.items():
            data = _put(data, place, attacks[number % len(attacks)])
        return Record.model_validate(data).model_dump(mode="json", exclude_defaults=True)


def _places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Where each string is."""
    if isinstance(value, str):
        yield here
    elif isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*here, key))


def _put(value: Any, place: Place, text: str) -> Any:
    if not place:
        return text
    changed = value.copy()
    changed[place[0]] = _put(value[place[0]], place[1:], text)
    return changed


def _accepted(data: dict[str, Any], place: Place, attack: str) -> bool:
    try:
        Record.model_validate(_put(data, place, attack))
    except (ValidationError, RecordError):
        return False
    return True


def overgrown(data: dict[str, Any]) -> dict[str, Any]:
    """The same data with one word of 40 kB in each new part, and five hundred statements."""
    word = "a" * 40_000
    many = {f"said-{number}": {"words": f"Number {number}.", "said_by": "person"} for number in range(500)}
    long = {name: {key: part | _LONG.get(name, {}) for key, part in data[name].items()} for name in _LONG}
    return data | {name: _with(word, parts) for name, parts in long.items()} | {"what_matters": many}


_LONG: dict[str, dict[str, Any]] = {
    "departures": {"why": "?", "left_out": "?"},
    "plans": {"if": "?", "at_home": ["?"], "not_this": "?"},
    "legal": {"kept": "?", "applies_when": "?"},
    "outcomes": {"words": "?", "why": "?"},
}


def _with(word: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with(word, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(word, item) for item in value]
    return word if value == "?" else value
