"""The few facts about a person that a reader needs at once: name, day of birth, numbers, and how to talk with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir_matters.view.carried import file_of
from fhir_matters.view.recordings import may_show
from fhir_matters.view.wording import day, plain

# The languages most spoken at home in the United Kingdom, and the sign languages; any other is shown by its code.
LANGUAGES = {
    "ar": "Arabic", "bfi": "British Sign Language", "bg": "Bulgarian", "bn": "Bengali", "cy": "Welsh", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French", "ga": "Irish",
    "gd": "Scottish Gaelic", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian",
    "ku": "Kurdish", "lt": "Lithuanian", "nl": "Dutch", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "so": "Somali", "sq": "Albanian", "ta": "Tamil",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """The picture as a data URI that is known to be an image, and what it shows."""

    source: str
    caption: str


def face_of(person: Mapping[str, Any], today: date) -> Face | None:
    """The face, if its bytes begin as the image that it claims to be and the person lets it be shown."""
    file = file_of(person.get("face") or {})
    if file is None or file.sort != "picture" or not may_show(person.get("face_showing"), today):
        return None
    return Face(file.source, file.caption)


def facts_of(person: Mapping[str, Any]) -> Iterator[str]:
    """The day of birth, the numbers that systems gave them, and how to reach them."""
    if person.get("born"):
        yield f"born {day(person['born'])}"
    for identifier in person.get("identifiers", ()):
        system, value = plain(identifier.get("system")), plain(identifier.get("value"))
        is_nhs = system.endswith("/nhs-number")
        yield _nhs_number(value) if is_nhs else f"number {value} ({system})"
    if person.get("phone"):
        yield plain(person["phone"]).replace(" ", "\N{NO-BREAK SPACE}")
    if person.get("email"):
        yield plain(person["email"])


def communicates_of(person: Mapping[str, Any]) -> Iterator[str]:
    """The language they speak, whether an interpreter is needed, and how to talk with them."""
    if language := plain(person.get("language")):
        yield f"Speaks {language_called(language)}"
    if person.get("interpreter"):
        yield "Needs an interpreter"
    if person.get("communicates"):
        yield plain(person["communicates"])


def language_called(code: str) -> str:
    """The English name of a language, or its code."""
    return LANGUAGES.get(code.split("-", maxsplit=1)[0].lower(), code)


def _nhs_number(value: str) -> str:
    """As the NHS prints it, 999 316 0938, kept on one line."""
    return "NHS number " + "\N{NO-BREAK SPACE}".join((value[:3], value[3:6], value[6:]))
