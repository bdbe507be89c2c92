"""What a profile says of a reference's target, and of resources inside others, as the HL7 validator tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.validator import Validator
from tests.validation.resources import OURS, bundle, claims, entry, observation, patient

DEVICE = {"resourceType": "Device", "id": "d"}
CONTAINED = observation(device={"reference": "#d"}, contained=[DEVICE])


def told(validator: Validator, resource: Any, *profiles: str) -> list[tuple[str, str, str]]:
    found = validator.validate(resource, profiles).issues
    return [(each.message_id, each.code, each.path.expression) for each in found if each.severity.value == "error"]


def bundled(*, there: bool = True) -> dict[str, Any]:
    using = claims("at-hand", observation(id="o", device={"reference": "Device/d"}))
    found = [{"fullUrl": "http://example.org/Device/d", "resource": DEVICE}] if there else []
    return bundle("collection", {"fullUrl": "http://example.org/Observation/o", "resource": using}, *found)


def test_the_target_is_where_the_profile_says(validator: Validator) -> None:
    place = "Bundle.entry[0].resource.device"
    wrong = {issue for issue, *_ in told(validator, bundled())}
    assert "Reference_REF_Aggregation" not in wrong
    assert ("Reference_REF_NotFound_Bundle", "required", place) in told(validator, bundled(there=False))
    inside = claims("at-hand", CONTAINED)
    assert ("Reference_REF_Aggregation", "structure", "Observation.device") in told(validator, inside)
    assert "Reference_REF_Aggregation" not in {issue for issue, *_ in told(validator, CONTAINED)}


def test_where_the_target_is_at_hand_the_profile_for_it_has_to_be_here(validator: Validator) -> None:
    absent = ("Reference_REF_CantResolveProfile", "structure", "Bundle.entry[0].resource.device")
    assert absent in told(validator, bundled())
    assert absent not in told(validator, bundled(there=False))


@pytest.mark.parametrize("name", ["of-patients", "of-either"])
def test_a_resource_of_another_type_than_its_place_has_profiles_for(validator: Validator, name: str) -> None:
    whole = bundle("collection", entry(1, {"resourceType": "Basic", "code": {"text": "x"}}))
    assert told(validator, whole, OURS + name) == [
        ("Bundle_BUNDLE_Entry_Type2", "informational", "Bundle.entry[0].resource")
    ]
    assert told(validator, whole) == []


def test_a_resource_that_meets_none_of_several_profiles_is_told_of_once(validator: Validator) -> None:
    none = "BUNDLE_BUNDLE_ENTRY_MULTIPLE_PROFILES_NO_MATCH"
    whole = bundle("collection", entry(1, patient(gender="male")))
    assert told(validator, whole, OURS + "of-either") == [(none, "invalid", "Bundle.entry[0].resource")]
    one = bundle("collection", entry(1, patient(gender="female")))
    assert told(validator, one, OURS + "of-either") == []
