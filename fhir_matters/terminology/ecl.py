"""Whether a text is an expression constraint of SNOMED CT (ECL 1.x and 2.x), by its grammar; evaluates nothing.

https://confluence.ihtsdotools.org/display/DOCECL: compound, refined and dotted constraints, history and filters in
braces taken as they come. A text that is too deep is taken as one.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""\s*(?:/\*.*?\*/\s*)*(?:
    (?P<cmp>!=|<=|>=|=)|(?P<op><<!|<!|<<|>>!|>!|>>|<|>|!!>|!!<|\^)|(?P<id>\d{6,18})|(?P<term>\|[^|]*\|)
    |(?P<word>AND|OR|MINUS)\b|(?P<number>\#[+-]?\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<filter>\{\{.*?\}\})|(?P<card>\[\d+\.\.(?:\d+|\*)\])|(?P<mark>[(){}:,.*])|(?P<bool>true|false)|(?P<rev>R)\b
    )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
DEEPEST = 40
LONGEST = 20_000


class _Wrong(Exception):
    """The text leaves the grammar."""


class _Deep(Exception):
    """The text is nested too deeply to be judged."""


def parses(text: str) -> bool:
    """Whether the text is an expression constraint; True where it is too long or too deep to tell."""
    if len(text) > LONGEST:
        return True
    try:
        reader = _Reader(_tokens(text))
        reader.expression(0)
    except _Wrong:
        return False
    except _Deep:
        return True
    return reader.done


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _Wrong
        found.append((match.lastgroup, match[match.lastgroup].upper()))
        at = match.end()
    return found


class _Reader:
    """A reader by descent over the tokens."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._at = 0

    @property
    def done(self) -> bool:
        return self._tokens[self._at][0] == "end"

    def _take(self, kind: str, value: str = "") -> bool:
        found = self._tokens[self._at]
        if found[0] == kind and (not value or found[1] == value):
            self._at += 1
            return True
        return False

    def _need(self, kind: str, value: str = "") -> None:
        if not self._take(kind, value):
            raise _Wrong

    def expression(self, depth: int) -> None:
        """Constraints joined by AND, OR, MINUS or dots, and what refines them."""
        if depth > DEEPEST:
            raise _Deep
        self._operand(depth)
        while True:
            if self._take("mark", ":"):
                self._refinement(depth)
            elif self._take("word") or self._take("mark", ",") or self._take("mark", "."):
                self._operand(depth)
            else:
                return

    def _operand(self, depth: int) -> None:
        while self._take("op"):
            pass
        if self._take("mark", "("):
            self.expression(depth + 1)
            self._need("mark", ")")
        elif self._take("id"):
            self._take("term")
        else:
            self._need("mark", "*")
        while self._take("filter"):
            pass

    def _refinement(self, depth: int) -> None:
        self._attributes(depth)
        while self._take("mark", ",") or self._take("word"):
            self._attributes(depth)

    def _attributes(self, depth: int) -> None:
        if depth > DEEPEST:
            raise _Deep
        self._take("card")
        if self._take("mark", "{"):
            self._refinement(depth + 1)
            self._need("mark", "}")
            return
        start = self._at
        if self._take("mark", "("):
            try:
                self._refinement(depth + 1)
                self._need("mark", ")")
            except _Wrong:
                self._at = start
            else:
                if self._tokens[self._at][0] != "cmp":
                    return
                self._at = start
        self._attribute(depth)

    def _attribute(self, depth: int) -> None:
        self._take("rev")
        self._operand(depth + 1)
        self._need("cmp")
        if not (self._take("number") or self._take("text") or self._take("bool")):
            self._operand(depth + 1)
