"""Does a code mean what its display says: what others wrote is reported where it says something else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, finding, inside, resources
from fhir_matters.records.others.meanings import MEANINGS, contradicted, contradicted_by_text, specific
from fhir_matters.records.record import Record


def meaning(record: Record, _today: date) -> Iterator[Issue]:
    """A code of the table whose display, or text in its place, has not one word of its meaning.

    What is in another language is left alone.
    """
    for place, resource in resources(record):
        if not _english(resource):
            continue
        for keys, element in inside(resource, place):
            if contradicted(element):
                message = f"LOINC {_known(element)}; its display here says something else."
                yield finding("FM841", at(*keys), message, found=element["display"])
            elif contradicted_by_text(element):
                known = next(each for each in element["coding"] if specific(each))
                message = f"LOINC {_known(known)}; the text beside it says something else."
                yield finding("FM841", at(*keys), message, found=element["text"])


def _known(coding: dict[str, Any]) -> str:
    return f"{coding['code']} is known as “{MEANINGS[coding['code']]}”"


def _english(resource: dict[str, Any]) -> bool:
    language = resource.get("language", "en")
    return isinstance(language, str) and language.casefold().partition("-")[0] == "en"
