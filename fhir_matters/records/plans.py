"""If this happens, this is what we do: a form to a CarePlan, and back. What is feared is never a Condition."""

from __future__ import annotations

from fhir_matters.records.elements import Element
from fhir_matters.records.forms import AnticipatoryPlan
from fhir_matters.records.links import Keys, Links


def care_plan(links: Links, key: str, plan: AnticipatoryPlan) -> Element | None:
    return None


def plan_of(resource: Element, keys: Keys) -> AnticipatoryPlan | None:
    return None
