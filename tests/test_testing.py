"""The server for the tests of whoever talks to one: looked at past the wire, and bad on demand."""

from __future__ import annotations

import pytest
import requests

from fhir_matters.errors import FhirMattersError
from fhir_matters.testing import LocalServer


def test_what_is_put_there_past_the_wire_is_found_on_it_and_the_other_way_round():
    patient = {"resourceType": "Patient", "id": "a", "gender": "other"}
    with LocalServer().holding(patient) as server:
        assert requests.get(f"{server.base}/Patient?gender=other", timeout=10).json()["total"] == 1
        flag = {"resourceType": "Flag", "id": "f", "status": "active"}
        requests.put(f"{server.base}/Flag/f", json=flag, timeout=10)
        assert [each["id"] for each in server.held()] == ["a", "f"]
        assert [each["id"] for each in server.held("Flag")] == ["f"]


def test_with_a_token_it_answers_those_who_bring_it():
    with LocalServer(token="open-sesame") as server:
        url, bearer = f"{server.base}/Patient", {"Authorization": "Bearer open-sesame"}
        assert requests.get(url, timeout=10).status_code == 401
        assert requests.get(url, headers=bearer, timeout=10).status_code == 200


def test_it_answers_validate_and_questions_about_codes():
    with LocalServer() as server:
        url = f"{server.base}/CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=female"
        assert requests.get(url, timeout=60).json()["parameter"][0] == {"name": "result", "valueBoolean": True}


def test_faults_come_and_go_while_it_runs_and_are_counted():
    with LocalServer("error=500", seed=1) as server:
        statuses = [requests.get(f"{server.base}/metadata", timeout=10).status_code]
        server.faults.use("error=503:times=1")
        statuses += [requests.get(f"{server.base}/metadata", timeout=10).status_code for _ in range(2)]
        server.faults.use()
        statuses.append(requests.get(f"{server.base}/metadata", timeout=10).status_code)
        assert statuses == [500, 503, 200, 200]
        assert server.faults.counts == {"error": 2}


def test_a_fault_that_there_is_not_is_refused_before_anything_starts():
    with pytest.raises(FhirMattersError, match="drop-response"):
        LocalServer("drop-respond")
