"""HAPI FHIR behaves as the client and the receipt expect of it: what it drops, and how it says no."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
import requests

SAID = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}


def send(hapi: str, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
    content = {
        "Content-Type": "application/fhir+json",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    data = body if isinstance(body, str) or body is None else None
    return requests.request(
        method, f"{hapi}/{path}", data=data, json=None if data else body, headers=content, timeout=60
    )


@pytest.fixture(scope="module")
def patient(hapi):
    return send(hapi, "POST", "Patient", {"resourceType": "Patient"}).json()


def test_the_server_beside_ours_serves_r4(hapi):
    assert send(hapi, "GET", "metadata").json()["fhirVersion"] == "4.0.1"


def test_it_answers_201_and_drops_what_it_does_not_know(hapi):
    answer = send(hapi, "POST", "Patient", {"resourceType": "Patient", "gender": "female", "favouriteSong": "Ave"})
    assert answer.status_code == 201
    kept = send(hapi, "GET", f"Patient/{answer.json()['id']}").json()
    assert kept["gender"] == "female"
    assert "favouriteSong" not in kept


def test_it_stores_what_breaks_the_base_definition(hapi):
    assert send(hapi, "POST", "Observation", {"resourceType": "Observation"}).status_code == 201


@pytest.mark.parametrize(("sent", "kept"), [("1.10", "1.10"), ("1e2", "100"), ("-0.00", "0.00"), ("1E-7", "0.0000001")])
def test_it_keeps_a_trailing_zero_and_respells_exponents_and_minus_zero(hapi, sent, kept):
    answer = send(
        hapi,
        "POST",
        "Observation",
        json.dumps({**SAID, "valueQuantity": {"value": 4711}}).replace("4711", sent),
    )
    stored = send(hapi, "GET", f"Observation/{answer.json()['id']}").text.replace(" ", "")
    assert f'"value":{kept}}}' in stored


def test_it_refuses_a_reference_to_what_it_does_not_have(hapi):
    answer = send(hapi, "POST", "Observation", {**SAID, "subject": {"reference": "Patient/nobody"}})
    assert answer.status_code == 400
    assert "HAPI-1094" in answer.text


def test_a_conditional_create_makes_one_and_finds_it_again(hapi):
    value = str(uuid4())
    body = {"resourceType": "Patient", "identifier": [{"system": "urn:example:test", "value": value}]}
    condition = f"identifier=urn:example:test|{value}"
    answers = [send(hapi, "POST", "Patient", body, If_None_Exist=condition) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_a_search_is_cached_unless_asked_not_to(hapi):
    value = str(uuid4())
    search = f"Patient?identifier=urn:example:test|{value}"
    assert "entry" not in send(hapi, "GET", search).json()
    body = {"resourceType": "Patient", "identifier": [{"system": "urn:example:test", "value": value}]}
    assert send(hapi, "POST", "Patient", body).status_code == 201
    assert "entry" not in send(hapi, "GET", search).json()
    assert len(send(hapi, "GET", search, Cache_Control="no-cache").json()["entry"]) == 1


def test_an_update_of_a_stale_version_is_a_conflict(hapi, patient):
    path = f"Patient/{patient['id']}"
    first = send(hapi, "PUT", path, {**patient, "gender": "male"}, If_Match='W/"1"')
    second = send(hapi, "PUT", path, {**patient, "gender": "other"}, If_Match='W/"1"')
    assert (first.status_code, second.status_code) == (200, 409)


def test_a_transaction_resolves_its_own_references_and_is_all_or_nothing(hapi):
    value = str(uuid4())
    person = {"resourceType": "Patient", "identifier": [{"system": "urn:example:test", "value": value}]}
    about = {**SAID, "subject": {"reference": "urn:uuid:" + value}}

    def transaction(observation):
        entries = [
            {"fullUrl": "urn:uuid:" + value, "resource": person, "request": {"method": "POST", "url": "Patient"}},
            {"resource": observation, "request": {"method": "POST", "url": "Observation"}},
        ]
        return send(hapi, "POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": entries})

    assert transaction({**about, "subject": {"reference": "Patient/nobody"}}).status_code == 400
    search = f"Patient?identifier=urn:example:test|{value}"
    assert "entry" not in send(hapi, "GET", search, Cache_Control="no-cache").json()
    entries = transaction(about).json()["entry"]
    stored = send(hapi, "GET", entries[1]["response"]["location"]).json()
    assert entries[0]["response"]["location"].startswith(stored["subject"]["reference"] + "/")


def test_validate_finds_a_missing_status(hapi):
    answer = send(hapi, "POST", "Observation/$validate", {"resourceType": "Observation", "code": {"text": "x"}})
    errors = [issue for issue in answer.json()["issue"] if issue["severity"] in ("error", "fatal")]
    assert answer.status_code == 200
    assert "Observation.status" in errors[0]["diagnostics"]
