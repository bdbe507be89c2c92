"""Observations and Goals of somebody else's: what matters to a person, and what they would and would not want."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import DATA_ABSENT_REASON, LOINC, SNOMED_CT
from fhir_matters.records.fhir.elements import Element, child, children, extensions_in, present, text_of, value_in
from fhir_matters.records.fhir.observations import REPLACES
from fhir_matters.records.forms import Preference, WhatMatters
from fhir_matters.records.forms.values import said
from fhir_matters.records.others.here import Here, Read
from fhir_matters.records.others.kinds import EXPERIENCE, MATTERS, PCO, STATEMENTS, TREATMENT, kind_of, question
from fhir_matters.records.others.words import codings, displays, pairs

# PACIO ADI, the condition on which a preference stands.
PRECONDITION = "http://hl7.org/fhir/us/pacio-adi/StructureDefinition/adi-enclosedPrecondition-extension"
_STANDS = ("final", "amended", "corrected")
_WITHDRAWN = "entered-in-error"
# Elements that make an Observation say something about somebody else, or say more than one thing.
_MORE = ("focus", "hasMember", "component")
# R4 data-absent-reason, and what PRSB says in the place of an answer.
_NO_ANSWER = {
    (DATA_ABSENT_REASON, "asked-declined"): "declined to answer",
    (DATA_ABSENT_REASON, "asked-unknown"): "undecided",
    (DATA_ABSENT_REASON, "not-asked"): "not asked",
    (SNOMED_CT, "517161000000101"): "undecided",
    (SNOMED_CT, "766391000000108"): "declined to answer",
    (SNOMED_CT, "517131000000106"): "not appropriate",
    (SNOMED_CT, "517111000000103"): "unable to say",
}
_TRADEOFF = (f"{PCO}pco-care-tradeoff-choice-codes", f"{PCO}pco-care-tradeoff-choice-codes-temporary")
_WELLBEING = (f"{PCO}wellbeing-concepts", f"{PCO}what-matters-concepts-temporary")
_PERSONAL_GOAL = (LOINC, "87528-6")
# R4 goal-status: cancelled is "abandoned", completed "no longer being sought".
_GONE_GOALS = ("completed", "cancelled", "rejected")


def observation(resource: Element, here: Here) -> Read | None:
    """What matters or a preference; None where an Observation is neither, or says what no form can carry."""
    status = resource.get("status")
    if not here.about_the_person(resource.get("subject")) or status not in (*_STANDS, _WITHDRAWN):
        return None
    found = {**_circumstances(resource, here), "withdrawn": status == _WITHDRAWN or None}
    if tradeoff := _tradeoff(resource):
        return Read("preferences", Preference.model_validate(present({**found, **tradeoff})))
    kind = kind_of(resource)
    if kind is None:
        return None
    return _statement(kind, _answer(kind, resource), found, question(resource))


def goal(resource: Element, here: Here) -> Read | None:
    """What matters, of a goal that is the person's own: by its code, or in their words or those of a relative."""
    by = here.key(resource.get("expressedBy"), "person", "people")
    personal = any(_PERSONAL_GOAL in pairs(each) for each in children(resource, "category"))
    status = resource.get("lifecycleStatus")
    description = resource.get("description")
    words = said(child(description, "text")) or next(displays(description), None)
    if not here.about_the_person(resource.get("subject")) or words is None or status in (None, *_GONE_GOALS):
        return None
    if by is None and not (personal and "expressedBy" not in resource):
        return None
    found = {
        "said_by": by,
        "when": text_of(resource.get("statusDate")),
        "only_if": _precondition(description) or _precondition(resource),
        "withdrawn": status == _WITHDRAWN or None,
    }
    return _statement(MATTERS, {"words": words}, found, None)


def _statement(kind: str, answer: Element | None, found: Element, asked: str | None) -> Read | None:
    """The form that can carry it: with a condition on it, a short answer or no known speaker, it is a preference."""
    if answer is None:
        return None
    if kind in STATEMENTS and found.get("said_by") and not found.get("only_if") and not answer.get("wish"):
        without = {name: value for name, value in found.items() if name != "only_if"}
        return Read("what_matters", WhatMatters.model_validate(present({**without, **answer, "kind": kind})))
    kind = EXPERIENCE if kind in STATEMENTS else kind
    treatment = asked if kind == TREATMENT else None
    form = present({**found, **answer, "kind": kind, "treatment": treatment})
    return Read("preferences", Preference.model_validate(form))


