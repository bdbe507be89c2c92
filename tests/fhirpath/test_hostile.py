"""Expressions and input made to break the engine: an answer or a named error, soon."""

from __future__ import annotations

import pytest

from fhir_matters.fhirpath import CannotEvaluate, InvalidExpression, evaluate
from fhir_matters.fhirpath import compile as compiled
from fhir_matters.jsonio import Number

PATIENT = {"resourceType": "Patient", "name": [{"given": ["Ann"]}]}
NAMED = (CannotEvaluate, InvalidExpression)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "not(" * 5000,
        "-" * 5000 + "1",
        "name" + ".first()" * 20_000,
        "1" + "+1" * 20_000,
        "x" * 200_000,
        "99999999999999999999",
        "'" + "a" * 50_000,
        "/*" * 10_000,
        "{" * 1000,
        "name[",
        "%",
        "$that",
        "@2015-02-30",
        "'\\q'",
        "1 2",
        "frobnicate()",
        "count(1, 2)",
        "\ud800",
        "",
    ],
)
def test_what_is_no_sensible_expression_is_an_error_with_a_position(expression):
    with pytest.raises(NAMED) as raised:
        evaluate(PATIENT, expression)
    assert "Ann" not in str(raised.value)


@pytest.mark.parametrize(
    "expression",
    [
        "1.repeat($this + 1)",
        "'a'.repeat($this & 'a')",
        "name.repeat($this | %resource.descendants()).select(%resource.descendants()) | 1.repeat($this + 1)",
        "'aaaaaaaaaa'" + ".replace('a', 'aaaaaaaaaa')" * 9,
        "(1 | 2)" + ".combine(%context | 1 | 2).combine($this)" * 2 + ".repeat(1.0 + $this)",
        "10000.0.power(1000000)",
        "1000.exp().exp()",
        "2.power(0.5).power(99999)",
        "@9999-12-31 + 1 day",
        "@0001-01-01 - 1 year",
        "@2020-01-01 + 999999999999999999 days",
        "1.0.round(999999999)",
        "5 'kg' < 3 'nonsense'",
        "name.given.single() + 1",
        "'abc'.matches('(')",
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.matches('(?=a+)(a+)+$')",
        "'a'.matches('((a{1,100}){1,100}){1,100}')",
    ],
)
def test_what_would_run_away_is_stopped(expression):
    with pytest.raises(CannotEvaluate):
        compiled(expression).evaluate(PATIENT)


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*)*b", "a*a*a*a*a*a*a*b", "(([a])+.)+[b]"])
def test_a_catastrophic_pattern_is_answered_all_the_same(pattern):
    assert evaluate(PATIENT, f"('{'a' * 5000}' & 'c').matches('{pattern}')") == [False]


def test_a_number_of_a_million_digits_is_refused_and_one_with_a_huge_exponent_too():
    for spelling in ("1" * 1_000_000 + ".5", "1e999999999", "1E-999999999"):
        observation = {"resourceType": "Observation", "valueQuantity": {"value": Number(spelling)}}
        with pytest.raises(CannotEvaluate):
            evaluate(observation, "value.value * 3 > 1 or value < 3 'mg' or value.value.toString().length() > 3")


def test_a_deep_resource_is_searched_or_refused_by_name():
    inner = {"url": "x"}
    for _ in range(20_000):
        inner = {"url": "x", "extension": [inner]}
    deep = {"resourceType": "Patient", "extension": [inner]}
    assert evaluate(deep, "descendants().where($this is Extension).count()") == [20_001]
    with pytest.raises(CannotEvaluate):
        evaluate(deep, "extension.distinct()")


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Patient", "name": "Ann", "birthDate": 5, "active": "yes", "contained": [{}, 3, None]},
        {"resourceType": "Patient", "name": [None, [], {"given": {"a": 1}}], "_birthDate": [], "contact": [[{}]]},
        {"resourceType": "Nonsense"},
        {"resourceType": None},
        {"resourceType": "Patient", "birthDate": "2020-99-99", "name": [{"given": [None], "_given": [None, {}]}]},
        {},
    ],
)
@pytest.mark.parametrize(
    "expression",
    ["name.given", "birthDate < today()", "active and true", "descendants().count()", "contact.name", "contained.id"],
)
def test_malformed_resources_give_items_or_a_named_error(resource, expression):
    try:
        found = evaluate(resource, expression)
    except NAMED:
        found = []
    assert isinstance(found, list)
