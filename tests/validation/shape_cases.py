"""For every rule of shape and values (FM0 to FM2): what breaks it, where, and what only just does not."""

from __future__ import annotations

from typing import Any

from tests.validation.resources import ABSENT, OURS, XHTML, bundle, claims, entry, narrative, observation, patient

HASH = "witfkXg0JglCjW9RssWvTAveakI="  # SHA-1 of "hi"
SHAPE_CASES: dict[str, tuple[Any, str, Any]] = {
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
        "<Patient xmlns='http://hl7.org/fhir'><active value='true'/></Patient>",
    ),
    "FM009": (
        "<Patient xmlns='http://hl7.org/fhir'><gender value='male'/><active value='true'/></Patient>",
        "Patient.active",
        "<Patient xmlns='http://hl7.org/fhir'><active value='true'/><gender value='male'/></Patient>",
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
        "Patient.deceasedDateTime",
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
    "FM114": (
        patient(_birthDate={"value": "2000-01-01"}),
        "Patient.birthDate",
        patient(_birthDate={"extension": [{"url": "http://example.org/why", "valueString": "unknown"}]}),
    ),
    "FM115": (
        patient(active=True, meta={"profile": ["http://hl7.org/fhir/StructureDefinition/Observation"]}),
        "Patient.active",
        patient(active=True, meta={"profile": ["http://hl7.org/fhir/StructureDefinition/Patient"]}),
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
    "FM225": (
        patient(name=[{"id": "a", "family": "Bee"}, {"id": "a", "family": "Wasp"}]),
        "Patient.name[1]",
        patient(id="a", name=[{"id": "a", "family": "Bee"}, {"id": "b", "family": "Wasp"}]),
    ),
    "FM221": (
        claims("one-language", narrative(f"<div {XHTML}><div lang='de' xml:lang='de'>Biene</div></div>")),
        "Patient.text",
        claims("one-language", narrative(f"<div {XHTML}><div>Bee</div></div>")),
    ),
    "FM222": (
        patient(photo=[{"contentType": "text/plain", "data": "aGk=", "size": 3}]),
        "Patient.photo[0]",
        patient(
            photo=[{"contentType": "text/plain", "data": "aGk=", "size": 2, "hash": "witfkXg0JglCjW9RssWvTAveakI="}]
        ),
    ),
    "FM223": (
        patient(meta={"security": [{"code": "R"}, {"code": "R"}]}),
        "Patient.meta.security[1]",
        patient(meta={"security": [{"code": "R"}, {"code": "N"}]}),
    ),
}
