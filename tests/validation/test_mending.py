"""What is misshapen is told once, and the rest is judged as the HL7 validator judges it."""

from __future__ import annotations

import pytest

from fhir_matters import Validator
from fhir_matters.validation.context import MISSHAPEN, Finding
from fhir_matters.validation.mending import mended


@pytest.fixture(scope="module")
def judge():
    validator = Validator()
    return lambda resource: [(issue.rule, str(issue.path)) for issue in validator.validate(resource).errors]


OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "a"}}


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ({"code": "a"}, [("FM104", "Observation.code"), ("FM108", "Observation")]),
        ({"code": None}, [("FM106", "Observation.code"), ("FM108", "Observation")]),
        ({"code": [{"text": "a"}]}, [("FM103", "Observation.code"), ("FM108", "Observation")]),
        (
            {"status": 3},
            [("FM201", "Observation.status"), ("FM301", "Observation.status"), ("FM312", "Observation.status")],
        ),
        ({"category": {"text": "a"}}, [("FM102", "Observation.category")]),
        ({"category": "a"}, [("FM102", "Observation.category"), ("FM104", "Observation.category")]),
        ({"component": [{}]}, [("FM105", "Observation.component[0]"), ("FM108", "Observation.component[0]")]),
        ({"valueBoolean": "true"}, [("FM201", "Observation.value.ofType(boolean)")]),
        (
            {"valueBoolean": "yes"},
            [("FM201", "Observation.value.ofType(boolean)"), ("FM202", "Observation.value.ofType(boolean)")],
        ),
        ({"valueInteger": "3"}, [("FM201", "Observation.value.ofType(integer)")]),
        (
            {"valueString": "a", "valueBoolean": 3},
            [("FM110", "Observation.valueBoolean")],
        ),
        ({"colour": "red"}, [("FM101", "Observation.colour")]),
    ],
)
def test_the_rest_is_judged_as_if_it_had_never_been_there(judge, field, found):
    assert sorted(judge(OBSERVATION | field)) == sorted(found)


def test_a_resource_that_is_well_shaped_needs_no_copy():
    assert mended(OBSERVATION, []) is None
    assert mended(OBSERVATION, [Finding("FM202", (None, "status", None, None), "")]) is None


def test_the_resource_itself_is_left_alone():
    resource = {"resourceType": "Patient", "name": [None, {"family": "Bee"}], "active": {}}
    wrong = [Finding("FM106", (None, "name", 0, None), ""), Finding("FM201", (None, "active", None, None), "")]
    assert mended(resource, wrong) == {"resourceType": "Patient", "name": [None, {"family": "Bee"}]}
    assert resource["active"] == {}
    assert {each.rule for each in wrong} <= MISSHAPEN
