"""Real resources as they are: what the HL7 validator finds wrong in a guide's own examples, we find, and no more.

The examples of R4 are a sample of all of them, whatever they are; one in a hundred may differ.
"""

from __future__ import annotations

from contextlib import closing
from random import Random

import pytest

from tests.conformance.originals import originals
from tests.conformance.sides import Sides, errors, wrong

GUIDES = {
    "IPS 1.1.0": "hl7.fhir.uv.ips-1.1.0.tgz",
    "US Core 8.0.0": "hl7.fhir.us.core-8.0.0.tgz",
    "UK Core": "fhir.r4.ukcore.stu3.currentbuild-0.0.9-pre-release.tgz",
}
LARGEST = 200_000
SAMPLE = 200


def differing(sides, found):
    """Source, their errors and ours, for each resource in which they are not the same by code and place."""
    both = {each.source: sides.said(each.raw.decode(), "json") for each in found}
    return [
        (source, errors(each.theirs), errors(each.ours))
        for source, each in both.items()
        if each is not None and (each.ours is None or wrong(each.theirs) != wrong(each.ours))
    ]


@pytest.mark.parametrize("guide", GUIDES)
def test_in_each_example_of_a_guide_we_find_what_the_hl7_validator_finds(hl7_with, shared, guide):
    package = shared / "packages" / GUIDES[guide]
    found = originals([package], LARGEST)
    with closing(Sides(lambda: hl7_with([package]), shared, [package])) as sides:
        assert len(found) > 30
        assert differing(sides, found) == []


def test_in_examples_of_r4_too(hl7_with, shared):
    every = originals([shared / "packages" / "hl7.fhir.r4.examples-4.0.1.tgz"], LARGEST)
    found = Random(4).sample(every, SAMPLE)
    with closing(Sides(lambda: hl7_with([]), shared)) as sides:
        different = differing(sides, found)
    assert len(different) <= SAMPLE // 100, different
