"""`_include`, `_revinclude` and `$everything`: what comes with what was asked for."""

from __future__ import annotations

import pytest

CORA, ALF = "Patient/cora", "Patient/alf"


def said(identity, *about, kind="Observation", **more):
    return {"resourceType": kind, "id": identity, "subject": {"reference": about[0]}, **more}


GIVEN = [
    {"resourceType": "Organization", "id": "ward"},
    {"resourceType": "Practitioner", "id": "nell"},
    {"resourceType": "Patient", "id": "cora", "managingOrganization": {"reference": "Organization/ward"}},
    {"resourceType": "Patient", "id": "alf"},
    said("home", CORA, performer=[{"reference": "Practitioner/nell"}, {"reference": CORA}]),
    said("garden", CORA, derivedFrom=[{"reference": "Observation/home"}]),
    said("choir", ALF, performer=[{"reference": "https://elsewhere.example/Practitioner/nell"}]),
    {"resourceType": "Provenance", "id": "told", "target": [{"reference": "Observation/home"}]},
]


@pytest.fixture
def full(web):
    for each in GIVEN:
        assert web("PUT", f"/{each['resourceType']}/{each['id']}", each).status_code == 201
    return web


def found(web, path):
    """What comes with an answer, by mode."""
    answer = web("GET", path, prefer="handling=strict")
    assert answer.status_code == 200, answer.text
    named = {"match": [], "include": []}
    for entry in answer.json().get("entry", []):
        named[entry["search"]["mode"]].append(entry["resource"]["id"])
    return answer.json()["total"], *named.values()


@pytest.mark.parametrize(
    ("query", "comes"),
    {
        "Observation?_id=home&_include=Observation:subject": ["cora"],
        "Observation?_id=home&_include=Observation:performer": ["nell", "cora"],
        "Observation?_id=home&_include=Observation:subject&_include=Observation:performer": ["cora", "nell"],
        "Observation?_id=garden&_include=Observation:derived-from": ["home"],
        "Observation?_id=garden,home&_include=Observation:derived-from": [],
        "Observation?_id=choir&_include=Observation:performer": [],
        "Observation?_id=home&_revinclude=Provenance:target": ["told"],
        "Patient?_id=cora&_revinclude=Observation:patient": ["home", "garden"],
        "Patient?_id=alf&_revinclude=Observation:patient&_include=Patient:organization": ["choir"],
        "Patient?_id=nobody&_revinclude=Observation:patient": [],
        "Observation?_id=home&_include=Observation:performer:Practitioner": ["nell"],
        "Observation?_id=home&_include=*": ["nell", "cora"],
        "Observation?_id=home&_include=Observation:*": ["nell", "cora"],
        "Patient?_id=cora&_revinclude=*": ["home", "garden"],
        "Observation?_id=garden&_include=Observation:derived-from&_include:iterate=Observation:performer": [
            "home",
            "nell",
            "cora",
        ],
        "Observation?_id=garden&_include=Observation:subject&_include:iterate=Patient:organization": ["cora", "ward"],
        "Patient?_id=cora&_revinclude=Observation:patient&_revinclude:iterate=Provenance:target": [
            "home",
            "garden",
            "told",
        ],
    }.items(),
)
def test_the_other_end_of_a_reference_comes_along_once_and_is_not_counted(full, query, comes):
    total, matches, included = found(full, f"/{query}")
    assert sorted(included) == sorted(comes)
    assert total == len(matches)


def test_each_page_brings_what_belongs_to_it(full):
    page = full("GET", "/Observation?patient=cora,alf&_count=2&_include=Observation:subject").json()
    assert [entry["resource"]["id"] for entry in page["entry"]] == ["home", "garden", "cora"]
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    assert [entry["resource"]["id"] for entry in full.get(following, timeout=30).json()["entry"]] == ["choir", "alf"]


def test_what_was_deleted_or_points_elsewhere_now_does_not_come(full):
    full("DELETE", "/Provenance/told")
    full("PUT", "/Observation/garden", said("garden", ALF))
    assert found(full, "/Observation?_id=home&_revinclude=Provenance:target")[2] == []
    assert found(full, "/Patient?_id=cora&_revinclude=Observation:patient")[2] == ["home"]


@pytest.mark.parametrize(
    "asked",
    [
        "_include=Observation:colour",
        "_include=Patient:organization",
        "_include=Song:*",
        "_include=Observation:status",
        "_include=Observation:subject:Song",
        "_include:sometimes=Observation:subject",
        "_include:iterate=Observation:colour",
    ],
)
def test_what_cannot_be_included_is_refused_where_that_was_asked_for(full, asked):
    answer = full("GET", f"/Observation?{asked}", prefer="handling=strict")
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_everything_on_the_type_is_everything_of_everybody(full):
    total, matches, _ = found(full, "/Patient/$everything")
    assert sorted(matches) == sorted(each["id"] for each in GIVEN)
    assert total == len(GIVEN)


def test_every_claimed_include_is_kept(full):
    claimed = full("GET", "/metadata").json()["rest"][0]["resource"]
    queries = [
        f"/{each['type']}?{name}={join}"
        for each in claimed
        for name, key in (("_include", "searchInclude"), ("_revinclude", "searchRevInclude"))
        for join in each.get(key, ())
    ]
    assert len(queries) > 300
    entries = [{"request": {"method": "GET", "url": query[1:]}} for query in queries]
    answer = full("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": entries}).json()
    for query, entry in zip(queries, answer["entry"], strict=True):
        assert entry["response"]["status"][:3] == "200", query
        assert "outcome" not in {each["search"]["mode"] for each in entry["resource"].get("entry", [])}, query
