"""Whether something still stands, as far as the record itself tells, and for how long. There is no clock here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from fhir_matters.records.dates import surely_after, surely_begins
from fhir_matters.records.elements import Element, present, text_of
from fhir_matters.records.fit import REPLACEABLE
from fhir_matters.records.forms import Entry, Parts

Standing: TypeAlias = Literal["withdrawn", "replaced", "ended", "stands"]
# R4 request-status and flag-status, by whether what they are about still stands.
REQUEST_STATUS: Mapping[Standing, str] = {
    "withdrawn": "entered-in-error",
    "replaced": "revoked",
    "ended": "completed",
    "stands": "active",
}
FLAG_STATUS: Mapping[Standing, str] = {
    "withdrawn": "entered-in-error",
    "replaced": "inactive",
    "ended": "inactive",
    "stands": "active",
}

# The statuses whose meaning a form of each section can hold. With any other (draft, rejected, cancelled, on-hold …) a
# resource does not say that something is so, and no form is read from it.
_OBSERVED = ("final", "amended", "corrected", "entered-in-error")
_REQUESTED = tuple(REQUEST_STATUS.values())
_HELD: Mapping[str, tuple[str, ...]] = {
    "conversations": ("completed", "not-done"),
    "recordings": ("completed", "entered-in-error"),
    **dict.fromkeys(("what_matters", "preferences", "choices", "outcomes"), _OBSERVED),
    **dict.fromkeys(("departures", "plans"), _REQUESTED),
    "legal": tuple(FLAG_STATUS.values()),
    "sharing": ("active", "inactive"),
}


def held(section: str, resource: Element) -> bool:
    """Whether a form can hold what the status of a resource of ours says; R4 people have none."""
    return section not in _HELD or text_of(resource.get("status")) in _HELD[section]


def overtaken(parts: Parts, section: str, key: str, resource: Element) -> bool:
    """Whether a resource of ours says by its status that it is over, where by all that the record holds it stands."""
    form = getattr(parts, section).get(key) if section in ("departures", "plans") else None
    gone = resource.get("status") in (REQUEST_STATUS["replaced"], REQUEST_STATUS["ended"])
    return form is not None and gone and standing(parts, section, key, last_day(form)) == "stands"


def last_day(form: Entry) -> str | None:
    """The last day on which something stands, where it says so."""
    return getattr(form, "valid_until", None) or getattr(form, "until", None)


def standing(parts: Parts, section: str, key: str, until: str | None) -> Standing:
    """Whether a part stands: it does unless it was a mistake, is replaced by one that was none, or has ended.

    It has ended where it was taken back, or where something in the record was said after its end. Whoever reads it
    later has its period.
    """
    forms = getattr(parts, section)
    if forms[key].withdrawn:
        return "withdrawn"
    if any(form.replaces == key and not form.withdrawn for form in forms.values()):
        return "replaced"
    ended = until is not None and any(surely_after(day, until) for day in _days(parts))
    return "ended" if ended or getattr(forms[key], "ended", None) else "stands"


def _days(parts: Parts) -> Iterator[str]:
    """Every day on which the record says that something was said."""
    yield from (talk.when for talk in parts.conversations.values())
    for section in REPLACEABLE:
        for form in getattr(parts, section).values():
            yield from filter(None, (form.when, *(again.when for again in getattr(form, "still_stands", ()))))


def period(start: str | None, end: str | None) -> Element:
    """A Period; its start is left out where it could be after its end (R4 Period, per-1)."""
    doubtful = start is not None and end is not None and not surely_begins(start, end)
    return present({"start": None if doubtful else start, "end": end})
