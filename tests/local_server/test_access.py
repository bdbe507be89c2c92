"""Bearer tokens, where a server asks for one: 401 without, 403 beyond their scopes, and the statement open to all."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from fhir_matters.cli.serve import command
from fhir_matters.local_server.access import one_token
from fhir_matters.local_server.serve import Running
from fhir_matters.server import Server
from tests.local_server.conftest import Web, entry, patient, transaction

SCOPES = {
    "all": "system/*.*",
    "reader": "system/Patient.read openid",
    "writer": "user/Patient.write",
    "finer": "system/Patient.rs system/Flag.c",
    "of-one-patient": "patient/*.*",
    "with-a-query": "system/Patient.rs?gender=male",
    "nothing": "",
}
PERSON = patient("a")
FLAG = {"resourceType": "Flag"}


@pytest.fixture(scope="module")
def guarded():
    with Running(verify=SCOPES.get) as running, Web(running.base) as web:
        assert web("PUT", "/Patient/a", PERSON, Authorization="Bearer all").status_code == 201
        yield web


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        ({}, "Bearer realm="),
        ({"Authorization": "Basic all"}, "Bearer realm="),
        ({"Authorization": "Bearer"}, "Bearer realm="),
        ({"Authorization": "Bearer stolen"}, 'error="invalid_token"'),
    ],
)
@pytest.mark.parametrize(
    "path", ["/Patient/a", "/Patient", "/_history", "", "/Patient/$everything", "/$export", "/$export-file/x/y"]
)
def test_without_a_good_token_nothing_is_told(guarded, authorization, said, path):
    answer = guarded("GET", path, **authorization)
    assert (answer.status_code, answer.json()["resourceType"]) == (401, "OperationOutcome")
    assert said in answer.headers["WWW-Authenticate"]
    assert "stolen" not in answer.text


def test_what_the_server_can_do_is_open_and_says_that_a_token_is_needed(guarded, web):
    (rest,) = guarded("GET", "/metadata").json()["rest"]
    assert "token" in rest["security"]["description"]
    assert "security" not in web("GET", "/metadata").json()["rest"][0]


@pytest.mark.parametrize(
    ("token", "method", "path", "body", "status"),
    [
        ("reader", "GET", "/Patient/a", None, 200),
        ("reader", "HEAD", "/Patient/a", None, 200),
        ("reader", "GET", "/Patient?_id=a", None, 200),
        ("reader", "GET", "/Patient/a/_history", None, 200),
        ("reader", "PUT", "/Patient/a", PERSON, 403),
        ("reader", "DELETE", "/Patient/a", None, 403),
        ("reader", "GET", "/Flag", None, 403),
        ("reader", "GET", "/_history", None, 403),
        ("reader", "GET", "/Patient/a/$everything", None, 403),
        ("reader", "GET", "/Patient?_revinclude=Flag:patient", None, 403),
        ("reader", "GET", "/Patient?organization.name=x", None, 403),
        ("reader", "GET", "/Patient?_has:Flag:patient:status=active", None, 403),
        ("reader", "POST", "", transaction(entry("GET", "Patient/a")), 200),
        ("reader", "POST", "", transaction(entry("GET", "Flag")), 403),
        ("reader", "POST", "", transaction(entry("GET", "Patient/a/$everything")), 403),
        ("reader", "POST", "", transaction(entry("GET", "Patient?_revinclude=Flag:patient")), 403),
        ("reader", "POST", "", transaction(entry("GET", "Patient/a"), entry("PUT", "Patient/a", PERSON)), 403),
        ("writer", "PUT", "/Patient/a", PERSON, 200),
        ("writer", "GET", "/Patient/a", None, 403),
        ("writer", "POST", "", transaction(entry("PUT", "Patient/a", PERSON)), 200),
        ("writer", "POST", "", transaction(entry("POST", "Flag", FLAG)), 403),
        ("finer", "POST", "/Flag", FLAG, 201),
        ("finer", "PUT", "/Flag/x", FLAG, 403),
        ("finer", "PATCH", "/Patient/a", [], 403),
        ("of-one-patient", "GET", "/Patient/a", None, 403),
        ("with-a-query", "GET", "/Patient/a", None, 403),
        ("nothing", "GET", "/Patient/a", None, 403),
        ("all", "GET", "/_history", None, 200),
        ("all", "GET", "/Patient/a/$everything", None, 200),
    ],
)
def test_scopes_are_held_to(guarded, token, method, path, body, status):  # noqa: PLR0917
    answer = guarded(method, path, body, Authorization=f"Bearer {token}")
    assert answer.status_code == status
    assert status != 403 or 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_a_posted_search_needs_what_a_search_needs(guarded):
    ask = lambda token, **form: guarded.post(  # noqa: E731
        f"{guarded.base}/Patient/_search", data=form, headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    assert ask("reader", _id="a").status_code == 200
    assert ask("writer", _id="a").status_code == 403
    assert ask("reader", _revinclude="Flag:patient").status_code == 403


def test_one_token_opens_all_and_our_own_client_carries_it():
    with Running(verify=one_token("sesame")) as running:
        assert Server(running.base, token="x", headers={"X-Test": "1"}).ask("GET", "Patient/a").status == 401
        with Web(running.base) as web:
            assert web("PUT", "/Patient/a", PERSON, Authorization="bearer sesame").status_code == 201


def test_an_empty_token_is_none():
    result = CliRunner().invoke(command, ["--token", ""])
    assert result.exit_code == 2
    assert "--token" in result.output
