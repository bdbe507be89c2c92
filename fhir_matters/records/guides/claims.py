"""Which profiles of others an instance truly meets: computed for each, claimed in meta.profile, proved in the tests."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_matters.records import ids
from fhir_matters.records.fhir.elements import Element
from fhir_matters.records.guides.profiles import PROFILES
from fhir_matters.records.guides.rules import Around, meets


def claimed(resources: Iterable[Element]) -> list[Element]:
    """The resources of one record with the profiles of others that each meets added to meta.profile, after our own."""
    found = list(resources)
    around = {ids.address(value): each for each in found if (value := ids.value_of(each)) is not None}
    return [_with_claims(each, around) for each in found]


def _with_claims(resource: Element, around: Around) -> Element:
    meta = resource["meta"]
    met = [profile.url for profile in PROFILES if meets(profile, resource, around)]
    return {**resource, "meta": {**meta, "profile": [*meta["profile"], *met]}}
