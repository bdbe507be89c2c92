"""By whom something was agreed and in which talk, as departures, plans and decisions in law have in common."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.records import codes
from fhir_matters.records.fhir.elements import Element, extension, value_in, values_in
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.forms import AnticipatoryPlan, Departure, LegalDecision


def agreement(links: Links, agreed: Departure | AnticipatoryPlan | LegalDecision) -> Iterator[Element]:
    """An extension for each who agreed, and one for the talk."""
    for who in agreed.agreed_by:
        yield from extension(codes.EXTENSION_AGREED_BY, "Reference", links.to(who))
    yield from extension(codes.EXTENSION_AGREED_IN, "Reference", links.maybe(agreed.conversation))


def agreement_of(resource: Element, keys: Keys) -> Element:
    """The fields of a form that `agreement` wrote."""
    return {
        "agreed_by": keys.each(values_in(resource, codes.EXTENSION_AGREED_BY, "Reference")),
        "in": keys.of(value_in(resource, codes.EXTENSION_AGREED_IN, "Reference"), "conversations"),
    }
