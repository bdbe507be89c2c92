"""Who answers for a definition of HL7's own."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters import Validator
from fhir_matters.issue import Severity
from fhir_matters.validation.workgroups import WORK_GROUP

VALIDATOR = Validator()


def told(group: str, publisher: str, url: str = "http://hl7.org/fhir/ValueSet/a") -> list[Any]:
    value_set = {
        "resourceType": "ValueSet",
        "extension": [{"url": WORK_GROUP, "valueCode": group}],
        "url": url,
        "status": "active",
        "publisher": publisher,
    }
    return [(each.message_id, each.severity) for each in VALIDATOR.validate(value_set).issues if each.rule == "FM902"]


@pytest.mark.parametrize(
    ("group", "publisher", "found"),
    [
        ("fhir", "HL7 International / FHIR Infrastructure", []),
        ("vocab", "HL7 International / Vocabulary", []),
        ("fhir", "Somebody / Else", [("VALIDATION_HL7_PUBLISHER_MISMATCH", Severity.ERROR)]),
        ("fhir", "Somebody", [("VALIDATION_HL7_PUBLISHER_MISMATCH", Severity.WARNING)]),
        ("nobody", "Somebody / Else", [("VALIDATION_HL7_WG_UNKNOWN", Severity.ERROR)]),
    ],
)
def test_a_work_group_is_one_of_hl7_and_the_publisher_is_called_after_it(
    group: str, publisher: str, found: list[Any]
) -> None:
    assert told(group, publisher) == found


def test_others_call_themselves_what_they_like() -> None:
    assert told("nobody", "Somebody / Else", "http://example.org/ValueSet/a") == []
