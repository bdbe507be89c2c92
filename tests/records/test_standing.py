"""What is left standing of a section: decided once, for checks, forms and PRSB alike."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing

POWER = {"kind": "lasting power of attorney", "agents": ["ben"]}


def left(**legal: Any) -> set[str]:
    """Which of these decisions are left standing."""
    data = {"person": {"name": "Ada Lark"}, "people": {"ben": {"name": "Ben Lark"}}, "legal": legal}
    return set(left_standing(Record.model_validate(data).legal))


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({}, {"first", "second"}),
        ({"withdrawn": True}, {"first"}),
        ({"replaces": "first"}, {"second"}),
        ({"replaces": "first", "withdrawn": True}, {"first"}),
        ({"ended": {"when": "2026-03-01"}}, {"first"}),
        ({"ended": {"when": "2026-03-01"}, "replaces": "first"}, set()),
        ({"valid_until": "1999"}, {"first", "second"}),
    ],
)
def test_a_decision_is_left_until_it_is_replaced_or_taken_back_or_was_a_mistake(second, expected):
    assert left(first=POWER, second=POWER | second) == expected
