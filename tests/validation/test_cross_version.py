"""Elements of other versions of FHIR, which stand in extensions: without that version's definitions nobody can tell."""

from __future__ import annotations

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.resources import extended

NICKNAME = "http://hl7.org/fhir/3.0/StructureDefinition/extension-Patient.nickname"


@pytest.mark.parametrize(("field", "rule"), [("extension", "FM552"), ("modifierExtension", "FM559")])
def test_an_element_of_another_version_is_left_open_and_is_no_pass(validator: Validator, field: str, rule: str) -> None:
    report = validator.validate(extended(NICKNAME, field, valueString="x"))
    assert report.ok
    assert rule in {issue.rule for issue in report.undecided}
