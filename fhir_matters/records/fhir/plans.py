"""If this happens, this is what we do: a form to a CarePlan, and back. What is feared is never a Condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.agreed import agreement, agreement_of
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    code_in,
    coding_of,
    concept,
    extension,
    extensions_in,
    nested,
    period,
    present,
    value_in,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.fhir.statuses import REQUEST_STATUS
from fhir_matters.records.forms import AnticipatoryPlan, Medicine
from fhir_matters.records.forms.entry import BASIS
from fhir_matters.records.standing import standing

# The categories by which readers of US Core and of PACIO ADI find a plan; the latter's display is part of its pattern.
_CATEGORIES = (
    Coding(
        "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan", "Assessment and Plan of Treatment"
    ),
    Coding(codes.LOINC, "81378-2", "Goals, preferences, and priorities under certain health conditions [Reported]"),
)


def care_plan(links: Links, key: str, plan: AnticipatoryPlan) -> Element:
    """The CarePlan: a proposal where it is the person's own; each thing to do, to have or to leave is an activity."""
    return present(
        {
            "resourceType": "CarePlan",
            "meta": {"profile": [codes.PROFILE_ANTICIPATORY_PLAN]},
            "language": links.language,
            "text": _text(links, plan),
            "extension": list(_extensions(links, plan)),
            "identifier": [links.identifier("plans", key)],
            "replaces": [links.to(plan.replaces)] if plan.replaces else None,
            "status": REQUEST_STATUS[standing(links.parts, "plans", key, plan.valid_until)],
            "intent": _intent(links, plan),
            "category": [concept((category,)) for category in _CATEGORIES],
            "title": f"If this happens: {plan.trigger}",
            "subject": links.to("person"),
            "period": period(when_said(links, plan), plan.valid_until),
            "created": when_said(links, plan),
            "author": links.maybe(plan.asked_by),
            "supportingInfo": links.each(plan.rests_on),
            "activity": [{"detail": detail} for detail in _details(links, plan)],
        }
    )


def _intent(links: Links, plan: AnticipatoryPlan) -> str:
    """PACIO ADI and R4's care-plan-intent: what the person asks for is a proposal, also in the words of their own."""
    return "plan" if plan.asked_by and links.sections[plan.asked_by] == "colleagues" else "proposal"


def _extensions(links: Links, plan: AnticipatoryPlan) -> Iterator[Element]:
    what = extension("what", "String", plan.trigger)
    signs = extension("warningSigns", "String", plan.warning_signs)
    yield from nested(codes.EXTENSION_IF_THIS_HAPPENS, (*what, *signs))
    yield from agreement(links, plan)
    yield from extension(codes.EXTENSION_REVIEW_BY, "Date", plan.review_by)


def _details(links: Links, plan: AnticipatoryPlan) -> Iterator[Element]:
    """What to do, what is in place, who to call, what not to do: in the order of the form."""
    yield from (_detail("at-home", description=step) for step in plan.at_home)
    yield from (_detail("in-hospital", description=step) for step in plan.in_hospital)
    yield from (_medicine(links, medicine) for medicine in plan.medicines)
    yield from (
        _detail("kit", location=_place(kit.where), productCodeableConcept={"text": kit.what}) for kit in plan.kit
    )
    if plan.call_first is not None:
        yield _call(links, "call-first", plan.call_first)
    yield from (_call(links, "then-call", who) for who in plan.then_call)
    if plan.not_this is not None:
        yield _detail("not-this", doNotPerform=True, description=plan.not_this)


def _detail(part: str, **own: Any) -> Element:
    return present({"code": concept((codes.PLAN_PART[part],)), "status": "not-started", **own})


def _medicine(links: Links, found: Medicine) -> Element:
    coding = [present(found.code.model_dump())] if found.code else None
    return _detail(
        "medicine",
        location=_place(found.where),
        performer=links.each(found.given_by),
        productCodeableConcept=present({"coding": coding, "text": found.what}),
        description=found.how,
    )


