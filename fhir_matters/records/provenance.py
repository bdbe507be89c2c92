"""Who said it and who wrote it down: a Provenance for each part whose writing is on record, and back."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.forms import WrittenDown
from fhir_matters.records.links import Keys, Links


def provenance(links: Links, steps: tuple[str, ...]) -> Element | None:
    return None


def written_down_of(resource: Element | None, keys: Keys) -> WrittenDown | None:
    return None
