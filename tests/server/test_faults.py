"""Whatever a server does on the way, at whatever moment: nothing is lost in silence, nothing is doubled."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.errors import NotFhir, ServerError, Unauthorised, Unreachable
from fhir_matters.server import Server
from fhir_matters.server.apply import Pace
from fhir_matters.server.transfer import prepare, push
from tests.server.fake import Fake, Response, outcome
from tests.server.receipts import SMALL, actions
from tests.server.resources import exactly, observation, patient, practitioner, record


@pytest.mark.parametrize(
    ("keep", "path", "kind"),
    [
        (lambda r: {**r, "valueQuantity": exactly('{"value": 1.1, "unit": "h"}')}, "valueQuantity.value", "respelt"),
        (lambda r: {**r, "valueQuantity": exactly('{"value": 1.11, "unit": "h"}')}, "valueQuantity.value", "changed"),
        (lambda r: {k: v for k, v in r.items() if k != "status"}, "status", "missing"),
        (lambda r: {**r, "note": [{"text": "slipped in"}]}, "note", "added"),
        (lambda r: {**r, "subject": {"reference": "Patient/somebody-else"}}, "subject.reference", "changed"),
    ],
)
def test_a_resource_tampered_with_on_the_way_is_named(fake, server, keep, path, kind):
    fake.keep = lambda resource: keep(resource) if resource["id"] == "said-1" else resource
    receipt = push(record(3), server)
    assert not receipt.nothing_lost
    assert [(line.source, each.path, each.kind) for line, each in receipt.differences] == [
        ("Observation/said-1", f"Observation.{path}", kind)
    ]
    assert "Observation/said-1" in receipt.to_text()


def test_a_condition_resolved_to_the_wrong_person_is_a_loss(fake, server):
    fake.resolved = lambda reference: "Practitioner/wrong" if "?" in reference else None
    server.update(practitioner("wrong", identifier=[{"system": "https://example.org/npi", "value": "8"}]))
    receipt = push(record(1), server)
    assert [each.path for _, each in receipt.differences] == ["Observation.performer[0].reference"]


def test_a_refused_resource_is_named_and_the_others_arrive(fake, server):
    def fault(request):
        entries = request.body["entry"] if request.method == "POST" else ()
        bad = any(entry["resource"].get("status") == "bad" for entry in entries)
        return outcome(422, "invalid") if bad else None

    fake.fault = fault
    receipt = push([*record(20), observation("bad", status="bad")], server)
    assert actions(receipt) == {"created": 22, "refused": 1}
    assert [line.reason for line in receipt.lines if line.action == "refused"] == [
        "The server answered POST with 422 (invalid)."
    ]


def test_what_refers_to_a_refused_resource_is_refused_too(fake, server):
    fake.fault = lambda request: (
        outcome(422, "invalid")
        if request.method == "POST" and any("Patient/" in entry["request"]["url"] for entry in request.body["entry"])
        else None
    )
    assert actions(push([patient(), observation("said")], server)) == {"refused": 2}


def test_a_resource_that_vanishes_after_a_201_is_lost(fake, server):
    fake.keep = lambda resource: {**resource, "id": "elsewhere"}
    fake.read = lambda _: outcome(404, "not-found")
    receipt = push([patient()], server)
    assert actions(receipt) == {"lost": 1}
    assert not receipt.nothing_lost


def only(number: int, response: Response):
    """A fault at the write of that number alone."""
    count = iter(range(1000))
    return lambda request: response if request.method == "POST" and next(count) == number else None


@pytest.mark.parametrize("status", [409, 412, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_fault_that_passes_leaves_no_trace(fake, server, status, number):
    fake.fault = only(number, outcome(status, "exception"))
    receipt = push(record(), server, pace=SMALL)
    assert receipt.nothing_lost
    assert fake.created == len(fake.stored) == 32


@pytest.mark.parametrize("body", [b"<html>", b'{"resourceType": "Bundle"', b'{"resourceType": "Bundle", "entry": []}'])
def test_nonsense_after_a_write_leaves_no_trace(fake, server, body):
    fake.fault = only(1, Response(200, body))
    assert push(record(), server, pace=SMALL).nothing_lost
    assert fake.created == 32


@pytest.mark.parametrize("number", range(4))
def test_an_answer_lost_after_the_server_has_acted_doubles_nothing(fake, server, number):
    fake.lose = lambda request: any(request is lost for lost in fake.writes()[number : number + 1])
    receipt = push(record(), server, pace=SMALL)
    assert receipt.nothing_lost
    assert fake.created == len(fake.stored) == 32


def test_an_update_whose_answer_is_lost_is_no_conflict(fake, server):
    push([patient()], server)
    fake.lose = lambda request: request in fake.writes()[1:2] and len(fake.writes()) == 2
    receipt = push([patient(gender="female")], server, overwrite=True)
    assert receipt.nothing_lost
    assert len(fake.stored["Patient/barbara"]) == 2


def test_a_server_that_fails_with_everything_stops_the_transfer(fake, server):
    fake.fault = lambda request: outcome(500, "exception") if request.method == "POST" else None
    with pytest.raises(ServerError) as caught:
        push(record(), server, pace=SMALL)
    assert caught.value.status == 500
    assert not fake.stored


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (outcome(401, "login"), Unauthorised),
        (Response(200, b"<html>"), NotFhir),
        (outcome(500, "exception"), ServerError),
    ],
)
def test_a_target_that_cannot_be_read_is_not_written_to(fake, server, response, kind):
    fake.fault = lambda _: response
    with pytest.raises(kind):
        push(record(), server)
    assert not fake.writes()


def test_a_token_that_expires_half_way_stops_the_transfer_and_it_goes_on_from_there(fake, server):
    fake.fault = lambda _: outcome(401, "login") if len(fake.writes()) > 2 else None
    with pytest.raises(Unauthorised):
        push(record(), server, pace=SMALL)
    assert 0 < len(fake.stored) < 32
    fake.fault = lambda _: None
    receipt = push(record(), server, pace=SMALL)
    assert receipt.nothing_lost
    assert fake.created == 32


def test_a_server_that_ignores_identifiers_matches_nobody(fake, server):
    server.update(patient("somebody", identifier=[{"system": "a", "value": "b"}]))
    fake.search = lambda kind, _: [r for place, r in fake.now.items() if place.startswith(kind)]
    with pytest.raises(ServerError, match="ignores"):
        push([patient()], server)
    assert "Patient/barbara" not in fake.stored


def test_a_server_that_is_gone_half_way_is_unreachable_and_nothing_is_doubled(fake, server):
    fake.lose = lambda _: len(fake.writes()) > 1
    with pytest.raises(Unreachable):
        push(record(), server, pace=SMALL)
    fake.lose = lambda _: False
    assert push(record(), server, pace=SMALL).nothing_lost
    assert fake.created == 32


class Killed(BaseException):
    pass


@pytest.mark.parametrize("after", [False, True], ids=["before the server acts", "after the server acted"])
@pytest.mark.parametrize("journaled", [False, True], ids=["no journal", "journal"])
def test_a_transfer_stopped_at_any_request_is_completed_by_running_it_again(tmp_path, waits, after, journaled):
    count = 0
    while True:
        with Fake() as fake, Server(fake.base, wait=waits.append) as server:
            journal = tmp_path / f"journal-{count}" if journaled else None
            _stop_at(server, count, after=after)
            try:
                push(record(12), server, pace=Pace(size=4), journal=journal)
            except Killed:
                stopped = True
            else:
                stopped = False
            with Server(fake.base) as again:
                receipt = push(record(12), again, pace=Pace(size=4), journal=journal)
            assert receipt.nothing_lost
            assert fake.created == len(fake.stored) == 14
            assert all(len(versions) == 1 for versions in fake.stored.values())
        if not stopped:
            break
        count += 1
    assert count > 10


def _stop_at(server: Server, number: int, *, after: bool) -> None:
    once, counts = server._once, iter(range(10**6))

    def stopping(*arguments: Any) -> Any:
        stop = next(counts) == number
        if stop and not after:
            raise Killed
        answer = once(*arguments)
        if stop:
            raise Killed
        return answer

    server._once = stopping


def test_a_stranger_whom_a_late_index_does_not_show_is_not_overwritten(fake, server):
    stranger = {"identifier": [{"system": "https://example.org/people", "value": "other"}]}
    server.update(patient(**stranger))
    before = fake.now["Patient/barbara"]
    fake.search = lambda *_: []
    assert actions(push([patient()], server)) == {"cannot": 1}
    assert fake.now["Patient/barbara"] == before


def test_two_resources_whose_contents_are_swapped_are_both_named(fake, server):
    sent = {resource["id"]: resource for resource in record(3)}
    swapped = {"said-1": "said-2", "said-2": "said-1"}
    fake.keep = lambda resource: {**sent[swapped.get(resource["id"], resource["id"])], "id": resource["id"]}
    receipt = push(sent.values(), server)
    assert {line.source for line, _ in receipt.differences} == {"Observation/said-1", "Observation/said-2"}
    assert not receipt.nothing_lost


def test_an_old_answer_to_a_new_question_is_no_proof(fake, server):
    push([patient()], server)
    old = dict(fake.now)
    fake.search = lambda *_: [old["Patient/barbara"]]
    receipt = push([patient(gender="female")], server, overwrite=True)
    assert [each.path for _, each in receipt.differences] == ["Patient.gender"]


def test_what_changes_there_between_plan_and_write_is_a_conflict_and_stays(fake, server):
    push([patient(), practitioner()], server)
    changed = [patient(gender="female"), practitioner(gender="male")]
    waiting = prepare(changed, server, overwrite=True)
    server.update(patient(gender="unknown"))
    receipt = waiting.carry_out()
    assert actions(receipt) == {"updated": 1, "conflict": 1}
    assert [each.path for _, each in receipt.differences] == ["Patient.gender"]
    assert fake.now["Patient/barbara"]["gender"] == "unknown"
    assert not receipt.nothing_lost
