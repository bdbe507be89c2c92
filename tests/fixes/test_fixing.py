"""What is fixed, what is left alone, and that nothing but what is named changes."""

from __future__ import annotations

import json

import pytest

from fhir_matters import Validator
from fhir_matters.fixes import MENDABLE
from fhir_matters.fixes.fixing import MAKERS, Fixer
from fhir_matters.rules import RULES

MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
DIV = '<div xmlns=\\"http://www.w3.org/1999/xhtml\\">'


@pytest.fixture(scope="module")
def fixer():
    validator = Validator()
    return Fixer(validator.validate, validator.registry)


def coding(**said):
    return {"maritalStatus": {"coding": [{"system": MARITAL, **said}]}}


def patient(fields):
    return json.dumps({"resourceType": "Patient", "id": "p", **fields}, indent=1, ensure_ascii=False)


# Rule, what is there, and what takes its place: every other character stays.
CASES = [
    ("FM310", patient(coding(code="M", display="Wed")), '"Wed"', '"Married"'),
    ("FM310", patient({**coding(code="S", display="singel"), "language": "cy"}), '"singel"', '"Never Married"'),
    ("FM307", patient(coding(code="m", display="Married")), '"m"', '"M"'),
    ("FM307", patient(coding(code=" M ")), '" M "', '"M"'),
    ("FM307", patient(coding(code="married", display="married")), '"code": "married"', '"code": "M"'),
    ("FM301", patient({"gender": "Female"}), '"Female"', '"female"'),
    ("FM102", patient({"name": {"text": "Zoë"}}), '{\n  "text": "Zoë"\n }', '[{\n  "text": "Zoë"\n }]'),
    ("FM103", '{"resourceType":"Patient","birthDate":["1950"]}', '["1950"]', '"1950"'),
    ("FM105", '{"resourceType":"Patient", "contact" : [ ] ,"active":true}', ', "contact" : [ ]', ""),
    ("FM105", '{"resourceType":"Patient","photo":[{}]}', ',"photo":[{}]', ""),
    ("FM105", '{"resourceType":"Patient","contact":[{"name":{}},{"gender":"male"}]}', '{"name":{}},', ""),
    ("FM106", '{"resourceType":"Patient","active":null}', ',"active":null', ""),
    ("FM207", '{"resourceType":"Patient","address":[{"city":"","country":"GB"}]}', '"city":"",', ""),
    ("FM107", '{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[null]}]}', "[null]", "[null, null]"),
    ("FM201", '{"resourceType":"Patient","multipleBirthInteger":"2"}', '"2"', "2"),
    ("FM201", '{"resourceType":"Patient","active":"true"}', '"true"', "true"),
    (
        "FM201",
        '{"resourceType":"Observation","status":"final","code":{"text":"w"},"valueQuantity":{"value":"3.50"}}',
        '"3.50"',
        "3.50",
    ),
    ("FM213", '{"resourceType":"Patient","text":{"status":"generated","div":"<div>\\u00e9</div>"}}', "<div>", DIV),
    (
        "FM223",
        '{"resourceType":"Patient","meta":{"security":[{"system":"urn:s","code":"a"},{"code":"a","system":"urn:s"}]}}',
        ',{"code":"a","system":"urn:s"}',
        "",
    ),
    (
        "FM416",
        '{"resourceType":"Patient","managingOrganization":{"reference":"Organization/1","type":"urn:x/Organization"}}',
        '"urn:x/Organization"',
        '"Organization"',
    ),
    (
        "FM510",
        '{"resourceType":"Patient","meta":{"profile":["http://hl7.org/fhir/StructureDefinition/Group","urn:x"]}}',
        '"http://hl7.org/fhir/StructureDefinition/Group",',
        "",
    ),
    (
        "FM701",
        '{"resourceType":"Patient","meta":{"profile":["https://hl7.org/fhir/StructureDefinition/patient/"]}}',
        "https://hl7.org/fhir/StructureDefinition/patient/",
        "http://hl7.org/fhir/StructureDefinition/Patient",
    ),
    (
        "FM215",
        f'{{"resourceType":"Patient","active":true,"text":{{"status":"generated","div":"{DIV}<p> </p></div>"}}}}',
        "<p> </p>",
        "<p><b>Patient</b></p><p><b>Active</b>: yes</p>",
    ),
    (
        "FM108",
        '{"resourceType":"Patient","active":true,"text":{"status":"generated"}}',
        '"generated"',
        f'"generated","div":"{DIV}<p><b>Patient</b></p><p><b>Active</b>: yes</p></div>"',
    ),
]


@pytest.mark.parametrize(("rule", "text", "old", "new"), CASES)
def test_the_finding_is_gone_and_nothing_else_has_changed(fixer, rule, text, old, new):
    assert text.count(old) == 1
    before = fixer.judge(text.encode())
    assert rule in {issue.rule for issue in before}
    fixed = fixer.fixed(text.encode())
    assert fixed.raw.decode() == text.replace(old, new)
    assert rule in {fix.rule for fix in fixed.fixes}
    assert rule not in {issue.rule for issue in fixed.report}
    assert {issue.rule for issue in fixed.report} < {issue.rule for issue in before}
    assert fixer.fixed(fixed.raw).fixes == ()


