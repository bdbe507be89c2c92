"""The wordings of the page, a file a language under `wordings/`, and the language that a page is being made in.

A third language is a third file: how it counts, joins names and treats a word before a vowel is written there. What a
person said is filled in as it is; nothing in it is read as a wording.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Sentence: TypeAlias = str | Mapping[str, str] | tuple[str, ...]
USUAL = "en"
_FOLDER = files("fhir_matters.view").joinpath("wordings")
# `[a|ac]`: what stands there depends on the letter that follows.
_BEFORE = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")
# What stands before the first letter of a word and is not heard.
_UNHEARD = " \u2066\u2067\u2068\N{LEFT DOUBLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: its sentences by dotted key, and what its grammar asks for."""

    language: str
    direction: str
    vowel: re.Pattern[str]
    plural: Mapping[str, re.Pattern[str]]
    sentences: Mapping[str, Sentence]

    def say(self, key: str, form: str, values: Mapping[str, str]) -> str:
        """The sentence with everything filled in. Raises KeyError for a key that is none."""
        return self._filled(self._template(key, form), values)

    def _template(self, key: str, form: str) -> str:
        found = self.sentences[key]
        if isinstance(found, str):
            return found
        if isinstance(found, tuple):
            return found[int(form)]
        return found.get(form, found["other"])

    def number(self, number: Any) -> str:
        """The form that goes with a number, as CLDR calls it."""
        return next((name for name, pattern in self.plural.items() if pattern.fullmatch(str(number))), "other")

    def _filled(self, template: str, values: Mapping[str, str]) -> str:
        """Filled from the end, since what comes after decides; no value is ever read as a template."""
        found = _BEFORE.search(template)
        if not found:
            return template.format_map(values)
        after = self._filled(template[found.end() :], values)
        chosen = found[2] if self.vowel.match(after.lstrip(_UNHEARD)) else found[1]
        return template[: found.start()].format_map(values) + chosen + after


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The language of the page, and the one that the record's words are in where they name none."""

    wording: Wording
    record: str


def languages() -> tuple[str, ...]:
    """The codes of the languages that there is a file of."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if file.name.endswith(".toml")))


def nearest(language: str) -> str:
    """The language of a file: as asked (`cy`), else without its region (`cy-GB` is `cy`), else English."""
    known = {code.lower(): code for code in languages()}
    asked = language.lower()
    return known.get(asked) or known.get(asked.partition("-")[0]) or USUAL


@cache
def wording(language: str) -> Wording:
    """The wordings of a language that there is a file of."""
    data = tomllib.loads(_FOLDER.joinpath(f"{language}.toml").read_text("utf-8"))
    plural = {name: re.compile(pattern) for name, pattern in data.pop("plural").items()}
    direction, vowel = data.pop("direction"), re.compile(data.pop("vowel"))
    return Wording(language, direction, vowel, plural, dict(_sentences(data)))


# Where forms stand, and no section: their names are no keys.
_FORMS = frozenset({"zero", "one", "two", "few", "many", "other", "female", "male", "day", "month", "year"})


def _sentences(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Sentence]]:
    for name, value in data.items():
        if isinstance(value, list):
            yield before + name, tuple(value)
        elif isinstance(value, str) or ("other" in value and value.keys() <= _FORMS):
            yield before + name, value
        else:
            yield from _sentences(value, f"{before}{name}.")


_SPOKEN: ContextVar[_Tongue] = ContextVar("spoken")


@contextmanager
def speaking(language: str, record: str = "") -> Iterator[Wording]:
    """Everything is worded in this language inside; `record` is the language of the words of the record."""
    tongue = _Tongue(wording(nearest(language)), record)
    token = _SPOKEN.set(tongue)
    try:
        yield tongue.wording
    finally:
        _SPOKEN.reset(token)


def spoken() -> Wording:
    """The language that is spoken here; English where nobody said."""
    return _tongue().wording


def foreign() -> str:
    """The language of the words of the record if it is not the page's, else empty."""
    tongue = _tongue()
    return "" if _base(tongue.record) == _base(tongue.wording.language) else tongue.record


def say(key: str, form: str = "", /, *, number: Any = None, **values: str) -> str:
    """The sentence under the key, in the form of that number or of that name."""
    here = spoken()
    if number is not None:
        form, values = here.number(number), {"number": str(number), **values}
    return here.say(key, form, values)


def known(section: str, value: str) -> str:
    """What is said for a value from a list; the value itself where it is from none."""
    sentence = spoken().sentences.get(f"{section}.{value}")
    return sentence if isinstance(sentence, str) else value


def template(key: str) -> str:
    """The sentence as it is before anything is filled in, for whoever fills in more than text."""
    found = spoken().sentences[key]
    assert isinstance(found, str), key
    return found


def _tongue() -> _Tongue:
    return _SPOKEN.get(None) or _Tongue(wording(USUAL), "")


def _base(language: str) -> str:
    return language.partition("-")[0].lower()