def _call(links: Links, part: str, who: str) -> Element:
    """The one who is called is the performer: help is theirs to give. The words are for readers."""
    said = f"{codes.PLAN_PART[part].display}: {links.name(who)}"
    return _detail(part, performer=[links.to(who)], description=said)


def _place(where: str | None) -> Element | None:
    return {"display": where} if where else None


def _text(links: Links, plan: AnticipatoryPlan) -> Element:
    calls = filter(None, (plan.call_first, *plan.then_call))
    lines = (
        ("Entered by mistake", "nobody agreed to this" if plan.withdrawn else None),
        ("Warning signs", plan.warning_signs),
        ("Who to call, in this order", links.names(calls)),
        ("Not this", plan.not_this),
        ("Whose plan", links.name(plan.asked_by) if plan.asked_by else None),
        ("Agreed with", links.names(plan.agreed_by)),
        ("When", when_said(links, plan)),
        ("Until", plan.valid_until),
        ("Look again by", plan.review_by),
    )
    return narrative(links.language, f"If this happens: {plan.trigger}", lines, _listed(links, plan))


def _listed(links: Links, plan: AnticipatoryPlan) -> Iterator[str]:
    yield from (f"At home: {step}" for step in plan.at_home)
    yield from (f"In hospital: {step}" for step in plan.in_hospital)
    for medicine in plan.medicines:
        given = f"given by {links.names(medicine.given_by)}" if medicine.given_by else None
        yield "In place: " + "; ".join(filter(None, (medicine.what, medicine.how, medicine.where, given)))
    yield from ("In place: " + "; ".join(filter(None, (kit.what, kit.where))) for kit in plan.kit)


def plan_of(resource: Element, keys: Keys) -> AnticipatoryPlan:
    """The plan of a CarePlan that was made by `care_plan`."""
    trigger = next(extensions_in(resource, codes.EXTENSION_IF_THIS_HAPPENS), None)
    found = {
        "if": value_in(trigger, "what", "String"),
        "warning_signs": value_in(trigger, "warningSigns", "String"),
        **_activities_of(resource, keys),
        "asked_by": keys.of(resource.get("author")),
        **agreement_of(resource, keys),
        "valid_until": child(resource.get("period"), "end"),
        "review_by": value_in(resource, codes.EXTENSION_REVIEW_BY, "Date"),
        "rests_on": keys.each(children(resource, "supportingInfo"), *BASIS),
        "when": resource.get("created"),
        "replaces": next(iter(keys.each(children(resource, "replaces"), "plans")), None),
        "withdrawn": resource.get("status") == "entered-in-error" or None,
    }
    return AnticipatoryPlan.model_validate(present(found))


def _activities_of(resource: Element, keys: Keys) -> Element:
    parts: dict[str | None, list[Any]] = {}
    for activity in children(resource, "activity"):
        detail = child(activity, "detail")
        parts.setdefault(code_in(child(detail, "code"), codes.SYSTEM_PLAN_PART), []).append(detail)

    def said(part: str) -> list[Any]:
        return [child(detail, "description") for detail in parts.get(part, ())]

    def called(part: str) -> list[str]:
        return [who for detail in parts.get(part, ()) for who in keys.each(children(detail, "performer"))]

    return {
        "at_home": said("at-home"),
        "in_hospital": said("in-hospital"),
        "medicines": [_medicine_of(detail, keys) for detail in parts.get("medicine", ())],
        "kit": [_in_place(detail) for detail in parts.get("kit", ())],
        "call_first": next(iter(called("call-first")), None),
        "then_call": called("then-call"),
        "not_this": next(iter(said("not-this")), None),
    }


def _in_place(detail: Any) -> Element:
    product, place = child(detail, "productCodeableConcept"), child(detail, "location")
    return present({"what": child(product, "text"), "where": child(place, "display")})


def _medicine_of(detail: Any, keys: Keys) -> Element:
    coding = next(iter(children(child(detail, "productCodeableConcept"), "coding")), None)
    given_by = keys.each(children(detail, "performer"))
    more = {"how": child(detail, "description"), "given_by": given_by, "code": coding_of(coding)}
    return present({**_in_place(detail), **more})
