"""HL7's own FHIRPath suite for R4, case by case."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from lxml import etree

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError
from fhir_matters.fhirpath import compile as compiled
from fhir_matters.fhirpath.navigation import resource_node
from fhir_matters.fhirpath.reflection import info
from fhir_matters.fhirpath.values import plain, system

sys.path.insert(0, str(Path(__file__).parent))
from fhirxml import resource

# Cases that need a newer FHIRPath or FHIR than R4, each with its reason. There is none so far.
SKIPPED: dict[str, str] = {}
BAR = 0.99


@pytest.fixture(scope="module")
def suite(shared):
    """Every case as (name, element, input)."""
    folder = shared / "hl7-cases" / "fhirpath"
    inputs = {file.name: _read(file) for file in folder.iterdir() if not file.name.startswith("tests-")}
    tests = etree.parse(folder / "tests-fhir-r4.xml").iter("test")
    return [(test.get("name"), test, inputs[test.get("inputfile", "patient-example.xml")]) for test in tests]


def _read(file):
    return jsonio.read(file.read_bytes()) if file.suffix == ".json" else resource(file.read_bytes())


def passes(test, given):
    """True if the engine says what the case says: the same types and values, or any error where one is expected."""
    expression = test.find("expression")
    try:
        engine = compiled(expression.text, given["resourceType"], strict=True)
        items = engine.items(resource_node(given, engine.model), engine.scope(given))
    except FhirMattersError:
        return expression.get("invalid") is not None
    if expression.get("invalid"):
        return False
    if test.get("predicate") == "true":
        return bool(items)
    wanted, found = [(each.get("type"), each.text or "") for each in test.iter("output")], [*map(_shown, items)]
    if test.get("ordered") == "false":
        wanted.sort(key=lambda each: each[1])
        found.sort(key=lambda each: each[1])
    return len(wanted) == len(found) and all(map(_same, wanted, found))


def _shown(item):
    kind, value = info(item).name, plain(system(item))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return kind, {"Date": "@", "DateTime": "@", "Time": "@T"}.get(kind, "") + text


def _same(wanted, found):
    if wanted[0] and wanted[0].lower() != found[0].lower():
        return False
    try:
        return wanted[1] == found[1] or Decimal(wanted[1]) == Decimal(found[1])
    except InvalidOperation:
        return False


def test_the_engine_says_what_the_suite_says(suite):
    counted = [(name, passes(test, given)) for name, test, given in suite if name not in SKIPPED]
    missed = [name for name, passed in counted if not passed]
    assert counted
    assert len(missed) <= (1 - BAR) * len(counted), missed
    assert missed == []


def test_what_is_skipped_is_there_and_has_a_reason(suite):
    assert set(SKIPPED) <= {name for name, _, _ in suite}
    assert all(SKIPPED.values())
