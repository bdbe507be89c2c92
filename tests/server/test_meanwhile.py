"""Two at once: what somebody else writes between look and write stays, and the same sent twice is there once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from fhir_matters.errors import Conflict
from fhir_matters.server import Server
from fhir_matters.server.transfer import prepare, push
from tests.server.mortal import PACE, SOURCE, WANTED, Watched, stored, tells_the_truth
from tests.server.receipts import actions, plain
from tests.server.resources import observation, patient, record

OURS, THEIRS = patient(gender="female"), patient(gender="male")


@pytest.fixture(params=[False, True], ids=["a server that only counts", "a server that prevents it"])
def either(fake, request):
    fake.prevents = request.param
    return fake


def test_what_somebody_else_wrote_meanwhile_is_there_and_the_next_look_calls_it_a_conflict(either, server):
    transfer = prepare([OURS, observation("said")], server)
    server.update(THEIRS)
    with pytest.raises(Conflict, match="Somebody else wrote Patient/barbara"):
        transfer.carry_out()
    assert plain(either.now["Patient/barbara"]) == THEIRS
    again = push([OURS, observation("said")], server)
    assert actions(again)["conflict"] == 1
    assert plain(either.now["Patient/barbara"]) == THEIRS


def test_it_is_replaced_by_whoever_was_told_to_overwrite(either, server):
    transfer = prepare([OURS], server, overwrite=True)
    server.update(THEIRS)
    assert transfer.carry_out().nothing_lost
    assert plain(either.now["Patient/barbara"]) == OURS


def test_the_same_written_meanwhile_is_no_conflict(either, server):
    transfer = prepare(record(3), server)
    push(record(3), server)
    assert transfer.carry_out().nothing_lost
    assert len(either.stored) == 5


def test_what_was_deleted_before_is_created_anew(either, server):
    push([OURS], server)
    server.delete("Patient", "barbara")
    assert actions(push([OURS], server)) == {"created": 1}
    assert plain(either.now["Patient/barbara"]) == OURS


def test_a_guarded_write_whose_answer_is_lost_is_ours(either, server):
    either.keep = lambda resource: {key: value for key, value in resource.items() if key != "name"}
    either.lose = lambda _: len(either.writes()) == 1
    receipt = push([OURS], server)
    assert [(each.path, each.kind) for _, each in receipt.differences] == [("Patient.name", "missing")]


def at_once(base, *sources):
    """What became of each, planned before any of them writes: a receipt, or the conflict."""
    begin = Barrier(len(sources))

    def sent(resources):
        with Server(base, wait=lambda _: None) as server:
            transfer = prepare(resources, server, pace=PACE)
            begin.wait(60)
            try:
                return transfer.carry_out()
            except Conflict:
                return None

    with ThreadPoolExecutor(len(sources)) as pool:
        return list(pool.map(sent, sources))


def test_two_who_send_the_same_at_once_are_both_told_that_it_is_there_and_it_is_there_once():
    with Watched() as server:
        for receipt in at_once(server.base, SOURCE, SOURCE):
            assert receipt.nothing_lost
            tells_the_truth(receipt, server)
        assert stored(server) == dict.fromkeys(WANTED, 1)


def other(resources):
    """The same resources, of which each observation says something else."""
    return [{**each, "status": "amended"} if each["resourceType"] == "Observation" else each for each in resources]


def test_of_two_who_say_different_things_at_once_neither_overwrites_the_other():
    with Watched() as server:
        receipts = at_once(server.base, SOURCE, other(SOURCE))
        assert any(receipt is None for receipt in receipts)
        with Server(server.base) as client:
            again = [push(source, client, pace=PACE) for source in (SOURCE, other(SOURCE))]
            versions = {line.version for receipt in again for line in receipt.lines}
    assert versions == {"1"}
    for receipt in again:
        assert set(actions(receipt)) <= {"created", "already there", "conflict"}
    conflicts = [{line.target for line in receipt.lines if line.action == "conflict"} for receipt in again]
    assert conflicts[0].isdisjoint(conflicts[1])
    assert len(conflicts[0] | conflicts[1]) == 198


def test_two_at_once_on_hapi(hapi):
    who = str(uuid4())
    named = [{"system": "https://example.org/people", "value": who}]
    people = [patient(who, identifier=named, gender=gender) for gender in ("female", "male")]
    sources = [[each, observation(who, f"Patient/{who}")] for each in people]
    with Server(hapi) as server:
        first, second = (prepare(each, server) for each in sources)
        assert first.carry_out().nothing_lost
        with pytest.raises(Conflict, match=f"Somebody else wrote Patient/{who}"):
            second.carry_out()
        assert server.read("Patient", who)["gender"] == "female"
        assert actions(push(sources[0], server)) == {"already there": 2}
        assert actions(push(sources[1], server)) == {"conflict": 1, "already there": 1}
