"""What is kept from whom: a form to a Consent, security labels on what is kept, and back."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.forms import Sharing
from fhir_matters.records.links import Keys, Links


def kept_back(links: Links, key: str, sharing: Sharing) -> Element | None:
    return None


def sharing_of(resource: Element, keys: Keys) -> Sharing | None:
    return None


def labelled(links: Links, steps: tuple[str, ...], resource: Element) -> Element:
    """The resource with the security labels of what is kept from somebody."""
    return resource
