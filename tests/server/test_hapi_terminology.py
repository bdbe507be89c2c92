"""HAPI FHIR as a terminology server: what it says in its own way is understood, in one request for many codes."""

from __future__ import annotations

import pytest

from fhir_matters.coded import Question
from fhir_matters.server import Server, TerminologyServer
from fhir_matters.validation.validator import Validator

SYSTEM, SET, MIXED = (
    f"http://example.org/fhir/{name}" for name in ("CodeSystem/rooms", "ValueSet/rest", "ValueSet/all")
)
ROOMS = {
    "resourceType": "CodeSystem",
    "url": SYSTEM,
    "version": "1",
    "status": "active",
    "content": "complete",
    "caseSensitive": True,
    "concept": [
        {"code": "rest", "display": "Rest", "concept": [{"code": "garden", "display": "Garden room"}]},
        {"code": "kitchen", "display": "Kitchen"},
    ],
}
RESTFUL = {"system": SYSTEM, "filter": [{"property": "concept", "op": "is-a", "value": "rest"}]}
SETS = [
    {"resourceType": "ValueSet", "url": SET, "status": "active", "compose": {"include": [RESTFUL]}},
    {
        "resourceType": "ValueSet",
        "url": MIXED,
        "status": "active",
        "compose": {"include": [{"system": SYSTEM}, {"system": "http://example.org/absent"}]},
    },
]


@pytest.fixture(scope="module")
def base(hapi: str) -> str:
    with Server(hapi) as server:
        for resource in (ROOMS, *SETS):
            server.request("POST", resource["resourceType"], body=resource)
    return hapi


def test_hapi_is_understood_where_it_knows_and_where_it_does_not(base):
    expected = {
        Question(SET, SYSTEM, "garden"): True,
        Question(SET, SYSTEM, "kitchen"): False,
        Question(SET, SYSTEM, "cellar"): False,
        Question(SET, "http://example.org/absent", "x"): False,
        Question(f"{SET}|9", SYSTEM, "garden"): None,
        Question(MIXED, "http://example.org/absent", "x"): None,
        Question("http://example.org/no-set", SYSTEM, "garden"): None,
        Question(system=SYSTEM, code="garden"): True,
        Question(system=SYSTEM, code="garden", version="1"): True,
        Question(system=SYSTEM, code="garden", version="7"): None,
        Question(system=SYSTEM, code="cellar"): False,
        Question(system="http://example.org/absent", code="x"): None,
        Question(system="http://loinc.org", code="1-8"): None,
        Question(system="http://unitsofmeasure.org", code="mg"): True,
        Question(system="http://unitsofmeasure.org", code="blub"): False,
    }
    client = TerminologyServer(base)
    together = client.ask(tuple(expected))
    assert together.trouble == ""
    assert {question: told.holds for question, told in together.told.items()} == expected
    alone = {question: client.ask([question]).told[question] for question in expected}
    assert alone == together.told
    assert alone[Question(system=SYSTEM, code="garden")].display == "Garden room"


def test_hapi_lets_other_words_pass_with_a_remark(base):
    words = Question(system=SYSTEM, code="garden", display="Shed")
    told = TerminologyServer(base).ask([words]).told[words]
    assert told.holds
    assert told.remark


def test_a_validator_asks_hapi_and_says_so(base):
    codings = [
        {"system": SYSTEM, "code": "garden", "display": "Shed"},
        {"system": SYSTEM, "code": "cellar"},
        {"system": "http://example.org/absent", "code": "x"},
    ]
    report = Validator(terminology=TerminologyServer(base)).validate(
        {"resourceType": "Basic", "code": {"coding": codings}}
    )
    found = {(each.rule, each.severity.value, each.server) for each in report if each.server}
    assert found == {("FM310", "warning", base), ("FM307", "error", base)}
    assert report.told == 3
