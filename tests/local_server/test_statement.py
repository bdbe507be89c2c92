"""The CapabilityStatement, walked: what it claims is tried, and what it does not claim is refused."""

from __future__ import annotations

import json

import pytest

from fhir_matters.cli.joined import server_codes, server_places, server_shapes, server_validate
from fhir_matters.local_server.parameters import parameters
from fhir_matters.local_server.serve import Running
from tests.local_server.conftest import Web, entry, transaction

VALUES = {
    "token": ("x", {"system": "urn:s", "code": "x"}),
    "reference": ("Patient/x", {"reference": "Patient/x"}),
    "string": ("x", "x"),
    "date": ("2020", "2020"),
    "uri": ("x", "x"),
    "number": ("5", 5),
    "quantity": ("5", {"value": 5}),
}
OTHERS = {"date": "1999", "number": "7", "quantity": "7", "reference": "Patient/nobody"}
DEFINED = "http://hl7.org/fhir/OperationDefinition/"


@pytest.fixture(scope="module")
def web():
    skills = {"validate": server_validate, "codes": server_codes, "shapes": server_shapes, "places": server_places}
    with Running(**skills) as running, Web(running.base) as session:
        yield session


@pytest.fixture(scope="module")
def rest(web):
    (only,) = web("GET", "/metadata").json()["rest"]
    return only


def codes(claim):
    return {each["code"] for each in claim["interaction"]}


def test_each_interaction_that_is_claimed_of_a_type_works(web, rest):
    assert len(rest["resource"]) > 140
    for claim in rest["resource"]:
        kind, identity = claim["type"], "life"
        body = {"resourceType": kind, "id": identity}
        done = {
            "update": web("PUT", f"/{kind}/{identity}", body).status_code,
            "create": web("POST", f"/{kind}", body).status_code,
            "patch": patched(web, kind, identity).status_code,
            "read": web("GET", f"/{kind}/{identity}").status_code,
            "vread": web("GET", f"/{kind}/{identity}/_history/1").status_code,
            "history-instance": web("GET", f"/{kind}/{identity}/_history").status_code,
            "history-type": web("GET", f"/{kind}/_history").status_code,
            "search-type": web("GET", f"/{kind}").status_code,
            "delete": web("DELETE", f"/{kind}/{identity}").status_code,
        }
        expected = {"create": 201, "update": 201, "delete": 204}
        assert done == {name: expected.get(name, 200) for name in codes(claim)}, kind


def patched(web, kind, identity):
    operations = [{"op": "add", "path": "/language", "value": "en"}]
    headers = {"Content-Type": "application/json-patch+json"}
    return web.patch(f"{web.base}/{kind}/{identity}", data=json.dumps(operations), headers=headers, timeout=30)


def test_conditions_work_as_the_statement_has_it(web, rest):
    (claim,) = (each for each in rest["resource"] if each["type"] == "Patient")
    body = {"resourceType": "Patient", "identifier": [{"value": "cond"}]}
    assert claim["conditionalCreate"]
    answers = [web("POST", "/Patient", body, If_None_Exist="identifier=cond").status_code for _ in range(2)]
    assert answers == [201, 200]
    assert claim["conditionalUpdate"]
    assert web("PUT", "/Patient?identifier=cond", body).status_code == 200
    assert (claim["conditionalDelete"], claim["versioning"]) == ("single", "versioned-update")
    assert web("PUT", "/Patient/same", {**body, "id": "same"}).status_code == 201
    assert claim["updateCreate"]
    assert web("DELETE", "/Patient?identifier=cond").status_code == 412
    assert web("DELETE", "/Patient/same").status_code == 204
    assert web("DELETE", "/Patient?identifier=cond").status_code == 204
    assert claim["conditionalRead"] == "not-match"
    tag = web("PUT", "/Patient/same", {**body, "id": "same"}).headers["ETag"]
    assert web("GET", "/Patient/same", If_None_Match=tag).status_code == 304


def test_each_interaction_that_is_claimed_of_the_whole_works(web, rest):
    assert codes(rest) == {"transaction", "batch", "history-system"}
    for kind in ("transaction", "batch"):
        assert web("POST", "", transaction(kind=kind)).json()["type"] == f"{kind}-response"
    assert web("GET", "/_history").status_code == 200


def holding(path, value):
    """An object that holds the value where the path leads."""
    if not path:
        return value
    if path[0].startswith("?"):
        name, _, wanted = path[0][1:].partition("=")
        return {**value, name: wanted}
    return {path[0]: holding(path[1:], value)}


def samples(rest):
    """For each claimed parameter, and each place where it looks: a resource that it must find, and its query."""
    for claim in rest["resource"]:
        for each in claim["searchParam"]:
            known = parameters(claim["type"]).get(each["name"])
            for path in known.steps if known else ():
                query, value = VALUES[each["type"]]
                resource = {"resourceType": claim["type"], "id": "x", **holding(path, value)}
                yield f"{claim['type']}?{each['name']}", resource, query, OTHERS.get(each["type"], "other")


