"""The table of search parameters, held against R4's own SearchParameters."""

from __future__ import annotations

import json
import re

import pytest

from fhir_matters.local_server.parameters import EVERY, TYPES, _by_type, parameters, targets

# R4 names no `identifier` parameter for these, though they have identifiers.
BESIDES_R4 = {
    "AdverseEvent",
    "BiologicallyDerivedProduct",
    "CatalogEntry",
    "MedicinalProductIngredient",
    "ObservationDefinition",
    "SubstanceSpecification",
}
OURS = [
    pytest.param(kind, parameter, id=f"{kind}.{parameter.name}")
    for kind in sorted(TYPES)
    for parameter in parameters(kind).values()
    if parameter not in EVERY and (parameter.name != "identifier" or kind not in BESIDES_R4)
]


def definitions(folder, name):
    found = sorted(folder.rglob(f"{name}-*.json"))
    assert found
    return [json.loads(file.read_bytes()) for file in found]


@pytest.fixture(scope="module")
def r4(r4_core):
    """type, name → kind and FHIRPath, as R4 defines them."""
    return {
        (kind, each["code"]): (each["type"], each.get("expression", ""))
        for each in definitions(r4_core, "SearchParameter")
        for kind in each.get("base", ())
    }


@pytest.fixture(scope="module")
def compartment(r4_core):
    """The types of the patient compartment, and the parameters that make them so."""
    definition = next(
        each for each in definitions(r4_core, "CompartmentDefinition") if each["url"].endswith("/patient")
    )
    return {each["code"]: each["param"] for each in definition["resource"] if each.get("param")}


def test_the_types_are_those_of_r4(r4_core):
    stored = {
        each["type"]
        for each in definitions(r4_core, "StructureDefinition")
        if each["kind"] == "resource" and not each["abstract"] and each.get("derivation") == "specialization"
    }
    assert stored == TYPES


@pytest.mark.parametrize(("kind", "parameter"), OURS)
def test_each_parameter_is_one_of_r4_and_looks_where_r4_looks(kind, parameter, r4):
    assert (kind, parameter.name) in r4
    defined, expression = r4[kind, parameter.name]
    assert parameter.kind == defined
    for path in parameter.paths:
        assert not spellings(f"{kind}.{path}").isdisjoint(places(expression)), path


def spellings(path) -> set[str]:
    """How R4 may say it: as it is, as a choice without its type, or as what it is a part of (a name's family)."""
    path = re.sub(r"\.\?\w+=\w+", "", path)
    types = "DateTime|Date|Period|Instant|CodeableConcept|Quantity|Age|Decimal|String|Reference"
    choice = re.sub(rf"(?<=[a-z])({types})(?=\.|$)", "", path)
    return {path, choice, re.sub(r"\.(name|address)\.\w+$", r".\1", path)}


def places(expression) -> set[str]:
    """The places that a FHIRPath names, without types and conditions."""
    parts = (re.sub(r"\.where\(.*\)|\.as\(\w+\)| as \w+|[()]", "", part) for part in expression.split("|"))
    return {part.strip() for part in parts}


def test_what_a_chain_goes_through_without_a_type_is_what_r4_leads_to(r4_core):
    named = {}
    for each in definitions(r4_core, "SearchParameter"):
        named.setdefault(each["code"], set()).update(each.get("target", ()))
    assert {name: set(kinds) - named[name] for name, kinds in targets().items() if set(kinds) - named[name]} == {}


def test_no_type_has_a_parameter_twice():
    for kind in TYPES:
        names = [each.name for each in _by_type().get(kind, ())]
        assert len(names) == len(set(names)), kind


@pytest.mark.parametrize("parameter", EVERY, ids=lambda each: each.name)
def test_what_every_type_has_is_of_r4(parameter, r4):
    assert r4["Resource", parameter.name] == (parameter.kind, f"Resource.{parameter.paths[0]}")


def test_whatever_is_about_a_patient_is_found_by_the_patient(compartment, r4):
    named = {(kind, name) for kind in compartment for name in ("patient", "subject") if (kind, name) in r4} - {
        ("Patient", "patient")
    }
    assert len(named) > 60
    assert {(kind, name) for kind, name in named if name not in parameters(kind)} == set()


def test_whatever_has_an_identifier_is_found_by_it(r4_core):
    having = {
        each["type"]
        for each in definitions(r4_core, "StructureDefinition")
        if each["kind"] == "resource"
        and each.get("derivation") == "specialization"
        and any(element["path"] == f"{each['type']}.identifier" for element in each["snapshot"]["element"])
    }
    assert {kind for kind in having & TYPES if "identifier" not in parameters(kind)} == set()


def test_whatever_has_a_canonical_url_is_found_by_it(r4):
    assert {
        kind for kind, name in r4 if name == "url" and kind != "Subscription" and "url" not in parameters(kind)
    } == set()
