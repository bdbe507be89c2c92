"""Resources by hand: for each profile one that is as good as it gets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fhir_matters.records import codes

Resource = dict[str, Any]
STRUCTURES = f"{codes.CANONICAL}/StructureDefinition"


def _coding(coding: codes.Coding) -> dict[str, str]:
    return {"system": coding.system, "code": coding.code, "display": coding.display}


def _concept(concept: codes.Concept, text: str) -> Resource:
    return {"coding": [_coding(coding) for coding in (*concept.coded_as, concept)], "text": text}


def extension(name: str, kind: str, value: Any) -> Resource:
    return {"url": f"{STRUCTURES}/{name}", f"value{kind}": value}


def flag(name: str, *, value: bool) -> Resource:
    return {"url": f"{STRUCTURES}/{name}", "valueBoolean": value}


def _parts(name: str, *parts: tuple[str, str, Any]) -> Resource:
    return {
        "url": f"{STRUCTURES}/{name}",
        "extension": [{"url": part, f"value{kind}": value} for part, kind, value in parts],
    }


def _resource(kind: str, profile: str, key: str, **elements: Any) -> Resource:
    return {
        "resourceType": kind,
        "meta": {"profile": [profile]},
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml" lang="en-GB" xml:lang="en-GB">{key}</div>',
        },
        "identifier": [{"system": codes.IDENTIFIER, "value": f"tess/{key}"}],
        **elements,
    }


PERSON = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000001"}
SON = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000002"}
NURSE = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000003"}
HOME = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000004"}
TALK = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000006"}
STAIRS = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000007"}
FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"
CAREPLAN_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
UCUM = "http://unitsofmeasure.org"
STATED = {"status": "final", "subject": PERSON, "performer": [PERSON], "effectiveDateTime": "2026-03-03T14:00:00Z"}
TRANSLATION = {
    "url": "http://hl7.org/fhir/StructureDefinition/translation",
    "extension": [
        {"url": "lang", "valueCode": "cy"},
        {"url": "content", "valueString": "Dw i ddim am fod ar fy mhen fy hun"},
    ],
}
WORRY, PLACE = codes.STATEMENT_KIND["worry"], codes.PREFERENCE_KIND["place-of-death"]
CHOICE, OPTION = codes.OBSERVATION_KIND["choice"], codes.OBSERVATION_KIND["option"]
WENT = codes.OBSERVATION_KIND["outcome"]


def _categories(concept: codes.Concept) -> list[Resource]:
    return [{"coding": [_coding(category)]} for category in concept.category]


def _line(part: str, **own: Any) -> Resource:
    return {"detail": {"code": _concept(codes.PLAN_PART[part], part), "status": "not-started", **own}}


def _consideration(code: str, words: str, *extensions: Resource) -> Resource:
    concept = {"coding": [_coding(codes.CONSIDERATION[code])]}
    return {"extension": list(extensions), "code": concept, "valueString": words}


def _denied() -> Resource:
    """Nobody may see where the person wants to be but the son."""
    role = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]}
    wish = {"reference": "urn:uuid:0c1a6b1e-0000-4000-8000-000000000005"}
    son = {"type": "permit", "actor": [{"role": role, "reference": SON}]}
    return {"type": "deny", "data": [{"meaning": "instance", "reference": wish}], "provision": [son]}


GOOD: dict[str, Resource] = {
    "person": _resource(
        "Patient",
        codes.PROFILE_PERSON,
        "person",
        extension=[
            extension("communicates", "String", "Hears better on her left"),
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
            extension("someone-role", "Code", "speaks-for-me"),
            extension("someone-role", "Code", "call-first"),
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
            extension("why", "String", "My sister was"),
            extension("medium", "Code", "spoken"),
            _parts(
                "said-again", ("when", "DateTime", "2026-03-10"), ("by", "Reference", SON), ("to", "Reference", NURSE)
            ),
            extension("valid-until", "DateTime", "2026-06"),
        ],
        category=_categories(WORRY),
        code=_concept(WORRY, "Worry"),
        valueString="I don't want to be on my own when it happens",
        _valueString={"extension": [TRANSLATION]},
    ),
    "preference": _resource(
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
            extension("decided-option", "Reference", HOME),
            extension("decided-by", "Reference", PERSON),
            extension("decided-when", "DateTime", "2026-03-03"),
            extension("weighed-with", "Reference", NURSE),
            extension("together-with", "Reference", SON),
            _parts("reservation", ("words", "String", "I still wish there was a nurse"), ("by", "Reference", SON)),
            extension("look-again", "Date", "2026-03-17"),
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
        extension=[flag("as-things-are", value=False)],
        code=_concept(OPTION, "Go home with a plan"),
        component=[
            _consideration(
                "social-for",
                "My own chair, my own tea, the dog",
                _parts("weight", ("number", "Decimal", Decimal("9.0")), ("scale", "String", "0 to 10, mine")),
                flag("tipped-it", value=True),
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
                extension("raised-by", "Reference", SON),
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
    "sharing": _resource(
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
        policyRule={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]},
        provision={"period": {"end": "2026-04"}, "provision": [_denied()]},
    ),
    "departure": _resource(
        "ServiceRequest",
        codes.PROFILE_DEPARTURE,
        "departures/stairs",
        extension=[
            _parts(
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
        reasonCode=[_concept(codes.DEPARTURE_REASON["they-asked"], "Two days of waiting is time she has not got")],
        reasonReference=[HOME],
    ),
    "departure-in-force": _resource(
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
    "anticipatory-plan": _resource(
        "CarePlan",
        codes.PROFILE_ANTICIPATORY_PLAN,
        "plans/bleed",
        extension=[
            _parts(
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
    "outcome": _resource(
        "Observation",
        codes.PROFILE_OUTCOME,
        "outcomes/home",
        **(STATED | {"performer": [SON]}),
        extension=[extension("why", "String", "The nurse came every time we rang")],
        category=_categories(WENT),
        code=_concept(WENT, "How it went"),
        focus=[HOME],
        valueCodeableConcept=_concept(codes.HONOURED["partly"], "At home, but an hour alone before the nurse came"),
        component=[
            {
                "extension": [
                    extension("hours-saved", "Quantity", {"value": Decimal("2.50"), "system": UCUM, "code": "h"}),
                    extension("seen-by", "Reference", NURSE),
                ],
                "code": _concept(codes.OUTCOME_PART["staff-time"], "Staff time saved"),
                "valueBoolean": True,
            },
            {"code": _concept(codes.OUTCOME_PART["ambulance-call"], "No ambulance"), "valueString": "I never rang"},
            {
                "code": _concept(codes.OUTCOME_PART["place"], "Where it was"),
                "valueCodeableConcept": {"coding": [_coding(codes.WISH["home"])], "text": "home, in her own chair"},
            },
        ],
    ),
}


ADDRESSES = {
    "person": PERSON,
    "someone": SON,
    "colleague": NURSE,
    "option": HOME,
    "conversation": TALK,
    "departure": STAIRS,
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
