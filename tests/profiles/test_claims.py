"""The HL7 validator with each guide in turn has nothing against what claims a profile of it, and knows what is broken.

A few minutes: eight validators one after another, each over the examples and 300 generated records.
"""

from __future__ import annotations

import json
import re

import pytest

from fhir_matters import jsonio
from tests.profiles.broken import RULES, broken
from tests.profiles.guides import (
    GUIDES,
    PROOFS,
    claims,
    defined,
    examples,
    files,
    generated,
    known,
    proving,
    run,
)

# It has no such profile, and says so without holding it against the resource.
UNKNOWN = "VALIDATION_VAL_PROFILE_UNKNOWN_NOT_POLICY"
# What one version of a guide leaves open and another asks, since the claim is made of both; and what is asked here
# for what the claim means.
NOT_ASKED = {
    "US Core 6.1.0": r"us-core-procedure: performer\.actor leads",
    "US Core 7.0.0": r"us-core-procedure: performer\.actor leads|preference: performer leads",
    "US Core 8.0.0": r"us-core-patient: says the gender",
    # us-core-1 asks for a day, in a FHIRPath that the HL7 validator finds true of every date.
    "PCO 0.2.0": r"category has what-matters|says on which day",
}


@pytest.fixture(scope="module", params=GUIDES)
def guide(request):
    return GUIDES[request.param]


@pytest.fixture(scope="module")
def judge(guide, shared, hl7_with):
    with hl7_with(files(guide, shared)) as oracle:
        yield oracle


def errors(judge, bundle):
    return [f"{found.location}: {found.text}" for found in judge.errors(jsonio.write(bundle))]


@pytest.mark.parametrize("example", examples())
def test_a_whole_example_has_no_error_and_no_claim_that_the_guide_does_not_know(judge, guide, shared, example):
    bundle = examples()[example]
    found = judge.validate(jsonio.write(bundle))
    assert [f"{each.location}: {each.text}" for each in found if each.is_error] == []
    unknown = {url for each in found if each.id == UNKNOWN for url in re.findall(r"'(\S+)'", each.text)}
    claimed = {url for entry in bundle["entry"] for url in claims(entry["resource"])}
    assert unknown == claimed - defined(guide, shared)


def test_no_generated_record_has_an_error_in_what_it_claims(judge, guide, shared):
    urls = known(guide, shared)
    bundles = [found for bundle in generated() if (found := proving(guide, bundle, urls))]
    assert [error for bundle in bundles for error in errors(judge, bundle)] == []
    assert len(bundles) > len(generated()) / 10


def test_what_breaks_a_rule_and_claims_all_the_same_is_refused(judge, guide, shared):
    urls = known(guide, shared)
    accepted = []
    for name, (profile, rule) in RULES.items():
        if profile.url in urls:
            bundle, _ = broken(profile, rule)
            if not errors(judge, proving(guide, bundle, [profile.url])):
                accepted.append(name)
    assert [name for name in accepted if not re.search(NOT_ASKED.get(guide.name, "$^"), name)] == []


def test_the_numbers_on_the_page_are_those_of_this_run(guide, shared):
    written = json.loads(PROOFS.read_bytes())["runs"][guide.name]
    now = run(guide, shared)
    assert (written["packages"], written["examples"]) == (now["packages"], now["examples"])
    # What chance makes differs from one version of Hypothesis to the next, so only the whole is compared.
    there, here = (
        sum(number for urls in each["generated"].values() for number in urls.values()) for each in (written, now)
    )
    assert there / 2 < here < there * 2
