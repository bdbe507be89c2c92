"""Whether a text repeats what somebody said. It compares words, not meanings: who retells it in others is not found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from typing import Any

from pydantic import BaseModel

from fhir_matters.records.codes import WISH
from fhir_matters.records.forms import Code, Identifier
from fhir_matters.records.forms.attachment import Attachment
from fhir_matters.records.forms.values import holds_words

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")


def sayings(forms: Iterable[BaseModel]) -> frozenset[str]:
    """Everything that the forms say in words, as `repeats` compares it.

    A short answer that has a code of its own (home, yes) is left out: by itself it tells nothing of anybody.
    """
    said = {_plain(text) for form in forms for text in _texts(form)}
    return frozenset(text for text in said if text.strip() and text.strip().replace(" ", "-") not in WISH)


def repeats(text: str, said: frozenset[str]) -> bool:
    """True where the text holds one of the sayings, word for word; case, punctuation and markup aside."""
    plain = _plain(text)
    return any(saying in plain for saying in said)


def _plain(text: str) -> str:
    """The words with a blank before and after each, so that a part of a word is not taken for it."""
    bare = unescape(_TAG.sub(" ", text))
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', bare).casefold()))} "


def _texts(form: BaseModel) -> Iterator[str]:
    if isinstance(form, Attachment):
        yield form.data
    if not isinstance(form, Code | Identifier):
        for name, worded in _fields(type(form)):
            yield from _strings(getattr(form, name), worded=worded)


def _strings(value: Any, *, worded: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield from (value,) if worded else ()
    elif isinstance(value, BaseModel):
        yield from _texts(value)
    elif isinstance(value, dict | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item, worded=worded)


@cache
def _fields(form: type[BaseModel]) -> tuple[tuple[str, bool], ...]:
    """Each field, and whether its strings are words; keys, dates and what is chosen from a list are not."""
    return tuple((name, holds_words(field)) for name, field in form.model_fields.items())
