"""What spoils a good resource, and by which words a validator must show that it saw it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

from fhir_matters.records import codes
from tests.profiles.instances import GOOD, PERSON, Resource, extension


def spoilt(name: str, spoil: Callable[[Resource], object]) -> Resource:
    """The good resource of this name, with one thing wrong."""
    resource = deepcopy(GOOD[name])
    spoil(resource)
    return resource


def _first(key: str, **changes: Any) -> Callable[[Resource], object]:
    return lambda resource: resource[key][0].update(changes)


def _without(key: str) -> Callable[[Resource], object]:
    return lambda resource: resource.pop(key)


def _set(**elements: Any) -> Callable[[Resource], object]:
    return lambda resource: resource.update(elements)


def _uncoded(system: str) -> Callable[[Resource], object]:
    def drop(resource: Resource) -> None:
        resource["code"]["coding"] = [c for c in resource["code"]["coding"] if c["system"] != system]

    return drop


def _recoded(system: str, code: str) -> Callable[[Resource], object]:
    def change(resource: Resource) -> None:
        for coding in resource["code"]["coding"]:
            if coding["system"] == system:
                del coding["display"]
                coding["code"] = code

    return change


def _part(name: str, part: str, value: Any = None) -> Callable[[Resource], object]:
    """Gives a part of a complex extension another value, or takes it away."""

    def change(resource: Resource) -> None:
        places = [resource, *resource.get("component", ())]
        found = next(e for place in places for e in place["extension"] if e["url"].endswith(f"/{name}"))
        kept = [each for each in found["extension"] if each["url"] != part]
        found["extension"] = kept if value is None else [*kept, {"url": part, **value}]

    return change


def _value(name: str, value: Resource) -> Callable[[Resource], object]:
    def change(resource: Resource) -> None:
        for each in resource["extension"]:
            if each["url"].endswith(f"/{name}"):
                for key in [key for key in each if key.startswith("value")]:
                    del each[key]
                each.update(value)

    return change


def _moved(name: str) -> Callable[[Resource], object]:
    """Takes an extension to where it may not stand."""
    return lambda resource: resource["code"].update(extension=[extension(name, "String", "words")])


def _rule(*without: str, **elements: Any) -> Callable[[Resource], object]:
    """The one rule of what is kept, without some of it, or with something else in it."""

    def change(resource: Resource) -> None:
        (rule,) = resource["provision"]["provision"]
        resource["provision"]["provision"] = [{k: v for k, v in rule.items() if k not in without} | elements]

    return change


# What is spoilt, how, and words by which the HL7 validator must show that it saw it.
BAD: dict[str, tuple[str, Callable[[Resource], object], str]] = {
    "a person without a name": ("person", _without("name"), "Patient.name"),
    "a being without saying who": ("person", _part("being-that-matters", "who"), "being-that-matters"),
    "a being with a role that nobody has": (
        "person",
        _part("being-that-matters", "role", {"valueCode": "boss"}),
        "boss",
    ),
    "an identifier of ours without a value": (
        "person",
        lambda r: r["identifier"][0].pop("value"),
        "identifier:record.value",
    ),
    "someone unknown": ("someone", lambda r: (r.pop("name"), r.pop("relationship")), "fm-someone-known"),
    "a role that nobody has": ("someone", _first("extension", valueCode="boss"), "boss"),
    "a talk with another code": ("conversation", _set(code={"text": "A chat"}), "code.coding"),
    "a talk not held without a reason": ("conversation", _set(status="not-done"), "fm-conversation-not-held"),
    "minutes that are no number": (
        "conversation",
        _part("conversation-details", "minutes", {"valueString": "an hour"}),
        "valueInteger|Integer|integer",
    ),
    "a statement of no kind": ("what-matters", _uncoded(codes.SYSTEM_STATEMENT_KIND), "kind"),
    "a statement of a kind that there is not": (
        "what-matters",
        _recoded(codes.SYSTEM_STATEMENT_KIND, "chitchat"),
        "chitchat",
    ),
    "a statement that US Core does not find": ("what-matters", _uncoded(codes.LOINC), "general"),
    "a statement without its category": ("what-matters", _set(category=[{"text": "talk"}]), "usCore"),
    "a statement without words": (
        "what-matters",
        lambda r: (r.pop("valueString"), r.pop("_valueString")),
        "fm-what-matters-said",
    ),
    "a statement of nobody": ("what-matters", _without("performer"), "Observation.performer"),
    "a statement about nobody": ("what-matters", _without("subject"), "Observation.subject"),
    "a statement that is a number": (
        "what-matters",
        lambda r: (r.pop("valueString"), r.pop("_valueString"), r.update(valueInteger=7)),
        "valueInteger",
    ),
    "a medium that there is not": ("what-matters", _value("medium", {"valueCode": "sung"}), "sung"),
    "a translation into no language": (
        "what-matters",
        lambda r: r["_valueString"]["extension"][0]["extension"].pop(0),
        "translation",
    ),
    "words that stand until no day": (
        "what-matters",
        _value("valid-until", {"valueString": "spring"}),
        "string|String",
    ),
    "said again, but never": ("what-matters", _part("said-again", "when"), "said-again"),
    "a reason that is a number": ("what-matters", _value("why", {"valueInteger": 1}), "integer|Integer"),
    "an extension where it may not stand": ("what-matters", _moved("why"), "why"),
    "a preference without an answer": ("preference", _without("valueCodeableConcept"), "fm-preference-answered"),
    "a preference that is neither care nor treatment": ("preference", _uncoded(codes.LOINC), "fm-preference-one-way"),
    "a preference of no kind": ("preference", _uncoded(codes.SYSTEM_PREFERENCE_KIND), "kind"),
    "a review on no day": ("preference", _value("review-by", {"valueString": "soon"}), "string|String"),
    "a choice without options": ("weighed-choice", _without("hasMember"), "hasMember"),
    "a choice without its question": ("weighed-choice", lambda r: r["code"].pop("text"), "code.text"),
    "a choice that does not say so": ("weighed-choice", _uncoded(codes.SYSTEM_OBSERVATION_KIND), "kind"),
    "a reservation without words": ("weighed-choice", _part("reservation", "words"), "reservation"),
    "an option without its name": ("option", lambda r: r["code"].pop("text"), "code.text"),
    "an option that is a choice": ("option", _recoded(codes.SYSTEM_OBSERVATION_KIND, "choice"), "kind"),
    "a consideration without words": ("option", lambda r: r["component"][0].pop("valueString"), "component"),
    "a consideration of no domain": ("option", lambda r: r["component"][0]["code"].pop("coding"), "coding"),
    "a consideration of a fifth domain": (
        "option",
        lambda r: r["component"][0]["code"]["coding"][0].update(code="financial-for"),
        "financial-for",
    ),
    "a likelihood that says nothing": (
        "option",
        lambda r: (_part("likelihood", "words")(r), _part("likelihood", "range")(r)),
        "fm-likelihood-some",
    ),
    "a probability above one": (
        "option",
        _part("likelihood", "range", {"valueRange": {"low": {"value": Decimal("0.5")}, "high": {"value": 30}}}),
        "fm-likelihood-range",
    ),
    "a weight that says nothing": ("option", _part("weight", "number"), "fm-weight-some"),
    "a number on no scale": ("option", _part("weight", "scale"), "fm-weight-scale"),
    "a please without words": ("please", lambda r: r["code"].pop("text"), "code.text"),
    "a please of another kind": ("please", _recoded(codes.SYSTEM_PREFERENCE_KIND, "cpr"), "cpr"),
    "nothing that is kept": ("sharing", _rule("data"), "fm-sharing-from-somebody"),
    "kept from nobody": ("sharing", _rule("provision"), "fm-sharing-from-somebody"),
    "kept and allowed": ("sharing", _rule(type="permit"), "fm-sharing-from-somebody"),
    "kept for no policy": ("sharing", _without("policy"), "policy"),
    "a departure from no protocol": ("departure", lambda r: r["extension"].pop(0), "departsFrom|departs-from"),
    "a departure from a protocol without a name": ("departure", _part("departs-from", "name"), "departs-from"),
    "a departure of nothing": ("departure", lambda r: r["code"].pop("text"), "code"),
    "a departure that is an order": ("departure", _set(intent="order"), "order"),
    "a departure on one day, and until no other": (
        "departure",
        lambda r: (r.pop("occurrencePeriod"), r.update(occurrenceDateTime="2026-03-03")),
        "occurrence",
    ),
    "instead of nothing that is left out": ("departure", _without("doNotPerform"), "fm-departure-instead"),
    "a departure that words agreed to": ("departure", _value("agreed-by", {"valueString": "all"}), "string|String"),
    "a departure agreed in a person": ("departure", _value("agreed-in", {"valueString": "a talk"}), "string|String"),
    "a sign of no departure": ("departure-in-force", _without("extension"), "extension"),
    "a sign without words": (
        "departure-in-force",
        _set(code={"coding": [{"system": "https://signs.example", "code": "1"}]}),
        "code",
    ),
    "a sign where nobody looks": ("departure-in-force", _set(category=[{"text": "door"}]), "advance"),
    "a plan for nothing": ("anticipatory-plan", lambda r: r["extension"].pop(0), "ifThisHappens|if-this-happens"),
    "a plan for something without words": ("anticipatory-plan", _part("if-this-happens", "what"), "if-this-happens"),
    "a plan that says it is so": (
        "anticipatory-plan",
        _set(addresses=[{"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000009"}]),
        "fm-plan-not-so",
    ),
    "a plan without a title": ("anticipatory-plan", _without("title"), "title"),
    "a plan that nobody finds": ("anticipatory-plan", lambda r: r["category"].pop(0), "usCore"),
    "a plan under no conditions": ("anticipatory-plan", lambda r: r["category"].pop(1), "conditional"),
    "a line of a plan that is no part of it": (
        "anticipatory-plan",
        lambda r: r["activity"][0]["detail"]["code"]["coding"][0].update(code="by-car"),
        "by-car",
    ),
    "an outcome of nothing": ("outcome", _without("focus"), "focus"),
    "an outcome of two things": ("outcome", lambda r: r["focus"].append(PERSON), "focus"),
    "an outcome that nobody saw": ("outcome", _without("performer"), "performer"),
    "an outcome without a word on it": ("outcome", _without("valueCodeableConcept"), "value"),
    "an outcome that is no answer": (
        "outcome",
        lambda r: r["valueCodeableConcept"]["coding"][0].update(code="rather"),
        "rather",
    ),
    "an outcome in words alone": ("outcome", lambda r: r["valueCodeableConcept"].pop("coding"), "coding"),
    "an outcome that is a choice": ("outcome", _recoded(codes.SYSTEM_OBSERVATION_KIND, "choice"), "kind"),
    "something avoided that has no code": (
        "outcome",
        lambda r: r["component"][1]["code"]["coding"][0].update(code="a-row"),
        "a-row",
    ),
    "something avoided, and not said": ("outcome", lambda r: r["component"][1].pop("valueString"), "component"),
    "hours that are minutes": (
        "outcome",
        lambda r: r["component"][0]["extension"][0]["valueQuantity"].update(code="min"),
        "hours-saved",
    ),
    "a decision of no sort": ("refusal", lambda r: r["category"][0]["coding"].pop(), "fm-legal-kind"),
    "a decision of a sort that there is not": (
        "refusal",
        lambda r: r["category"][0]["coding"][1].update(code="last-will", display="Last will"),
        "last-will",
    ),
    "a decision about something else": ("refusal", _set(scope={"text": "a decision"}), "Consent.scope"),
    "a decision of nobody": ("refusal", _without("performer"), "Consent.performer"),
    "a refusal of nothing": ("refusal", lambda r: r["provision"].pop("code"), "fm-legal-refusal"),
    "a refusal that says yes": ("refusal", lambda r: r["provision"].update(type="permit"), "fm-legal-refusal"),
    "life at risk, in words": ("refusal", _value("even-if-life-at-risk", {"valueString": "yes"}), "string|String"),
    "taken back, and in force": ("taken-back", _set(status="active"), "fm-legal-ended"),
    "ended, and nothing said of when": (
        "taken-back",
        lambda r: r["extension"][0]["extension"].pop(0),
        "ended",
    ),
    "an attorney who is nobody": ("attorney", lambda r: r["provision"].pop("actor"), "fm-legal-agents"),
    "an attorney who may not decide": ("attorney", lambda r: r["provision"].update(type="deny"), "fm-legal-agents"),
    "a CPR decision that is none": ("cpr", lambda r: r["provision"].pop("type"), "provision.type"),
    "a consent to show nothing": ("showing", lambda r: r["provision"].pop("data"), "provision.data"),
    "shown to nobody and to some": (
        "showing",
        lambda r: r["provision"].update(type="deny"),
        "fm-showing-nobody",
    ),
    "a consent of nobody": ("showing", _without("performer"), "Consent.performer"),
    "a consent without a policy": ("showing", _without("policy"), "ppc-1"),
    "a recording without its file": ("recording", lambda r: r["content"].pop("data"), "fm-recording-whole"),
    "a recording of no known kind": ("recording", lambda r: r["content"].pop("contentType"), "content.contentType"),
    "a recording of nobody": ("recording", _without("subject"), "Media.subject"),
    "a team of nobody": ("care-team", _without("participant"), "CareTeam.participant"),
    "somebody in the team without a name": ("care-team", lambda r: r["participant"][0].pop("member"), "participant"),
    "a role in codes alone": ("care-team", lambda r: r["participant"][0]["role"][0].pop("text"), "role"),
    "written down about nothing": ("written-down", _without("target"), "Provenance.target"),
    "written down on a day that is a time": (
        "written-down",
        lambda r: r["_recorded"]["extension"][1].update(valueDateTime="yesterday"),
        "yesterday|dateTime",
    ),
    "a form that is no source": ("written-down", lambda r: r["entity"][0].update(role="quotation"), "entity"),
    "an identifier in the record without a value": (
        "written-down",
        lambda r: r["extension"][0]["valueIdentifier"].pop("value"),
        "in-record",
    ),
}


# What is allowed, and still not as it should be.
DOUBTFUL: dict[str, tuple[str, Callable[[Resource], object], str]] = {
    "a departure without a reason": ("departure", _without("reasonCode"), "fm-departure-why"),
    "words that were edited": ("what-matters", _set(status="amended"), "fm-said-final"),
    "a colleague without a name": ("colleague", _without("name"), "fm-colleague-named"),
    "someone who is to be told and is not": (
        "someone",
        lambda r: r["extension"].extend(
            [extension("someone-role", "Code", "to-be-told"), extension("someone-role", "Code", "not-to-be-told")]
        ),
        "fm-someone-told",
    ),
}
