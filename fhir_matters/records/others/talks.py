"""Talks about what is to come, as others record them: a Procedure or an Encounter of advance care planning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fhir_matters.records.codes import SNOMED_CT
from fhir_matters.records.fhir.elements import Element, child, children, present, text_of
from fhir_matters.records.forms import Conversation
from fhir_matters.records.forms.values import said
from fhir_matters.records.others.here import Here, Read
from fhir_matters.records.others.words import codings, label

# SNOMED CT: planning ahead (the Dutch PZP), and PRSB's codes for who it was talked over with, CPR among it.
_HELD = (
    "713603004", "713662007", "714361002", "713665009", "713580008", "713079002", "713656002", "1403141000000101",
)  # fmt: skip
_NOT_HELD = {"714747005": "declined", "922321000000108": "not appropriate now"}
_MOST_MINUTES = 24 * 60


def procedure(resource: Element, here: Here) -> Read | None:
    """A conversation; None for what is no such talk, or has not come to an end."""
    about = _codes(resource.get("code"))
    answer = _answer(resource, about)
    if answer is None or not here.about_the_person(resource.get("subject")):
        return None
    performers = children(resource, "performer")
    there = here.each(child(each, "actor") for each in performers)
    when, period = text_of(resource.get("performedDateTime")), resource.get("performedPeriod")
    return _talk(resource, {"answer": answer, "with": there, "when": when}, period)


def encounter(resource: Element, here: Here) -> Read | None:
    """A conversation, of a visit that was for it; where a Procedure tells of the talk in it, that is the one."""
    why = [*children(resource, "type"), *children(resource, "reasonCode")]
    talks = [number for number, each in here.came.all("Procedure") if here.came.find(each.get("encounter")) is resource]
    if len(talks) == 1 and (known := here.known.get(talks[0])) and known[0] == "conversations":
        return Read("conversations", None, ("encounter",), known[1])
    if resource.get("status") != "finished" or not any(set(_HELD) & _codes(each) for each in why):
        return None
    if talks or not here.about_the_person(resource.get("subject")):
        return None
    there = here.each(child(each, "individual") for each in children(resource, "participant"))
    return _talk(resource, {"with": there}, resource.get("period"))


def _talk(resource: Element, found: Element, period: Any) -> Read | None:
    start = said(child(period, "start"))
    form = {
        **found,
        "when": found.get("when") or start,
        "minutes": _minutes(start, said(child(period, "end"))),
        "where": said(child(resource.get("location"), "display")),
        "topic": label(resource.get("code")),
    }
    return Read("conversations", Conversation.model_validate(present(form)))


def _answer(resource: Element, about: set[str]) -> str | None:
    status, refused = resource.get("status"), about | _codes(resource.get("statusReason"))
    answer = next((word for code, word in _NOT_HELD.items() if code in refused), None)
    if status == "completed":
        return answer or ("talked" if about & set(_HELD) else None)
    return answer if status == "not-done" else None


def _codes(concept: Any) -> set[str]:
    return {code for system, code, _ in codings(concept) if system == SNOMED_CT}


def _minutes(start: str | None, end: str | None) -> int | None:
    """How long it took, where both ends have a time and lie within a day."""
    if start is None or end is None or "T" not in start or "T" not in end:
        return None
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):
        return None
    minutes = int(seconds // 60)
    return minutes if 0 < minutes <= _MOST_MINUTES else None
