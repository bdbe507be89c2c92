"""Decisions that bind by law: a form to a Consent, and back. What makes one bind is for the law of the place to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.codes import Coding
from fhir_matters.records.fhir.agreed import agreement, agreement_of
from fhir_matters.records.fhir.consents import PERMITTED, SCOPE, actors, actors_of, consent, performer_of
from fhir_matters.records.fhir.contents import content, content_of
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    code_in,
    coding,
    concept,
    extension,
    extensions_in,
    nested,
    period,
    present,
    text_of,
    value_in,
    values_in,
    word,
    words,
)
from fhir_matters.records.fhir.links import Keys, Links
from fhir_matters.records.fhir.narrative import Line, narrative
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.fhir.provenance import ABSENT
from fhir_matters.records.fhir.statuses import FLAG_STATUS
from fhir_matters.records.forms import Ended, LegalDecision, Parts
from fhir_matters.records.forms.entry import BASIS
from fhir_matters.records.standing import standing

_ADVANCE = Coding(SCOPE, "adr", "Advanced Care Directive")
# PACIO ADI 2.1.0, ADIConsentTypeVS: where agents are appointed, and what they may do is permitted.
_POWERS = Coding(codes.LOINC, "75786-4", "Powers granted to healthcare agent [Reported]")
_CATEGORY = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
_DIRECTIVE = Coding(_CATEGORY, "acd", "Advance Directive")
_NOT_FOR_CPR = Coding(_CATEGORY, "dnr", "Do Not Resuscitate")
_CPR = Coding(codes.SNOMED_CT, "89666000", "Cardiopulmonary resuscitation")
_ATTORNEY = Coding("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "HPOWATT", "healthcare power of attorney")
_AGENT = Coding("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "AGNT", "agent")
_ROLES = {"lasting power of attorney": _ATTORNEY, "healthcare agent": _AGENT}
# Who is alone is the first. Of several, the form does not say who comes first; nor does the Consent.
_ALONE = Coding(codes.LOINC, "75783-1", "Primary healthcare agent [Reported]")
_BY_ATTORNEY = Coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "PWATRNY", "power of attorney")


def decision(links: Links, key: str, legal: LegalDecision) -> Element:
    """The Consent of a decision; the wish that it puts into law stands beside it."""
    kind = word(codes.LEGAL_KIND, legal.kind)
    steps = ("legal", key)
    scope = (_ADVANCE, *((_POWERS,) if legal.agents else ()))
    category = _NOT_FOR_CPR if legal.attempt_cpr is False else _DIRECTIVE
    found = consent(
        links,
        steps,
        kind,
        legal.made_by,
        {
            "meta": {"profile": [codes.PROFILE_LEGAL_DECISION]},
            "text": narrative(links.language, kind.display, _lines(links, legal)),
            "extension": list(_extensions(links, legal)),
            # R4 consent-state-codes has the words of flag-status for the same.
            "status": FLAG_STATUS[standing(links.parts, "legal", key, legal.valid_until)],
            "scope": concept(scope),
            "category": [concept((category, kind))],
            "dateTime": when_said(links, legal),
            "sourceAttachment": content(legal.document) if legal.document else None,
            "provision": _provision(links, legal),
        },
    )
    if legal.registered:
        found["identifier"] = [*found["identifier"], legal.registered.model_dump()]
    return found


def _provision(links: Links, legal: LegalDecision) -> Element:
    permitted = bool(legal.agents) or legal.attempt_cpr is True
    role = (_ROLES[legal.kind], *((_ALONE,) if len(legal.agents) == 1 else ())) if legal.agents else ()
    cpr = [concept((_CPR,), "CPR")] if legal.attempt_cpr is not None else []
    return present(
        {
            "extension": [each for power in legal.powers for each in extension(codes.EXTENSION_POWER, "String", power)],
            "type": "permit" if permitted else "deny",
            "period": period(legal.valid_from, legal.valid_until),
            "actor": actors(links, role, legal.agents),
            "purpose": [coding(_BY_ATTORNEY)] if legal.agents else None,
            "code": cpr + [{"text": treatment} for treatment in legal.treatments],
        }
    )


def _extensions(links: Links, legal: LegalDecision) -> Iterator[Element]:
    yield from extension(codes.EXTENSION_REPLACES, "Reference", links.maybe(legal.replaces))
    yield from extension(codes.EXTENSION_APPLIES_WHEN, "String", legal.applies_when)
    yield from extension(codes.EXTENSION_EVEN_IF_LIFE_AT_RISK, "Boolean", legal.even_if_life_at_risk)
    yield from agreement(links, legal)
    for name in legal.witnessed_by:
        yield from extension(codes.EXTENSION_WITNESSED_BY, "String", name)
    yield from extension(codes.EXTENSION_WHERE_KEPT, "String", legal.kept)
    if "start" not in period(legal.valid_from, legal.valid_until):
        yield from extension(codes.EXTENSION_VALID_FROM, "DateTime", legal.valid_from)
    if legal.ended:
        yield from nested(codes.EXTENSION_ENDED, _ended(links, legal.ended))
    yield from extension(codes.EXTENSION_REVIEW_BY, "Date", legal.review_by)
    for basis in legal.rests_on:
        yield from extension(codes.EXTENSION_RESTS_ON, "Reference", links.to(basis))


def _ended(links: Links, ended: Ended) -> Iterator[Element]:
    """R4 Consent says that it is inactive, and neither since when nor why; nor who took it back."""
    yield from extension("when", "DateTime", ended.when)
    if ended.when is None:
        yield {"url": "when", "_valueDateTime": {"extension": list(extension(ABSENT, "Code", "unknown"))}}
    yield from extension("by", "Reference", links.maybe(ended.by))
    yield from extension("why", "String", ended.why)


def _lines(links: Links, legal: LegalDecision) -> tuple[Line, ...]:
    return (
        ("Entered by mistake", "this was not decided" if legal.withdrawn else None),
        ("Stands no longer", _ended_in_words(links, legal.ended) if legal.ended else None),
        ("CPR", _said(legal.attempt_cpr, "to be attempted", "not to be attempted")),
        ("Refused", "; ".join(legal.treatments)),
        ("Applies", legal.applies_when),
        ("Even if life is at risk", _said(legal.even_if_life_at_risk, "yes", "no")),
        ("Who may decide", links.names(legal.agents)),
        ("What they may decide", "; ".join(legal.powers)),
        ("Made by", ", ".join(filter(None, (links.name(legal.made_by), when_said(links, legal))))),
        ("Agreed by", links.names(legal.agreed_by)),
        ("Witnessed by", ", ".join(legal.witnessed_by)),
        ("Registered", f"{legal.registered.value} ({legal.registered.system})" if legal.registered else None),
        ("Where the paper is", legal.kept),
        ("From", legal.valid_from),
        ("Until", legal.valid_until),
        ("Look at it again by", legal.review_by),
    )


def _ended_in_words(links: Links, ended: Ended) -> str:
    by = f"taken back by {links.name(ended.by)}" if ended.by else None
    return ", ".join(filter(None, (by, ended.when, ended.why))) or "since when and why is not on record"


def _said(value: bool | None, yes: str, no: str) -> str | None:
    return None if value is None else yes if value else no


def decision_of(resource: Element, keys: Keys) -> LegalDecision:
    """The decision of a Consent that was made by `decision`; ValidationError where somebody in it is not known."""
    provision = resource.get("provision")
    kind, permitted = _kind_of(resource, provision)
    times = child(provision, "period")
    found = {
        "kind": kind,
        "attempt_cpr": permitted if kind == "cpr decision" else None,
        "treatments": _treatments_of(provision) if kind == "refusal of treatment" else None,
        "applies_when": value_in(resource, codes.EXTENSION_APPLIES_WHEN, "String"),
        "even_if_life_at_risk": value_in(resource, codes.EXTENSION_EVEN_IF_LIFE_AT_RISK, "Boolean"),
        "agents": actors_of(provision, keys, "people"),
        "powers": list(values_in(provision, codes.EXTENSION_POWER, "String")),
        "made_by": performer_of(resource, keys),
        **agreement_of(resource, keys),
        "witnessed_by": list(values_in(resource, codes.EXTENSION_WITNESSED_BY, "String")),
        "registered": _registered_of(resource),
        "kept": value_in(resource, codes.EXTENSION_WHERE_KEPT, "String"),
        "document": content_of(resource.get("sourceAttachment")),
        "when": resource.get("dateTime"),
        "valid_from": child(times, "start") or value_in(resource, codes.EXTENSION_VALID_FROM, "DateTime"),
        "valid_until": child(times, "end"),
        "ended": _ended_of(resource, keys),
        "review_by": value_in(resource, codes.EXTENSION_REVIEW_BY, "Date"),
        "rests_on": keys.each(values_in(resource, codes.EXTENSION_RESTS_ON, "Reference"), *BASIS),
        "replaces": keys.of(value_in(resource, codes.EXTENSION_REPLACES, "Reference"), "legal"),
        "withdrawn": resource.get("status") == "entered-in-error" or None,
    }
    return LegalDecision.model_validate(present(found))


def _ended_of(resource: Element, keys: Keys) -> Ended | None:
    """How it ended; None where it stands. Of a status alone (R4 inactive: "terminated or replaced") nothing is known.

    Where the record holds the reason, `explained` takes it for that.
    """
    found = next(extensions_in(resource, codes.EXTENSION_ENDED), None)
    if found is None:
        return Ended() if resource.get("status") == "inactive" else None
    said = {
        "when": value_in(found, "when", "DateTime"),
        "by": keys.of(value_in(found, "by", "Reference")),
        "why": value_in(found, "why", "String"),
    }
    return Ended.model_validate(present(said))


def explained(parts: Parts, ours: Mapping[tuple[str, ...], Element]) -> dict[str, LegalDecision]:
    """The decisions, of which none says that it ended where only the status of its Consent does and the record why.

    A document leaves out days of the record from which it may follow that a last day is past; there that is why.
    """
    only = {key for key in parts.legal if not any(extensions_in(ours.get(("legal", key)), codes.EXTENSION_ENDED))}
    bare = {k: form.model_copy(update={"ended": None}) if k in only else form for k, form in parts.legal.items()}
    without = parts.model_copy(update={"legal": bare})
    stand = {key for key, form in bare.items() if standing(without, "legal", key, form.valid_until) == "stands"}
    if any(each.get("resourceType") == "Composition" for each in ours.values()):
        stand -= {key for key, form in bare.items() if form.valid_until}
    return {key: form if key in stand else bare[key] for key, form in parts.legal.items()}


def _kind_of(resource: Element, provision: Any) -> tuple[str | None, bool | None]:
    """Which sort of decision, and whether it permits; no sort, which no form accepts, where the two disagree."""
    kind = words(code_in(resource.get("category"), codes.SYSTEM_LEGAL_KIND))
    permitted = PERMITTED.get(text_of(child(provision, "type")) or "")
    meant = {"cpr decision": permitted, "refusal of treatment": False}.get(kind or "", True)
    return (kind if meant is permitted else None), permitted


def _treatments_of(provision: Any) -> list[Any]:
    return [child(each, "text") for each in children(provision, "code")]


def _registered_of(resource: Element) -> Element | None:
    numbers = (each for each in children(resource, "identifier") if child(each, "system") != codes.IDENTIFIER)
    return next(({name: child(each, name) for name in ("system", "value")} for each in numbers), None)
