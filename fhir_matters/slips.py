"""JSON with slips, read as far as it can be meant: commas, comments, quotes and double keys, each told with its place.

Only for text that `jsonio` refuses: what is right is read there. Where brackets do not match nothing is guessed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from fhir_matters.errors import InputError
from fhir_matters.jsonio import Number
from fhir_matters.path import Key

Keys = tuple[Key, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_][\w\-]*")
_LITERALS = {"true": True, "false": False, "null": None}
DEEPEST = 200
MOST = 1000


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: the keys that lead to it, what was expected, and the message id of the HL7 validator."""

    keys: Keys
    message: str
    message_id: str


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
    """A reader by descent: `pending` is how many comments stand before what is read next."""

    text: str
    at: int = 0
    pending: int = 0
    slips: list[Slip] = field(default_factory=list)

    def refused(self, expected: str) -> InputError:
        """The error that ends the reading here."""
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - self.text.rfind("\n", 0, self.at)
        return InputError(f"Not JSON: expected {expected}.", place=f"{line}:{column}", next_step="Mend the JSON.")

    def slip(self, keys: Keys, message: str, message_id: str) -> None:
        """Note one slip."""
        if len(self.slips) < MOST:
            self.slips.append(Slip(keys, message, message_id))

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
        if (text := self._string()) is not None:
            return text
        if (number := self._match(_NUMBER)) is not None:
            return int(number) if number.lstrip("-").isdigit() and number != "-0" else Number(number)
        return self._word(keys)

    def _string(self) -> str | None:
        found = self._match(_STRING)
        if found is None:
            return None
        try:
            text: str = json.loads(found)
            text.encode()  # half a character (a lone surrogate) is none
        except ValueError:
            raise self.refused("a string with JSON's escapes") from None
        return text

    def _word(self, keys: Keys) -> Any:
        word = self._match(_WORD)
        if word is None:
            raise self.refused("a value")
        if word in _LITERALS:
            return _LITERALS[word]
        self.slip(keys, "Expected quotes around a value.", "JSON_PROPERTY_VALUE_NO_QUOTES")
        return word

    def _object(self, keys: Keys, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        parted = True
        while not self._take("}"):
            name = self._name(keys)
            if not parted:
                self._parted(keys)
            if not self._take(":"):
                raise self.refused("a colon after a name")
            value = self.value((*keys, name), depth)
            if name in found:
                self.slip(keys, "Expected each name once in an object.", "DUPLICATE_JSON_PROPERTY_KEY")
            found.setdefault(name, value)
            parted = self._take(",")
        if found and parted:
            self.slip(keys, "Expected no comma after the last field of an object.", "JSON_COMMA_EXTRA")
        return found

    def _name(self, keys: Keys) -> str:
        name = self._string()
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
            if not parted:
                self._parted(keys[: -1 if keys else 0])
            found.append(self.value((*keys, len(found)), depth))
            parted = self._take(",")
        if found and parted:
            self.slip(keys, "Expected no comma after the last item of an array.", "JSON_COMMA_EXTRA")
        return found

    def _parted(self, keys: Keys) -> None:
        """Told where the object is, once for all its fields and items, as the HL7 validator does."""
        self.slip(keys, "Expected a comma.", "JSON_COMMA_MISSING")
