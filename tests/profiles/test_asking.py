"""The questionnaire and its answers, in the judgement of the HL7 validator, of a HAPI server and of our own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fhir_matters import jsonio
from fhir_matters.records.asking import answers, questionnaire
from fhir_matters.records.record import Record
from fhir_matters.validation.validator import Validator
from tests.java.counterparts import verdict
from tests.profiles.test_hl7 import OPEN
from tests.records.strategies import records

EXAMPLES = {file.stem: Record.load(file) for file in sorted(Path("examples").glob("*.yaml"))}
several = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("record", EXAMPLES.values(), ids=EXAMPLES)
def test_what_an_example_answers_is_an_answer_to_the_questionnaire(hl7, record):
    findings = hl7.validate(jsonio.write(answers(record)))
    assert [f for f in findings if f.severity != "information" and not OPEN.search(f.text)] == []


def test_an_answer_that_is_none_is_found(hl7):
    wrong = answers(EXAMPLES["barbara"])
    wrong["item"][0]["item"][0]["answer"] = [{"valueInteger": 3}]
    assert any(re.search("type", finding.text) for finding in hl7.errors(jsonio.write(wrong)))


@several
@given(record=records())
def test_what_any_record_answers_is_an_answer_to_the_questionnaire(hl7, record):
    assert hl7.errors(jsonio.write(answers(record))) == []


@pytest.mark.parametrize("resource", [questionnaire(), *map(answers, EXAMPLES.values())])
def test_a_server_takes_it(hapi_knowing_us, resource):
    assert verdict(hapi_knowing_us, jsonio.write(resource))["error"] == []


@pytest.mark.parametrize("resource", [questionnaire(), *map(answers, EXAMPLES.values())])
def test_our_own_validator_takes_it(r4_core, resource):
    assert r4_core.is_dir()
    assert [issue for issue in Validator().validate(resource).issues if issue.is_error] == []
