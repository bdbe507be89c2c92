"""A resource of any type in plain words: each element by its name, and what it says as a person would read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What no reader needs to see: how it is kept, and what is no text.
_BESIDE = frozenset({"resourceType", "id", "meta", "contained", "extension", "data", "hash"})
_OF_THE_WHOLE = frozenset({"text", "language"})
_CHANGED_BY = frozenset({"modifierExtension", "implicitRules"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# What XML 1.0 has no place for.
_BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def told(resource: dict[str, Any]) -> str | None:
    """The div of a narrative; None where something in the resource may change what it means."""
    if _is_changed(resource):
        return None
    language = resource.get("language")
    known = language if isinstance(language, str) and _LANGUAGE.fullmatch(language) else ""
    # What is said is in the language of the resource, and what it is called in English.
    bold = f"<b{_spoken('en' if known and not known.lower().startswith('en') else '')}>"
    heading = f"<p>{bold}{_label(str(resource['resourceType']))}</b></p>"
    lines = (
        f"<p>{bold}{_label(key)}</b>: {_text(words)}</p>" for key, words in _parts(resource) if key not in _OF_THE_WHOLE
    )
    return f'<div xmlns="http://www.w3.org/1999/xhtml"{_spoken(known)}>{heading}{"".join(lines)}</div>'


def _spoken(language: str) -> str:
    return f' lang="{language}" xml:lang="{language}"' if language else ""


def _is_changed(value: Any) -> bool:
    if isinstance(value, dict):
        return not _CHANGED_BY.isdisjoint(value) or any(map(_is_changed, value.values()))
    return isinstance(value, list) and any(map(_is_changed, value))


def _text(words: str) -> str:
    return escape(_BARRED.sub("", words))


def _label(name: str) -> str:
    """`birthDate` → Birth date."""
    return _text(_WORD.sub(" ", name).capitalize())


def _parts(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, each in value.items():
        if key not in _BESIDE and not key.startswith("_") and (words := _words(each)):
            yield key, words


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    keys = value.keys() - _BESIDE
    read = next((read for telling, whole, read in _READ if telling & keys and keys <= whole), _rest)
    return read(value)


def _rest(value: dict[str, Any]) -> str:
    return ", ".join(f"{_WORD.sub(' ', key).lower()}: {words}" for key, words in _parts(value))


def _concept(value: dict[str, Any]) -> str:
    codings = value.get("coding") if isinstance(value.get("coding"), list) else []
    return _words(value.get("text")) or _words(codings)


def _said(value: dict[str, Any]) -> str:
    return _words(value.get("text"))


def _coding(value: dict[str, Any]) -> str:
    return _words(value.get("display")) or _words(value.get("code"))


def _quantity(value: dict[str, Any]) -> str:
    return _joined(value, "comparator", "value", "unit" if "unit" in value else "code")


def _period(value: dict[str, Any]) -> str:
    return f"{_words(value.get('start')) or '…'} to {_words(value.get('end')) or '…'}"


def _name(value: dict[str, Any]) -> str:
    parts = (value.get(key) for key in ("prefix", "given", "family", "suffix"))
    return _words(value.get("text")) or " ".join(
        " ".join(map(_words, each if isinstance(each, list) else [each])) for each in parts if each
    )


def _reference(value: dict[str, Any]) -> str:
    return _words(value.get("display")) or _words(value.get("reference"))


def _joined(value: dict[str, Any], *keys: str) -> str:
    return " ".join(filter(None, (_words(value.get(key)) for key in keys)))


# A data type by what tells it, and by all that it may have: what has more is told part by part.
_READ: tuple[tuple[frozenset[str], frozenset[str], Callable[[dict[str, Any]], str]], ...] = tuple(
    (frozenset(telling.split()), frozenset(f"{telling} {more}".split()), read)
    for telling, more, read in (
        ("coding", "text", _concept),
        ("family given", "use text prefix suffix period", _name),
        ("reference", "type identifier display", _reference),
        ("start end", "", _period),
        ("unit comparator", "value system code", _quantity),
        ("text", "", _said),
        ("display code", "system version userSelected", _coding),
    )
)
