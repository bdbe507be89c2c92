"""Words as they were said: their translations beside them, their reason, how they were said, and where to hear them.

Writes and reads what every form of spoken words has in common. Translates nothing, and knows no one form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    extension,
    extensions_in,
    nested,
    present,
    text_of,
    value_in,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import Line
from fhir_matters.records.forms import Spoken

# R4 extension: "Language translation from base language of resource to another language"; a string may have several.
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def translated(name: str, said: Spoken) -> Element:
    """`_<name>` for the element `name` that holds the words: each translation as an extension; empty without any."""
    found = [each for language, words in sorted(said.translations.items()) for each in _translation(language, words)]
    return {f"_{name}": {"extension": found}} if found else {}


def _translation(language: str, words: str) -> Iterator[Element]:
    yield from nested(TRANSLATION, (*extension("lang", "Code", language), *extension("content", "String", words)))


def in_words(found: Element, said: Spoken) -> Element:
    """A CodeableConcept whose text is the words, with their translations beside it."""
    return {**found, **(translated("text", said) if "text" in found else {})}


def spoken_extensions(said: Spoken) -> Iterator[Element]:
    """Why, and how it was said."""
    yield from extension(codes.EXTENSION_WHY, "String", said.why)
    yield from extension(codes.EXTENSION_MEDIUM, "Code", said.medium)


def heard_in(links: Links, said: Spoken) -> list[Element]:
    """Observation.derivedFrom: the recording in which the words can be heard."""
    return links.each([said.recording]) if said.recording else []


def translation_lines(said: Spoken) -> tuple[Line, ...]:
    """The translations, for readers."""
    return tuple((f"In translation ({language})", words) for language, words in sorted(said.translations.items()))


def spoken_of(resource: Element, keys: Keys) -> dict[str, Any]:
    """The fields of spoken words other than the words themselves and their translations."""
    return {
        "why": value_in(resource, codes.EXTENSION_WHY, "String"),
        "said_by": next(iter(keys.each(children(resource, "performer"))), None),
        "in": next(iter(keys.each(children(resource, "partOf"), "conversations")), None),
        "when": resource.get("effectiveDateTime"),
        "language": resource.get("language"),
        "medium": text_of(value_in(resource, codes.EXTENSION_MEDIUM, "Code")),
        "recording": next(iter(keys.each(children(resource, "derivedFrom"), "recordings")), None),
        "withdrawn": resource.get("status") == "entered-in-error" or None,
    }


def translations_of(element: Any, name: str) -> dict[str, str]:
    """The translations beside the element `name`, by language."""
    found = extensions_in(child(element, f"_{name}"), TRANSLATION)
    return present(
        {text_of(value_in(each, "lang", "Code")) or "": value_in(each, "content", "String") for each in found}
    )
