"""The statuses of FHIR for what stands and what does not, and whether to believe the one that comes back."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_matters.records.fhir.elements import Element, text_of
from fhir_matters.records.forms import Parts
from fhir_matters.records.standing import Standing, last_day, standing

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
