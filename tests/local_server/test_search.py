"""What searches find, what they say of what they do not know, and how they are paged."""

from __future__ import annotations

import pytest

from fhir_matters.local_server.search import search
from fhir_matters.local_server.serve import Running
from fhir_matters.local_server.store import Store
from tests.local_server.conftest import Web, entry, patient, transaction


@pytest.fixture(scope="module")
def full():
    """A server with three patients and what is said of them."""
    coding = [{"system": "http://c", "code": "x"}]
    resources = [
        patient("a", identifier=[{"system": "s", "value": "1"}], name=[{"family": "Müller"}], birthDate="1950-03-05"),
        patient("b", identifier=[{"value": "1"}], name=[{"family": "muller-Smith"}], birthDate="1950-03"),
        patient("c", identifier=[{"system": "t", "value": "1,2"}], name=[{"given": ["100%"]}], birthDate="1960"),
        {"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/a"}, "code": {"coding": coding}},
        {"resourceType": "Observation", "id": "g", "subject": {"reference": "Group/a"}, "status": "final"},
        {"resourceType": "Observation", "id": "e", "effectivePeriod": {"start": "2020-01-01", "end": "2020-01-31"}},
        {"resourceType": "Observation", "id": "i", "effectiveDateTime": "2020-01-15T23:30:00.290-05:00"},
        {"resourceType": "ValueSet", "id": "v", "url": "http://v/A", "version": "1", "status": "active"},
    ]
    with Running() as running, Web(running.base) as web:
        put = [entry("PUT", f"{each['resourceType']}/{each['id']}", each) for each in resources]
        assert web("POST", "", transaction(*put)).status_code == 200
        yield web


FOUND = {
    "Patient?identifier=s|1": "a",
    "Patient?identifier=1": "a b",
    "Patient?identifier=|1": "b",
    "Patient?identifier=s|": "a",
    r"Patient?identifier=t|1\,2": "c",
    r"Patient?identifier=s|1,t|1\,2": "a c",
    r"Patient?identifier=x\\,s|1": "a",
    "Patient?identifier:not=s|1": "b c",
    "Patient?identifier=s|1&identifier=t|1": "",
    "Patient?birthdate:missing=true": "",
    "Patient?family:missing=true": "c",
    "Patient?family:missing=false": "a b",
    "Patient?name=muller": "a b",
    "Patient?name:exact=Müller": "a",
    "Patient?name:exact=müller": "",
    "Patient?name:contains=SMITH": "b",
    "Patient?name=100%25": "c",
    "Patient?name=%25": "",
    "Patient?birthdate=1950": "a b",
    "Patient?birthdate=1950-03-05": "a",
    "Patient?birthdate=ge1950-03-05&birthdate=lt1951": "a b",
    "Patient?birthdate=ne1950-03-05": "b c",
    "Patient?birthdate=sa1950": "c",
    "Patient?birthdate=eb1950-04": "a b",
    "Patient?birthdate=gt1950-03-31": "c",
    "Patient?birthdate=le1950-03-05": "a b",
    "Patient?_id=a,c": "a c",
    "Patient?_id=A": "",
    "Patient?gender:not=male": "a b c",
    "Observation?subject=Patient/a": "o",
    "Observation?subject=a": "g o",
    "Observation?subject:Patient=a": "o",
    "Observation?subject:Group=a": "g",
    "Observation?patient=a": "o",
    "Observation?patient=Patient/a": "o",
    "Observation?patient:Patient=a": "o",
    "Observation?patient=Group/a": "",
    "Observation?patient:missing=false": "o",
    "Observation?code=http://c|x": "o",
    "Observation?status=final": "g",
    "Observation?date=2020-01": "e i",
    "Observation?date=2020-01-16": "i",
    "Observation?date=2020-01-15T23:30:00.290-05:00": "i",
    "Observation?date=gt2020-01-20": "e",
    "ValueSet?url=http://v/A&version=1": "v",
    "ValueSet?url=http://v/a": "",
    "ValueSet?url:below=http://v/": "v",
    "ValueSet?url:below=HTTP://V/": "",
}


@pytest.mark.parametrize("query", FOUND)
def test_a_search_finds_these_and_no_others(full, query):
    assert full.ids(f"/{query}") == FOUND[query].split()


def test_a_posted_search_is_the_same_search(full):
    answer = full.post(f"{full.base}/Patient/_search?name=muller", data={"identifier": "s|1"}, timeout=30)
    assert [each["resource"]["id"] for each in answer.json()["entry"]] == ["a"]


@pytest.mark.parametrize("query", ["colour=red", "_include=Patient:colour", "patient.name=x", "_summary=text"])
def test_what_is_not_known_is_named(full, query):
    *_, last = full("GET", f"/Patient?{query}&_id=a").json()["entry"]
    assert last["search"]["mode"] == "outcome"
    assert query.partition("=")[0] in last["resource"]["issue"][0]["diagnostics"]


@pytest.mark.parametrize("query", ["_summary=count", "_count=0"])
def test_a_count_has_no_entries(full, query):
    answer = full("GET", f"/Patient?{query}").json()
    assert (answer["total"], "entry" in answer) == (3, False)


def test_pages_are_cut_from_one_answer_while_others_write(web):
    for number in range(7):
        web("PUT", f"/Patient/p{number}", patient(f"p{number}"))
    bundle, seen = web("GET", "/Patient?_count=3").json(), []
    while True:
        seen += [each["resource"]["id"] for each in bundle["entry"]]
        web("PUT", f"/Patient/new{len(seen)}", patient(f"new{len(seen)}"))
        web("DELETE", "/Patient/p6")
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        if not following:
            break
        bundle = web.get(following[0], timeout=30).json()
    assert seen == [f"p{number}" for number in range(7)]


def test_a_page_of_a_search_that_is_forgotten_is_gone(web):
    assert web("GET", "?_cursor=nobody&_offset=0").status_code == 410


@pytest.mark.parametrize(
    "query",
    ["_id=a,b,c", "identifier=s|1", "identifier=s|1,t|2", "patient=a", "birthdate=1950", "name=x", "identifier:not=1"],
)
def test_no_search_walks_through_all_there_is(query):
    kind = "Observation" if query.startswith("patient") else "Patient"
    store, asked = Store(), []
    store.connection.set_trace_callback(asked.append)
    search(kind, [tuple(query.split("=", 1))]).ids(store)
    store.connection.set_trace_callback(None)
    plan = [row[3] for row in store.query(f"EXPLAIN QUERY PLAN {asked[0]}")]
    store.close()
    assert plan
    assert not [step for step in plan if step.startswith("SCAN") and "CONSTANT" not in step]
    through_the_type = "USING INDEX sqlite_autoindex_current_1 (type=?)"
    assert query.endswith(":not=1") or not [step for step in plan if step.endswith(through_the_type)]
