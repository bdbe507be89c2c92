"""The few facts about a person that a reader needs at once: name, day of birth, numbers, and how to talk with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir_matters.view.carried import file_of
from fhir_matters.view.catalogue import known, say
from fhir_matters.view.recordings import ROOM, may_show
from fhir_matters.view.wording import dated, inside, plain


@dataclass(frozen=True, slots=True)
class Face:
    """The picture as a data URI that is known to be an image, and what it shows.

    Where it is not shown, the URI is empty and `instead` says why.
    """

    source: str
    caption: str
    size: int = 0
    instead: str = ""


def face_of(person: Mapping[str, Any], today: date) -> Face | None:
    """The face, if its bytes begin as the image that it claims to be, and as far as it may and can be shown."""
    if person.get("face") and not may_show(person.get("face_showing"), today):
        return Face("", "", instead=say("first.face_kept"))
    file = file_of(person.get("face") or {})
    if file is None or file.sort != "picture":
        return None
    if file.size > ROOM:
        return Face("", "", instead=say("first.face_large", size=file.about))
    return Face(file.source, file.caption, file.size)


def facts_of(person: Mapping[str, Any]) -> Iterator[str]:
    """The day of birth, the numbers that systems gave them, and how to reach them."""
    if person.get("born"):
        yield dated("facts.born", person["born"])
    for identifier in person.get("identifiers", ()):
        system, value = plain(identifier.get("system")), plain(identifier.get("value"))
        is_nhs = system.endswith("/nhs-number")
        yield _nhs_number(value) if is_nhs else say("facts.number", number=value, system=system)
    if person.get("phone"):
        yield plain(person["phone"]).replace(" ", "\N{NO-BREAK SPACE}")
    if person.get("email"):
        yield plain(person["email"])


def communicates_of(person: Mapping[str, Any]) -> Iterator[str]:
    """The language they speak, whether an interpreter is needed, and how to talk with them."""
    if language := plain(person.get("language")):
        yield say("facts.speaks", language=language_called(language))
    if person.get("interpreter"):
        yield say("facts.interpreter")
    if person.get("communicates"):
        yield inside(person["communicates"])


def language_called(code: str) -> str:
    """The name of a language, or its code."""
    base = code.partition("-")[0].lower()
    called = known("languages", base)
    return code if called == base else called


def _nhs_number(value: str) -> str:
    """As the NHS prints it, 999 316 0938, kept on one line."""
    return say("facts.nhs_number", number="\N{NO-BREAK SPACE}".join((value[:3], value[3:6], value[6:])))
