"""Words as they were said, and the same words in other languages beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.wording import plain


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they were said, and the language they were said in."""

    text: str
    language: str


def words_of(part: Mapping[str, Any], data: Mapping[str, Any]) -> Words | None:
    """The words of a part in the language that it names, else that of the record; None where there are none."""
    text = plain(part.get("words"))
    return Words(text, plain(part.get("language") or data.get("language")) or "en") if text else None


def translations_of(part: Mapping[str, Any]) -> tuple[Words, ...]:
    """The same words in other languages, in the order of the languages' codes."""
    found = part.get("translations") or {}
    return tuple(Words(plain(text), plain(language)) for language, text in sorted(found.items()) if plain(text))
