"""Functions on strings. Each is empty on empty input, and bounded in what it makes."""

from __future__ import annotations

import base64
import binascii
import html
import json
from collections.abc import Callable
from typing import Final

from fhir_matters.fhirpath import patterns
from fhir_matters.fhirpath.arguments import integer, single, text
from fhir_matters.fhirpath.errors import CannotEvaluate
from fhir_matters.fhirpath.functions import function
from fhir_matters.fhirpath.scope import Collection, Scope

MOST_TEXT: Final = 10_000_000
_ENCODERS: Final[dict[str | None, Callable[[bytes], bytes]]] = {
    "hex": binascii.hexlify,
    "base64": base64.b64encode,
    "urlbase64": base64.urlsafe_b64encode,
}
_DECODERS: Final[dict[str | None, Callable[[bytes], bytes]]] = {
    "hex": binascii.unhexlify,
    "base64": base64.b64decode,
    "urlbase64": base64.urlsafe_b64decode,
}


def sized(length: int, scope: Scope) -> None:
    """Count a text that is made. Raises CannotEvaluate for one that is too long, or past the bound of all."""
    if length > MOST_TEXT:
        raise CannotEvaluate(f"The expression makes a text of more than {MOST_TEXT:,} characters.")
    scope.charge(length // 10)


@function("indexOf", 1)
def index_of(items: Collection, _: Scope, sought: Collection) -> Collection:
    """The place of the first occurrence, or -1."""
    value, part = text(items), text(sought)
    return [] if value is None or part is None else [value.find(part)]


@function("lastIndexOf", 1)
def last_index_of(items: Collection, _: Scope, sought: Collection) -> Collection:
    """The place of the last occurrence, or -1."""
    value, part = text(items), text(sought)
    return [] if value is None or part is None else [value.rfind(part)]


@function("substring", 1, 2)
def substring(items: Collection, _: Scope, start: Collection, length: Collection | None = None) -> Collection:
    """From `start` on, at most `length` characters; empty where `start` is outside."""
    value, first = text(items), integer(start)
    count = integer(length) if length else None
    if value is None or first is None or not 0 <= first < len(value):
        return []
    return [value[first:] if count is None else value[first : first + max(count, 0)]]


@function("startsWith", 1)
def starts_with(items: Collection, _: Scope, prefix: Collection) -> Collection:
    """True if the text begins so."""
    value, part = text(items), text(prefix)
    return [] if value is None or part is None else [value.startswith(part)]


@function("endsWith", 1)
def ends_with(items: Collection, _: Scope, suffix: Collection) -> Collection:
    """True if the text ends so."""
    value, part = text(items), text(suffix)
    return [] if value is None or part is None else [value.endswith(part)]


@function("contains", 1)
def contains(items: Collection, _: Scope, sought: Collection) -> Collection:
    """True if the text holds it."""
    value, part = text(items), text(sought)
    return [] if value is None or part is None else [part in value]


@function("upper")
def upper(items: Collection, _: Scope) -> Collection:
    """In capitals."""
    value = text(items)
    return [] if value is None else [value.upper()]


@function("lower")
def lower(items: Collection, _: Scope) -> Collection:
    """In small letters."""
    value = text(items)
    return [] if value is None else [value.lower()]


@function("length")
def length(items: Collection, _: Scope) -> Collection:
    """How many characters."""
    value = text(items)
    return [] if value is None else [len(value)]


@function("toChars")
def to_chars(items: Collection, _: Scope) -> Collection:
    """Each character."""
    return list(text(items) or "")


@function("trim")
def trim(items: Collection, _: Scope) -> Collection:
    """Without blanks at either end."""
    value = text(items)
    return [] if value is None else [value.strip()]


@function("split", 1)
def split(items: Collection, scope: Scope, separator: Collection) -> Collection:
    """The parts between the separators."""
    value, sign = text(items), text(separator)
    if value is None or sign is None:
        return []
    parts = value.split(sign) if sign else list(value)
    scope.charge(len(parts))
    return list(parts)


@function("join", 0, 1)
def join(items: Collection, scope: Scope, separator: Collection | None = None) -> Collection:
    """All strings in one, with the separator between them."""
    parts = [text([each]) or "" for each in items]
    sign = (text(separator) if separator else None) or ""
    sized(sum(map(len, parts)) + len(sign) * len(parts), scope)
    return [sign.join(parts)] if items else []


@function("replace", 2)
def replace(items: Collection, scope: Scope, pattern: Collection, substitution: Collection) -> Collection:
    """Every occurrence replaced."""
    value, part, other = text(items), text(pattern), text(substitution)
    if value is None or part is None or other is None:
        return []
    sized(len(value) + (value.count(part) if part else len(value) + 1) * len(other), scope)
    return [value.replace(part, other)]


@function("matches", 1)
def matches(items: Collection, _: Scope, pattern: Collection) -> Collection:
    """True if the regular expression is found anywhere in the text."""
    value, expression = text(items), text(pattern)
    return [] if value is None or expression is None else [patterns.found(expression, value)]


@function("matchesFull", 1)
def matches_full(items: Collection, _: Scope, pattern: Collection) -> Collection:
    """True if the regular expression covers the whole text."""
    value, expression = text(items), text(pattern)
    return [] if value is None or expression is None else [patterns.covers(expression, value)]


@function("replaceMatches", 2)
def replace_matches(items: Collection, scope: Scope, pattern: Collection, substitution: Collection) -> Collection:
    """Every match of the regular expression replaced; `$1` and `${name}` stand for groups."""
    value, expression, other = text(items), text(pattern), text(substitution)
    if value is None or expression is None or other is None:
        return []
    sized(len(value) + (len(value) + 1) * len(other), scope)
    return [patterns.replaced(expression, value, other) if expression else value]


@function("encode", 1)
def encode(items: Collection, _: Scope, form: Collection) -> Collection:
    """As `hex`, `base64` or `urlbase64`."""
    value, name = text(items), text(form)
    if value is None or name not in _ENCODERS:
        return []
    return [_ENCODERS[name](value.encode("utf-8", "surrogatepass")).decode("ascii")]


@function("decode", 1)
def decode(items: Collection, _: Scope, form: Collection) -> Collection:
    """From `hex`, `base64` or `urlbase64`."""
    value, name = text(items), text(form)
    if value is None or name not in _DECODERS:
        return []
    try:
        return [_DECODERS[name](value.encode("ascii")).decode("utf-8")]
    except ValueError:
        raise CannotEvaluate(f"Expected {name}, found something else.") from None


@function("escape", 1)
def escape(items: Collection, _: Scope, form: Collection) -> Collection:
    """As it stands in `html` or in a `json` string."""
    value, name = text(items), text(form)
    if value is None or name not in ("html", "json"):
        return []
    return [html.escape(value, quote=True) if name == "html" else json.dumps(value, ensure_ascii=False)[1:-1]]


@function("unescape", 1)
def unescape(items: Collection, _: Scope, form: Collection) -> Collection:
    """As read out of `html` or a `json` string."""
    value, name = text(items), text(form)
    if value is None or name not in ("html", "json"):
        return []
    if name == "html":
        return [html.unescape(value)]
    try:
        return [json.loads(f'"{value}"') if "\\" in value else value]
    except ValueError:
        raise CannotEvaluate("Expected the inside of a JSON string, found something else.") from None


def concatenated(left: Collection, right: Collection, scope: Scope) -> str:
    """`&`: both as one text, empty ones as ''. Raises CannotEvaluate for anything but strings."""
    one, other = _shown(left), _shown(right)
    sized(len(one) + len(other), scope)
    return one + other


def _shown(items: Collection) -> str:
    value = single(items)
    if value is None:
        return ""
    if type(value) is str:
        return value
    raise CannotEvaluate("Expected a string, found another kind of value.")
