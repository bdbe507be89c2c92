"""Answers beside their questions: which are due, which are out of place, and what is left open."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from fhir_matters.definitions.package import package_of
from fhir_matters.definitions.registry import core
from fhir_matters.issue import Severity
from fhir_matters.validation.validator import Validator
from tests.validation.form_cases import (
    NO,
    SWITCHED,
    TWO,
    UCUM,
    YES,
    answered,
    asked,
    coding,
    form,
    limit,
    question,
    response,
    string,
)


def errors(validator: Validator, resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Rule and place of each error about answers."""
    found = validator.validate(resource)
    return [
        (each.rule, each.path.expression)
        for each in found
        if each.rule.startswith("FM9") and each.severity is Severity.ERROR
    ]


def switched(operator: str, kind: str = "integer", behavior: str = "", **expected: Any) -> dict[str, Any]:
    """A form whose required question b is asked where question a was answered so."""
    condition = {"question": "a", "operator": operator, **expected}
    more = {"enableBehavior": behavior} if behavior else {}
    return form(question("a", kind, repeats=True), question("b", required=True, enableWhen=[condition], **more))


def quantity(value: float, unit: str = "kg") -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit}}


@pytest.mark.parametrize(
    ("operator", "expected", "given", "on"),
    [
        ("=", {"answerInteger": 5}, [{"valueInteger": 5}], True),
        ("=", {"answerInteger": 5}, [{"valueInteger": 4}, {"valueInteger": 5}], True),
        ("!=", {"answerInteger": 5}, [{"valueInteger": 5}], False),
        ("!=", {"answerInteger": 5}, [], False),
        (">", {"answerInteger": 5}, [{"valueInteger": 6}], True),
        ("<=", {"answerInteger": 5}, [{"valueInteger": 6}], False),
        ("exists", {"answerBoolean": True}, [{"valueInteger": 6}], True),
        ("exists", {"answerBoolean": False}, [{"valueInteger": 6}], False),
        ("exists", {"answerBoolean": False}, [], True),
    ],
)
def test_a_question_is_due_where_its_condition_holds_and_out_of_place_elsewhere(
    validator: Validator, operator: str, expected: dict[str, Any], given: list[dict[str, Any]], on: bool
) -> None:
    items = [answered("a", *given)] if given else []
    asks = switched(operator, **expected)
    told = answered("b", string("x"))
    here = f"QuestionnaireResponse.item[{len(items)}]"
    assert errors(validator, response(asks, *items, told)) == ([] if on else [("FM956", here)])
    assert errors(validator, response(asks, *items, answered("c"))) == [
        ("FM953", "QuestionnaireResponse"),
        *([("FM955", "QuestionnaireResponse")] if on else []),
    ]


def test_in_a_repeated_group_the_answer_of_that_group_decides(validator: Validator) -> None:
    group = form(question("g", "group", repeats=True, item=SWITCHED["item"]))
    first = answered("g", item=[YES, answered("b", string("x"))])
    second = answered("g", item=[NO, answered("b", string("x"))])
    expected = [("FM956", "QuestionnaireResponse.item[1].item[1]")]
    assert errors(validator, response(group, first, second)) == expected


def test_what_is_due_inside_an_answer_is_due_only_where_that_answer_is(validator: Validator) -> None:
    asks = form(question("a", "boolean", item=[question("c", required=True)]), question("b"))
    due = [("FM955", "QuestionnaireResponse.item[0]")]
    assert errors(validator, response(asks, YES)) == due
    assert errors(validator, response(asks, answered("b", string("x")))) == []
    inside = {"valueBoolean": True, "item": [answered("c", string("x"))]}
    assert errors(validator, response(asks, answered("a", inside))) == []


@pytest.mark.parametrize(
    ("status", "severity"), [("completed", "error"), ("amended", "error"), ("in-progress", "warning")]
)
def test_what_is_due_is_an_error_once_the_form_is_done(validator: Validator, status: str, severity: str) -> None:
    resource = response(form(question(required=True), question("b")), answered("b", string("x")), status=status)
    assert [each.severity.value for each in validator.validate(resource) if each.rule == "FM955"] == [severity]


