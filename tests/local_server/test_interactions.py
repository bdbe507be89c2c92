"""One resource: made, read, changed, deleted, under conditions, and what is refused."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_matters import jsonio
from fhir_matters.local_server import calls
from fhir_matters.local_server.serve import Running
from tests.local_server.conftest import Web, patient


def test_head_answers_as_get_and_touches_nothing(web):
    web("PUT", "/Patient/a", patient("a"))
    head = web("HEAD", "/Patient/a")
    assert (head.status_code, head.headers["ETag"], head.text) == (200, 'W/"1"', "")
    assert web("GET", "/Patient/a").status_code == 200
    assert web("HEAD", "/Patient").status_code == 200


def test_a_resource_has_a_life_in_versions(web):
    made = web("POST", "/Patient", patient("ignored", active=True))
    place = made.headers["Location"].split("/_history")[0].removeprefix(web.base)
    identity = place.rsplit("/", 1)[1]
    assert (made.status_code, identity != "ignored") == (201, True)
    changed = web("PUT", place, patient(identity, active=False))
    assert (changed.status_code, changed.headers["ETag"]) == (200, 'W/"2"')
    assert web("DELETE", place).status_code == 204
    assert web("GET", place).status_code == 410
    assert web("GET", f"{place}/_history/3").status_code == 410
    assert web("GET", f"{place}/_history/1").json()["active"] is True
    told = [each["request"]["method"] for each in web("GET", f"{place}/_history").json()["entry"]]
    assert told == ["DELETE", "PUT", "POST"]
    assert web("PUT", place, patient(identity)).status_code == 201


def test_what_changes_nothing_makes_no_version(web):
    assert web("PUT", "/Patient/a", patient("a", active=True)).status_code == 201
    again = web("PUT", "/Patient/a", patient("a", active=True))
    assert (again.status_code, again.headers["ETag"]) == (200, 'W/"1"')
    assert web("PUT", "/Patient/a", web("GET", "/Patient/a").json()).headers["ETag"] == 'W/"1"'


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_stale_version_is_not_overwritten(web, method):
    web("PUT", "/Patient/a", patient("a"))
    body = patient("a", active=True) if method == "PUT" else None
    assert web(method, "/Patient/a", body, If_Match='W/"9"').status_code == 412
    assert web("GET", "/Patient/a").headers["ETag"] == 'W/"1"'
    assert web(method, "/Patient/a", body, If_Match='W/"1"').ok


def test_what_never_was_can_be_deleted(web):
    assert web("DELETE", "/Patient/nobody").status_code == 204


def test_conditions_find_none_one_or_several(web):
    known = patient("x", identifier=[{"system": "http://a?b", "value": "1"}])
    condition = "identifier=http://a?b|1"
    assert web("POST", "/Patient", known, If_None_Exist=condition).status_code == 201
    assert web("POST", "/Patient", known, If_None_Exist=condition).status_code == 200
    (identity,) = web.ids("/Patient?identifier=http://a?b|1")
    assert web("PUT", f"/Patient?{condition}", {**known, "id": identity, "active": True}).status_code == 200
    assert web("PUT", f"/Patient?{condition}", known).status_code == 400
    assert web("PUT", "/Patient?identifier=other|1", patient("new")).status_code == 201
    web("POST", "/Patient", known)
    assert web("POST", "/Patient", known, If_None_Exist=condition).status_code == 412
    assert web("DELETE", f"/Patient?{condition}").status_code == 412
    assert web("DELETE", "/Patient?identifier=nobody|0").status_code == 204
    assert web("POST", "/Patient", known, If_None_Exist="colour=red").status_code == 400


def test_thirty_two_who_create_the_same_make_one(web):
    body = patient("x", identifier=[{"system": "s", "value": "1"}])

    def create(_: int) -> int:
        with Web(web.base) as own:
            return own("POST", "/Patient", body, If_None_Exist="identifier=s|1").status_code

    with ThreadPoolExecutor(32) as several:
        assert sorted(several.map(create, range(32))) == [200] * 31 + [201]
    assert len(web.ids("/Patient?identifier=s|1")) == 1


def test_prefer_decides_what_a_write_answers_with(web):
    minimal = web("PUT", "/Patient/a", patient("a"), Prefer="return=minimal")
    assert (minimal.status_code, minimal.text) == (201, "")
    outcome = web("PUT", "/Patient/b", patient("b"), Prefer="return=OperationOutcome")
    assert outcome.json()["resourceType"] == "OperationOutcome"
    assert web("PUT", "/Patient/c", patient("c"), Prefer="return=representation").json()["id"] == "c"


REFUSED = {
    "malformed JSON": ("POST", "/Patient", b"{", {}, 400),
    "a duplicate key": ("POST", "/Patient", b'{"resourceType":"Patient","id":"a","id":"b"}', {}, 400),
    "no object": ("POST", "/Patient", b"[]", {}, 400),
    "nothing": ("POST", "/Patient", b"", {}, 400),
    "another type": ("POST", "/Patient", b'{"resourceType":"Flag"}', {}, 400),
    "meta that is no object": ("POST", "/Patient", b'{"resourceType":"Patient","meta":"x"}', {}, 400),
    "nesting without end": ("POST", "/Patient", b"[" * 100_000, {}, 400),
    "an unknown type": ("POST", "/Song", b'{"resourceType":"Song"}', {}, 404),
    "another id": ("PUT", "/Patient/a", b'{"resourceType":"Patient","id":"b"}', {}, 400),
    "an id that is none": ("PUT", "/Patient/a_b", b'{"resourceType":"Patient","id":"a_b"}', {}, 400),
    "XML": ("POST", "/Patient", b"<Patient/>", {"Content-Type": "application/fhir+xml"}, 415),
    "a search in JSON": ("POST", "/Patient/_search", b"{}", {}, 415),
    "a wish for XML": ("GET", "/Patient", b"", {"Accept": "application/fhir+xml"}, 406),
    "a format of XML": ("GET", "/Patient?_format=xml", b"", {}, 406),
    "a method that is not there": ("PUT", "/Patient/a/_history", b"", {}, 405),
    "a place that is not there": ("GET", "/Patient/a/b/c/d", b"", {}, 404),
    "nobody": ("GET", "/Patient/nobody", b"", {}, 404),
    "a count that is none": ("GET", "/Patient?_count=many", b"", {}, 400),
    "a date that is none": ("GET", "/Patient?birthdate=soon", b"", {}, 400),
    "an unknown modifier": ("GET", "/Patient?name:sounds=x", b"", {}, 400),
    "commas alone": ("GET", "/Patient?identifier=,", b"", {}, 400),
    "a thousand values": ("GET", "/Patient?identifier=" + ",".join("1" * 1000), b"", {}, 400),
    "a condition in the address of a create": ("POST", "/Patient?identifier=1", b'{"resourceType":"Patient"}', {}, 400),
    "no such thing as this": ("GET", "/Patient?colour=red", b"", {"Prefer": "handling=strict"}, 400),
    "a validator that is not there": ("POST", "/Patient/$validate", b'{"resourceType":"Patient"}', {}, 501),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_an_operation_outcome(web, what):
    method, path, body, headers, status = REFUSED[what]
    headers = {"Content-Type": "application/fhir+json", **headers}
    answer = web.request(method, web.base + path, data=body, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


def test_what_is_not_allowed_says_what_is(web):
    assert "GET" in web("PUT", "/Patient/a/_history").headers["Allow"]


def test_too_much_is_refused_before_it_is_read(web):
    connection = http.client.HTTPConnection(urlsplit(web.base).netloc, timeout=30)
    connection.putrequest("POST", "/fhir/Patient")
    connection.putheader("Content-Length", str(calls.MOST_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_too_much_is_refused_where_no_length_is_told(web, monkeypatch):
    monkeypatch.setattr(calls, "MOST_BYTES", 1000)
    answer = web.post(f"{web.base}/Patient", data=iter([b" " * 600, b" " * 600]), timeout=30)
    assert answer.status_code == 413


numbers = st.sampled_from(["1.10", "1e2", "-0.00", "1E-7", "123456789012345678901234567890", "-0", "0.000"])
leaves = st.none() | st.booleans() | st.text(st.characters(exclude_categories=["Cs"])) | st.just("👵🏽")
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé_", min_size=1), inner)
)


@pytest.fixture(scope="module")
def kept():
    with Running() as running, Web(running.base) as session:
        yield session


@settings(max_examples=60)
@given(extra=st.dictionaries(st.text("xyzü", min_size=1), values), number=numbers, first=st.booleans())
def test_what_is_put_comes_back_to_the_digit(kept, extra, number, first):
    told = jsonio.write(extra)[1:-1].decode()
    parts = [f'"n":{number}', *([told] if told else []), '"resourceType":"Patient","id":"p"']
    text = "{" + ",".join(parts if first else reversed(parts)) + "}"
    assert kept.put(f"{kept.base}/Patient/p", data=text.encode(), headers={"Content-Type": "application/json"}).ok
    back = jsonio.read(kept("GET", "/Patient/p").content)
    assert set(back.pop("meta")) == {"versionId", "lastUpdated"}
    assert jsonio.write(back) == jsonio.write(jsonio.read(text))


def test_a_web_page_elsewhere_can_neither_read_nor_write(web):
    assert web("GET", "/metadata", Host="evil.example").status_code == 400
    nameless = requests.Request("PUT", f"{web.base}/Patient/a", data=jsonio.write(patient("a"))).prepare()
    assert "Content-Type" not in nameless.headers, "as a browser sends it from anywhere without asking"
    assert web.send(nameless, timeout=30).status_code == 415
    assert web("GET", "/Patient/a").status_code == 404


def test_whoever_asks_that_there_is_none_yet_replaces_nothing(web):
    assert web("PUT", "/Patient/a", patient("a"), If_None_Match="*").status_code == 201
    refused = web("PUT", "/Patient/a", patient("a", gender="male"), If_None_Match="*")
    assert (refused.status_code, refused.json()["issue"][0]["code"]) == (412, "conflict")
    assert "gender" not in web("GET", "/Patient/a").json()
    assert web("DELETE", "/Patient/a").status_code in (200, 204)
    assert web("PUT", "/Patient/a", patient("a"), If_None_Match="*").status_code == 201
