"""A claim is dropped where a rule of it is broken, each rule alone, and what leads to that drops its own."""

from __future__ import annotations

import pytest

from fhir_matters.records.guides.claims import claimed
from fhir_matters.records.guides.profiles import PROFILES
from fhir_matters.validation.validator import Validator
from tests.profiles.broken import RULES, broken, claimant
from tests.profiles.guides import claims


@pytest.fixture(scope="module")
def validator(r4_core):
    assert r4_core.is_dir()
    return Validator()


def claimed_anew(bundle):
    """What each resource of ours claims now, by address."""
    ours = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"] if "meta" in entry["resource"]}
    bare = ({**each, "meta": {**each["meta"], "profile": each["meta"]["profile"][:1]}} for each in ours.values())
    return {address: claims(each) for address, each in zip(ours, claimed(bare), strict=True)}


@pytest.mark.parametrize("url", [profile.url for profile in PROFILES])
def test_an_example_claims_each_profile(url):
    assert claimant(next(profile for profile in PROFILES if profile.url == url))


@pytest.mark.parametrize("name", RULES)
def test_a_claim_is_dropped_where_this_alone_is_broken(name):
    profile, rule = RULES[name]
    bundle, address = broken(profile, rule)
    resource = next(entry["resource"] for entry in bundle["entry"] if entry["fullUrl"] == address)
    around = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    assert [each.says for each in profile.rules if not each.holds(resource, around)] == [rule.says]
    assert profile.url in claims(resource)
    assert profile.url not in claimed_anew(bundle)[address]


@pytest.mark.parametrize("name", RULES)
def test_r4_itself_has_nothing_against_what_breaks_it(validator, name):
    bundle, address = broken(*RULES[name])
    resource = next(entry["resource"] for entry in bundle["entry"] if entry["fullUrl"] == address)
    bare = dict(resource)
    del bare["meta"]
    assert [issue for issue in validator.validate(bare).issues if issue.is_error] == []
