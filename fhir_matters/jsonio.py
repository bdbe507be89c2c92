"""JSON bytes to dicts and back, without losing a digit: `1.10`, `1e2` and `-0.00` stay as they are spelt.

Duplicate keys are refused. Key order is kept. Nothing here knows FHIR.
"""

from __future__ import annotations

import copyreg
import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Self

import jiter
import orjson

from fhir_matters.errors import InputError

LosslessFloat = type(jiter.from_json(b"1.0", float_mode="lossless-float"))


# RFC 8259, section 6.
_SPELLING = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class Number(Decimal):
    """A JSON number with a fraction or an exponent: compares as a Decimal, is written as it was spelt.

    Raises ValueError where the spelling is no JSON number (`NaN`, `1_000`, ` 1`, `.5`).
    """

    __slots__ = ("spelling",)
    spelling: str

    def __new__(cls, spelling: str) -> Self:
        """A number spelt like this; `spelling` is JSON's (`1.10`, `1e2`)."""
        if not _SPELLING.fullmatch(spelling):
            raise ValueError("no JSON number")
        number = super().__new__(cls, spelling)
        number.spelling = spelling
        return number

    def __str__(self) -> str:
        return self.spelling

    def __reduce__(self) -> tuple[type[Number], tuple[str]]:
        return Number, (self.spelling,)

    def __copy__(self) -> Number:
        return self

    def __deepcopy__(self, memo: object) -> Number:
        return self


# jiter's own type can be neither copied nor pickled; whoever keeps one gets a Number.
copyreg.pickle(LosslessFloat, lambda number: (Number, (str(number),)))


def parse(data: bytes | str) -> Any:
    """The JSON value, numbers with a fraction as jiter's LosslessFloat: the fast form that only a reader sees.

    Raises InputError, with line and column, on anything that is not one JSON value in UTF-8 without
    duplicate keys. An integer `-0` is 0 here.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    try:
        return jiter.from_json(raw, float_mode="lossless-float", catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as error:
        raise _not_json(raw, str(error)) from None


def read(data: bytes | str) -> Any:
    """The JSON value as plain dicts, lists, strings, ints and `Number`s: copyable and comparable.

    Raises InputError as `parse` does.
    """
    value = parse(data)
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if raw.endswith(b"-0") or _NEGATIVE_ZERO.search(raw):
        return json.loads(raw, parse_int=_integer, parse_float=Number)
    fractions = type(value) is LosslessFloat or any(pattern.search(raw) for pattern in _FRACTIONS)
    return numbered(value) if fractions else value


# Where a number with a fraction or an exponent may begin; in a text it may too, and then it was looked for in vain.
# A pattern for each sign before it: one that begins with a known byte is found five times as fast.
# Before a colon outside of a text stands no digit; within one that is a time there does (`12:30:00.5`).
_FRACTIONS = tuple(re.compile(rb"%b\s*-?[0-9]+[.eE]" % sign) for sign in (b":(?<![0-9]:)", b"\\[", b","))
# An int knows no negative zero, and jiter reads one as 0; these are the ways to end one.
_NEGATIVE_ZERO = re.compile(rb"-0[,}\]\n\r \t]")


def _integer(spelling: str) -> int | Number:
    return Number(spelling) if spelling == "-0" else int(spelling)


def numbered(value: Any) -> Any:
    """The same value with every LosslessFloat replaced by a `Number`, in place where it can."""
    if isinstance(value, dict):
        for key, item in value.items():
            if type(item) in _REPLACED:
                value[key] = numbered(item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if type(item) in _REPLACED:
                value[index] = numbered(item)
    elif type(value) is LosslessFloat:
        return Number(str(value))
    return value


_REPLACED = frozenset({dict, list, LosslessFloat})


def is_xml(raw: bytes | str) -> bool:
    """True for text that begins as XML does."""
    if raw[:1] in (b"{", "{"):
        return False
    start = raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n") if isinstance(raw, bytes) else raw[:64].lstrip("\ufeff \t\r\n")
    return start[:1] in (b"<", "<")


def write(value: Any, *, indent: bool = False) -> bytes:
    """UTF-8 JSON, keys in their order and numbers as spelt; two spaces a level if `indent`.

    Raises InputError where the value cannot be JSON (a set, NaN, a lone surrogate, nesting beyond 254).
    """
    return _dumped(value, orjson.OPT_INDENT_2 if indent else 0)


def spelt(value: Any) -> bytes:
    """Canonical bytes for hashing and comparing: keys sorted, numbers as spelt, no blanks. Raises as `write` does."""
    return _dumped(value, orjson.OPT_SORT_KEYS)


def _dumped(value: Any, option: int) -> bytes:
    try:
        text = orjson.dumps(value, default=_fragment, option=option)
    except TypeError as error:
        if "64-bit" not in str(error):
            raise InputError(f"This value cannot be written as JSON: {_reason(error)}.") from None
        return _dumped(_big_integers(value), option)
    if b"null" in text and any(map(_is_lost, _values(value))):
        # orjson writes a float that is no number as null.
        raise InputError("This value cannot be written as JSON: it holds a number that is not finite.")
    return text


def _is_lost(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _values(value: Any) -> Iterator[Any]:
    """Every value in the document; orjson has made sure that it is not too deep."""
    yield value
    if isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _values(item)


def _fragment(value: object) -> orjson.Fragment:
    if isinstance(value, (Decimal, LosslessFloat)):
        spelling = str(value)
        if not _SPELLING.fullmatch(spelling):
            raise TypeError("a number that is not finite")
        return orjson.Fragment(spelling.encode())
    raise TypeError(f"a {type(value).__name__}")


def _big_integers(value: Any) -> Any:
    """The value with integers beyond 64 bits, which orjson refuses, as fragments."""
    if isinstance(value, dict):
        return {key: _big_integers(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_big_integers(item) for item in value]
    if type(value) is int and not -(2**63) <= value < 2**64:
        return orjson.Fragment(json.dumps(value).encode())
    return value


def _reason(error: TypeError) -> str:
    """What cannot be written, by its type; orjson's other words quote nothing of the value either."""
    cause = error.__cause__
    return f"JSON has no place for {cause}" if cause else str(error)


def _not_json(raw: bytes, reason: str) -> InputError:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in raw[:4]:
        return InputError("Expected UTF-8, found UTF-16 or UTF-32.", next_step="Save the file as UTF-8.")
    if raw[:3] == b"\xef\xbb\xbf":
        return InputError("Expected UTF-8 JSON, found a byte order mark first.", next_step="Save without the mark.")
    if not raw.strip():
        return InputError("Expected JSON, found nothing.", next_step="Give one JSON value.")
    what, _, place = reason.partition(" at line ")
    line, _, column = place.partition(" column ")
    where = _place(raw, int(line), int(column)) if column.isdigit() else ""
    return InputError(f"Not JSON: {_without_values(what)}.", place=where, next_step="Mend the JSON and try again.")


def _place(raw: bytes, line: int, column: int) -> str:
    """`line:column` with the column in characters; jiter counts bytes."""
    start = 0
    for _ in range(line - 1):
        start = raw.find(b"\n", start) + 1
    characters = raw[start : start + column].decode("utf-8", "ignore")
    return f"{line}:{max(len(characters), 1)}"


def _without_values(reason: str) -> str:
    """The parser's reason without the key that it quotes: keys may be anything, even a name."""
    return "a key appears twice in one object" if reason.startswith("Detected duplicate key") else reason
