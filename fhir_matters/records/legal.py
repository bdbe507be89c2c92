"""Decisions that bind by law: a form to a Consent, and back."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.forms import LegalDecision
from fhir_matters.records.links import Keys, Links


def decision(links: Links, key: str, legal: LegalDecision) -> Element | None:
    return None


def decision_of(resource: Element, keys: Keys) -> LegalDecision | None:
    return None
