"""What a validator remembers of keys, values and references is short, whatever it is given."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from fhir_matters import Validator
from fhir_matters.validation import context

LONG, MANY = 50_000, 60
RESOURCES = {
    "key": lambda long: {long: 1},
    "code": lambda long: {"gender": long},
    "date": lambda long: {"birthDate": long},
    "reference": lambda long: {"managingOrganization": {"reference": long}},
    "conditional reference": lambda long: {"managingOrganization": {"reference": f"Organization?name={long}"}},
    "language": lambda long: {"language": long},
}


@pytest.mark.parametrize("what", RESOURCES)
def test_what_is_long_is_not_held(what):
    validator = Validator()

    def judge(numbers):
        for number in numbers:
            text = json.dumps({"resourceType": "Patient", **RESOURCES[what](f"l{number}" + "y" * LONG)})
            assert validator.validate(text).issues

    judge(range(3))
    tracemalloc.start()
    try:
        judge(range(3, 3 + MANY))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < LONG * MANY / 4


def test_so_many_issues_are_kept_and_no_more(monkeypatch):
    monkeypatch.setattr(context, "MOST_KEPT", 8)
    monkeypatch.setattr(context, "_ISSUES", kept := {})
    validator = Validator()
    for number in range(50):
        (issue,) = (each for each in validator.validate({"resourceType": "Patient", f"k{number}": 1}) if each.is_error)
        assert issue.path.expression == f"Patient.k{number}"
    assert 0 < len(kept) <= 8
