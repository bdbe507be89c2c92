"""`$export` as Bulk Data Access has it: kick-off, status, files, the end; and what was there when it was asked for."""

from __future__ import annotations

import gzip
import json

import pytest
import requests

from fhir_matters.local_server import bulk
from tests.local_server.conftest import patient

ASYNC = {"Prefer": "respond-async"}


def observation(identity, who, **more):
    return {"resourceType": "Observation", "id": identity, "status": "final", **more} | (
        {"subject": {"reference": f"Patient/{who}"}} if who else {}
    )


@pytest.fixture
def filled(web):
    """Two patients with an observation each, one that is about nobody, and a group of the first alone."""
    member = [{"entity": {"reference": "Patient/a"}}, {"entity": {"reference": "Patient/b"}, "inactive": True}]
    group = {"resourceType": "Group", "id": "g", "type": "person", "actual": True, "member": member}
    for each in (
        patient("a"),
        patient("b"),
        observation("oa", "a"),
        observation("ob", "b", status="amended"),
        observation("free", ""),
        group,
    ):
        assert web("PUT", f"/{each['resourceType']}/{each['id']}", each).status_code == 201
    return web


def kicked_off(web, path, **headers):
    answer = web("GET", path, **{**ASYNC, **headers})
    assert (answer.status_code, answer.content) == (202, b"")
    return answer.headers["Content-Location"]


def manifest(web, path, **headers):
    answer = web.get(kicked_off(web, path, **headers), timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    return answer.json()


def lines(web, file):
    answer = web.get(file["url"], headers={"Accept": "application/fhir+ndjson"}, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/fhir+ndjson")
    found = [json.loads(line) for line in answer.content.decode().split("\n")[:-1]]
    assert {each["resourceType"] for each in found} == {file["type"]}
    assert len(found) == file["count"]
    return found


def ids(web, path, **headers):
    return sorted(each["id"] for file in manifest(web, path, **headers)["output"] for each in lines(web, file))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/$export", ["a", "b", "free", "g", "oa", "ob"]),
        ("/%24export", ["a", "b", "free", "g", "oa", "ob"]),
        ("/Patient/$export", ["a", "b", "g", "oa", "ob"]),
        ("/Group/g/$export", ["a", "g", "oa"]),
        ("/$export?_type=Patient,Group", ["a", "b", "g"]),
        ("/$export?_type=Patient&_type=Group", ["a", "b", "g"]),
        ("/Group/g/$export?_type=Observation", ["oa"]),
        ("/$export?_type=Observation&_typeFilter=Observation%3Fstatus%3Damended", ["ob"]),
        (
            "/$export?_type=Observation&_typeFilter=Observation%3F_id%3Doa&_typeFilter=Observation%3F_id%3Dob",
            ["oa", "ob"],
        ),
        ("/Patient/$export?patient=Patient/b&_type=Observation,Patient", ["b", "ob"]),
        ("/$export?_outputFormat=application/fhir%2Bndjson&_type=Group", ["g"]),
        ("/$export?_outputFormat=ndjson&_type=Group", ["g"]),
        ("/$export?_since=2999-01-01T00:00:00Z", []),
        ("/$export?_since=2020-01-01T00:00:00%2B01:00&_type=Group", ["g"]),
        ("/$export?_type=Device", []),
    ],
)
def test_an_export_holds_what_was_asked_for(filled, path, expected):
    assert ids(filled, path) == expected


def test_a_kick_off_by_post_says_the_same(filled):
    parameter = [{"name": "_type", "valueString": "Observation"}]
    parameter.append({"name": "patient", "valueReference": {"reference": "Patient/b"}})
    body = {"resourceType": "Parameters", "parameter": parameter}
    answer = filled("POST", "/Patient/$export", body, **ASYNC)
    assert answer.status_code == 202
    files = filled.get(answer.headers["Content-Location"], timeout=30).json()["output"]
    assert [each["id"] for file in files for each in lines(filled, file)] == ["ob"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/$export", {}, 400),
        ("/$export?_elements=id", ASYNC, 400),
        ("/$export?_type=Nonsense", ASYNC, 400),
        ("/$export?_outputFormat=text/csv", ASYNC, 400),
        ("/$export?_since=yesterday", ASYNC, 400),
        ("/$export?_typeFilter=nothing", ASYNC, 400),
        ("/$export?_typeFilter=Observation%3Fcolour%3Dred", ASYNC, 400),
        ("/$export?patient=Patient/a", ASYNC, 400),
        ("/Patient/$export?patient=a%20b", ASYNC, 400),
        ("/Group/none/$export", ASYNC, 404),
        ("/Observation/$export", ASYNC, 404),
        ("/$export-status/none", {}, 404),
    ],
)
def test_what_cannot_be_exported_is_an_outcome(filled, path, headers, status):
    answer = filled("GET", path, **headers)
    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_what_is_not_known_is_ignored_and_named_where_the_client_is_lenient(filled):
    told = manifest(filled, "/$export?_elements=id&_type=Group,Nonsense", Prefer="respond-async, handling=lenient")
    assert [file["type"] for file in told["output"]] == ["Group"]
    (outcome,) = lines(filled, told["error"][0])
    assert "_elements" in outcome["issue"][0]["diagnostics"]
    assert "Nonsense" in outcome["issue"][0]["diagnostics"]


