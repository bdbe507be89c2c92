"""Every rule that the validator can raise: a resource that breaks it, and one that only just does not."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from fhir_matters.form_rules import FORM_RULES
from fhir_matters.issue import Issue
from fhir_matters.rules import RULES, TABLE
from fhir_matters.validation.validator import Validator
from tests.validation.cases import CASES, ON_REQUEST


def judged(validator: Validator, case: Any) -> list[Issue]:
    resource, profiles = (case[0], case[1:]) if isinstance(case, tuple) else (case, ())
    return list(validator.validate(copy.deepcopy(resource), profiles))


def test_every_rule_of_validation_has_a_case() -> None:
    assert {*CASES, *ON_REQUEST} == {code for code in RULES if not code.startswith("FM8")}


def test_no_two_rules_have_the_same_code() -> None:
    codes = re.findall(r"^FM\d{3}", TABLE + FORM_RULES, re.MULTILINE)
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("rule", CASES)
def test_a_resource_that_breaks_the_rule_is_told_so_at_its_place(validator: Validator, rule: str) -> None:
    bad, expression, _ = CASES[rule]
    found = [issue for issue in judged(validator, bad) if issue.rule == rule]
    assert [issue.path.expression for issue in found][:1] == [expression]
    assert {issue.undecided for issue in found} == {RULES[rule].undecided}
    assert {issue.severity for issue in found} == {RULES[rule].severity}
    assert {issue.code for issue in found} == {RULES[rule].issue_type}


@pytest.mark.parametrize("rule", CASES)
def test_a_resource_that_only_just_keeps_the_rule_is_not(validator: Validator, rule: str) -> None:
    assert rule not in {issue.rule for issue in judged(validator, CASES[rule][2])}


@pytest.mark.parametrize("rule", [rule for rule, case in CASES.items() if isinstance(case[0], dict)])
def test_the_path_of_every_issue_selects_a_node(validator: Validator, rule: str) -> None:
    resource = CASES[rule][0]
    for issue in judged(validator, resource):
        if issue.path.keys[-1:] == ("resourceType",):
            continue
        node = resource
        for key in issue.path.keys:
            node = node[key]
        assert node is not None or rule == "FM106"


@pytest.mark.parametrize("rule", [rule for rule, case in CASES.items() if isinstance(case[0], dict)])
def test_bytes_and_dict_are_judged_alike(validator: Validator, rule: str) -> None:
    resource = CASES[rule][0]
    assert list(validator.validate(json.dumps(resource).encode())) == judged(validator, resource)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_explains_itself_in_sentences(code: str) -> None:
    rule = RULES[code]
    assert rule.code == code
    assert rule.why.endswith(".")
    assert rule.todo.endswith(".")
    assert rule.spec.startswith("http://hl7.org/fhir/R4/")
