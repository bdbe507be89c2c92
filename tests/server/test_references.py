"""References are found wherever they stand, and rewriting them changes nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.server.references import answers, conditional, identifiers, references, texts
from fhir_matters.server.rewrite import rewrite
from tests.server.resources import elements, practitioner, resources

EVERYWHERE: dict[str, Any] = {
    "resourceType": "Observation",
    "contained": [{"resourceType": "Group", "id": "g", "member": [{"entity": {"reference": "Patient/in-contained"}}]}],
    "extension": [{"url": "https://example.org/e/Patient/1", "valueReference": {"reference": "Patient/in-extension"}}],
    "_status": {"extension": [{"url": "x", "valueReference": {"reference": "urn:uuid:in-primitive"}}]},
    "subject": {"reference": "#g"},
    "performer": [{"reference": "Practitioner?identifier=s|v"}, {"identifier": {"value": "logical"}}],
    "focus": [{"reference": "https://else.example.org/fhir/Patient/9"}],
    "instantiatesCanonical": "Patient/canonical",
    "note": [{"text": "Patient/prose and urn:uuid:in-primitive"}],
    "content": {"attachment": {"url": "Binary/letter"}},
}


def test_each_reference_is_found_wherever_it_stands():
    assert [text for _, text in references(EVERYWHERE)] == [
        "Patient/in-contained",
        "Patient/in-extension",
        "urn:uuid:in-primitive",
        "#g",
        "Practitioner?identifier=s|v",
        "https://else.example.org/fhir/Patient/9",
        "Binary/letter",
    ]


def test_each_place_leads_to_its_reference():
    for keys, text in references(EVERYWHERE):
        value = EVERYWHERE
        for key in keys:
            value = value[key]
        assert value == text


@given(resources)
def test_what_references_say_is_the_same_without_their_places(resource):
    assert texts(resource) == {text for _, text in references(resource)}


def test_canonicals_prose_and_contained_ones_stay_as_they_are():
    swapped = rewrite(EVERYWHERE, lambda reference: f"{reference}-new")
    assert swapped["subject"] == {"reference": "#g"}
    assert swapped["instantiatesCanonical"] == "Patient/canonical"
    assert swapped["note"] == EVERYWHERE["note"]
    assert swapped["extension"][0]["url"] == EVERYWHERE["extension"][0]["url"]
    assert swapped["content"]["attachment"]["url"] == "Binary/letter-new"


def test_what_a_bundle_says_to_its_own_entries_is_left_alone():
    inside = {"resourceType": "Observation", "subject": {"reference": "Patient/1"}}
    bundle = {"resourceType": "Bundle", "type": "document", "entry": [{"resource": inside}]}
    assert list(references(bundle)) == []
    assert rewrite(bundle, lambda _: "Patient/2") is bundle


@given(elements)
def test_a_swap_of_nothing_gives_the_very_same_object(value):
    assert rewrite(value, lambda _: None) is value


@given(st.recursive(elements, lambda inner: st.fixed_dictionaries({"reference": st.text(), "a": inner})))
def test_rewriting_changes_references_only_and_can_be_undone(value):
    before = copy.deepcopy(value)
    there = rewrite(value, lambda reference: f"new:{reference}")
    back = rewrite(there, lambda reference: reference.removeprefix("new:"))
    assert jsonio.spelt(value) == jsonio.spelt(before)
    assert jsonio.spelt(back) == jsonio.spelt(value)


@given(resources, st.dictionaries(st.sampled_from(["Patient/a", "urn:uuid:b"]), st.just("Patient/new")))
def test_every_reference_that_has_a_new_one_gets_it_and_no_other(resource, new):
    wrapped = {
        **resource,
        "subject": {"reference": "Patient/a"},
        "part": [{"reference": "urn:uuid:b"}, {"reference": "#c"}],
    }
    found = [text for _, text in references(rewrite(wrapped, new.get)) if not text.startswith("#")]
    wanted = [new.get(text, text) for _, text in references(wrapped) if not text.startswith("#")]
    assert found == wanted


@pytest.mark.parametrize(
    ("reference", "asked"),
    [
        ("Patient?identifier=a|b", ("Patient", (("identifier", "a|b"),))),
        ("Patient?identifier=a%7Cb&active=", ("Patient", (("identifier", "a|b"), ("active", "")))),
        ("Patient/1", None),
        ("https://example.org/Patient?x=y", None),
    ],
)
def test_a_conditional_reference_is_told_from_others(reference, asked):
    assert conditional(reference) == asked


def test_a_resource_answers_a_condition_by_identifier_alone():
    npi = "https://example.org/npi"
    assert answers(practitioner(), f"Practitioner?identifier={npi}|7")
    assert not answers(practitioner(), f"Practitioner?identifier={npi}|8")
    assert not answers(practitioner(), f"Patient?identifier={npi}|7")
    assert not answers(practitioner(), "Practitioner?name=Anna")
    assert not answers(practitioner(), "Practitioner?")


def test_identifiers_no_longer_in_use_or_without_a_system_do_not_count():
    given_ = [{"system": "a", "value": "1"}, {"value": "2"}, {"system": "a", "value": "3", "use": "old"}, "rubbish"]
    assert identifiers({"identifier": given_}) == [("a", "1")]
    assert identifiers({"identifier": {"system": "a", "value": "1"}}) == [("a", "1")]
