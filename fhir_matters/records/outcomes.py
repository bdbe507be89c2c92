"""How it went: a form to an Observation whose focus is what it is about, and back."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.forms import Outcome
from fhir_matters.records.links import Keys, Links


def outcome(links: Links, key: str, went: Outcome) -> Element | None:
    return None


def outcome_of(resource: Element, keys: Keys) -> Outcome | None:
    return None
