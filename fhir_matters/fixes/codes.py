"""Codes and displays that have drifted apart: mended where only one thing can have been meant.

What somebody chose (`userSelected`) stays, and so does what was shown to who answered a form, and a display that is
another code's: which of the two is meant, only who wrote it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from fhir_matters.edits import Write
from fhir_matters.fixes.fix import Fix, Given
from fhir_matters.terminology.systems import System

# The HL7 validator's own, for a resource that says none.
LANGUAGE = "en-US"
_SET = re.compile(r"binding to (\S+?)\)")


def display(given: Given) -> Fix | None:
    """The code system's own words, in the language of the resource."""
    coding, system = _coding(given)
    entry = system.entry(coding.get("code", "")) if system and isinstance(coding.get("code"), str) else None
    said = coding.get("display")
    if system is None or entry is None or not isinstance(said, str) or "_display" in coding:
        return None
    if any(said.casefold() in _all_names(system, code) for code in system.entries if code != entry.code):
        return None
    words = system.names(entry, _language(given))
    word = entry.display if entry.display in words else _only(words)
    return given.fix("The code system's own words for the code.", Write(given.keys, word)) if word else None


def code(given: Given) -> Fix | None:
    """The code in the case that its system spells it in, or else the one code that is called as the display says."""
    coding, system = _coding(given)
    said, words = coding.get("code"), coding.get("display")
    if system is None or not isinstance(said, str):
        return None
    meant = _only(each for each in system.entries if each.casefold() == said.strip().casefold())
    if isinstance(words, str):
        called = {each for each in system.entries if words.casefold() in _all_names(system, each)}
        meant = _only(called) if meant is None else meant if meant in called or not called else None
    if meant is None or system.entries[meant].inactive:
        return None
    return given.fix("The code as its system spells it.", Write(given.keys, meant))


def spelling(given: Given) -> Fix | None:
    """An element of type code, in the case that the value set spells it in."""
    said, found, around = given.at(given.keys), _SET.search(given.issue.message), given.at(given.keys[:-1])
    # A unit is nothing to guess: case is all that tells milligrams from megagrams.
    if not isinstance(said, str) or found is None or not isinstance(around, dict) or _is_quantity(around):
        return None
    codes = given.terminology.codes(found[1]) or ()
    meant = _only(each for each in codes if each.casefold() == said.strip().casefold())
    return given.fix("The code as its value set spells it.", Write(given.keys, meant)) if meant else None


def _is_quantity(value: dict[str, Any]) -> bool:
    return not isinstance(value.get("value", ""), str)


def _coding(given: Given) -> tuple[dict[str, Any], System | None]:
    """The Coding that the finding is in, unless somebody chose it, and its system, if all of it is here."""
    coding = given.at(given.keys[:-1])
    if not isinstance(coding, dict) or coding.get("userSelected") is True or not isinstance(coding.get("system"), str):
        return {}, None
    if any(given.at((*keys, "resourceType")) == "QuestionnaireResponse" for keys in given.resources):
        return {}, None
    version = coding.get("version")
    named = f"{coding['system']}|{version}" if isinstance(version, str) else coding["system"]
    system = given.terminology.system(named)
    return coding, system if system.complete else None


def _all_names(system: System, name: str) -> set[str]:
    entry = system.entries[name]
    return {words.casefold() for words in (entry.display, *(words for _, words in entry.designations)) if words}


def _language(given: Given) -> str:
    """Of the resource that nothing contains."""
    outer = next((keys for keys in given.resources if "contained" not in keys[-2:-1]), ())
    resource = given.at(outer)
    said = resource.get("language") if isinstance(resource, dict) else None
    return said if isinstance(said, str) else LANGUAGE


def _only(found: Iterable[str]) -> str | None:
    each = set(found)
    return each.pop() if len(each) == 1 else None