def _circumstances(resource: Element, here: Here) -> Element:
    """Who said it, when, in which talk, and on which condition."""
    performers = here.each(children(resource, "performer"))
    talks = [*children(resource, "partOf"), resource.get("encounter")]
    return {
        "said_by": performers[0] if len(children(resource, "performer")) == len(performers) == 1 else None,
        "when": _when(resource),
        "in": next(iter(here.each(talks, "conversations")), None),
        "language": text_of(resource.get("language")),
        "only_if": _precondition(resource),
    }


def _when(resource: Element) -> str | None:
    """The day on which it was said, if it was one day."""
    found = text_of(resource.get("effectiveDateTime")) or text_of(resource.get("effectiveInstant"))
    start, end = (text_of(child(resource.get("effectivePeriod"), name)) for name in ("start", "end"))
    return found or (start if start and start[:10] == (end or start)[:10] else None)


def _precondition(element: Any) -> str | None:
    found = value_in(element, PRECONDITION, "CodeableConcept")
    return said(child(found, "text")) or next(displays(found), None)


def _answer(kind: str, resource: Element) -> Element | None:
    """Words, a short answer, or why there is none; None where it is something else, or several things."""
    values = [name for name in resource if name.startswith("value")]
    if "dataAbsentReason" in resource and not values and not any(name in resource for name in _MORE):
        return _no_answer(resource["dataAbsentReason"])
    if values == ["valueString"] and not any(name in resource for name in _MORE):
        return {"words": text} if (text := said(resource["valueString"])) else None
    if values == ["valueCodeableConcept"] and not any(name in resource for name in _MORE):
        return _chosen(kind, resource["valueCodeableConcept"])
    return _wellbeing(resource) if not values and "focus" not in resource and "hasMember" not in resource else None


def _no_answer(reason: Any) -> Element | None:
    found = {_NO_ANSWER[each] for each in pairs(reason) if each in _NO_ANSWER}
    return {"answer": found.pop(), "words": said(child(reason, "text"))} if len(found) == 1 else None


def _chosen(kind: str, concept: Any) -> Element | None:
    """The answer of a CodeableConcept: the word for its code, else what that is called, and the words beside it."""
    if no_answer := _no_answer(concept):
        return no_answer
    text, known = said(child(concept, "text")), {_WISHES[each] for each in pairs(concept) if each in _WISHES}
    named = {each.strip().casefold() for each in (text, *displays(concept)) if each} & set(_WISHES.values())
    nobody_knows = any(system.endswith("v3-NullFlavor") for system, _ in pairs(concept)) and not text
    if nobody_knows or len(known | named) > 1:
        return None
    if kind in STATEMENTS:
        words = text or next(displays(concept), None)
        return {"words": words} if words else None
    wish = known.pop() if known else next(displays(concept), None)
    if wish is None and text is None:
        return None
    return {"wish": wish, "words": text if text != wish else None}


def _wishes() -> Iterator[tuple[tuple[str, str], str]]:
    for wish in codes.WISH.values():
        for each in (wish, *wish.coded_as, *wish.as_place_of_death, *wish.as_cpr):
            yield (each.system, each.code), wish.code.replace("-", " ")


_WISHES: Mapping[tuple[str, str], str] = dict(_wishes())


def _wellbeing(resource: Element) -> Element | None:
    """The words of PCO's assessment: why it is as it is now, what should change. Its ratings stay where they are."""
    components = children(resource, "component")
    about = [system for each in components for system, _ in pairs(child(each, "code"))]
    words = [text for each in components if (text := said(child(each, "valueString")))]
    theirs = bool(about) and all(system in _WELLBEING for system in about)
    return {"words": "\n".join(words)} if theirs and words else None


def _tradeoff(resource: Element) -> Element | None:
    """PCO's care trade-off: which care, and that it is helpful, burdensome, or what they would or would not change."""
    code, value = resource.get("code"), resource.get("valueCodeableConcept")
    called = [display for system, _, display in codings(code) if system in _TRADEOFF and display]
    care = said(child(value, "text")) or next(displays(value), None) or said(resource.get("valueString"))
    if len(called) != 1 or care is None or "component" in resource or "hasMember" in resource:
        return None
    notes = children(resource, "note")
    why = said(child(notes[0], "text")) if len(notes) == 1 else None
    return {"kind": TREATMENT, "treatment": care, "wish": called[0], "why": why}


def replaced(resource: Element) -> Any:
    """The reference to what an Observation took the place of, if it names one."""
    return next((child(each, "valueReference") for each in extensions_in(resource, REPLACES)), None)