def test_a_type_that_is_none_is_never_all_of_them(filled):
    told = manifest(filled, "/$export?_type=Nonsense", Prefer="respond-async, handling=lenient")
    assert (told["output"], len(told["error"])) == ([], 1)


def test_an_export_is_as_it_was_when_it_was_asked_for(filled):
    told = manifest(filled, "/$export?_type=Observation,Patient")
    filled("PUT", "/Observation/oa", observation("oa", "a", status="cancelled"))
    filled("DELETE", "/Observation/ob")
    filled("PUT", "/Patient/late", patient("late"))
    found = {each["id"]: each for file in told["output"] for each in lines(filled, file)}
    assert set(found) == {"a", "b", "free", "oa", "ob"}
    assert found["oa"]["status"] == "final"


def test_what_was_deleted_since_is_told_and_what_came_back_is_not(filled):
    before = manifest(filled, "/$export")["transactionTime"]
    for place in ("/Observation/oa", "/Observation/ob"):
        filled("DELETE", place)
    filled("PUT", "/Observation/ob", observation("ob", "b"))
    told = manifest(filled, f"/$export?_since={before}&_type=Observation")
    (deletion,) = lines(filled, told["deleted"][0])
    assert [entry["request"] for entry in deletion["entry"]] == [{"method": "DELETE", "url": "Observation/oa"}]
    assert "ob" in [each["id"] for file in told["output"] for each in lines(filled, file)]
    assert manifest(filled, "/$export")["deleted"] == []


def test_an_export_can_be_ended_and_is_then_not_there(filled):
    status = kicked_off(filled, "/$export")
    file = filled.get(status, timeout=30).json()["output"][0]["url"]
    assert filled.delete(status, timeout=30).status_code == 202
    assert [filled.get(url, timeout=30).status_code for url in (status, file)] == [404, 404]
    assert filled.delete(status, timeout=30).status_code == 404


def test_a_long_file_is_several_and_old_exports_are_forgotten(filled, monkeypatch):
    monkeypatch.setattr(bulk, "LONGEST_FILE", 2)
    monkeypatch.setattr(bulk, "JOBS", 3)
    told = manifest(filled, "/$export?_type=Observation")
    assert [file["count"] for file in told["output"]] == [2, 1]
    assert sorted(each["id"] for file in told["output"] for each in lines(filled, file)) == ["free", "oa", "ob"]
    for _ in range(3):
        manifest(filled, "/$export")
    assert filled.get(told["output"][0]["url"], timeout=30).status_code == 404


@pytest.mark.parametrize(("accepts", "packed"), [("gzip", True), ("gzip;q=0", False), ("identity", False)])
def test_a_file_is_packed_for_whoever_takes_that(filled, accepts, packed):
    url = manifest(filled, "/$export?_type=Group")["output"][0]["url"]
    answer = requests.get(url, headers={"Accept-Encoding": accepts}, stream=True, timeout=30)
    raw = answer.raw.read(decode_content=False)
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert json.loads(gzip.decompress(raw) if packed else raw)["id"] == "g"


def test_each_line_is_what_a_read_gives(filled):
    filled("PUT", "/Observation/odd", observation("odd", "a", note=[{"text": 'line\nbreak \u2028 "quoted"'}]))
    told = manifest(filled, "/$export?_type=Observation")
    raw = b"".join(filled.get(file["url"], timeout=30).content for file in told["output"])
    assert filled("GET", "/Observation/odd").content in raw.split(b"\n")


def test_what_the_capability_statement_says_of_it_works(filled):
    rest = filled("GET", "/metadata").json()["rest"][0]
    named = [("", rest["operation"])] + [(each["type"], each.get("operation", [])) for each in rest["resource"]]
    offered = {kind for kind, operations in named if any(each["name"] == "export" for each in operations)}
    assert offered == {"", "Patient", "Group"}
