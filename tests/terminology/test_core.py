"""R4 core's own value sets, against HL7's published expansions."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.terminology import Answer, Terminology

FHIR = "http://hl7.org/fhir/ValueSet/"
# The published expansions are of 2018 and 2019: the currencies have grown since, and two leave out what their code
# system puts below a chosen concept by the property `child` alone.
SMALLER = {
    FHIR + "currencies",
    FHIR + "detectedissue-category",
    "http://terminology.hl7.org/ValueSet/v3-ActPharmacySupplyType",
}


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return Terminology(core())


@pytest.fixture(scope="module")
def expansions(shared: Path) -> list[dict[str, Any]]:
    """The value sets of the package hl7.fhir.r4.expansions that it says it expanded whole."""
    with tarfile.open(shared / "packages" / "hl7.fhir.r4.expansions-4.0.1.tgz") as archive:
        files = [archive.extractfile(member) for member in archive if member.name.endswith(".json")]
        resources = [json.load(file) for file in files if file]
    return [value for value in resources if "expansion" in value and "extension" not in value["expansion"]]


def concepts(contains: list[dict[str, Any]]) -> set[tuple[str, str]]:
    below = set().union(*(concepts(item.get("contains", [])) for item in contains))
    return below | {(item["system"], item["code"]) for item in contains if not item.get("abstract")}


def bindings() -> list[tuple[str, str]]:
    """(strength, value set) of every binding in R4 core."""
    registry = core()
    found = []
    for url in registry.urls("StructureDefinition"):
        definition = registry.find(url, "StructureDefinition") or {}
        elements = definition.get("snapshot", {}).get("element", [])
        found += [element["binding"] for element in elements if "valueSet" in element.get("binding", {})]
    return [(binding["strength"], binding["valueSet"]) for binding in found]


def test_no_code_of_a_published_expansion_is_out(terminology, expansions):
    denied = [
        (value["url"], *concept)
        for value in expansions
        for concept in concepts(value["expansion"].get("contains", []))
        if terminology.contains(value["url"], *concept) is Answer.OUT
    ]
    assert len(expansions) > 500
    assert denied == []


def test_what_is_in_beyond_a_published_expansion_is_abstract_or_retired(terminology, expansions):
    more = {
        (system, code)
        for value in expansions
        if value["url"] not in SMALLER
        for system, code in (terminology.concepts(value["url"]) or set())
        - concepts(value["expansion"].get("contains", []))
    }
    assert [concept for concept in more if not set_aside(terminology, *concept)] == []


def set_aside(terminology: Terminology, system: str, code: str) -> bool:
    entry = terminology.system(system).entry(code)
    properties = entry.properties if entry else {}
    return bool({"notSelectable", "abstract", "status", "deprecationDate"} & set(properties))


def test_nearly_every_required_binding_of_core_can_be_decided(terminology):
    required = Counter(value for strength, value in bindings() if strength == "required")
    undecided = {value.partition("|")[0] for value in required if terminology.concepts(value) is None}
    assert len(required) > 250
    assert undecided <= {
        FHIR + "mimetypes",
        FHIR + "ucum-units",
        FHIR + "timezones",
        "http://loinc.org/vs/LL379-9",
        "http://terminology.hl7.org/ValueSet/v3-EntityNameUseR2",
        "http://terminology.hl7.org/ValueSet/v3-NullFlavor",
    }


@pytest.mark.parametrize(
    ("valueset", "system", "code", "answer"),
    [
        ("administrative-gender|4.0.1", None, "female", Answer.IN),
        ("administrative-gender|4.0.1", None, "Female", Answer.OUT),
        ("mimetypes|4.0.1", None, "image/png", Answer.IN),
        ("mimetypes|4.0.1", None, "picture", Answer.OUT),
        ("languages", None, "de", Answer.IN),
        ("all-languages", None, "gsw-CH", Answer.IN),
        ("currencies|4.0.1", None, "EUR", Answer.IN),
        ("currencies|4.0.1", None, "euro", Answer.OUT),
        ("ucum-units|4.0.1", None, "mm Hg", Answer.OUT),
        ("resource-types|4.0.1", None, "Patient", Answer.IN),
        ("condition-clinical|4.0.1", "http://terminology.hl7.org/CodeSystem/condition-clinical", "active", Answer.IN),
        ("condition-clinical|4.0.1", "http://snomed.info/sct", "55561003", Answer.OUT),
        ("condition-code", "http://snomed.info/sct", "22298006", Answer.UNKNOWN),
        ("observation-codes", "http://loinc.org", "75773-2", Answer.UNKNOWN),
        ("observation-codes", "http://snomed.info/sct", "75773-2", Answer.OUT),
    ],
)
def test_core_value_sets_answer(terminology, valueset, system, code, answer):
    assert terminology.contains(FHIR + valueset, system, code) is answer


def test_displays_come_from_the_code_system(terminology):
    assert terminology.display_of("http://hl7.org/fhir/administrative-gender", "female") == "Female"
    assert terminology.display_of("http://hl7.org/fhir/administrative-gender", "nobody") is None
    assert terminology.display_of("http://snomed.info/sct", "22298006") is None
