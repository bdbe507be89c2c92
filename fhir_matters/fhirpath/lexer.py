"""FHIRPath text to tokens. Literals become System values here; names and operators stay text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from fhir_matters.fhirpath.errors import InvalidExpression
from fhir_matters.fhirpath.temporal import Temporal, temporal

MOST_CHARACTERS = 100_000

# http://hl7.org/fhirpath/N1/grammar.html
_CLOCK = r"[0-9]{2} (?: :[0-9]{2} (?: :[0-9]{2} (?: \.[0-9]+ )? )? )?"
_TOKEN = re.compile(
    rf"""
    (?P<blank>  (?: [ \t\r\n\u00a0] | //[^\r\n]* | /\*(?s:.*?)\*/ )+ )
  | (?P<temporal> @ (?: T {_CLOCK}
        | [0-9]{{4}} (?: -[0-9]{{2}} (?: -[0-9]{{2}} )? )?
          (?: T (?: {_CLOCK} (?: Z | [+-][0-9]{{2}}:[0-9]{{2}} )? )? )? ) )
  | (?P<number>  [0-9]+ (?: \.[0-9]+ )? )
  | (?P<string>  ' (?: \\(?s:.) | [^'\\] )* ' )
  | (?P<quoted>  ` (?: \\(?s:.) | [^`\\] )* ` )
  | (?P<variable> % (?: (?:vs|ext)-[A-Za-z0-9_\-]+ | [A-Za-z_][A-Za-z0-9_]*
        | ' (?: \\(?s:.) | [^'\\] )* ' | ` (?: \\(?s:.) | [^`\\] )* ` ) )
  | (?P<special> \$ (?: this | index | total ) \b )
  | (?P<name>    [A-Za-z_][A-Za-z0-9_]* )
  | (?P<sign>    <= | >= | != | !~ | [.,()\[\]{{}}|&+*/<>=~-] )
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"} | {sign: sign for sign in "\\/'\"`"}


class Token(NamedTuple):
    """One token; `value` is a System value for literals, the text for all others."""

    kind: str
    value: Any
    position: int


def tokens(text: str) -> Iterator[Token]:
    """Every token of the text, an `end` last. Raises InvalidExpression."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidExpression(f"Expected at most {MOST_CHARACTERS:,} characters, found {len(text):,}.")
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise InvalidExpression("Expected FHIRPath, found a character that begins nothing.", position=position)
        if match.lastgroup != "blank":
            yield Token(*_read(match.lastgroup, match[0], position), position)
        position = match.end()
    yield Token("end", "", position)


def _read(kind: str, text: str, position: int) -> tuple[str, Any]:
    reader = _READERS.get(kind)
    return ("identifier" if kind == "quoted" else kind), (reader(text, position) if reader else text)


def _number(text: str, position: int) -> int | Decimal:
    return Decimal(text) if "." in text else _integer(text, position)


def _variable(text: str, position: int) -> str:
    return _unescaped(text[2:-1], position) if text[1] in "'`" else text[1:]


def _quoted(text: str, position: int) -> str:
    return _unescaped(text[1:-1], position)


def _integer(text: str, position: int) -> int:
    if len(text) > 19:  # noqa: PLR2004 - beyond 64 bits
        raise InvalidExpression("Expected an integer of at most 19 digits.", position=position)
    return int(text)


def _temporal(text: str, position: int) -> Temporal:
    value = temporal(text[1:], _kind(text))
    if value is None:
        raise InvalidExpression("Expected a date, a dateTime or a time.", position=position)
    return value


def _kind(text: str) -> str:
    if text.startswith("@T"):
        return "Time"
    return "DateTime" if "T" in text else "Date"


def _unescaped(text: str, position: int) -> str:
    def replaced(match: re.Match[str]) -> str:
        escape = match[1]
        if len(escape) > 1:
            return chr(int(escape[1:], 16))
        if escape not in _ESCAPED:
            raise InvalidExpression(
                f"Expected one of the escapes of FHIRPath, found \\{escape}.",
                position=position,
                next_step="Write \\\\ for a backslash.",
            )
        return _ESCAPED[escape]

    return _ESCAPE.sub(replaced, text) if "\\" in text else text


_READERS: Final[dict[str, Callable[[str, int], Any]]] = {
    "number": _number,
    "string": _quoted,
    "quoted": _quoted,
    "variable": _variable,
    "special": lambda text, _: text[1:],
    "temporal": _temporal,
}
