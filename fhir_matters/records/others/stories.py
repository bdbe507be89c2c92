"""The story that a document tells in a section of its own, as the Patient Story of IPS, where it is words alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records.codes import LOINC
from fhir_matters.records.fhir.elements import Element, child, children, present, text_of
from fhir_matters.records.forms import Preference, WhatMatters
from fhir_matters.records.others.here import Here, Read
from fhir_matters.records.others.kinds import EXPERIENCE
from fhir_matters.records.others.markup import words_of
from fhir_matters.records.others.meanings import contradicted

# LOINC: goals, preferences, and priorities for care experience; IPS calls its section the Patient Story.
STORY = (LOINC, "81338-6")
_STANDS = ("final", "amended")
_WITHDRAWN = "entered-in-error"


def sections(element: Any) -> Iterator[Element]:
    """Every section of a Composition, those within others too."""
    for each in children(element, "section"):
        if isinstance(each, dict):
            yield each
            yield from sections(each)


def composition(resource: Element, here: Here) -> Read | None:
    """What matters, of a document with one Patient Story that is told in words; what it lists is read for itself."""
    status, stories = resource.get("status"), [each for each in sections(resource) if _is_story(each)]
    if not here.about_the_person(resource.get("subject")) or status not in (*_STANDS, _WITHDRAWN) or len(stories) != 1:
        return None
    words = words_of(child(stories[0].get("text"), "div"))
    if words is None or child(stories[0].get("text"), "status") == "empty" or children(stories[0], "entry"):
        return None
    authors = [*children(stories[0], "author")] or children(resource, "author")
    by = here.each(authors)
    found = {
        "words": words,
        "when": text_of(resource.get("date")),
        "language": text_of(resource.get("language")),
        "withdrawn": status == _WITHDRAWN or None,
    }
    if len(authors) == len(by) == 1:
        return Read("what_matters", WhatMatters.model_validate(present({**found, "said_by": by[0]})))
    return Read("preferences", Preference.model_validate(present({**found, "kind": EXPERIENCE})))


def _is_story(section: Element) -> bool:
    codings = children(section.get("code"), "coding")
    return any((child(each, "system"), child(each, "code")) == STORY and not contradicted(each) for each in codings)
