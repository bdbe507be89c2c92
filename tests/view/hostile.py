"""A record in which every word is an attack on whatever shows it."""

from __future__ import annotations

from typing import Any

ATTACKS = (
    "</title></style></q><script>window.pwned=1</script><img src=x onerror=window.pwned=1>",
    '" onmouseover="window.pwned=1" style="background:url(http://example.invalid/x)',
    "javascript:window.pwned=1",
    "\u202e\u2067gnorw\x1b]0;owned\x07\x00\ufffe",
    "</svg><base href='http://example.invalid/'><meta http-equiv=refresh content='0;url=http://example.invalid/'>",
    "&lt;script&gt;&#60;b&#62;<!--<![CDATA[",
)
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
