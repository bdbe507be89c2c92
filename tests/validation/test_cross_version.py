"""Elements of other versions of FHIR, which stand in extensions."""

from __future__ import annotations

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.cases import extended

ANIMAL = "http://hl7.org/fhir/3.0/StructureDefinition/extension-Patient.animal"


@pytest.mark.parametrize(("field", "found"), [("extension", {"FM555"}), ("modifierExtension", set())])
def test_a_modifier_of_another_version_stands_among_the_modifiers(
    validator: Validator, field: str, found: set[str]
) -> None:
    assert {issue.rule for issue in validator.validate(extended(ANIMAL, field, valueString="x")).errors} == found


def test_another_element_of_another_version_may_stand_in_extension(validator: Validator) -> None:
    other = ANIMAL.replace("animal", "nickname")
    assert validator.validate(extended(other, valueString="x")).ok
