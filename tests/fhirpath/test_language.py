"""What expressions mean, over one invented patient; beside HL7's suite, for what that leaves out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fhir_matters import jsonio
from fhir_matters.fhirpath import CannotEvaluate, Host, InvalidExpression, evaluate
from fhir_matters.fhirpath import compile as compiled

PATIENT = jsonio.read("""{
  "resourceType": "Patient", "id": "p", "active": true, "birthDate": "1950-03",
  "_birthDate": {"id": "b", "extension": [{"url": "http://example.org/sure", "valueBoolean": false}]},
  "contained": [{"resourceType": "Organization", "id": "o", "name": "Home"}],
  "name": [
    {"use": "official", "family": "Gray", "given": ["Ann", null], "_given": [null, {"extension": [{"url": "x"}]}]},
    {"use": "usual", "given": ["Annie"]}
  ],
  "deceasedBoolean": false, "multipleBirthInteger": 2,
  "managingOrganization": {"reference": "#o"}, "generalPractitioner": [{"reference": "Practitioner/1"}],
  "extension": [{"url": "http://example.org/mass", "valueQuantity":
    {"value": 1.50, "unit": "kilo", "system": "http://unitsofmeasure.org", "code": "kg"}}]
}""")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        # Elements: siblings, choices, contained resources, what is no element.
        ("birthDate.extension('http://example.org/sure').value", [False]),
        ("birthDate.id", ["b"]),
        ("name.given", ["Ann", None, "Annie"]),
        ("name.given.hasValue()", [False]),
        ("name.given.select(hasValue())", [True, False, True]),
        ("name.given.getValue()", []),
        ("name[1].given.getValue()", ["Annie"]),
        ("deceased", [False]),
        ("deceased is boolean", [True]),
        ("multipleBirth.ofType(integer) + 1", [3]),
        ("contained.ofType(Organization).name", ["Home"]),
        ("contained.type().name", ["Organization"]),
        ("children().where($this is HumanName).count()", [2]),
        ("descendants().ofType(Extension).url", ["http://example.org/sure", "x", "http://example.org/mass"]),
        ("managingOrganization.resolve().name", ["Home"]),
        ("generalPractitioner.resolve()", []),
        # Three-valued logic and dates as precise as written.
        ("birthDate < @1950-03-15", []),
        ("birthDate < @1950-04-01", [True]),
        ("birthDate = @1950", []),
        ("birthDate + 11 months", ["1951-02"]),
        ("birthDate > @1950-03-15 or true", [True]),
        ("(birthDate > @1950-03-15).not()", []),
        ("@2020-01-31 + 1 month", ["2020-02-29"]),
        ("@2020-01-01T00:30:00+02:00 < @2019-12-31T23:00:00Z", [True]),
        ("@2020-01-01T12:00:00 < @2020-01-01T13:00:00Z", []),
        ("@2020-01-01T12:00:00 < @2020-01-03T13:00:00Z", [True]),
        ("@T10:30 > @T10:30:15", []),
        ("@T23:30 + 45 minutes", ["00:15"]),
        # Numbers and quantities are exact.
        ("0.1 + 0.2 = 0.3", [True]),
        ("extension.value", [PATIENT["extension"][0]["valueQuantity"]]),
        ("extension.value = 1500 'g'", [True]),
        ("extension.value < 3.3 '[lb_av]'", [False]),
        ("extension.value.value.toString()", ["1.50"]),
        ("extension.value + 500 'g'", ["2.00 'kg'"]),
        ("1 'mm[Hg]' = 133.322 'Pa'", [True]),
        ("120 'mm[Hg]' ~ 16.0 'kPa'", [True]),
        ("1 'kg' = 1 'm'", []),
        ("1 year = 12 months", [True]),
        ("1 year = 1 'a'", []),
        ("1 year ~ 1 'a'", [True]),
        ("2147483647 + 1", []),
        ("1 / 0", []),
        ("7 mod -3", [1]),
        ("2.power(-1)", [Decimal("0.5")]),
        # Functions that take expressions.
        ("name.select($index)", [0, 1]),
        ("name.where($index = 1).use", ["usual"]),
        ("(3 | 1 | 2).sort(-$this)", [3, 2, 1]),
        ("(1 | 2 | 3).aggregate($total + $this, 10)", [16]),
        ("name.select(iif(use = 'usual', given, family))", ["Gray", "Annie"]),
        ("defineVariable('n', name.first()).select(%n.family)", ["Gray"]),
        ("name.trace('x', given).count()", [2]),
        ("{}.coalesce({}, 'a', 'b')", ["a"]),
        ("'2024-06'.toDate()", ["2024-06"]),
        ("'abc'.replaceMatches('(b)(c)', '$2$1')", ["acb"]),
        ("%`vs-x` | %sct", ["http://hl7.org/fhir/ValueSet/x", "http://snomed.info/sct"]),
        ("%resource.id | %context.id | %rootResource.id", ["p"]),
        ("active.type().namespace & '.' & active.type().name", ["FHIR.boolean"]),
        ("1.type().name", ["Integer"]),
        ("active is Boolean", [False]),
        ("Resource.id | DomainResource.id", ["p"]),
        ("`active`", [True]),
    ],
)
def test_what_an_expression_finds(expression, found):
    assert evaluate(PATIENT, expression) == found


@pytest.mark.parametrize(
    "expression", ["nam", "name.giv", "valueString", "resourceType", "children().first()", "name."]
)
def test_what_the_type_does_not_have_is_an_error_where_it_stands(expression):
    with pytest.raises(InvalidExpression) as raised:
        evaluate(PATIENT, expression)
    assert raised.value.position >= 0
    assert "character" in str(raised.value)


def test_a_lenient_expression_finds_nothing_there_instead():
    assert compiled("nam.x | deceasedBoolean").evaluate(PATIENT) == []
    assert compiled("name.as(HumanName).count()", "Patient").evaluate(PATIENT) == [2]


@pytest.mark.parametrize(
    "expression",
    ["name.memberOf('x')", "conformsTo('http://example.org/x')", "name.single()", "name.given > 1", "%x", "1 + 'a'",
     "name.use.subsumes('x')", "name.elementDefinition()", "name.slice('a', 'b')", "birthDate + 1 'kg'", "is(Nothing)",
     "active.toString() < 3", "name.given.upper()", "iif('x', 1)", "'x'.matches('\\\\p{Foo}')"],
)  # fmt: skip
def test_what_cannot_be_told_is_one_error_and_never_false(expression):
    with pytest.raises(CannotEvaluate) as raised:
        evaluate(PATIENT, expression)
    assert "Ann" not in str(raised.value)


def test_a_host_answers_what_the_engine_cannot():
    traced = []
    host = Host(
        resolve=lambda reference: {"resourceType": "Practitioner", "id": reference[-1]},
        member_of=lambda code, value_set: code == "official" and value_set == "v",
        conforms_to=lambda value, kind, profile: kind == "Patient" and profile == "p" and value["id"] == "p",
        subsumes=lambda one, other: one < other,
        trace=lambda name, values: traced.append((name, values)),
        now=lambda: datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
    )

    def asked(expression):
        return compiled(expression).evaluate(PATIENT, host=host, variables={"mine": 5})

    assert asked("generalPractitioner.resolve().id") == ["1"]
    assert asked("name.use.select(memberOf('v'))") == [True, False]
    assert asked("conformsTo('p') and 'a'.subsumes('b') and 'b'.subsumedBy('a')") == [True]
    assert asked("name.use.trace('t').count()") == [2]
    assert traced == [("t", ["official", "usual"])]
    assert asked("now() | today() | timeOfDay()") == ["2024-02-29T12:30:00.000Z", "2024-02-29", "12:30:00.000"]
    assert asked("%mine + 1") == [6]


def test_a_host_that_cannot_tell_is_no_false():
    with pytest.raises(CannotEvaluate):
        compiled("name.use.first().memberOf('v')").evaluate(PATIENT, host=Host(member_of=lambda *_: None))


def test_an_element_is_tested_with_its_type_its_sibling_and_the_resource_around_it():
    expression = compiled("hasValue() or extension.exists()", "string")
    assert expression.test("x") is True
    assert expression.test(None, extra={"extension": [{"url": "x"}]}) is True
    assert expression.test(None) is False
    contact = compiled("name.exists() and %resource.active", "Patient.contact")
    assert contact.test({"name": {"text": "x"}}, resource=PATIENT) is True
    assert contact.test({"name": {"text": "x"}}, resource={"resourceType": "Patient"}) is None


def test_a_reference_finds_an_entry_of_the_same_bundle():
    patient = {"fullUrl": "http://example.org/Patient/p", "resource": PATIENT}
    goal = {"resource": {"resourceType": "Goal", "subject": {"reference": "Patient/p"}}}
    bundle = {"resourceType": "Bundle", "entry": [patient, goal]}
    assert evaluate(bundle, "entry.resource.ofType(Goal).subject.resolve().id") == ["p"]


def test_numbers_of_the_fast_reader_are_exact_too():
    fast = jsonio.parse('{"resourceType":"Observation","valueQuantity":{"value":0.10}}')
    assert evaluate(fast, "value.value = 0.1 and value.value.toString() = '0.10'") == [True]


def test_html_checks_say_what_narrative_may_be():
    def checked(div):
        narrative = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
        return evaluate(narrative, "text.`div`.htmlChecks()")

    assert checked('<div xmlns="http://www.w3.org/1999/xhtml"><p>Hello</p></div>') == [True]
    for bad in ("<div>x", "<p/>", '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>'):
        assert checked(bad) == [False]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 'L'", "1 'dm3'"),
        ("1 '[in_i]'", "2.54 'cm'"),
        ("1 '[lb_av]'", "453.59237 'g'"),
        ("1 'mg/dL'", "10 'ug/mL'"),
        ("60 '/min'", "1 'Hz'"),
        ("60 '{beats}/min'", "1 's-1'"),
        ("1 '10*3/uL'", "1 '10*9/L'"),
        ("1 'kg.m/s2'", "1 'N'"),
        ("1 'kg/(m.s2)'", "1 'Pa'"),
        ("1 'mmol/L'", "0.001 'mol/L'"),
        ("1 'mL/min/{1.73_m2}'", "60 'ml/h'"),
        ("1 'k[iU]/L'", "1 '[iU]/mL'"),
        ("100 '%'", "1 '1'"),
        ("1 'wk'", "7 days"),
    ],
)
def test_units_are_converted_exactly(one, other):
    assert evaluate(PATIENT, f"({one} = {other}) and {one}.comparable({other})") == [True]


def test_an_unknown_unit_only_equals_itself():
    assert evaluate(PATIENT, "5 'florps' = 5.0 'florps'") == [True]
    assert evaluate(PATIENT, "5 'florps'.comparable(5 'kg')") == [False]
    with pytest.raises(CannotEvaluate):
        evaluate(PATIENT, "5 'florps' = 5 'kg'")
