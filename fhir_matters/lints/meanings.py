"""Does a code mean what its display says. A small table of codes seen under wrong names; other codes are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, finding, inside, resources
from fhir_matters.lints.plainwords import telling
from fhir_matters.records.codes import LOINC
from fhir_matters.records.record import Record

# LOINC codes of advance care planning as HL7's guides name them (PACIO ADI, US Core). Seen in the field under other
# names: 81363-4 as a preferred professional, 81362-6 as a preferred location, 81343-6 as an experience at the end of
# life, 81337-8 as mechanical ventilation.
MEANINGS = {
    "75773-2": "Goals, preferences, and priorities for medical treatment",
    "75779-9": "Thoughts on cardiopulmonary resuscitation (CPR)",
    "75780-7": "Preferred location to spend final days if possible to choose",
    "81337-8": "Goals, preferences, and priorities upon death",
    "81338-6": "Goals, preferences, and priorities for care experience",
    "81343-6": "Healthcare agent advisor",
    "81360-0": "My likes and joys",
    "81361-8": "Things that make me laugh",
    "81362-6": "My dislikes and fears",
    "81363-4": "Things that matter to me",
    "81364-2": "Religious or cultural beliefs",
    "81366-7": "Unfinished business",
    "81378-2": "Goals, preferences, and priorities under certain health conditions",
    "95541-9": "Care experience preference",
}
# What many of these names have in them, and what therefore tells none from another.
_ANY = telling("goals preferences preference preferred priorities patient reported narrative")


def meaning(record: Record, _today: date) -> Iterator[Issue]:
    """A code of the table whose display has not one word of its meaning; displays in other languages are left alone."""
    for place, resource in resources(record):
        if not _english(resource):
            continue
        for keys, coding in inside(resource, place):
            if _says_something_else(coding):
                code = coding["code"]
                message = f"LOINC {code} is known as “{MEANINGS[code]}”; its display here says something else."
                yield finding("FM841", at(*keys), message, found=coding["display"])


def _english(resource: dict[str, Any]) -> bool:
    language = resource.get("language", "en")
    return isinstance(language, str) and language.casefold().partition("-")[0] == "en"


def _says_something_else(coding: Any) -> bool:
    if not isinstance(coding, dict) or coding.get("system") != LOINC:
        return False
    code, display = coding.get("code"), coding.get("display")
    if not isinstance(code, str) or not isinstance(display, str) or code not in MEANINGS:
        return False
    said = telling(display) - _ANY
    return bool(said) and not said & telling(MEANINGS[code])
