"""Who does what for the person: the CareTeam of a record. It is made of the people and colleagues, and read as them."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.links import Links


def care_team(links: Links) -> Element | None:
    return None
