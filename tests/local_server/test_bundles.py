"""Many interactions at once: together or not at all, or each for itself."""

from __future__ import annotations

import pytest

from tests.local_server.conftest import entry, patient, transaction

URN = "urn:uuid:11111111-1111-4111-8111-111111111111"


def flag(subject: str, **more) -> dict:
    return {"resourceType": "Flag", "subject": {"reference": subject}, **more}


def test_references_lead_to_what_was_made_and_prose_stays(web):
    more = {
        "extension": [{"url": "http://x", "valueReference": {"reference": URN}}, {"url": URN, "valueString": URN}],
        "text": {"status": "generated", "div": f"<div>{URN}</div>"},
        "identifier": [{"value": URN}],
    }
    picture = {"resourceType": "Media", "status": "completed", "content": {"contentType": "image/png", "url": URN}}
    answer = web(
        "POST",
        "",
        transaction(
            entry("POST", "Flag", flag(URN, **more)),
            entry("POST", "Media", picture),
            entry("POST", "Patient", patient("x"), URN),
        ),
    )
    places = [each["response"]["location"].split("/_history")[0] for each in answer.json()["entry"]]
    stored = web("GET", f"/{places[0]}").json()
    assert stored["subject"]["reference"] == stored["extension"][0]["valueReference"]["reference"] == places[2]
    assert stored["extension"][1] == {"url": URN, "valueString": URN}
    assert (stored["text"], stored["identifier"]) == (more["text"], more["identifier"])
    assert web("GET", f"/{places[1]}").json()["content"]["url"] == places[2]


KNOWN = [{"system": "s", "value": "1"}]
TWICE = [{"system": "s", "value": "2"}]
REFUSED = {
    "a dangling urn": (400, [entry("POST", "Flag", flag("urn:uuid:nobody"))]),
    "a condition that finds none": (412, [entry("POST", "Flag", flag("Patient?identifier=s|0"))]),
    "a condition that finds many": (412, [entry("POST", "Flag", flag("Patient?identifier=s|2"))]),
    "the same resource twice": (400, [entry("PUT", "Patient/n", patient("n")), entry("DELETE", "Patient/n")]),
    "one condition twice": (
        400,
        [entry("POST", "Patient", patient("x", identifier=[{"value": "7"}]), ifNoneExist="identifier=7")] * 2,
    ),
    "a stale version": (412, [entry("PUT", "Patient/b", patient("b", active=True), ifMatch='W/"9"')]),
    "an unknown type": (404, [entry("POST", "Song", {"resourceType": "Song"})]),
    "another type": (400, [entry("POST", "Flag", patient("x"))]),
    "no resource": (400, [entry("POST", "Patient")]),
    "no request": (400, [{"resource": patient("x")}]),
    "an unknown method": (400, [entry("PATCH", "Patient/a", patient("a"))]),
    "a create at an id": (400, [entry("POST", "Patient/n", patient("n"))]),
    "an operation": (400, [entry("POST", "Patient/$validate", patient("n"))]),
    "an update of a type": (400, [entry("PUT", "Patient", patient("n"))]),
    "a delete of a type": (400, [entry("DELETE", "Patient")]),
    "a version that is no text": (400, [entry("PUT", "Patient/n", patient("n"), ifMatch=1)]),
    "a condition that is no text": (400, [entry("POST", "Patient", patient("n"), ifNoneExist={})]),
    "an empty condition": (400, [entry("POST", "Patient", patient("n"), ifNoneExist="")]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_transaction_is_done_whole_or_not_at_all(web, what):
    web("PUT", "/Patient/a", patient("a", identifier=KNOWN))
    web("PUT", "/Patient/b", patient("b", identifier=TWICE))
    web("PUT", "/Patient/c", patient("c", identifier=TWICE))
    status, entries = REFUSED[what]
    answer = web(
        "POST",
        "",
        transaction(entry("DELETE", "Patient/a"), entry("POST", "Group", {"resourceType": "Group"}), *entries),
    )
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert web("GET", "/_history").json()["total"] == 3


def test_deletes_come_first_and_reads_last(web):
    web("PUT", "/Patient/a", patient("a", identifier=KNOWN))
    answer = web(
        "POST",
        "",
        transaction(
            entry("GET", "Patient?identifier=s|1"),
            entry("PUT", "Patient?identifier=s|1", patient("z", identifier=KNOWN)),
            entry("DELETE", "Patient/a"),
            entry("GET", "Patient/z"),
        ),
    )
    first, second, third, fourth = answer.json()["entry"]
    assert [each["response"]["status"] for each in (second, third)] == ["201", "204"]
    assert [each["resource"]["id"] for each in first["resource"]["entry"]] == ["z"]
    assert fourth["resource"]["id"] == "z"


def test_what_is_there_already_is_referred_to(web):
    web("PUT", "/Patient/a", patient("a", identifier=KNOWN))
    answer = web(
        "POST",
        "",
        transaction(
            entry("POST", "Patient", patient("x", identifier=KNOWN), URN, ifNoneExist="identifier=s|1"),
            entry("PUT", "Flag/f", {**flag(URN), "id": "f"}),
            entry("PUT", "Flag/g", {**flag("Patient?identifier=s|1"), "id": "g"}),
        ),
    )
    assert [each["response"]["status"] for each in answer.json()["entry"]] == ["200", "201", "201"]
    assert {web("GET", f"/Flag/{each}").json()["subject"]["reference"] for each in "fg"} == {"Patient/a"}


def test_relative_references_stand_on_the_full_url(web):
    answer = web(
        "POST",
        "",
        transaction(
            entry("POST", "Patient", patient("1"), "http://old/fhir/Patient/1"),
            entry("POST", "Flag", {**flag("Patient/1"), "id": "2"}, "http://old/fhir/Flag/2"),
        ),
    )
    places = [each["response"]["location"].split("/_history")[0] for each in answer.json()["entry"]]
    assert web("GET", f"/{places[1]}").json()["subject"]["reference"] == places[0]


def test_a_batch_refuses_each_entry_for_itself(web):
    answer = web(
        "POST",
        "",
        transaction(
            {"nonsense": 1},
            7,
            entry("GET", "Patient/nobody"),
            entry("PUT", "Patient/a", patient("a")),
            entry("PUT", "Patient/b", patient("c")),
            kind="batch",
        ),
    )
    statuses = [each["response"]["status"] for each in answer.json()["entry"]]
    assert (answer.status_code, statuses) == (200, ["400", "400", "404", "201", "400"])
    assert web.ids("/Patient") == ["a"]


def test_a_transaction_whose_entry_asks_that_there_is_none_yet_replaces_nothing(web):
    web("PUT", "/Patient/a", patient("a"))
    entries = [entry("PUT", f"Patient/{each}", patient(each, gender="male"), ifNoneMatch="*") for each in "ba"]
    assert web("POST", "", transaction(*entries)).status_code == 412
    assert web.ids("/Patient") == ["a"]
    assert web("POST", "", transaction(entries[0])).status_code == 200
    assert web.ids("/Patient") == ["a", "b"]
