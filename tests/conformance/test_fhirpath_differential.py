"""Our FHIRPath finds what the HL7 validator's finds; the instrument that says so cannot be fooled."""

from __future__ import annotations

from random import Random

import pytest

from fhir_matters.fhirpath import compile as compiled
from fhir_matters.fhirpath.errors import InvalidExpression
from tests.conformance.expressions import CHANGES, LEFT_OUT, changed, expressions
from tests.conformance.fhirpath_differential import Compared, both, ours, resources, table

PATIENT = {"resourceType": "Patient", "id": "a", "active": True, "name": [{"given": ["Ada", "B"], "family": "C"}]}
# What is left are answers where the specification asks for an error, and hasValue() on what is no primitive.
LEAST_AS_R4_HAS_THEM, LEAST = 99.5, 95.0


def share(runs):
    return 100 * sum(each.same for each in runs) / len(runs)


def test_both_find_the_same_on_real_resources(hl7_paths, corpus, shared):
    random = Random(20)
    chosen = resources([*corpus, shared / "packages" / "hl7.fhir.r4.examples-4.0.1.tgz"], random, 60)
    as_r4, as_changed = both(hl7_paths, chosen, random)
    assert share(as_r4) >= LEAST_AS_R4_HAS_THEM, [each.expression for each in as_r4 if not each.same]
    assert share([*as_r4, *as_changed]) >= LEAST


def test_what_r4_asks_can_be_compiled_and_needs_no_host():
    asked = expressions(PATIENT)
    assert len(asked) > 30
    assert not [each for each in asked if LEFT_OUT.search(each)]
    assert all(compiled(each, "Patient") for each in asked)


def test_changes_are_the_same_for_the_same_seed_and_mostly_still_fhirpath():
    asked = expressions(PATIENT)
    drawn = [[changed(each, Random(7)) for each in asked] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert sum(one != other for one, other in zip(asked, drawn[0], strict=True)) > len(asked) / 2
    assert sum(map(parses, drawn[0])) > len(asked) / 2


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_changes_something(change):
    pieces = ["name", ".", "where", "(", "use", "=", "'old'", ")", ".", "given", ".", "count", "(", ")"]
    assert any(change(list(pieces), Random(seed)) != pieces for seed in range(9))


def parses(expression):
    try:
        compiled(expression, "Patient")
    except InvalidExpression:
        return False
    return True


@pytest.mark.parametrize(
    ("expression", "theirs", "ours", "same"),
    [
        ("id", [("id", "a")], [("id", "a")], True),
        ("id", [("id", "a")], [("id", "b")], False),
        ("1 + 1", [("decimal", "2.0")], [("Integer", "2")], True),
        ("name", [("HumanName", ""), ("HumanName", "")], [("HumanName", "")], False),
        ("name.given", [("string", "b"), ("string", "a")], [("string", "a"), ("string", "b")], False),
        ("children()", [("string", "b"), ("string", "a")], [("string", "a"), ("string", "b")], True),
        ("!", None, None, True),
        ("!", None, [], False),
        ("!", [], None, False),
    ],
)
def test_the_same_is_the_same_items_in_the_same_order_or_that_both_refuse(expression, theirs, ours, same):
    assert Compared(expression, PATIENT, theirs, ours).same is same


def test_ours_answers_with_types_and_texts_and_refuses_with_nothing():
    assert ours(PATIENT, "active | name.family") == [("boolean", "true"), ("string", "C")]
    assert ours(PATIENT, "name.given + 'x'") is None
    assert ours(PATIENT, "name.") is None


def test_the_table_tells_the_ways_of_disagreeing_apart():
    runs = [Compared("a", PATIENT, theirs, found) for theirs, found in ((None, []), ([], None), ([], []))]
    lines = list(table(runs, []))
    assert lines[0].split() == ["ALL", "n=3", "same=", "33.3%"]
    assert sorted(lines[3:]) == ["  HL7 answers, ours refuses: 1", "  HL7 refuses, ours answers: 1"]
