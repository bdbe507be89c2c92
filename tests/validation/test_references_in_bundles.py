"""References in Bundles are followed from the fullUrl of their entry, as the HL7 validator follows them."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.validation.references import is_search
from fhir_matters.validation.validator import Validator

URL = "http://example.org/fhir/Procedure/a"
PUT = {"method": "PUT", "url": "Procedure/a"}
SUBJECT = "Bundle.entry[0].resource.subject.reference"


def told(reference: str, kind: str = "collection", **entry: Any) -> set[tuple[str, str]]:
    procedure = {"resourceType": "Procedure", "id": "a", "status": "completed", "subject": {"reference": reference}}
    bundle = {"resourceType": "Bundle", "type": kind, "entry": [{"resource": procedure, **entry}]}
    found = Validator().validate(bundle).errors
    return {(each.message_id, each.path.expression) for each in found}


@pytest.mark.parametrize("reference", ["Patient", "/Patient/1", "Patient/1/", "1"])
def test_a_relative_reference_of_another_form_is_wrong_in_a_bundle(reference: str) -> None:
    assert told(reference, fullUrl=URL) == {("Reference_REF_Format2", SUBJECT)}
    assert told(reference, "transaction", fullUrl=URL, request=PUT) == {("Reference_REF_Format1", SUBJECT)}


@pytest.mark.parametrize("reference", ["Patient/1", "Patient/1/_history/2", "http://example.org/fhir/nonsense"])
def test_other_references_are_fine(reference: str) -> None:
    assert told(reference, fullUrl=URL) == set()


def test_a_search_is_fine_in_a_transaction_alone() -> None:
    assert told("Patient?identifier=a", "transaction", fullUrl=URL, request=PUT) == set()
    assert told("Patient?identifier=a", "batch", fullUrl=URL, request=PUT) == {
        ("REFERENCE_REF_QUERY_NOT_TRANSACTION", SUBJECT)
    }


def test_a_relative_reference_needs_the_full_url_of_its_entry() -> None:
    assert told("Patient/1", "transaction", request=PUT) == {
        ("Bundle_BUNDLE_Entry_NoFullUrl", "Bundle.entry[0]"),
        ("Bundle_BUNDLE_FullUrl_Missing", SUBJECT),
    }
    answer = {"status": "200"}
    assert told("Patient/1", "transaction-response", response=answer) == set()


def test_an_empty_full_url_is_told_of_itself_alone() -> None:
    assert {place for _, place in told("Patient/1", fullUrl="")} == {"Bundle.entry[0].fullUrl"}


def test_an_empty_resource_has_neither_content_nor_type() -> None:
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": {}, "request": PUT}]}
    found = [each.message_id for each in Validator().validate(bundle).errors]
    assert {"Object_must_have_some_content", "Unable_to_find_resourceType_property"} <= set(found)


def test_an_entry_elsewhere_with_the_same_id_is_not_meant() -> None:
    device = {"resourceType": "Device", "id": "b"}
    procedure = {"resourceType": "Procedure", "id": "a", "status": "completed", "subject": {"reference": "Device/b"}}
    entries = [{"fullUrl": URL, "resource": procedure}, {"fullUrl": "http://example.com/Device/b", "resource": device}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert not Validator().validate(bundle).errors
    entries[1]["fullUrl"] = "http://example.org/fhir/Device/b"
    assert [each.message_id for each in Validator().validate(bundle).errors] == ["Reference_REF_BadTargetType"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("Patient?identifier=a|b", True),
        ("Patient?a=b&c.d=e", True),
        ("Patient?a=", True),
        ("Patient?", False),
        ("Patient?a", False),
        ("Patient?a=b&c", False),
        ("Patient?=b", False),
        ("Patient?1=b", False),
        ("Patient?a=b%3Dc", False),
        ("Nonsense?a=b", False),
        ("Patient", False),
    ],
)
def test_a_search_has_names_and_values(reference: str, *, expected: bool) -> None:
    assert is_search(reference) is expected


@pytest.mark.parametrize(
    ("query", "fits"), [("Patient?_id=a", True), ("Device?_id=a", False), ("?_type=Device", False), ("page/2", True)]
)
def test_a_match_is_of_the_type_that_the_self_link_searched_for(query: str, *, fits: bool) -> None:
    patient = {"resourceType": "Patient", "id": "a"}
    entry = {"fullUrl": "http://example.org/Patient/a", "resource": patient, "search": {"mode": "match"}}
    link = [{"relation": "self", "url": f"http://example.org/{query}"}]
    found = Validator().validate({"resourceType": "Bundle", "type": "searchset", "link": link, "entry": [entry]}).errors
    wrong = [] if fits else ["BUNDLE_SEARCH_ENTRY_WRONG_RESOURCE_TYPE_MODE"]
    assert [each.message_id for each in found] == wrong
