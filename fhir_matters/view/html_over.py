"""What was agreed and is over now, folded away: it stays readable, and nobody acts on it by mistake."""

from __future__ import annotations

from fhir_matters.view.catalogue import say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el
from fhir_matters.view.html_departures import departure_card
from fhir_matters.view.html_legal import legal_card
from fhir_matters.view.html_parts import section
from fhir_matters.view.html_plans import plan_card


def over_section(page: Page) -> Element | None:
    """Departures, plans and decisions in law whose last day is past, or which were taken back."""
    ended = [
        *(departure_card(one) for one in page.departures if one.ended),
        *(plan_card(one) for one in page.plans if one.ended),
        *(legal_card(one) for one in page.legal if one.ended),
    ]
    if not ended:
        return None
    summary = el("summary", say("over.count", number=len(ended)))
    return section("over", say("sections.over"), [el("details", summary, ended)])
