"""Invariants in the walk: evaluated where they belong, named, and left open where nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.resources import OURS, bundle, claims, entry, patient


def broken(validator: Validator, resource: Any) -> list[tuple[str, str]]:
    return [
        (issue.message_id.rpartition("#")[2], issue.path.expression)
        for issue in validator.validate(resource).issues
        if issue.rule == "FM602"
    ]


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (patient(contact=[{"gender": "male"}]), [("pat-1", "Patient.contact[0]")]),
        (patient(contact=[{"name": {"text": "Bee"}}]), []),
        (patient(telecom=[{"value": "1"}]), [("cpt-2", "Patient.telecom[0]")]),
        (
            patient(identifier=[{"period": {"start": "2026", "end": "2025"}}]),
            [("per-1", "Patient.identifier[0].period")],
        ),
        (bundle("collection", entry(1), entry(1)), [("bdl-7", "Bundle")]),
        (
            {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": "GET", "url": "Patient/a"}}]},
            [],
        ),
    ],
)
def test_r4s_own_invariants_are_judged_at_their_element(validator: Validator, resource: Any, found: Any) -> None:
    assert broken(validator, resource) == found


def test_an_invariant_inside_another_resource_asks_that_resource(validator: Validator) -> None:
    inner = patient(id="p", contact=[{"gender": "male"}])
    outer = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "contained": [inner]}
    outer["subject"] = {"reference": "#p"}
    assert broken(validator, outer) == [("pat-1", "Observation.contained[0].contact[0]")]


def test_what_an_expression_asks_of_others_and_nobody_knows_is_open_and_no_pass(validator: Validator) -> None:
    (issue,) = [i for i in validator.validate(claims("beyond", patient(gender="male"))).issues if i.rule == "FM601"]
    assert issue.undecided
    assert "beyond-1" in issue.message


@pytest.mark.parametrize("order", [1, -1])
def test_a_value_that_comes_again_is_judged_as_before(validator: Validator, order: int) -> None:
    for born in ["1970-01-02", "1970", "1970-01-02", "1970"][::order]:
        found = [] if len(born) > 4 else [("to-the-day-1", "Patient.birthDate")]
        assert broken(validator, claims("to-the-day", patient(birthDate=born))) == found


@pytest.mark.parametrize("order", [1, -1])
def test_where_a_rule_looks_around_the_same_value_is_asked_again(validator: Validator, order: int) -> None:
    for active in [True, False, True, False][::order]:
        found = [] if active else [("active-men-1", "Patient.gender")]
        assert broken(validator, claims("active-men", patient(gender="male", active=active))) == found


def test_xml_and_json_are_judged_alike(validator: Validator) -> None:
    xml = '<Patient xmlns="http://hl7.org/fhir"><contact><gender value="male"/></contact></Patient>'
    assert broken(validator, xml) == broken(validator, patient(contact=[{"gender": "male"}]))


def standing(validator: Validator, resource: Any) -> list[str]:
    return [issue.path.expression for issue in validator.validate(resource).issues if issue.rule in ("FM553", "FM554")]


def test_an_extension_stands_where_its_expression_selects(validator: Validator) -> None:
    inside = patient(name=[{"text": "Bee", "extension": [{"url": OURS + "by-expression", "valueString": "x"}]}])
    assert standing(validator, inside) == []
    outside = patient(extension=[{"url": OURS + "by-expression", "valueString": "x"}])
    assert standing(validator, outside) == ["Patient.extension[0]"]


def test_what_must_hold_around_an_extension_is_asked_of_its_owner(validator: Validator) -> None:
    told = [{"url": OURS + "only-the-living", "valueString": "x"}]
    assert standing(validator, patient(extension=told)) == []
    assert standing(validator, patient(extension=told, deceasedBoolean=True)) == ["Patient"]


@pytest.mark.parametrize(("answer", "broken"), [({"answerBoolean": True}, []), ({"answerString": "yes"}, ["que-7"])])
def test_whether_there_is_an_answer_is_asked_with_a_boolean(r4_core, answer, broken):
    assert r4_core.is_dir()
    shown = {"linkId": "b", "type": "string", "enableWhen": [{"question": "a", "operator": "exists", **answer}]}
    form = {"resourceType": "Questionnaire", "status": "active", "item": [{"linkId": "a", "type": "string"}, shown]}
    found = Validator().validate(form).issues
    assert [issue.message_id.rpartition("#")[2] for issue in found if issue.is_error] == broken
