"""What searches find, what they say of what they do not know, and how they are paged."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio
from fhir_matters.local_server.search import search
from fhir_matters.local_server.serve import Running
from fhir_matters.local_server.store import Store
from tests.local_server.conftest import Web, entry, patient, transaction


def weight(value: bytes, **more) -> dict:
    return {"value": jsonio.read(value), "system": "http://unitsofmeasure.org", **more}


@pytest.fixture(scope="module")
def full():
    """A server with three patients and what is said of them."""
    coding = [{"system": "http://c", "code": "x"}]
    resources = [
        patient(
            "a",
            identifier=[{"system": "s", "value": "1"}],
            name=[{"family": "Müller"}],
            birthDate="1950-03-05",
            managingOrganization={"reference": "Organization/h"},
        ),
        patient("b", identifier=[{"value": "1"}], name=[{"family": "muller-Smith"}], birthDate="1950-03"),
        patient("c", identifier=[{"system": "t", "value": "1,2"}], name=[{"given": ["100%"]}], birthDate="1960"),
        {"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/a"}, "code": {"coding": coding}},
        {"resourceType": "Observation", "id": "g", "subject": {"reference": "Group/a"}, "status": "final"},
        {"resourceType": "Observation", "id": "e", "effectivePeriod": {"start": "2020-01-01", "end": "2020-01-31"}},
        {"resourceType": "Observation", "id": "i", "effectiveDateTime": "2020-01-15T23:30:00.290-05:00"},
        {"resourceType": "Observation", "id": "l", "subject": {"identifier": {"system": "s", "value": "9"}}},
        {"resourceType": "Observation", "id": "q1", "valueQuantity": weight(b"5.40", code="kg", unit="kilo")},
        {"resourceType": "Observation", "id": "q2", "component": [{"valueQuantity": weight(b"-100", code="g")}]},
        {"resourceType": "RiskAssessment", "id": "r", "prediction": [{"probabilityDecimal": jsonio.read("0.25")}]},
        {"resourceType": "Organization", "id": "h", "name": "Ward", "partOf": {"reference": "Organization/g"}},
        {"resourceType": "Organization", "id": "g", "name": "House"},
        {"resourceType": "Provenance", "id": "p", "target": [{"reference": "Observation/o"}], "recorded": "2020"},
        {"resourceType": "ValueSet", "id": "v", "url": "http://v/A", "version": "1", "status": "active"},
    ]
    with Running() as running, Web(running.base) as web:
        put = [entry("PUT", f"{each['resourceType']}/{each['id']}", each) for each in resources]
        body, headers = jsonio.write(transaction(*put)), {"Content-Type": "application/fhir+json"}
        assert web.post(web.base, data=body, headers=headers, timeout=30).status_code == 200
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
    "Observation?subject:identifier=s|9": "l",
    "Observation?subject:identifier=s|8": "",
    "Observation?value-quantity=5.4": "q1",
    "Observation?value-quantity=5.40": "q1",
    "Observation?value-quantity=5": "q1",
    "Observation?value-quantity=5.6": "",
    "Observation?value-quantity=5.40001": "",
    "Observation?value-quantity=5.4|http://unitsofmeasure.org|kg": "q1",
    "Observation?value-quantity=5.4|http://unitsofmeasure.org|g": "",
    "Observation?value-quantity=5.4|http://elsewhere.example|kg": "",
    "Observation?value-quantity=5.4||kilo": "q1",
    "Observation?value-quantity=5.4||kg": "q1",
    "Observation?value-quantity=gt5": "q1",
    "Observation?value-quantity=lt5.4": "",
    "Observation?value-quantity=le5.4": "q1",
    "Observation?value-quantity=ne7": "q1",
    "Observation?value-quantity=ap5": "q1",
    "Observation?value-quantity=ap4": "",
    "Observation?combo-value-quantity=-100": "q2",
    "Observation?combo-value-quantity=-1e2||g": "q2",
    "Observation?combo-value-quantity=-104e0": "",
    "Observation?component-value-quantity=lt0": "q2",
    "Observation?value-quantity:missing=false": "q1",
    "RiskAssessment?probability=0.25": "r",
    "RiskAssessment?probability=gt0.3": "",
    "RiskAssessment?probability=0.3": "r",
    "Observation?patient.name=muller": "o",
    "Observation?subject:Patient.name=muller": "o",
    "Observation?subject.name=muller": "o",
    "Observation?subject:Group.code=muller": "",
    "Observation?subject:Patient._id=a": "o",
    "Observation?patient.organization.name=ward": "o",
    "Observation?patient.organization.partof.name=house": "o",
    "Observation?patient.identifier=s|1&code=http://c|x": "o",
    "Observation?patient.identifier=s|1&code=http://c|y": "",
    "Patient?_has:Observation:patient:code=http://c|x": "a",
    "Patient?_has:Observation:patient:code=http://c|y": "",
    "Patient?_has:Observation:subject:_has:Provenance:target:recorded=2020": "a",
    "Organization?_has:Patient:organization:_has:Observation:patient:status:missing=true": "h",
    "Organization?partof:missing=true": "g",
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


SORTED = {
    "Patient?_sort=birthdate": "b a c",
    "Patient?_sort=-birthdate": "c b a",
    "Patient?_sort=-_id": "c b a",
    "Patient?_sort=name": "c a b",
    "Patient?_sort=family,-_id": "a b c",
    "Patient?_sort=-family": "b a c",
    "Patient?_sort=identifier,birthdate": "b a c",
    "Patient?_sort=-_lastUpdated": "c b a",
    "Observation?_sort=value-quantity,-_id&_id=q1,q2,o": "q1 q2 o",
    "Patient?_sort=birthdate&_count=2": "b a",
}


@pytest.mark.parametrize("query", SORTED)
def test_results_come_in_the_order_that_was_asked_for(full, query):
    found = [each["resource"]["id"] for each in full("GET", f"/{query}").json()["entry"]]
    assert found == SORTED[query].split()


REFUSED = [
    "Observation?value-quantity=many",
    "Observation?value-quantity=1|2|3|4",
    "Observation?value-quantity=xx5",
    "Observation?value-quantity=1e999",
    "Observation?focus.name=x",
    "Observation?value-quantity:exact=5",
    "Patient?_sort=colour",
    "Observation?patient._id:exact=a",
    "Organization?partof.partof.partof.partof.partof.partof.name=x",
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_searched_for_is_an_error_and_not_an_empty_answer(full, query):
    answer = full("GET", f"/{query}")
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_only_the_elements_that_were_asked_for_come_and_the_rest_is_marked_as_left_out(full):
    (found,) = full("GET", "/Patient?_id=a&_elements=birthDate").json()["entry"]
    assert set(found["resource"]) == {"resourceType", "id", "meta", "birthDate"}
    assert [each["code"] for each in found["resource"]["meta"]["tag"]] == ["SUBSETTED"]
    assert "tag" not in full("GET", "/Patient/a").json()["meta"]


def test_later_pages_have_the_same_elements(full):
    page = full("GET", "/Patient?_elements=birthDate&_count=2").json()
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    (last,) = full.get(following, timeout=30).json()["entry"]
    assert "birthDate" in last["resource"]
    assert "identifier" not in last["resource"]


def test_a_posted_search_is_the_same_search(full):
    answer = full.post(f"{full.base}/Patient/_search?name=muller", data={"identifier": "s|1"}, timeout=30)
    assert [each["resource"]["id"] for each in answer.json()["entry"]] == ["a"]


@pytest.mark.parametrize(
    "query", ["colour=red", "_include=Patient:colour", "patient.name=x", "_summary=text", "_has:Song:x:y=1", "name.x=1"]
)
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
