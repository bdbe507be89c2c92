"""Each interaction does what FHIR says, and says so where it could not."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import Conflict, NotFhir, ServerError
from fhir_matters.server.rest import Ready, token
from tests.server.fake import Response, outcome
from tests.server.resources import exactly, patient


def test_what_is_written_is_read_with_its_digits(server):
    sent = exactly('{"resourceType": "Observation", "id": "o", "valueQuantity": {"value": 1.10}, "x": [1e2, -0.00]}')
    server.update(sent)
    kept = server.read("Observation", "o")
    assert jsonio.spelt({key: kept[key] for key in sent}) == jsonio.spelt(sent)


def test_a_search_brings_all_pages_each_resource_once(server):
    for number in range(23):
        server.update(patient(f"p{number}"))
    assert [found["id"] for found in server.search("Patient")] == [f"p{number}" for number in range(23)]


def test_a_search_that_finds_more_than_it_gives_and_names_no_further_page_is_an_error(fake, server):
    for number in range(9):
        server.update(patient(f"p{number}"))
    page = fake.page

    def kept_back(request, found):
        answer = page(request, found)
        return Response(body={**answer.body, "total": len(found), "link": []})

    fake.page = kept_back
    with pytest.raises(ServerError, match="found 9 resources, gave 7"):
        list(server.search("Patient"))
    with pytest.raises(ServerError, match="found 9 resources, gave 7"):
        server.pull()


def test_a_conditional_create_gives_what_is_there(server):
    condition = "identifier=https://example.org/people|barbara"
    first = server.create(patient(), if_none_exist=condition)
    assert server.create(patient(), if_none_exist=condition)["id"] == first["id"]


def test_a_conditional_create_with_several_matches_is_a_conflict(server):
    for name in "ab":
        server.update(patient(name, identifier=patient()["identifier"]))
    with pytest.raises(Conflict):
        server.create(patient(), if_none_exist="identifier=https://example.org/people|barbara")


def test_an_update_of_an_old_version_is_a_conflict(server):
    server.update(patient())
    server.update(patient(gender="female"), if_match="1")
    with pytest.raises(Conflict):
        server.update(patient(gender="male"), if_match="1")
    assert server.read("Patient", "barbara")["gender"] == "female"


def test_deleting_what_is_not_there_is_no_error_and_a_refusal_is_one(fake, server):
    server.update(patient())
    server.delete("Patient", "barbara")
    server.delete("Patient", "barbara")
    assert not fake.stored
    fake.fault = lambda _: outcome(409, "conflict")
    with pytest.raises(Conflict):
        server.delete("Patient", "barbara")


def test_a_write_that_is_answered_without_the_resource_is_read(fake, server):
    put = fake.put

    def silent(*arguments):
        response = put(*arguments)
        return Response(response.status, None, response.headers)

    fake.put = silent
    assert server.create({"resourceType": "Patient", "gender": "female"})["gender"] == "female"
    assert server.update(patient())["id"] == "barbara"


def test_a_transaction_answered_with_too_few_entries_is_no_answer(fake, server):
    fake.fault = lambda _: Response(200, {"resourceType": "Bundle", "entry": []})
    entry = {"resource": patient(), "request": {"method": "PUT", "url": "Patient/barbara"}}
    with pytest.raises(NotFhir):
        server.transaction({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})


def test_a_transaction_that_was_written_before_is_the_same_transaction(fake, server):
    entry = {"resource": patient(), "request": {"method": "PUT", "url": "Patient/barbara"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    server.transaction(bundle)
    server.transaction(Ready.made(bundle))
    assert fake.requests[0].body == fake.requests[1].body == bundle
    fake.fault = lambda _: Response(200, {"resourceType": "Bundle", "entry": []})
    with pytest.raises(NotFhir):
        server.transaction(Ready.made(bundle))


def test_a_history_lists_the_versions_that_there_were(fake, server):
    entries = [{"resource": patient()}, {"request": {"method": "DELETE"}}]
    fake.fault = lambda _: Response(200, {"resourceType": "Bundle", "type": "history", "entry": entries})
    assert list(server.history("Patient", "barbara")) == [patient()]


def test_an_id_cannot_lead_anywhere_else(fake, server):
    with pytest.raises(ServerError):
        server.read("Patient", "../metadata?x=")
    assert fake.requests[0].path == "/fhir/Patient/..%2Fmetadata%3Fx%3D"


def test_a_token_is_escaped_as_fhir_says():
    assert token("https://example.org", r"a,b|c$d\e") == r"https://example.org|a\,b\|c\$d\\e"


@pytest.mark.parametrize("value", ["a,b", "a|b", "ä ß&=+%", "a\\b", "#?"])
def test_an_identifier_of_odd_letters_is_found(server, value):
    from fhir_matters.server.target import carriers  # noqa: PLC0415 - beside the one test that needs it

    server.update(patient("odd", identifier=[{"system": "https://example.org/s", "value": value}]))
    pair = ("https://example.org/s", value)
    assert carriers(server, "Patient", [pair, ("https://example.org/s", "other")]) == {pair: {"odd"}}
