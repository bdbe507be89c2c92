"""Everything about a patient, the validator's word, what the server claims, and how it starts and stops."""

from __future__ import annotations

import socket

import pytest

from fhir_matters import Validator
from fhir_matters.cli.joined import server_validate
from fhir_matters.errors import FhirMattersError, InputError
from fhir_matters.local_server import serve
from fhir_matters.local_server.serve import Running
from tests.local_server.conftest import Web, entry, patient, transaction


def to(kind: str, identity: str) -> dict:
    return {"reference": f"{kind}/{identity}"}


ABOUT = {
    "Patient/a": {"generalPractitioner": [to("Practitioner", "p")]},
    "Patient/b": {"generalPractitioner": [to("Practitioner", "q")]},
    "Practitioner/p": {},
    "Practitioner/q": {},
    "Organization/h": {},
    "Encounter/e": {"subject": to("Patient", "a"), "serviceProvider": to("Organization", "h")},
    "Observation/mine": {"subject": to("Patient", "a"), "encounter": to("Encounter", "e")},
    "Observation/other": {"subject": to("Patient", "b")},
    "Provenance/both": {"target": [to("Observation", "mine"), to("Observation", "other")]},
    "Provenance/other": {"target": [to("Observation", "other")]},
}


def test_everything_is_all_about_one_patient_and_nothing_of_another(web):
    entries = []
    for place, more in ABOUT.items():
        kind, identity = place.split("/")
        entries.append(entry("PUT", place, {"resourceType": kind, "id": identity, **more}))
    assert web("POST", "", transaction(*entries)).status_code == 200
    bundle, seen = web("GET", "/Patient/a/$everything?_count=2").json(), []
    while True:
        seen += [f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in bundle["entry"]]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        if not following:
            break
        bundle = web.get(following[0], timeout=30).json()
    assert seen[0] == "Patient/a"
    assert sorted(seen) == sorted(
        ["Patient/a", "Practitioner/p", "Organization/h", "Encounter/e", "Observation/mine", "Provenance/both"]
    )
    assert web("GET", "/Patient/nobody/$everything").status_code == 404


@pytest.fixture(scope="module")
def judging():
    with Running(validate=server_validate) as running, Web(running.base) as web:
        yield web


def test_the_validator_is_asked_bare_or_in_parameters(judging):
    wrong = patient("a", gender="song")
    given = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": wrong}]}
    for body in (wrong, given):
        answer = judging("POST", "/Patient/$validate", body)
        assert answer.status_code == 200
        assert "error" in {issue["severity"] for issue in answer.json()["issue"]}
    broken = {"resourceType": "Parameters", "parameter": 7}
    assert judging("POST", "/Patient/$validate", broken).status_code == 400


def test_what_is_stored_can_be_validated_where_it_is(judging):
    judging("PUT", "/Patient/v", patient("v", gender="song"))
    assert judging("GET", "/Patient/v/$validate").json()["resourceType"] == "OperationOutcome"


def test_what_the_server_writes_itself_is_sound(judging):
    judging("PUT", "/Basic/x", {"resourceType": "Basic", "id": "x", "code": {"text": "x"}})
    judging("PUT", "/Basic/y", {"resourceType": "Basic", "id": "y", "code": {"text": "y"}})
    judging("DELETE", "/Basic/y")
    written = [
        judging("GET", "/metadata"),
        judging("GET", "/Basic?colour=red"),
        judging("GET", "/Basic?_summary=count"),
        judging("GET", "/Basic/_history?_count=1"),
        judging("GET", "/Basic/nobody"),
        judging("POST", "", transaction(entry("GET", "Basic/x"), entry("DELETE", "Basic/z"))),
        judging("POST", "", transaction(entry("GET", "Basic/nobody"), kind="batch")),
    ]
    validator = Validator()
    assert [issue for answer in written for issue in validator.validate(answer.content).errors] == []


def test_a_validator_that_is_not_there_is_not_claimed(web, judging):
    def operations(server: Web) -> set[str]:
        (rest,) = server("GET", "/metadata").json()["rest"]
        return {operation["name"] for each in rest["resource"] for operation in each.get("operation", ())}

    assert (operations(web), operations(judging)) == ({"everything", "export"}, {"everything", "export", "validate"})


def test_a_port_that_is_taken_is_an_error_with_a_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(FhirMattersError, match="--port"):
        serve.run(port=taken.getsockname()[1])


def test_a_data_file_that_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(InputError, match="data file"):
        Running(tmp_path / "nowhere" / "data.db")


def test_a_failure_inside_is_an_answer_and_says_nothing_of_the_resource(capfd):
    def fails(resource, _):
        raise KeyError(resource["name"])

    with Running(validate=fails) as running, Web(running.base) as web:
        answer = web("POST", "/Patient/$validate", {"resourceType": "Patient", "name": [{"family": "Zimmerli"}]})
        assert (answer.status_code, answer.json()["resourceType"]) == (500, "OperationOutcome")
        assert "Zimmerli" not in answer.text
        assert web("GET", "/metadata").status_code == 200
    assert capfd.readouterr() == ("", "")
