"""Resources by hand, for each profile one that is as good as it gets, and what spoils it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

from fhir_matters.records import codes

Resource = dict[str, Any]
STRUCTURES = f"{codes.CANONICAL}/StructureDefinition"


def _coding(coding: codes.Coding) -> dict[str, str]:
    return {"system": coding.system, "code": coding.code, "display": coding.display}


def _concept(concept: codes.Concept, text: str) -> Resource:
    return {"coding": [_coding(coding) for coding in (*concept.coded_as, concept)], "text": text}


def _extension(name: str, kind: str, value: Any) -> Resource:
    return {"url": f"{STRUCTURES}/{name}", f"value{kind}": value}


def _parts(name: str, *parts: tuple[str, str, Any]) -> Resource:
    return {
        "url": f"{STRUCTURES}/{name}",
        "extension": [{"url": part, f"value{kind}": value} for part, kind, value in parts],
    }


def _resource(kind: str, profile: str, key: str, **elements: Any) -> Resource:
    return {
        "resourceType": kind,
        "meta": {"profile": [profile]},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{key}</div>'},
        "identifier": [{"system": codes.IDENTIFIER, "value": f"tess/{key}"}],
        **elements,
    }


PERSON = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000001"}
SON = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000002"}
NURSE = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000003"}
HOME = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000004"}
STATED = {"status": "final", "subject": PERSON, "performer": [PERSON], "effectiveDateTime": "2026-03-03T14:00:00Z"}
WORRY, PLACE = codes.STATEMENT_KIND["worry"], codes.PREFERENCE_KIND["place-of-death"]
CHOICE, OPTION = codes.OBSERVATION_KIND["choice"], codes.OBSERVATION_KIND["option"]


def _categories(concept: codes.Concept) -> list[Resource]:
    return [{"coding": [_coding(category)]} for category in concept.category]


def _consideration(code: str, words: str, *extensions: Resource) -> Resource:
    concept = {"coding": [_coding(codes.CONSIDERATION[code])]}
    return {"extension": list(extensions), "code": concept, "valueString": words}


GOOD: dict[str, Resource] = {
    "person": _resource(
        "Patient",
        codes.PROFILE_PERSON,
        "person",
        extension=[
            _extension("communicates", "String", "Hears better on her left"),
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": False},
            _parts(
                "being-that-matters",
                ("key", "String", "rex"),
                ("who", "String", "Rex"),
                ("role", "Code", "knows-me-best"),
            ),
        ],
        name=[{"text": "Teresa Morland"}, {"use": "usual", "text": "Tess"}],
        birthDate="1936",
        communication=[{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en-GB"}]}, "preferred": True}],
    ),
    "someone": _resource(
        "RelatedPerson",
        codes.PROFILE_SOMEONE,
        "people/son",
        extension=[
            _extension("someone-role", "Code", "speaks-for-me"),
            _extension("someone-role", "Code", "call-first"),
        ],
        active=True,
        patient=PERSON,
        name=[{"text": "Ned Morland"}],
        relationship=[{"text": "my boy"}],
    ),
    "colleague": _resource("Practitioner", codes.PROFILE_COLLEAGUE, "colleagues/jo", name=[{"text": "Jo Hale"}]),
    "colleague-role": _resource(
        "PractitionerRole",
        codes.PROFILE_COLLEAGUE_ROLE,
        "colleagues/jo-role",
        practitioner=NURSE,
        organization={"display": "Marsh Road nurses"},
        code=[{"text": "community nurse"}],
    ),
    "conversation": _resource(
        "Procedure",
        codes.PROFILE_CONVERSATION,
        "conversations/long",
        extension=[
            _parts(
                "conversation-details",
                ("minutes", "Integer", 70),
                ("topic", "String", "going home"),
                ("asked", "String", "What would you like to talk about?"),
                ("leftWithThem", "String", "a page of what we agreed"),
                ("unnamed", "String", "someone from the ward"),
            )
        ],
        status="completed",
        code={"coding": [{"system": codes.SNOMED_CT, "code": "713603004"}], "text": "A talk about what matters"},
        subject=PERSON,
        performedDateTime="2026-03-03T14:00:00Z",
        performer=[{"actor": PERSON}, {"actor": SON}, {"actor": NURSE}],
        location={"display": "by the window"},
    ),
    "what-matters": _resource(
        "Observation",
        codes.PROFILE_WHAT_MATTERS,
        "what_matters/worry",
        **STATED,
        language="en-GB",
        extension=[
            _extension("why", "String", "My sister was"),
            _extension("medium", "Code", "spoken"),
            _parts("said-again", ("when", "DateTime", "2026-03-10"), ("to", "Reference", NURSE)),
        ],
        category=_categories(WORRY),
        code=_concept(WORRY, "Worry"),
        valueString="I don't want to be on my own when it happens",
    ),
    "preference": _resource(
        "Observation",
        codes.PROFILE_PREFERENCE,
        "preferences/home",
        **STATED,
        extension=[
            _extension("wish", "String", "home"),
            _extension("only-if", "String", "someone comes when we ring"),
            _extension("unless", "String", "Ned cannot cope"),
            _extension("how-firm", "String", "Sure today"),
            _extension("valid-from", "DateTime", "2026-03-03"),
            _extension("valid-until", "DateTime", "2026-06"),
            _extension("review-by", "Date", "2026-04-01"),
        ],
        category=_categories(PLACE),
        code=_concept(PLACE, "Where do you want to be?"),
        valueCodeableConcept={
            "coding": [_coding(codes.WISH["home"])],
            "text": "Home, if Ned is not left alone with it",
        },
    ),
    "weighed-choice": _resource(
        "Observation",
        codes.PROFILE_WEIGHED_CHOICE,
        "choices/where",
        **STATED,
        extension=[
            _extension("decided-option", "Reference", HOME),
            _extension("decided-by", "Reference", PERSON),
            _extension("decided-when", "DateTime", "2026-03-03"),
            _extension("weighed-with", "Reference", NURSE),
            _extension("together-with", "Reference", SON),
            _parts("reservation", ("words", "String", "I still wish there was a nurse"), ("by", "Reference", SON)),
            _extension("look-again", "Date", "2026-03-17"),
        ],
        category=_categories(CHOICE),
        code=_concept(CHOICE, "Where do I spend the time that is left?"),
        valueString="Home then. If you'll do what you said.",
        hasMember=[HOME],
    ),
    "option": _resource(
        "Observation",
        codes.PROFILE_OPTION,
        "choices/where/home",
        **STATED,
        extension=[_extension("as-things-are", "Boolean", False)],
        code=_concept(OPTION, "Go home with a plan"),
        component=[
            _consideration(
                "social-for",
                "My own chair, my own tea, the dog",
                _parts("weight", ("number", "Decimal", Decimal("9.0")), ("scale", "String", "0 to 10, mine")),
                _extension("tipped-it", "Boolean", True),
            ),
            _consideration(
                "psychological-against",
                "A bleed, and only Ned there",
                _parts(
                    "likelihood",
                    ("words", "String", "may happen"),
                    ("range", "Range", {"low": {"value": Decimal("0.05")}, "high": {"value": Decimal("0.30")}}),
                    ("over", "String", "4 weeks"),
                    ("source", "Reference", NURSE),
                ),
                _extension("raised-by", "Reference", SON),
            ),
        ],
    ),
    "please": _resource(
        "Flag",
        codes.PROFILE_PLEASE,
        "preferences/bed",
        status="active",
        extension=[
            {
                "url": "http://hl7.org/fhir/StructureDefinition/flag-detail",
                "valueReference": {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000005"},
            }
        ],
        code=_concept(codes.PREFERENCE_KIND["please-do-not"], "Don't talk about me at the end of the bed"),
        subject=PERSON,
        period={"start": "2026-03-03"},
    ),
}


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


def _part(extension: str, part: str, value: Any = None) -> Callable[[Resource], object]:
    """Gives a part of a complex extension another value, or takes it away."""

    def change(resource: Resource) -> None:
        places = [resource, *resource.get("component", ())]
        found = next(e for place in places for e in place["extension"] if e["url"].endswith(f"/{extension}"))
        kept = [each for each in found["extension"] if each["url"] != part]
        found["extension"] = kept if value is None else [*kept, {"url": part, **value}]

    return change


def _value(extension: str, value: Resource) -> Callable[[Resource], object]:
    def change(resource: Resource) -> None:
        for each in resource["extension"]:
            if each["url"].endswith(f"/{extension}"):
                for key in [key for key in each if key.startswith("value")]:
                    del each[key]
                each.update(value)

    return change


def _moved(extension: str) -> Callable[[Resource], object]:
    """Takes an extension to where it may not stand."""
    return lambda resource: resource["code"].update(extension=[_extension(extension, "String", "words")])


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
        "Identifier.value|identifier.value",
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
    "a statement without words": ("what-matters", _without("valueString"), "Observation.value"),
    "a statement of nobody": ("what-matters", _without("performer"), "Observation.performer"),
    "a statement about nobody": ("what-matters", _without("subject"), "Observation.subject"),
    "a statement that is a number": (
        "what-matters",
        lambda r: (r.pop("valueString"), r.update(valueInteger=7)),
        "valueInteger",
    ),
    "a medium that there is not": ("what-matters", _value("medium", {"valueCode": "sung"}), "sung"),
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
    "a please without words": ("please", lambda r: r["code"].pop("text"), "code.text"),
    "a please of another kind": ("please", _recoded(codes.SYSTEM_PREFERENCE_KIND, "cpr"), "cpr"),
}
