"""JSON with slips, read as far as it can be meant: commas, comments, quotes and double keys, each told with its place.

Only for text that `jsonio` refuses: what is right is read there. Where brackets do not match nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from fhir_matters.errors import InputError
from fhir_matters.jsonio import Number
from fhir_matters.path import Key

Keys = tuple[Key, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", **{each: each for each in "\"'\\/"}}
_HALF = re.compile("[\ud800-\udfff]")
_BARE = re.compile("[\x00-\x1f]")
_NUMBER = re.compile(r"[-0-9][-+.0-9eE]*")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_LITERALS = {"true": True, "false": False, "null": None}
DEEPEST = 200
MOST = 1000


class Misspelt(str):
    """What stands where JSON has a number and is spelt like none (`1.`, `01`, `-`)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: the keys that lead to it, what was expected, and the message id of the HL7 validator.

    `slight` ones leave no doubt about what is meant.
    """

    keys: Keys
    message: str
    message_id: str
    slight: bool = False


# Written so, a character that no string of FHIR may hold (R4 datatypes.html#string); an escaped backslash is none.
_BACKSLASH = ord("\\")  # a byte is found in bytes faster than bytes are
_MAYBE_BARRED = re.compile(rb"\\[bf]")
_BARRED = re.compile(r"(?<!\\)(?:\\\\)*\\[bf]")


def check_escapes(source: str | bytes) -> None:
    """Raises InputError for a backspace or form feed, written as one letter after a backslash."""
    if isinstance(source, str):
        text = source
    elif _BACKSLASH in source and _MAYBE_BARRED.search(source):
        text = source.decode("utf-8", "replace")
    else:
        return
    if (found := _BARRED.search(text)) is not None:
        raise _Reader(text, found.end()).refused("a string with escapes that a string of FHIR may have")


def read(text: str) -> tuple[Any, list[Slip]]:
    """The value and the slips in it. Raises InputError where it cannot be read even so."""
    reader = _Reader(text.removeprefix("\ufeff"))
    value = reader.value((), 0)
    reader.blanks()
    reader.comments(())
    if reader.at != len(reader.text):
        raise reader.refused("nothing after the value")
    return value, reader.slips


@dataclass(slots=True)
class _Reader:
    """A reader by descent: `pending` is how many comments stand before what is read next.

    `parted` is False from a comma that is missing to the first simple value after it.
    """

    text: str
    at: int = 0
    pending: int = 0
    parted: bool = True
    slips: list[Slip] = field(default_factory=list)

    def refused(self, expected: str) -> InputError:
        """The error that ends the reading here."""
        line, column = self.place()
        return InputError(f"Not JSON: expected {expected}.", place=f"{line}:{column}", next_step="Mend the JSON.")

    def place(self) -> tuple[int, int]:
        """The line and the column here, from one."""
        return self.text.count("\n", 0, self.at) + 1, self.at - self.text.rfind("\n", 0, self.at)

    def slip(self, keys: Keys, message: str, message_id: str, *, slight: bool = False) -> None:
        """Note one slip."""
        if len(self.slips) < MOST:
            self.slips.append(Slip(keys, message, message_id, slight))

    def blanks(self) -> None:
        """Go past blanks and comments."""
        while True:
            self._match(_BLANK)
            if not self.text.startswith("/", self.at) or self._match(_COMMENT) is None:
                return
            self.pending += 1

    def comments(self, keys: Keys) -> None:
        """The comments so far belong to what stands at these keys."""
        if self.pending:
            self.slip(keys, "Expected no comments in JSON.", "JSON_COMMENTS_NOT_ALLOWED")
        self.pending = 0

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def _take(self, mark: str) -> bool:
        self.blanks()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def value(self, keys: Keys, depth: int) -> Any:
        """The value that stands here."""
        if depth > DEEPEST:
            raise InputError("Expected fewer levels, found more than the recursion limit.")
        self.blanks()
        self.comments(keys)
        if self._take("{"):
            return self._object(keys, depth + 1)
        if self._take("["):
            return self._array(keys, depth + 1)
        self.parted = True
        if (text := self._string(keys)) is not None:
            return text
        if (number := self._match(_NUMBER)) is not None:
            return _number(number)
        return self._word(keys)

    def _string(self, keys: Keys) -> str | None:
        found = self._match(_STRING)
        if found is None:
            return None
        if _BARE.search(found):
            self.slip(keys, "Expected control characters as escapes in a string.", "", slight=True)
        text = self._unescaped(found[1:-1])
        if _HALF.search(text):
            self.slip(keys, "Expected whole characters in a string, found half of one.", "", slight=True)
            text = _HALF.sub("\ufffd", text)
        return text

    def _unescaped(self, text: str) -> str:
        def meant(found: re.Match[str]) -> str:
            code, mark = found[1], found[2]
            if code is None and mark not in _ESCAPED:
                raise self.refused("a string with escapes that a string of FHIR may have")
            return chr(int(code, 16)) if code is not None else _ESCAPED[mark]

        # Two halves of one character were escaped apart.
        return _ESCAPE.sub(meant, text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")

    def _word(self, keys: Keys) -> Any:
        word = self._match(_WORD)
        if word is None:
            raise self.refused("a value")
        if word in _LITERALS:
            return _LITERALS[word]
        if keys[-1:] != ("resourceType",):
            self.slip(keys, "Expected quotes around a value.", "JSON_PROPERTY_VALUE_NO_QUOTES")
        return word

    def _object(self, keys: Keys, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        parted = True
        while not self._take("}"):
            name = self._name(keys)
            self._comma(keys, parted=parted)
            if not self._take(":"):
                raise self.refused("a colon after a name")
            value = self.value((*keys, name), depth)
            self.parted = True
            if name in found and name != "resourceType":
                self.slip(keys, "Expected each name once in an object.", "DUPLICATE_JSON_PROPERTY_KEY")
            found.setdefault(name, value)
            parted = self._take(",")
        if found and parted:
            self.slip(keys, "Expected no comma after the last field of an object.", "JSON_COMMA_EXTRA")
        return found

    def _name(self, keys: Keys) -> str:
        name = self._string(keys)
        if name is not None:
            return name
        word = self._match(_WORD)
        if word is None:
            raise self.refused("a name in quotes")
        self.slip(keys, "Expected quotes around a name.", "JSON_PROPERTY_NO_QUOTES")
        return word

    def _array(self, keys: Keys, depth: int) -> list[Any]:
        found: list[Any] = []
        parted = True
        while not self._take("]"):
            self.parted = self.parted and parted
            found.append(self.value((*keys, len(found)), depth))
            self.parted, parted = True, self._take(",")
        if found and parted:
            self.slip(keys, "Expected no comma after the last item of an array.", "JSON_COMMA_EXTRA")
        return found

    def _comma(self, keys: Keys, *, parted: bool) -> None:
        """Told of the object of the field before which it is missing, and of the objects that open this field.

        As the HL7 validator has it, which tells nothing of a list of simple values.
        """
        self.parted = self.parted and parted
        if not self.parted:
            line, column = self.place()
            self.slip(keys, f"Expected a comma (line {line}, column {column}).", "JSON_COMMA_MISSING")


def _number(text: str) -> Any:
    """A number as it is spelt, or what is spelt like none."""
    if not _WHOLE.fullmatch(text):
        return Misspelt(text)
    return int(text) if text.lstrip("-").isdigit() and text != "-0" else Number(text)
