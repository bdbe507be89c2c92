"""Departures from protocol in HTML: what is not done, what is done instead, why, and who stands by it."""

from __future__ import annotations

from fhir_matters.view.departures import Departure
from fhir_matters.view.elements import Element, el, joined, said, woven
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import by, earlier, labelled, rests


def departure_card(departure: Departure) -> Element:
    """One departure: what is not done, what is done instead, and why, under the name of the protocol."""
    return el(
        "article",
        el("h3", woven("departures.instead_of", protocol=said("span", departure.protocol))),
        labelled("departures.left_out", departure.left_out, "left-out"),
        labelled("departures.instead", departure.instead, "done-instead"),
        labelled("said.why", departure.why, "reason"),
        rests(departure.rests_on),
        el("p", departure.term, class_="term") if departure.term else None,
        by(departure.source),
        went(departure.outcomes),
        map(_before, departure.earlier),
        class_="departure said",
    )


def _before(departure: Departure) -> Element:
    parts = (departure.protocol, departure.left_out, departure.instead)
    return el(
        "div",
        earlier(joined("; ", (said("span", part) for part in parts))),
        by(departure.source),
        class_="earlier",
    )
