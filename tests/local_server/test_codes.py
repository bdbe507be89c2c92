"""The local server as a terminology server: what R4's definitions tell, asked over HTTP, also by our own validator."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.cli.joined import server_codes
from fhir_matters.coded import Question
from fhir_matters.local_server.serve import Running
from fhir_matters.server import TerminologyServer
from tests.local_server.conftest import Web, entry, transaction

GENDER, GENDERS = "http://hl7.org/fhir/administrative-gender", "http://hl7.org/fhir/ValueSet/administrative-gender"


@pytest.fixture(scope="module")
def telling():
    with Running(codes=server_codes) as running, Web(running.base) as web:
        yield web


def said(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {
        each["name"]: next(value for key, value in each.items() if key != "name") for each in answer.json()["parameter"]
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/ValueSet/$validate-code?url={GENDERS}&system={GENDER}&code=male", {"result": True, "display": "Male"}),
        (f"/ValueSet/$validate-code?url={GENDERS}&code=male", {"result": True}),
        (f"/ValueSet/$validate-code?url={GENDERS}&system={GENDER}&code=song", {"result": False}),
        (f"/CodeSystem/$validate-code?url={GENDER}&code=male&display=Male", {"result": True, "display": "Male"}),
        (f"/CodeSystem/$validate-code?url={GENDER}&code=male&display=Female", {"result": False, "display": "Male"}),
        (f"/CodeSystem/$validate-code?url={GENDER}&code=song", {"result": False}),
    ],
)
def test_a_code_is_validated(telling, path, expected):
    answer = said(telling("GET", path))
    assert {name: value for name, value in answer.items() if name != "message"} == expected
    assert ("message" in answer) is not answer["result"]


def test_a_question_may_stand_in_the_body(telling):
    coding = {"name": "coding", "valueCoding": {"system": GENDER, "code": "male"}}
    body = {"resourceType": "Parameters", "parameter": [{"name": "url", "valueUri": GENDERS}, coding]}
    assert said(telling("POST", "/ValueSet/$validate-code", body))["result"] is True


def test_a_value_set_is_expanded(telling):
    expansion = telling("GET", f"/ValueSet/$expand?url={GENDERS}").json()["expansion"]
    assert expansion["total"] == 4
    assert {each["code"] for each in expansion["contains"]} == {"male", "female", "other", "unknown"}
    page = telling("GET", f"/ValueSet/$expand?url={GENDERS}&count=2").json()["expansion"]
    assert (page["total"], len(page["contains"])) == (4, 2)


@pytest.mark.parametrize(
    "path",
    [
        "/ValueSet/$validate-code?url=http://example.org/absent&system=urn:x&code=a",
        "/ValueSet/$validate-code",
        "/CodeSystem/$validate-code?url=http://loinc.org&code=1-8",
        "/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/body-site",
    ],
)
def test_what_the_definitions_do_not_tell_is_not_found(telling, path):
    assert telling("GET", path).status_code == 404


def test_without_a_terminology_nothing_is_told_or_claimed(web, telling):
    assert web("GET", f"/ValueSet/$expand?url={GENDERS}").status_code == 501

    def claimed(server: Web) -> set[str]:
        (rest,) = server("GET", "/metadata").json()["rest"]
        return {each["name"] for kind in rest["resource"] for each in kind.get("operation", ())}

    assert claimed(telling) - claimed(web) == {"validate-code", "expand"}


def test_a_batch_of_questions_is_answered_one_by_one(telling):
    questions = [entry("GET", f"CodeSystem/$validate-code?url={GENDER}&code={code}") for code in ("male", "song")]
    absent = entry("GET", "CodeSystem/$validate-code?url=http://example.org/absent&code=x")
    answer = telling("POST", "", transaction(*questions, absent, kind="batch")).json()
    results = [each["resource"]["parameter"][0]["valueBoolean"] for each in answer["entry"][:2]]
    assert results == [True, False]
    assert answer["entry"][2]["response"]["status"] == "404"


def test_our_own_client_understands_it(telling):
    questions = {
        Question(GENDERS, GENDER, "male"): True,
        Question(GENDERS, GENDER, "song"): False,
        Question(system=GENDER, code="male", display="Female"): False,
        Question("http://example.org/absent", "urn:x", "a"): None,
    }
    replies = TerminologyServer(telling.base).ask([*questions, Question(GENDERS)])
    assert replies.trouble == ""
    assert {question: replies.told[question].holds for question in questions} == questions
    expansion = replies.told[Question(GENDERS)].expansion
    assert expansion is not None
    assert expansion["total"] == 4
