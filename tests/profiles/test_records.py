"""What a record becomes meets the profiles that it claims, in the judgement of the HL7 validator."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fhir_matters import jsonio
from fhir_matters.records import codes
from fhir_matters.records.record import Record
from tests.records.strategies import records

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
PROFILES = {value for name, value in vars(codes).items() if name.startswith("PROFILE_")}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_meets_the_profiles_that_it_claims(hl7, example):
    assert hl7.errors(jsonio.write(Record.load(example).bundle())) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_everything_in_an_example_claims_one_profile_of_ours_before_those_of_others(example):
    for entry in Record.load(example).bundle()["entry"]:
        ours, *others = entry["resource"]["meta"]["profile"]
        assert ours in PROFILES
        assert PROFILES.isdisjoint(others)


def test_the_examples_use_every_profile():
    records = [Record.load(example) for example in EXAMPLES]
    bundles = [*(r.bundle() for r in records), *(r.document("own", date="2026-11-25") for r in records)]
    claimed = {entry["resource"]["meta"]["profile"][0] for each in bundles for entry in each["entry"]}
    assert claimed == PROFILES


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(record=records())
def test_whatever_is_said_meets_the_profiles_that_it_claims(hl7, record):
    assert hl7.errors(jsonio.write(record.bundle())) == []