@pytest.mark.parametrize(
    ("fields", "good", "bad"),
    [
        (
            {"type": "decimal", "extension": limit("minValue", valueDecimal=1.5)},
            {"valueDecimal": 1.5},
            {"valueDecimal": 1.4},
        ),
        (
            {"type": "decimal", "extension": limit("maxDecimalPlaces", valueInteger=1)},
            {"valueDecimal": 1.5},
            {"valueDecimal": 1.55},
        ),
        (
            {"type": "date", "extension": limit("maxValue", valueDate="2020-01-01")},
            {"valueDate": "2020"},
            {"valueDate": "2020-01-02"},
        ),
        ({"type": "string", "extension": limit("regex", valueString="[a-z]+")}, string("abc"), string("abc1")),
        (
            {"type": "quantity", "extension": limit("sdc-questionnaire-minQuantity", **quantity(5))},
            quantity(5001, "g"),
            quantity(4),
        ),
        (
            {"type": "quantity", "extension": limit("sdc-questionnaire-maxQuantity", **quantity(5))},
            quantity(5),
            quantity(1, "m"),
        ),
        ({"type": "integer", "answerOption": [{"valueInteger": 1}]}, {"valueInteger": 1}, {"valueInteger": 2}),
        ({"type": "open-choice", "answerOption": [coding("male")]}, string("neither"), coding("female")),
    ],
)
def test_an_answer_keeps_within_what_its_question_says(
    validator: Validator, fields: dict[str, Any], good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert errors(validator, asked(fields, good)) == []
    assert [rule for rule, _ in errors(validator, asked(fields, bad))] in (["FM960"], ["FM961"])


def test_a_form_in_a_package_is_found_with_and_without_its_version() -> None:
    asks = b'{"resourceType":"Questionnaire","url":"https://a.test/q","version":"2","status":"active","item":[]}'
    files = {"package.json": b'{"name": "forms", "version": "1"}', "q.json": asks}
    validator = Validator(registry=core().with_layer(package_of(files, "forms")))
    for canonical, rules in (
        ("https://a.test/q", ["FM953"]),
        ("https://a.test/q|2", ["FM953"]),
        ("https://a.test/q|3", []),
    ):
        resource = response({}, answered("a"), questionnaire=canonical)
        assert [rule for rule, _ in errors(validator, resource)] == rules


def test_a_million_questions_are_told_to_be_too_many_and_take_no_time(validator: Validator) -> None:
    group = question("g", "group", repeats=True, item=[question(f"q{n}", required=True) for n in range(2_000)])
    begun = time.process_time()
    report = validator.validate(response(form(group), *[answered("g", item=[answered("q0", string("x"))])] * 500))
    assert time.process_time() - begun < 60
    assert any(each.rule == "FM968" for each in report)


def test_a_pattern_or_a_number_made_to_take_for_ever_does_not(validator: Validator) -> None:
    begun = time.process_time()
    runaway = {"type": "string", "extension": limit("regex", valueString="(a?){60}a{60}b")}
    huge = b'{"value": 1e999999999, "system": "http://unitsofmeasure.org", "code": "g"}'
    asks = {"type": "quantity", "extension": limit("sdc-questionnaire-minQuantity", **quantity(5))}
    far = json.dumps(asked(asks, {"valueQuantity": "huge"})).encode().replace(b'"huge"', huge)
    assert validator.validate(asked(runaway, string("a" * 60))).issues
    assert validator.validate(far).issues
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("odd", [7, "x", [], [7], [None], {}, [{}], [{"linkId": 7, "type": 7, "item": 7}]])
def test_a_form_that_is_no_form_raises_nothing(validator: Validator, odd: Any) -> None:
    for key in ("item", "answerOption", "enableWhen", "extension", "answerValueSet", "maxLength"):
        resource = response(
            {**TWO, "item": [{"linkId": "a", "type": "choice", key: odd}]}, answered("a", coding("male"))
        )
        assert validator.validate(resource).issues
    assert validator.validate({**response(TWO), "item": odd}) is not None
