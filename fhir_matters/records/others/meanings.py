"""Does a code mean what is written beside it. A small table of codes seen under wrong names; others are left alone."""

from __future__ import annotations

from typing import Any

from fhir_matters.records.codes import LOINC
from fhir_matters.records.fhir.elements import child, children, text_of
from fhir_matters.records.plainwords import telling

# LOINC codes of advance care planning as HL7's guides name them (PACIO ADI, US Core). Seen in the field under other
# names: 81363-4 as a preferred professional, 81362-6 as a preferred location, 81343-6 as an experience at the end of
# life, 81337-8 as mechanical ventilation.
MEANINGS = {
    "75773-2": "Goals, preferences, and priorities for medical treatment",
    "75775-7": "Decision to inform about the role that religion, faith, culture, or spirituality play in my life",
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
    "81380-8": "Goals, preferences, and priorities for care experience",
    "95541-9": "Care experience preference",
}
# Codes that mean any preference of their kind; what is written beside them may well say which.
GENERAL = ("95541-9", "75773-2", "81380-8")
# What many of these names have in them, and what therefore tells none from another.
ANY = telling("goals preferences preference preferred priorities patient reported narrative")


def contradicted(coding: Any) -> bool:
    """True for a coding of the table whose display has not one word of its meaning."""
    display = text_of(child(coding, "display"))
    return _known(coding) and display is not None and _says_else(coding["code"], display)


def contradicted_by_text(concept: Any) -> bool:
    """True where a text stands for the display of the one code of the table, and has not one word of its meaning."""
    text = text_of(child(concept, "text"))
    known = list(filter(specific, children(concept, "coding")))
    silent = len(known) == 1 and text_of(known[0].get("display")) is None
    return text is not None and silent and _says_else(known[0]["code"], text)


def specific(coding: Any) -> bool:
    """True for a coding of the table that means one sort of preference, and not any."""
    return _known(coding) and coding["code"] not in GENERAL


def _known(coding: Any) -> bool:
    return child(coding, "system") == LOINC and text_of(child(coding, "code")) in MEANINGS


def _says_else(code: str, text: str) -> bool:
    found = telling(text) - ANY
    return bool(found) and not found & telling(MEANINGS[code])
