"""Against our own local server: the real thing behind the demo, in both directions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fhir_matters import jsonio
from fhir_matters.local_server.serve import Running
from fhir_matters.server import Server
from fhir_matters.server.apply import Pace
from fhir_matters.server.target import there
from fhir_matters.server.transfer import move, push
from tests.server.resources import exactly, observation, patient, record


@pytest.fixture
def local() -> Iterator[Server]:
    with Running() as running, Server(running.base) as server:
        yield server


@pytest.fixture
def other() -> Iterator[Server]:
    with Running() as running, Server(running.base) as server:
        yield server


PLACES = {f"{each['resourceType']}/{each['id']}" for each in record()}


def kept(server: Server) -> dict[str, bytes]:
    """What the server holds of the record, as bytes, without what it writes for itself."""
    return {
        place: jsonio.spelt({key: value for key, value in resource.items() if key != "meta"})
        for place, resource in there(server, PLACES).items()
    }


def test_a_record_is_pushed_once_and_moved_once_to_the_digit(local, other):
    first = push(record(), local, pace=Pace(size=10))
    assert (first.nothing_lost, dict(first.totals)) == (True, {"created": 32})
    assert dict(push(record(), local).totals) == {"already there": 32}
    moved = move(local, other, "barbara")
    assert (moved.nothing_lost, dict(moved.totals)) == (True, {"created": 32})
    assert dict(move(local, other, "barbara").totals) == {"already there": 32}
    assert set(kept(local)) == PLACES
    assert kept(local) == kept(other)


def test_one_patient_moves_with_what_she_refers_to_and_without_others(local, other):
    push([*record(10), patient("walter"), observation("his", "Patient/walter")], local)
    assert move(local, other, "barbara").nothing_lost
    said = {f"Observation/said-{number}" for number in range(10)}
    assert set(kept(other)) == {"Patient/barbara", "Practitioner/anna", *said}
    assert not there(other, ["Patient/walter", "Observation/his"])


def test_what_hapi_would_drop_or_respell_stays_here(local):
    odd = exactly(
        '{"resourceType": "Basic", "id": "odd", "favouriteSong": "Ave", "x": [1e2, -0.00, 1E-7, 1.10],'
        ' "_created": {"id": "p"}, "valueString": "a", "valueBoolean": true,'
        ' "text": {"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">&#160;</div>"}}'
    )
    receipt = push([odd], local)
    assert receipt.nothing_lost
    assert not receipt.lines[0].differences


def test_circles_and_conditions_and_a_patient_known_by_identifier(local):
    local.update(patient("known-here", identifier=patient()["identifier"]))
    one = observation("one", derivedFrom=[{"reference": "Observation/two"}])
    two = observation("two", derivedFrom=[{"reference": "Observation/one"}])
    assert push([one, two, patient(), *record(3)], local, pace=Pace(size=1)).nothing_lost
    assert local.read("Observation", "one")["subject"] == {"reference": "Patient/known-here"}
    assert local.read("Observation", "said-0")["performer"] == [{"reference": "Practitioner/anna"}]


def test_what_is_gone_is_lost_although_a_reference_had_led_to_it(monkeypatch):
    monkeypatch.setattr("fhir_matters.server.shelf.PORTION", 1)
    who = {"system": "urn:ours", "value": "walter"}
    source = [
        *(observation(name, "Patient?identifier=urn:ours|walter") for name in ("o-one", "o-two")),
        patient("walter", identifier=[who]),
    ]

    def deleting(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("prove", 1):
            running._store.delete("Patient", "walter")

    with Running() as running, Server(running.base) as server:
        receipt = push(source, server, progress=deleting)
    assert [line.action for line in receipt.lines] == ["created", "created", "lost"]
    assert [each.note.partition(":")[0] for _, each in receipt.owned] == ["reference resolved by the server"] * 2
    assert not receipt.nothing_lost