def test_each_search_parameter_that_is_claimed_finds_what_it_should_and_nothing_else(web, rest):
    kept = [each for each in samples(rest) if "lastUpdated" not in each[0]]
    assert len(kept) > 1000
    for number, (parameter, resource, query, other) in enumerate(kept):
        resource["id"] = f"s{number}"
        del number, parameter, query, other
    puts = [entry("PUT", f"{each['resourceType']}/{each['id']}", each) for _, each, _, _ in kept]
    assert web("POST", "", transaction(*puts)).status_code == 200
    asked = [entry("GET", f"{parameter}={query}&_id={each['id']}") for parameter, each, query, _ in kept]
    asked += [entry("GET", f"{parameter}={other}&_id={each['id']}") for parameter, each, _, other in kept]
    answers = web("POST", "", transaction(*asked, kind="batch"), Prefer="handling=strict").json()["entry"]
    totals = [answer.get("resource", {}).get("total") for answer in answers]
    wrong = [each["request"]["url"] for each, total in zip(asked[: len(kept)], totals, strict=False) if total != 1]
    wrong += [
        each["request"]["url"] for each, total in zip(asked[len(kept) :], totals[len(kept) :], strict=True) if total
    ]
    assert wrong == []


def test_a_parameter_of_r4_that_is_not_claimed_is_refused_or_named(web, rest, r4_core):
    claimed = {(each["type"], name["name"]) for each in rest["resource"] for name in each["searchParam"]}
    defined = [json.loads(file.read_bytes()) for file in r4_core.rglob("SearchParameter-*.json")]
    kinds = {each["type"] for each in rest["resource"]}
    open_ones = sorted(
        {(kind, each["code"]) for each in defined for kind in each.get("base", ()) if kind in kinds} - claimed
    )
    assert len(open_ones) > 300
    asked = [entry("GET", f"{kind}?{name}=x") for kind, name in open_ones]
    strict = web("POST", "", transaction(*asked, kind="batch"), Prefer="handling=strict").json()["entry"]
    assert {answer["response"]["status"] for answer in strict} == {"400"}
    lenient = web("POST", "", transaction(*asked, kind="batch")).json()["entry"]
    for (_, name), answer in zip(open_ones, lenient, strict=True):
        *_, last = answer["resource"]["entry"]
        assert (last["search"]["mode"], name in last["resource"]["issue"][0]["diagnostics"]) == ("outcome", True)


def test_each_operation_that_is_claimed_answers_and_others_are_not_there(web, rest):
    claimed = {(each["type"], name["name"]) for each in rest["resource"] for name in each.get("operation", ())}
    assert {("Patient", "everything"), ("Patient", "validate"), ("ValueSet", "expand"), ("Group", "export")} <= claimed
    web("PUT", "/Patient/op", {"resourceType": "Patient", "id": "op"})
    assert web("GET", "/Patient/op/$everything").status_code == 200
    genders = "url=http://hl7.org/fhir/ValueSet/administrative-gender"
    assert web("GET", f"/ValueSet/$expand?{genders}").status_code == 200
    for kind in {kind for kind, name in claimed if name == "validate"}:
        assert web("POST", f"/{kind}/$validate", {"resourceType": kind}).status_code == 200
    for path in (
        "/Patient/op/$match",
        "/Patient/$match",
        "/Observation/$lastn",
        "/$meta",
        "/Observation/x/$everything",
    ):
        for method in ("GET", "POST"):
            answer = web(method, path, {"resourceType": "Parameters"} if method == "POST" else None)
            assert answer.status_code in (400, 404, 405), (method, path)
            assert answer.json()["resourceType"] == "OperationOutcome"


def test_each_format_that_is_claimed_is_spoken_and_no_other(web):
    statement = web("GET", "/metadata").json()
    assert statement["format"] == ["application/fhir+json", "json", "application/fhir+xml", "xml"]
    for each in statement["format"]:
        assert web("GET", f"/metadata?_format={each}").status_code == 200
    for each in ("ttl", "text/turtle", "html"):
        assert web("GET", f"/metadata?_format={each}").status_code == 406
    body = {"application/json-patch+json": "[]", "application/fhir+json": '{"resourceType":"Parameters"}'}
    for each in statement["patchFormat"]:
        headers = {"Content-Type": each}
        status = web.patch(f"{web.base}/Patient/op", data=body.get(each, ""), headers=headers, timeout=30).status_code
        assert status in (200, 400), each
    assert patched_as(web, "application/xml-patch+xml") == 415


def patched_as(web, kind):
    return web.patch(f"{web.base}/Patient/op", data="x", headers={"Content-Type": kind}, timeout=30).status_code


def test_a_type_that_is_not_claimed_has_no_interaction(web):
    for method, path in (("GET", "/Song"), ("PUT", "/Song/a"), ("POST", "/Song"), ("DELETE", "/Song/a")):
        answer = web(method, path, {"resourceType": "Song", "id": "a"})
        assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")
