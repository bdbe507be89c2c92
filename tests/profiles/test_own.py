"""Our own validator comes to the verdict of the others; an invariant that it does not evaluate yet, it names."""

from __future__ import annotations

import pytest

from fhir_matters.validation.validator import Validator
from tests.profiles.instances import GOOD, bundle
from tests.profiles.spoilt import BAD, spoilt


@pytest.fixture(scope="module")
def validator(r4_core):
    assert r4_core.is_dir()
    return Validator()


def errors(report):
    return [issue for issue in report.issues if issue.is_error]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_resource_is_accepted(validator, name):
    assert errors(validator.validate(GOOD[name])) == []


def test_all_together_are_accepted(validator):
    assert errors(validator.validate(bundle(as_things_are=True))) == []


@pytest.mark.parametrize("case", BAD)
def test_an_error_is_found_or_left_open_by_name_in(validator, case):
    name, spoil, words = BAD[case]
    report = validator.validate(spoilt(name, spoil))
    assert errors(report) or any(words in issue.message for issue in report.issues)
