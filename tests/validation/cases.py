"""For every rule: a resource that breaks it, the place of the issue, and a resource that only just does not."""

from __future__ import annotations

from typing import Any

from tests.validation.form_cases import FORM_CASES

OURS = "https://example.org/StructureDefinition/"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def patient(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **fields}


def observation(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "mood"}, **fields}


def composition(**fields: Any) -> dict[str, Any]:
    return {"resourceType": "Composition", "status": "final", "title": "story", **fields}


def narrative(inside: str) -> dict[str, Any]:
    return patient(text={"status": "generated", "div": inside})


def claims(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {**resource, "meta": {"profile": [OURS + name]}}


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def entry(number: int, resource: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    uuid = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
    return {"fullUrl": uuid, "resource": resource or patient(), **more}


def extended(url: str, field: str = "extension", **content: Any) -> dict[str, Any]:
    return patient(**{field: [{"url": url, **content}]})


def name_of(part: str) -> dict[str, Any]:
    return {"system": part, "value": "1"}


def category(**coding: Any) -> dict[str, Any]:
    return observation(category=[{"coding": [coding]}])


def subject_of(reference: str) -> dict[str, Any]:
    return observation(subject={"reference": reference})


def including(**part: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "status": "draft", "compose": {"include": [{**COLOURS, **part}]}}


def formula(expression: str) -> dict[str, Any]:
    value = {"language": "text/fhirpath", "expression": expression}
    return {"url": "http://hl7.org/fhir/StructureDefinition/cqf-expression", "valueExpression": value}


def report(**group: Any) -> dict[str, Any]:
    period = {"start": "2024-01-01", "end": "2024-12-31"}
    told = {"status": "complete", "type": "summary", "measure": OURS + "measure", "period": period}
    return {"resourceType": "MeasureReport", **told, "group": [group]}


COLOURS = {"system": "https://example.org/colours"}
PRACTICE = {"resourceType": "Organization", "name": "practice"}
PAGE = {"relation": "self", "url": "https://example.org/fhir/Patient"}
SEARCH = {
    "resourceType": "SearchParameter",
    "url": OURS + "search",
    "name": "Search",
    "status": "draft",
    "description": "what is looked for",
    "code": "search",
    "base": ["Patient"],
}
GOOD_CATEGORY = category(system=CATEGORY, code="survey")
SUBJECT = {"reference": "#p"}
FULL = "http://example.org/fhir/Patient/a"
POST = {"method": "POST", "url": "Patient"}


def structure(path: str) -> dict[str, Any]:
    """A profile of Observation that speaks of this element."""
    return {
        "resourceType": "StructureDefinition",
        "url": OURS + "judged",
        "name": "Judged",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": "Observation",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
        "derivation": "constraint",
        "differential": {"element": [{"id": path, "path": path}]},
    }


# Rules that only an option of the validator asks for: their tests are in test_policy and test_asked.
ON_REQUEST = frozenset({"FM220", "FM410", "FM561"})
# rule: (breaks it, FHIRPath of the issue, only just does not)
CASES: dict[str, tuple[Any, str, Any]] = {
    "FM001": (b'{"resourceType": "Patient"]', "", b'{"resourceType": "Patient"}'),
    "FM002": (
        b'{"resourceType": "Patient", "id": "a", "id": "b"}',
        "Patient",
        b'{"resourceType": "Patient", "id": "a"}',
    ),
    "FM003": (b'{"resourceType": "Patient", "id": "\xff"}', "", b'{"resourceType": "Patient", "language": "\xc3\xa9"}'),
    "FM004": (b"[]", "", b'{"resourceType": "Patient"}'),
    "FM007": (
        "<Patient xmlns='http://hl7.org/fhir'>words</Patient>",
        "Patient",
        "<Patient xmlns='http://hl7.org/fhir'/>",
    ),
    "FM005": ({"id": "a"}, "Resource", patient(id="a")),
    "FM006": ({"resourceType": "Human"}, "Human.resourceType", patient()),
    "FM008": (
        b'{"resourceType": "Patient", "name": [{"text": "Bee",}]}',
        "Patient.name[0]",
        b'{"resourceType": "Patient", "name": [{"text": "Bee"}]}',
    ),
    "FM101": (patient(nickname="Bee"), "Patient.nickname", patient(gender="male", _gender={"id": "a"})),
    "FM102": (patient(name={"text": "Bee"}), "Patient.name", patient(name=[{"text": "Bee"}])),
    "FM103": (patient(maritalStatus=[{"text": "x"}]), "Patient.maritalStatus", patient(maritalStatus={"text": "x"})),
    "FM104": (patient(name=["Bee"]), "Patient.name[0]", patient(name=[{"text": "Bee"}])),
    "FM105": (patient(name=[]), "Patient.name", patient(name=[{"text": "Bee"}])),
    "FM106": (
        patient(gender=None),
        "Patient.gender",
        patient(
            name=[{"given": [None, "B"], "_given": [{"extension": [{"url": OURS + "any", "valueCode": "x"}]}, None]}]
        ),
    ),
    "FM107": (
        patient(name=[{"given": ["A", "B"], "_given": [{"id": "a"}]}]),
        "Patient.name[0].given",
        patient(name=[{"given": ["A", "B"], "_given": [{"id": "a"}, None]}]),
    ),
    "FM108": ({"resourceType": "Observation", "code": {"text": "x"}}, "Observation", observation()),
    "FM109": (claims("no-photo", patient(photo=[{"title": "x"}])), "Patient.photo", claims("no-photo", patient())),
    "FM110": (
        patient(deceasedBoolean=True, deceasedDateTime="2020"),
        "Patient",
        patient(deceasedBoolean=True, _deceasedBoolean={"id": "a"}),
    ),
    "FM111": (
        claims("born-on-a-day", patient(deceasedDateTime="2020")),
        "Patient.deceased.ofType(dateTime)",
        claims("born-on-a-day", patient(deceasedBoolean=False)),
    ),
    "FM112": (
        claims("with-birthday", patient(_birthDate={"extension": [{"url": ABSENT, "valueCode": "unknown"}]})),
        "Patient.birthDate",
        claims("with-birthday", patient(birthDate="1931")),
    ),
    "FM113": (
        claims("patients-only", bundle("collection", entry(1, observation()))),
        "Bundle.entry[0].resource",
        claims("patients-only", bundle("collection", entry(1))),
    ),
    "FM201": (patient(active="true"), "Patient.active", patient(active=True)),
    "FM202": (patient(birthDate="1931-1-4"), "Patient.birthDate", patient(birthDate="1931-01-04")),
    "FM203": (
        patient(multipleBirthInteger=2**31),
        "Patient.multipleBirth.ofType(integer)",
        patient(multipleBirthInteger=2**31 - 1),
    ),
    "FM204": (patient(birthDate="2023-02-29"), "Patient.birthDate", patient(birthDate="2024-02-29")),
    "FM205": (
        patient(name=[{"text": "x" * (2**20 + 1)}]),
        "Patient.name[0].text",
        patient(name=[{"text": "x" * 2**20}]),
    ),
    "FM206": (claims("short", patient(language="en-GB")), "Patient.language", claims("short", patient(language="en"))),
    "FM207": (patient(name=[{"text": ""}]), "Patient.name[0].text", patient(name=[{"text": "x"}])),
    "FM208": (patient(name=[{"text": "  "}]), "Patient.name[0].text", patient(name=[{"text": " x"}])),
    "FM209": (
        {"resourceType": "PlanDefinition", "status": "draft", "library": ["Library/a"]},
        "PlanDefinition.library[0]",
        {"resourceType": "PlanDefinition", "status": "draft", "library": ["http://example.org/Library/a"]},
    ),
    "FM210": (
        claims("late", patient(birthDate="1899-12-31")),
        "Patient.birthDate",
        claims("late", patient(birthDate="1900-01-01")),
    ),
    "FM211": (
        claims("limited", observation(valueQuantity={"value": 2})),
        "Observation.value.ofType(Quantity)",
        claims("late", patient(birthDate="1900-01-01")),
    ),
    "FM212": (
        narrative(f"<div {XHTML}>a&nbsp;</div>"),
        "Patient.text.div",
        narrative(f"<div {XHTML}>a&amp;<br/></div>"),
    ),
    "FM213": (narrative("<div>a</div>"), "Patient.text.div", narrative(f"<div {XHTML}>a</div>")),
    "FM214": (
        narrative(f"<div {XHTML}>a<script>x()</script></div>"),
        "Patient.text.div",
        narrative(f'<div {XHTML}>a<b style="x">c</b></div>'),
    ),
    "FM215": (
        narrative(f"<div {XHTML}> </div>"),
        "Patient.text.div",
        narrative(f'<div {XHTML}><img src="#a" alt="b"/></div>'),
    ),
    "FM216": (
        narrative(f'<div {XHTML}><a href="#b">c</a></div>'),
        "Patient.text.div",
        narrative(f'<div {XHTML}><a href="#b">c</a><p id="b">d</p></div>'),
    ),
    "FM219": (
        patient(id="a", _id={"extension": [{"url": ABSENT, "valueCode": "unknown"}]}),
        "Patient.id",
        patient(id="a", _id={"id": "b"}),
    ),
    "FM221": (
        claims("one-language", narrative(f"<div {XHTML}><div lang='de' xml:lang='de'>Biene</div></div>")),
        "Patient.text",
        claims("one-language", narrative(f"<div {XHTML}><div>Bee</div></div>")),
    ),
    "FM301": (patient(gender="woman"), "Patient.gender", patient(gender="female")),
    "FM302": (claims("unknown-set", GOOD_CATEGORY), "Observation.category[0]", claims("required-text", GOOD_CATEGORY)),
    "FM303": (
        patient(maritalStatus={"coding": [{"system": "http://example.org/own", "code": "M"}]}),
        "Patient.maritalStatus",
        patient(
            maritalStatus={
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]
            }
        ),
    ),
    "FM304": (claims("unknown-extensible", GOOD_CATEGORY), "Observation.category[0]", GOOD_CATEGORY),
    "FM305": (
        claims("required-text", observation(category=[{"text": "x"}])),
        "Observation.category[0]",
        claims("required-text", GOOD_CATEGORY),
    ),
    "FM306": (
        patient(maritalStatus={"text": "married"}),
        "Patient.maritalStatus",
        patient(
            maritalStatus={
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]
            }
        ),
    ),
    "FM307": (category(system=CATEGORY, code="surveys"), "Observation.category[0].coding[0].code", GOOD_CATEGORY),
    "FM308": (
        patient(identifier=[{"system": "nhs", "value": "1"}]),
        "Patient.identifier[0].system",
        patient(identifier=[{"system": "urn:nhs", "value": "1"}]),
    ),
    "FM309": (
        patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "1.2.3"}]),
        "Patient.identifier[0].value",
        patient(identifier=[{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}]),
    ),
    "FM310": (
        category(system=CATEGORY, code="survey", display="Imaging"),
        "Observation.category[0].coding[0].display",
        category(system=CATEGORY, code="survey", display="survey"),
    ),
    "FM311": (
        category(system=OURS + "supplement", code="survey"),
        "Observation.category[0].coding[0].system",
        GOOD_CATEGORY,
    ),
    "FM312": (patient(gender="x"), "Patient.gender", patient(gender="other")),
    "FM401": (
        observation(subject={"reference": "a b"}),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM402": (
        observation(subject=SUBJECT, contained=[{"resourceType": "Practitioner", "id": "p"}]),
        "Observation.subject.reference",
        observation(subject=SUBJECT, contained=[patient(id="p")]),
    ),
    "FM403": (
        observation(subject=SUBJECT),
        "Observation.subject.reference",
        observation(subject=SUBJECT, contained=[patient(id="p")]),
    ),
    "FM404": (
        claims("final", observation(subject=SUBJECT, contained=[patient(id="p")])),
        "Observation.subject.reference",
        claims("final", observation(subject=SUBJECT, contained=[patient(id="p", name=[{"text": "Bee"}])])),
    ),
    "FM405": (
        claims("final", observation(subject={"reference": "Patient/a"})),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM406": (
        observation(subject={"reference": "Patient?identifier=a|b"}),
        "Observation.subject.reference",
        bundle("transaction", entry(1, observation(subject={"reference": "Patient?identifier=a|b"}), request=POST)),
    ),
    "FM407": (
        bundle("collection", entry(1, observation(subject={"reference": entry(2)["fullUrl"]}))),
        "Bundle.entry[0].resource.subject.reference",
        bundle("collection", entry(1, observation(subject={"reference": entry(2)["fullUrl"]})), entry(2)),
    ),
    "FM408": (
        observation(subject={"reference": "Practitioner/a"}),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM409": (
        observation(subject={"reference": "person/a"}),
        "Observation.subject.reference",
        observation(subject={"reference": "Patient/a"}),
    ),
    "FM411": (patient(contained=[patient()]), "Patient.contained[0]", patient(contained=[patient(id="a")])),
    "FM412": (
        patient(contained=[patient(id="a", contained=[patient(id="b")])]),
        "Patient.contained[0].contained[0]",
        patient(contained=[patient(id="a"), patient(id="b")]),
    ),
    "FM413": (
        patient(contained=[patient(id="a", meta={"versionId": "1"})]),
        "Patient.contained[0].meta",
        patient(meta={"versionId": "1"}, contained=[patient(id="a")]),
    ),
    "FM414": (
        patient(contained=[patient(id="a"), patient(id="a")]),
        "Patient.contained[1]",
        patient(contained=[patient(id="a"), patient(id="b")]),
    ),
    "FM415": (
        patient(contained=[patient(id="a")]),
        "Patient.contained[0]",
        observation(subject=SUBJECT, contained=[patient(id="p")]),
    ),
    "FM421": (
        bundle("collection", {"resource": patient()}),
        "Bundle.entry[0]",
        bundle("batch", {"resource": patient(), "request": POST}),
    ),
    "FM422": (
        bundle("collection", {"fullUrl": "Patient/a", "resource": patient(id="a")}),
        "Bundle.entry[0].fullUrl",
        bundle("collection", entry(1)),
    ),
    "FM423": (
        bundle("collection", {"fullUrl": FULL, "resource": patient(id="b")}),
        "Bundle.entry[0].fullUrl",
        bundle("collection", {"fullUrl": FULL, "resource": patient(id="a")}),
    ),
    "FM424": (
        {**bundle("searchset"), "link": [PAGE, PAGE]},
        "Bundle.link[1]",
        {**bundle("searchset"), "link": [PAGE, {**PAGE, "relation": "next"}]},
    ),
    "FM425": (
        bundle("collection", entry(1, subject_of("Patient/00000000-0000-4000-8000-000000000002")), entry(2, PRACTICE)),
        "Bundle.entry[0].resource.subject",
        bundle("collection", entry(1, subject_of("Patient/00000000-0000-4000-8000-000000000002")), entry(2)),
    ),
    "FM427": (bundle("message", entry(1)), "Bundle", bundle("collection", entry(1))),
    "FM428": (
        bundle("searchset", entry(1, search={"mode": "match"})),
        "Bundle.entry[0].resource",
        bundle("searchset", entry(1, patient(id="a"), search={"mode": "match"})),
    ),
    "FM429": (
        bundle("document", entry(1, composition(subject={"reference": entry(2)["fullUrl"]}))),
        "Bundle.entry[0].resource.subject.reference",
        bundle("document", entry(1, composition(subject={"reference": entry(2)["fullUrl"]})), entry(2)),
    ),
    "FM430": (
        bundle("document", entry(1, composition()), entry(2)),
        "Bundle.entry[1]",
        bundle("document", entry(1, composition()), entry(2, observation(subject={"reference": entry(1)["fullUrl"]}))),
    ),
    "FM431": (
        {**bundle("document"), "link": [{"relation": "stylesheet", "url": "Binary/css"}]},
        "Bundle.link[0].url",
        {**bundle("document"), "link": [{"relation": "stylesheet", "url": "https://example.org/css"}]},
    ),
    "FM501": (claims("fixed", patient(gender="male")), "Patient.gender", claims("fixed", patient(gender="female"))),
    "FM502": (
        claims("pattern", observation()),
        "Observation.code",
        claims(
            "pattern",
            observation(
                code={"text": "more", "coding": [{"system": "http://loinc.org", "code": "1-8", "display": "x"}]}
            ),
        ),
    ),
    "FM503": (
        claims("slices", patient(gender="male")),
        "Patient",
        claims("slices", patient(telecom=[name_of("phone")])),
    ),
    "FM504": (
        claims("slices", patient(telecom=[name_of("phone"), name_of("phone")])),
        "Patient.telecom",
        claims("slices", patient(telecom=[name_of("phone"), name_of("email"), name_of("email")])),
    ),
    "FM505": (
        claims("slices", patient(telecom=[name_of("phone"), name_of("fax")])),
        "Patient.telecom[1]",
        claims("slices", patient(telecom=[name_of("phone"), name_of("email")])),
    ),
    "FM506": (
        claims("slices", patient(telecom=[name_of("email"), name_of("phone")])),
        "Patient.telecom[1]",
        claims("slices", patient(telecom=[name_of("phone"), name_of("email")])),
    ),
    "FM507": (
        claims("twice", patient(telecom=[{"system": "phone", "use": "home"}])),
        "Patient.telecom[0]",
        claims("twice", patient(telecom=[{"system": "phone", "use": "work"}])),
    ),
    "FM508": (
        claims("doubtful", observation(performer=[{"reference": "Patient/a"}])),
        "Observation.performer[0]",
        claims("doubtful", observation(performer=[SUBJECT], contained=[patient(id="p", name=[{"text": "Bee"}])])),
    ),
    "FM509": (
        claims("either", observation(valueQuantity={"value": 1})),
        "Observation.value.ofType(Quantity)",
        claims("either", observation(valueQuantity={"value": 1, "unit": "m"})),
    ),
    "FM510": (claims("fixed", observation()), "Observation.meta.profile[0]", claims("fixed", patient(gender="female"))),
    "FM551": (
        extended("http://hl7.org/fhir/StructureDefinition/nobody-knows", valueString="x"),
        "Patient.extension[0].url",
        extended("http://hl7.org/fhir/StructureDefinition/patient-birthPlace", valueAddress={"city": "x"}),
    ),
    "FM552": (
        extended("https://example.org/nobody-knows", valueString="x"),
        "Patient.extension[0].url",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM553": (
        extended(OURS + "elsewhere", valueString="x"),
        "Patient.extension[0]",
        observation(extension=[{"url": OURS + "elsewhere", "valueString": "x"}]),
    ),
    "FM554": (
        extended(OURS + "beyond-expression", valueString="x") | {"gender": "male"},
        "Patient.extension[0]",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM555": (
        extended(OURS + "modifier", valueString="x"),
        "Patient.extension[0]",
        extended(OURS + "modifier", "modifierExtension", valueString="x"),
    ),
    "FM556": (
        extended(OURS + "complex", valueCode="x"),
        "Patient.extension[0].valueCode",
        extended(OURS + "complex", extension=[{"url": "part", "valueCode": "x"}]),
    ),
    "FM557": (
        extended(OURS + "simple", valueCode="x"),
        "Patient.extension[0].value.ofType(code)",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM558": (
        extended("simple", valueString="x"),
        "Patient.extension[0].url",
        extended(OURS + "simple", valueString="x"),
    ),
    "FM559": (
        extended("https://example.org/nobody-knows", "modifierExtension", valueString="x"),
        "Patient.modifierExtension[0].url",
        extended(OURS + "modifier", "modifierExtension", valueString="x"),
    ),
    "FM560": (
        extended(OURS + "complex", extension=[{"url": "other", "valueCode": "x"}]),
        "Patient.extension[0].extension[0].url",
        extended(OURS + "complex", extension=[{"url": "part", "valueCode": "x"}]),
    ),
    "FM601": (
        claims("beyond", patient(gender="male")),
        "Patient",
        claims("within", patient(active=True)),
    ),
    "FM602": (
        patient(contact=[{"gender": "male"}]),
        "Patient.contact[0]",
        patient(contact=[{"name": {"text": "Bee"}}]),
    ),
    "FM707": (
        observation(code={"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}),
        "Observation",
        observation(code={"coding": [{"system": "http://loinc.org", "code": "1-8"}]}),
    ),
    "FM911": (structure("Observation.valueBla"), "StructureDefinition", structure("Observation.valueString")),
    "FM912": (
        structure("Observation.mood"),
        "StructureDefinition.differential.element[0]",
        structure("Observation.method"),
    ),
    "FM701": (
        claims("nowhere", patient()),
        "Patient.meta.profile[0]",
        claims("one-name", patient(name=[{"text": "Bee"}])),
    ),
    "FM702": ((patient(), OURS + "nowhere"), "Patient", (patient(name=[{"text": "Bee"}]), OURS + "one-name")),
    "FM703": (claims("adrift", patient()), "Patient.meta.profile[0]", claims("no-photo", patient())),
    "FM704": (claims("broken", patient()), "Patient.meta.profile[0]", claims("no-photo", patient())),
    "FM705": (
        claims("resliced", patient(telecom=[name_of("phone")])),
        "Patient.telecom",
        claims("slices", patient(telecom=[name_of("phone")])),
    ),
    "FM901": (
        including(system="relative"),
        "ValueSet.compose.include[0]",
        including(system="https://example.org/colours"),
    ),
    "FM902": (
        {**SEARCH, "type": "composite"},
        "SearchParameter",
        {**SEARCH, "type": "token"},
    ),
    "FM903": (
        including(filter=[{"property": "inactive", "op": "=", "_value": {"extension": [formula("%absent")]}}]),
        "ValueSet.compose.include[0].filter[0].value.extension[0].value.ofType(Expression)",
        including(filter=[{"property": "inactive", "op": "=", "_value": {"extension": [formula("true")]}}]),
    ),
    "FM905": (report(), "MeasureReport.group[0]", report(measureScore={"value": 1})),
    "FM706": (
        claims("absent-part", patient(name=[{"text": "Bee"}])),
        "Patient.name[0]",
        claims("absent-part", patient()),
    ),
    **FORM_CASES,
}
