"""Pictures and recordings: a form to Media, the Consent to showing it, and back."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.forms import Recording, Showing
from fhir_matters.records.links import Keys, Links


def media(links: Links, key: str, recording: Recording) -> Element | None:
    return None


def recording_of(resource: Element, consent: Element | None, keys: Keys) -> Recording | None:
    return None


def showing(links: Links, steps: tuple[str, ...], shown: Showing | None) -> Element | None:
    return None


def showing_of(consent: Element | None, keys: Keys) -> Showing | None:
    return None
