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


def document(*authors: str, **first: Any) -> dict[str, Any]:
    """A document whose Composition has these authors, and one Organization that is in it twice."""
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"text": "Note"},
        "date": "2024-01-01",
        "title": "Note",
        "author": [{"reference": each} for each in authors],
        **first,
    }
    ward = {"resourceType": "Organization", "id": "w", "name": "Ward"}
    entries = [("Composition/c", composition), ("Organization/w", ward), ("Organization/w", dict(ward))]
    return {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"},
        "timestamp": "2024-01-01T00:00:00Z",
        "entry": [{"fullUrl": f"http://example.org/fhir/{url}", "resource": each} for url, each in entries],
    }


def told_of(bundle: dict[str, Any]) -> set[tuple[str, str]]:
    found = Validator().validate(bundle).errors
    return {(each.message_id, each.path.expression) for each in found}


AUTHOR = "Bundle.entry[0].resource.author[0].reference"


def test_a_reference_that_two_entries_answer_to_means_neither() -> None:
    told = told_of(document("Organization/w", id="c"))
    assert {("Bundle_BUNDLE_MultipleMatches", AUTHOR), ("BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE", AUTHOR)} <= told
    alone = document("Organization/w", id="c")
    del alone["entry"][2]
    assert told_of(alone) == set()


def test_relative_references_of_an_entry_whose_url_does_not_end_in_its_id_lead_nowhere() -> None:
    bundle = document("Organization/w")
    del bundle["entry"][2]
    assert ("BUNDLE_BUNDLE_ENTRY_NOTFOUND_CANNOT", AUTHOR) in told_of(bundle)


def test_what_a_narrative_link_means_is_there_once() -> None:
    target = "http://example.org/fhir/Composition/c"
    link = {"url": "http://hl7.org/fhir/StructureDefinition/narrativeLink", "valueUrl": f"{target}#row"}
    bundle = document("http://example.org/fhir/Organization/w", id="c", extension=[link])
    del bundle["entry"][2]
    first = bundle["entry"][0]["resource"]
    assert ("BUNDLE_BUNDLE_ENTRY_NOTFOUND_FRAGMENT", "Bundle.entry[0]") in told_of(bundle)
    div = "<div xmlns='http://www.w3.org/1999/xhtml'><p id='row'>a</p><p id=\"other\">b</p></div>"
    first["text"] = {"status": "generated", "div": div}
    assert not any(told.startswith("BUNDLE_") for told, _ in told_of(bundle))
    first["author"][0]["id"] = "row"
    assert ("BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE_FRAGMENT", "Bundle.entry[0]") in told_of(bundle)
