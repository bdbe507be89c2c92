"""Departures from protocol: a form to a ServiceRequest and the Flag while it is in force, and back."""

from __future__ import annotations

from collections.abc import Iterator

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
    word,
    words,
)
from fhir_matters.records.fhir.flags import sign
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import Line, narrative
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.fhir.statuses import REQUEST_STATUS
from fhir_matters.records.forms import Departure, Protocol
from fhir_matters.records.forms.entry import BASIS
from fhir_matters.records.standing import standing

_ADVANCE = Coding("http://terminology.hl7.org/CodeSystem/flag-category", "advance-directive", "Advance Directive")


def departure(links: Links, key: str, agreed: Departure) -> Element:
    """The ServiceRequest: what is left out is not to be performed, and what is done instead stands beside it."""
    return present(
        {
            "resourceType": "ServiceRequest",
            "meta": {"profile": [codes.PROFILE_DEPARTURE]},
            "language": links.language,
            "text": narrative(links.language, agreed.protocol.name, _lines(links, agreed)),
            "extension": list(_extensions(links, agreed)),
            "identifier": [links.identifier("departures", key)],
            "replaces": [links.to(agreed.replaces)] if agreed.replaces else None,
            "status": REQUEST_STATUS[standing(links.parts, "departures", key, agreed.until)],
            "intent": "plan",
            "doNotPerform": True if agreed.left_out is not None else None,
            "code": {"text": agreed.left_out or agreed.instead},
            "subject": links.to("person"),
            "occurrencePeriod": period(agreed.start, agreed.until),
            "authoredOn": when_said(links, agreed),
            "requester": links.maybe(agreed.asked_by),
            "reasonCode": _reason(agreed),
            "reasonReference": links.each(agreed.rests_on),
        }
    )


def in_force(links: Links, key: str, agreed: Departure) -> Element:
    """The Flag beside it, active while it stands: what an alert must say, in one line."""
    left_out, instead = agreed.left_out, agreed.instead
    done = filter(None, (left_out and f"left out: {left_out}", instead and f"instead: {instead}"))
    own = {
        "meta": {"profile": [codes.PROFILE_DEPARTURE_IN_FORCE]},
        "language": links.language,
        "text": narrative(links.language, agreed.protocol.name, _lines(links, agreed)),
        "category": [concept((_ADVANCE,))],
        "code": {"text": f"{agreed.protocol.name}: {'; '.join(done)}"},
        "period": period(agreed.start or when_said(links, agreed), agreed.until),
    }
    return sign(links, ("departures", key), agreed.until, agreed.asked_by, own)


def _extensions(links: Links, agreed: Departure) -> Iterator[Element]:
    yield from nested(codes.EXTENSION_DEPARTS_FROM, _protocol(agreed.protocol))
    if agreed.left_out is not None:
        yield from extension(codes.EXTENSION_INSTEAD, "String", agreed.instead)
    yield from agreement(links, agreed)
    if "start" not in period(agreed.start, agreed.until):
        yield from extension(codes.EXTENSION_VALID_FROM, "DateTime", agreed.start)


def _protocol(found: Protocol) -> Iterator[Element]:
    yield from extension("name", "String", found.name)
    yield from extension("code", "Coding", present(found.code.model_dump()) if found.code else None)
    yield from extension("source", "Url", found.source)


def _reason(agreed: Departure) -> list[Element]:
    kind = None if agreed.reason == "other" else word(codes.DEPARTURE_REASON, agreed.reason)
    found = concept((*kind.coded_as, kind) if kind else (), agreed.why)
    return [found] if found else []


def _lines(links: Links, agreed: Departure) -> tuple[Line, ...]:
    return (
        ("Entered by mistake", "nobody agreed to this" if agreed.withdrawn else None),
        ("Left out", agreed.left_out),
        ("Instead", agreed.instead),
        ("Why", agreed.why),
        ("Asked for by", links.name(agreed.asked_by) if agreed.asked_by else None),
        ("Agreed by", links.names(agreed.agreed_by)),
        ("When", when_said(links, agreed)),
        ("From", agreed.start),
        ("Until", agreed.until),
    )


def departure_of(resource: Element, keys: Keys) -> Departure:
    """The departure of a ServiceRequest that was made by `departure`."""
    reasons, lasted = resource.get("reasonCode"), resource.get("occurrencePeriod")
    what = child(resource.get("code"), "text")
    left_out = what if resource.get("doNotPerform") is True else None
    found = {
        "protocol": _protocol_of(next(extensions_in(resource, codes.EXTENSION_DEPARTS_FROM), None)),
        "left_out": left_out,
        "instead": value_in(resource, codes.EXTENSION_INSTEAD, "String") if left_out else what,
        "why": next((child(reason, "text") for reason in children(resource, "reasonCode")), None),
        "reason": words(code_in(reasons, codes.SYSTEM_DEPARTURE_REASON)),
        "asked_by": keys.of(resource.get("requester")),
        **agreement_of(resource, keys),
        "from": child(lasted, "start") or value_in(resource, codes.EXTENSION_VALID_FROM, "DateTime"),
        "until": child(lasted, "end"),
        "rests_on": keys.each(children(resource, "reasonReference"), *BASIS),
        "when": resource.get("authoredOn"),
        "replaces": next(iter(keys.each(children(resource, "replaces"), "departures")), None),
        "withdrawn": resource.get("status") == "entered-in-error" or None,
    }
    return Departure.model_validate(present(found))


def _protocol_of(found: Element | None) -> Element:
    return present(
        {
            "name": value_in(found, "name", "String"),
            "code": coding_of(value_in(found, "code", "Coding")),
            "source": value_in(found, "source", "Url"),
        }
    )
