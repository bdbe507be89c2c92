"""A code system of a million concepts, and circles in hierarchies: bounded in time and memory."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest

from fhir_matters.terminology import Terminology
from tests.terminology.test_terminology import IN, OUT, Definitions, V, valueset

BIG = "http://example.org/cs/big"


def big(count: int) -> dict[str, Any]:
    """Concepts that each stand below the tenth part of their number."""
    concepts = [{"code": f"c{n}", "property": [{"code": "parent", "valueCode": f"c{n // 10}"}]} for n in range(count)]
    return {"resourceType": "CodeSystem", "url": BIG, "content": "complete", "caseSensitive": True, "concept": concepts}


def test_a_million_concepts_are_a_set_in_seconds():
    concepts = [{"code": f"c{number}"} for number in range(1_000_000)]
    system = {"resourceType": "CodeSystem", "url": BIG, "content": "complete", "concept": concepts}
    tx = Terminology(Definitions(system, valueset("all", {"system": BIG})))
    started = time.process_time()
    assert tx.contains(V + "all", BIG, "c999999") is IN
    assert tx.contains(V + "all", BIG, "c1000000") is OUT
    assert tx.contains(V + "all", None, "c1") is IN
    assert time.process_time() - started < 60


def test_what_is_kept_of_a_concept_is_small():
    system, count = big(50_000), 50_000
    tx = Terminology(Definitions(system))
    tracemalloc.start()
    try:
        assert tx.system_knows(BIG, "c1") is IN
        assert tx.system(BIG).below("c1")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept / count < 1_000


@pytest.mark.parametrize(
    ("include", "inside"),
    [
        ({"filter": [{"property": "concept", "op": "is-a", "value": "c1"}]}, "c15"),
        ({"filter": [{"property": "code", "op": "regex", "value": "c1.*"}]}, "c15"),
        ({"filter": [{"property": "parent", "op": "=", "value": "c1"}]}, "c15"),
    ],
    ids=["is-a", "regex", "parent"],
)
def test_filters_of_a_large_system_take_seconds(include, inside):
    tx = Terminology(Definitions(big(100_000), valueset("x", {"system": BIG, **include})))
    started = time.process_time()
    assert tx.contains(V + "x", BIG, inside) is IN
    assert tx.contains(V + "x", BIG, "c20000") is OUT
    assert time.process_time() - started < 30


def test_what_is_left_of_a_large_system_takes_seconds():
    excluded = [{"system": BIG, "concept": [{"code": f"c{number}"} for number in range(50_000)]}]
    tx = Terminology(Definitions(big(100_000), valueset("x", {"system": BIG}, exclude=excluded)))
    started = time.process_time()
    assert tx.contains(V + "x", BIG, "c1") is OUT
    assert tx.contains(V + "x", BIG, "c99999") is IN
    assert time.process_time() - started < 30


def test_a_hierarchy_that_runs_in_circles_ends():
    concepts = [
        {"code": f"c{n}", "property": [{"code": "parent", "valueCode": f"c{(n + 1) % 1000}"}]} for n in range(1000)
    ]
    system = {**big(1), "concept": concepts}
    tx = Terminology(
        Definitions(
            system, valueset("x", {"system": BIG, "filter": [{"property": "concept", "op": "is-a", "value": "c5"}]})
        )
    )
    assert tx.contains(V + "x", BIG, "c999") is IN


def test_concepts_nested_deeper_than_python_would_are_read():
    inner: dict[str, Any] = {"code": "c50000"}
    for number in reversed(range(50_000)):
        inner = {"code": f"c{number}", "concept": [inner]}
    tx = Terminology(Definitions({**big(1), "concept": [inner]}))
    assert tx.system_knows(BIG, "c50000") is IN
    assert len(tx.system(BIG).above("c50000")) == 50_001
    while "concept" in inner:
        inner = inner.pop("concept")[0]


def test_value_sets_that_import_each_other_many_times_over_are_worked_out_once_each():
    sets = [valueset(str(n), {"valueSet": [V + str(n + 1)]}, {"valueSet": [V + str(n + 1)]}) for n in range(35)]
    tx = Terminology(Definitions({**big(10)}, *sets, valueset("35", {"system": BIG})))
    assert tx.contains(V + "0", BIG, "c5") is IN
    assert tx.contains(V + "0", BIG, "nope") is OUT
