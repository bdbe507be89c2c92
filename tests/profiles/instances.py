"""Resources by hand: for each profile one that is as good as it gets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fhir_matters.records import codes
from tests.profiles.elements import (
    CAREPLAN_CATEGORY,
    FLAG_CATEGORY,
    HOME,
    NURSE,
    PERSON,
    SON,
    STAIRS,
    STATED,
    TALK,
    TRANSLATION,
    UCUM,
    Resource,
    categories,
    coding,
    concept,
    extension,
    flag,
    parts,
    resource,
)
from tests.profiles.in_law import IN_LAW, PAPER

WORRY, PLACE = codes.STATEMENT_KIND["worry"], codes.PREFERENCE_KIND["place-of-death"]
CHOICE, OPTION = codes.OBSERVATION_KIND["choice"], codes.OBSERVATION_KIND["option"]
WENT = codes.OBSERVATION_KIND["outcome"]


def _line(part: str, **own: Any) -> Resource:
    return {"detail": {"code": concept(codes.PLAN_PART[part], part), "status": "not-started", **own}}


def _consideration(code: str, words: str, *extensions: Resource) -> Resource:
    kind = {"coding": [coding(codes.CONSIDERATION[code])]}
    return {"extension": list(extensions), "code": kind, "valueString": words}


def _denied() -> Resource:
    """Nobody may see where the person wants to be but the son."""
    role = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]}
    wish = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000005"}
    son = {"type": "permit", "actor": [{"role": role, "reference": SON}]}
    return {"type": "deny", "data": [{"meaning": "instance", "reference": wish}], "provision": [son]}


GOOD: dict[str, Resource] = {
    "person": resource(
        "Patient",
        codes.PROFILE_PERSON,
        "person",
        extension=[
            extension("communicates", "String", "Hears better on her left"),
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": False},
            parts(
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
    "someone": resource(
        "RelatedPerson",
        codes.PROFILE_SOMEONE,
        "people/son",
        extension=[
            extension("someone-role", "Code", "speaks-for-me"),
            extension("someone-role", "Code", "call-first"),
        ],
        active=True,
        patient=PERSON,
        name=[{"text": "Ned Morland"}],
        relationship=[{"text": "my boy"}],
    ),
    "colleague": resource("Practitioner", codes.PROFILE_COLLEAGUE, "colleagues/jo", name=[{"text": "Jo Hale"}]),
    "colleague-role": resource(
        "PractitionerRole",
        codes.PROFILE_COLLEAGUE_ROLE,
        "colleagues/jo-role",
        practitioner=NURSE,
        organization={"display": "Marsh Road nurses"},
        code=[{"text": "community nurse"}],
    ),
    "conversation": resource(
        "Procedure",
        codes.PROFILE_CONVERSATION,
        "conversations/long",
        extension=[
            parts(
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
    "what-matters": resource(
        "Observation",
        codes.PROFILE_WHAT_MATTERS,
        "what_matters/worry",
        **STATED,
        language="en-GB",
        extension=[
            extension("why", "String", "My sister was"),
            extension("medium", "Code", "spoken"),
            parts(
                "said-again", ("when", "DateTime", "2026-03-10"), ("by", "Reference", SON), ("to", "Reference", NURSE)
            ),
            extension("valid-until", "DateTime", "2026-06"),
        ],
        category=categories(WORRY),
        code=concept(WORRY, "Worry"),
        valueString="I don't want to be on my own when it happens",
        _valueString={"extension": [TRANSLATION]},
    ),
    "preference": resource(
        "Observation",
        codes.PROFILE_PREFERENCE,
        "preferences/home",
        **STATED,
        extension=[
            extension("wish", "String", "home"),
            extension("only-if", "String", "someone comes when we ring"),
            extension("unless", "String", "Ned cannot cope"),
            extension("how-firm", "String", "Sure today"),
            extension("valid-from", "DateTime", "2026-03-03"),
            extension("valid-until", "DateTime", "2026-06"),
            extension("review-by", "Date", "2026-04-01"),
        ],
        category=categories(PLACE),
        code=concept(PLACE, "Where do you want to be?"),
        valueCodeableConcept={
            "coding": [coding(codes.WISH["home"])],
            "text": "Home, if Ned is not left alone with it",
        },
    ),
    "weighed-choice": resource(
        "Observation",
        codes.PROFILE_WEIGHED_CHOICE,
        "choices/where",
        **STATED,
        extension=[
            extension("decided-option", "Reference", HOME),
            extension("decided-by", "Reference", PERSON),
            extension("decided-when", "DateTime", "2026-03-03"),
            extension("weighed-with", "Reference", NURSE),
            extension("together-with", "Reference", SON),
            parts("reservation", ("words", "String", "I still wish there was a nurse"), ("by", "Reference", SON)),
            extension("look-again", "Date", "2026-03-17"),
        ],
        category=categories(CHOICE),
        code=concept(CHOICE, "Where do I spend the time that is left?"),
        valueString="Home then. If you'll do what you said.",
        hasMember=[HOME],
    ),
    "option": resource(
        "Observation",
        codes.PROFILE_OPTION,
        "choices/where/home",
        **STATED,
        extension=[flag("as-things-are", value=False)],
        code=concept(OPTION, "Go home with a plan"),
        component=[
            _consideration(
                "social-for",
                "My own chair, my own tea, the dog",
                parts("weight", ("number", "Decimal", Decimal("9.0")), ("scale", "String", "0 to 10, mine")),
                flag("tipped-it", value=True),
            ),
            _consideration(
                "psychological-against",
                "A bleed, and only Ned there",
                parts(
                    "likelihood",
                    ("words", "String", "may happen"),
                    ("range", "Range", {"low": {"value": Decimal("0.05")}, "high": {"value": Decimal("0.30")}}),
                    ("over", "String", "4 weeks"),
                    ("source", "Reference", NURSE),
                ),
                extension("raised-by", "Reference", SON),
            ),
        ],
    ),
    "please": resource(
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
        code=concept(codes.PREFERENCE_KIND["please-do-not"], "Don't talk about me at the end of the bed"),
        subject=PERSON,
        period={"start": "2026-03-03"},
    ),
    "sharing": resource(
        "Consent",
        codes.PROFILE_SHARING,
        "sharing/not-the-boy",
        extension=[extension("why", "String", "I'll tell him myself")],
        status="active",
        scope={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        category=[{"coding": [{"system": codes.LOINC, "code": "59284-0"}]}],
        patient=PERSON,
        dateTime="2026-03-03",
        performer=[PERSON],
        policy=[{"uri": "http://terminology.hl7.org/CodeSystem/v3-ActCode#OPTIN"}],
        provision={"period": {"end": "2026-04"}, "provision": [_denied()]},
    ),
    "departure": resource(
        "ServiceRequest",
        codes.PROFILE_DEPARTURE,
        "departures/stairs",
        extension=[
            parts(
                "departs-from",
                ("name", "String", "The stairs assessment before leaving"),
                ("code", "Coding", {"system": "https://protocols.example", "code": "PT-7"}),
                ("source", "Url", "https://protocols.example/pt-7"),
            ),
            extension("instead", "String", "A bed downstairs"),
            extension("agreed-by", "Reference", PERSON),
            extension("agreed-by", "Reference", NURSE),
            extension("agreed-in", "Reference", TALK),
            extension("valid-from", "DateTime", "2026-03"),
        ],
        status="active",
        intent="plan",
        doNotPerform=True,
        code={"text": "The stairs assessment"},
        subject=PERSON,
        occurrencePeriod={"end": "2026-03-31"},
        authoredOn="2026-03-03T14:00:00Z",
        requester=SON,
        reasonCode=[concept(codes.DEPARTURE_REASON["they-asked"], "Two days of waiting is time she has not got")],
        reasonReference=[HOME],
    ),
    "departure-in-force": resource(
        "Flag",
        codes.PROFILE_DEPARTURE_IN_FORCE,
        "departures/stairs/flag",
        extension=[
            {"url": "http://hl7.org/fhir/StructureDefinition/flag-detail", "valueReference": STAIRS},
        ],
        status="active",
        category=[{"coding": [{"system": FLAG_CATEGORY, "code": "advance-directive"}]}],
        code={"text": "The stairs assessment before leaving: left out; instead: a bed downstairs"},
        subject=PERSON,
        period={"end": "2026-03-31"},
        author=PERSON,
    ),
    "anticipatory-plan": resource(
        "CarePlan",
        codes.PROFILE_ANTICIPATORY_PLAN,
        "plans/bleed",
        extension=[
            parts(
                "if-this-happens", ("what", "String", "A big bleed"), ("warningSigns", "String", "A small one before")
            ),
            extension("agreed-by", "Reference", NURSE),
            extension("agreed-in", "Reference", TALK),
            extension("review-by", "Date", "2026-03-17"),
        ],
        status="active",
        intent="proposal",
        category=[
            {"coding": [{"system": CAREPLAN_CATEGORY, "code": "assess-plan"}]},
            {"coding": [{"system": codes.LOINC, "code": "81378-2"}]},
        ],
        title="If this happens: a big bleed",
        subject=PERSON,
        period={"start": "2026-03-03", "end": "2026-06"},
        created="2026-03-03",
        author=PERSON,
        supportingInfo=[HOME],
        activity=[
            _line("at-home", description="Dark towels; sit with her, and hold her hand"),
            _line("in-hospital", description="A side room; Ned stays"),
            _line(
                "medicine",
                description="under the skin",
                location={"display": "the blue box in the kitchen"},
                performer=[NURSE],
                productCodeableConcept={"text": "midazolam 10 mg/2 ml"},
            ),
            _line("kit", productCodeableConcept={"text": "dark towels"}),
            _line("call-first", performer=[NURSE], description="Call first: Jo Hale"),
            _line("then-call", performer=[SON]),
            _line("not-this", doNotPerform=True, description="No lights, no siren"),
        ],
    ),
    "outcome": resource(
        "Observation",
        codes.PROFILE_OUTCOME,
        "outcomes/home",
        **(STATED | {"performer": [SON]}),
        extension=[extension("why", "String", "The nurse came every time we rang")],
        category=categories(WENT),
        code=concept(WENT, "How it went"),
        focus=[HOME],
        valueCodeableConcept=concept(codes.HONOURED["partly"], "At home, but an hour alone before the nurse came"),
        component=[
            {
                "extension": [
                    extension("hours-saved", "Quantity", {"value": Decimal("2.50"), "system": UCUM, "code": "h"}),
                    extension("seen-by", "Reference", NURSE),
                ],
                "code": concept(codes.OUTCOME_PART["staff-time"], "Staff time saved"),
                "valueBoolean": True,
            },
            {"code": concept(codes.OUTCOME_PART["ambulance-call"], "No ambulance"), "valueString": "I never rang"},
            {
                "code": concept(codes.OUTCOME_PART["place"], "Where it was"),
                "valueCodeableConcept": {"coding": [coding(codes.WISH["home"])], "text": "home, in her own chair"},
            },
        ],
    ),
    **IN_LAW,
}


ADDRESSES = {
    "person": PERSON,
    "someone": SON,
    "colleague": NURSE,
    "option": HOME,
    "conversation": TALK,
    "departure": STAIRS,
    "recording": PAPER,
    "preference": {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000005"},
}


def bundle(*, as_things_are: bool) -> Resource:
    """All the good resources together; the one option of the choice leaves things as they are, or not."""
    option = {**GOOD["option"], "extension": [flag("as-things-are", value=as_things_are)]}
    resources = {**GOOD, "option": option}
    addresses = {name: f"urn:uuid:0c1a6b1e-0000-4000-8000-0000000001{number:02}" for number, name in enumerate(GOOD)}
    addresses |= {name: reference["reference"] for name, reference in ADDRESSES.items()}
    entries = [{"fullUrl": addresses[name], "resource": resource} for name, resource in resources.items()]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
