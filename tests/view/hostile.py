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