def test_each_way_of_fixing_is_tried():
    assert {rule for rule, *_ in CASES} == MAKERS.keys()
    assert MAKERS.keys() == MENDABLE <= RULES.keys()


def text(div, status="generated"):
    return f'{{"resourceType":"Patient","active":true,"text":{{"status":"{status}","div":"{div}"}}}}'


LEFT_ALONE = {
    "who chose the code saw these words": patient(coding(code="M", display="Wed", userSelected=True)),
    "the words are another code's": patient(coding(code="M", display="Divorced")),
    "the words have a translation beside them": patient(coding(code="M", display="Wed", _display={"id": "a"})),
    "the code is not like any": patient(coding(code="XYZ", display="Whatever")),
    "the code is like one and the words another's": patient(coding(code="m", display="Divorced")),
    "a narrative that somebody wrote says nothing": text(f"{DIV}</div>", "additional"),
    "a narrative that somebody wrote has no namespace": text("<div>Tea at four.</div>", "additional"),
    "nobody knows whether somebody wrote it": f'{{"resourceType":"Patient","text":{{"div":"{DIV}Tea.</div>"}}}}',
    "something changes what it means": text(f"{DIV}</div>").replace(
        '"active"', '"modifierExtension":[{"url":"urn:x","valueBoolean":true}],"active"'
    ),
    "the items belong to others by their place": (
        '{"resourceType":"Patient","name":[{"given":["","B"],"_given":[{"id":"a"},{"id":"b"}]}]}'
    ),
    "without it something is missing": '{"resourceType":"Observation","status":"","code":{"text":"x"}}',
    "there are two, and it does not repeat": '{"resourceType":"Patient","birthDate":["1950","1951"]}',
    "it is no number": '{"resourceType":"Patient","multipleBirthInteger":"two"}',
    "the type and the reference differ": (
        '{"resourceType":"Patient","managingOrganization":{"reference":"Organization/1","type":"urn:x/Patient"}}'
    ),
    "one of the labels is a little different": (
        '{"resourceType":"Patient","meta":{"security":[{"code":"a","system":"urn:s"},'
        '{"code":"a","system":"urn:s","display":"A"}]}}'
    ),
    "case is all that tells units apart": (
        '{"resourceType":"Observation","meta":{"profile":["http://hl7.org/fhir/StructureDefinition/bodyweight"]},'
        '"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category"'
        ',"code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"subject":'
        '{"reference":"Patient/1"},"effectiveDateTime":"2020","valueQuantity":{"value":3,"unit":"kg","system":'
        '"http://unitsofmeasure.org","code":"KG"}}'
    ),
    "with the claim put right more is wrong": (
        '{"resourceType":"Observation","meta":{"profile":["http://hl7.org/fhir/StructureDefinition/Bodyweight"]},'
        '"status":"final","code":{"text":"x"}}'
    ),
    "who answered was shown these words": (
        '{"resourceType":"QuestionnaireResponse","status":"completed","item":[{"linkId":"a","answer":[{"valueCoding":'
        f'{{"system":"{MARITAL}","code":"M","display":"Wed"}}}}]}}]}}'
    ),
    "it cannot be read": '{"resourceType":"Patient","active":"true",}',
    "it is no object": '[{"active":"true"}]',
    "it is XML": '<Patient xmlns="http://hl7.org/fhir"><active value=""/></Patient>',
}


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_what_is_not_certain_is_left_alone(fixer, text):
    fixed = fixer.fixed(text.encode())
    assert (fixed.raw.decode(), fixed.fixes) == (text, ())
    assert fixed.report.issues


def test_a_bundle_is_fixed_in_every_entry_in_its_own_language(fixer):
    inside = {"resourceType": "Patient", "contained": [{"resourceType": "Patient", "id": "c", **coding(code="m")}]}
    entries = [{"fullUrl": f"urn:uuid:{n:08}-0000-4000-8000-000000000000", "resource": inside} for n in range(40)]
    text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    fixed = fixer.fixed(text.encode())
    assert fixed.raw.decode() == text.replace('"m"', '"M"')
    assert len(fixed.fixes) == 40


def test_one_fix_that_is_refused_does_not_keep_the_others_away(fixer):
    wrong = '{"resourceType":"Observation","status":"","code":{"text":""},"subject":{"reference":"Patient/1"}%s}'
    more = "".join(f',"{name}":[]' for name in ("note", "category", "performer", "basedOn", "partOf", "focus"))
    fixed = fixer.fixed((wrong % more).encode())
    assert fixed.raw.decode() == wrong % ""
    assert {issue.rule for issue in fixed.report} >= {"FM207"}


def test_only_what_is_chosen_is_fixed(fixer):
    text = patient({**coding(code="M", display="Wed"), "active": "true"})
    only = Fixer(fixer.judge, fixer.registry, lambda report: report.with_issues(i for i in report if i.rule == "FM201"))
    assert only.fixed(text.encode()).raw.decode() == text.replace('"true"', "true")


def test_a_fix_says_nothing_of_what_it_changes(fixer):
    report = fixer.judge(secret := patient(coding(code="m", display="Hartley-xyz")).encode())
    assert "Hartley" not in str([fix.message for fix in fixer.fixes(secret, report)])
