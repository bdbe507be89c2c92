"""Departures from protocol: a form to a ServiceRequest, the Flag while it is in force, and back."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.forms import Departure
from fhir_matters.records.links import Keys, Links


def departure(links: Links, key: str, agreed: Departure) -> Element | None:
    return None


def in_force(links: Links, key: str, agreed: Departure) -> Element | None:
    return None


def departure_of(resource: Element, keys: Keys) -> Departure | None:
    return None
