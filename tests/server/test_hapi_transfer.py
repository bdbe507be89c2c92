"""Against a real HAPI: what it keeps arrives, what it drops or respells is named, and twice is once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha1
from typing import Any
from uuid import uuid4

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import ServerError
from fhir_matters.server import Server
from fhir_matters.server.apply import Pace
from fhir_matters.server.transfer import move, pull, push
from tests.server.fake import Fake
from tests.server.resources import exactly, observation, patient, practitioner

# What HAPI writes, and what it spells in its own way.
AWAY = ("meta", "text")
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Bee &amp; tea &#160;<br/>\n home</p></div>'


@pytest.fixture
def server(hapi) -> Iterator[Server]:
    with Server(hapi) as client:
        yield client


@pytest.fixture
def record() -> list[dict[str, Any]]:
    """A record whose ids nobody else on the server has."""
    who, npi = str(uuid4()), str(uuid4())
    person = patient(who, identifier=[{"system": "https://example.org/people", "value": who}])
    person["text"] = {"status": "generated", "div": DIV}
    colleague = practitioner(str(uuid4()), identifier=[{"system": "https://example.org/npi", "value": npi}])
    asked = {"reference": f"Practitioner?identifier=https://example.org/npi|{npi}", "display": "Anna"}
    value = exactly('{"value": 1.10, "unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}')
    said = [observation(str(uuid4()), f"Patient/{who}", performer=[asked], valueQuantity=value) for _ in range(25)]
    for each, before in zip(said[1:], said, strict=False):
        each["derivedFrom"] = [{"reference": f"Observation/{before['id']}"}]
    return [*reversed(said), colleague, person]


def named(receipt) -> set[tuple[str, str]]:
    return {(difference.path, difference.kind) for _, difference in receipt.differences}


def test_a_record_arrives_whole_and_a_second_push_writes_nothing(server, record):
    first = push(record, server, pace=Pace(size=10))
    assert (first.nothing_lost, dict(first.totals), named(first)) == (True, {"created": 27}, set())
    notes = [each.note for _, each in first.owned if each.path.endswith("performer[0].reference")]
    assert len(notes) == 25
    assert all(note.startswith("reference resolved by the server: Practitioner?identifier=") for note in notes)
    second = push(record, server, pace=Pace(size=10))
    assert (second.nothing_lost, dict(second.totals)) == (True, {"already there": 27})
    assert {line.version for line in second.lines} == {"1"}


def test_circles_go_together(server):
    one, two = str(uuid4()), str(uuid4())
    pair = [
        {**observation(here), "derivedFrom": [{"reference": f"Observation/{there}"}]}
        for here, there in ((one, two), (two, one))
    ]
    for each in pair:
        del each["subject"]
    assert push(pair, server, pace=Pace(size=1)).nothing_lost


@pytest.mark.parametrize(
    ("more", "differences"),
    [
        ('{"favouriteSong": "Ave"}', {("favouriteSong", "missing")}),
        ('{"valueString": "a", "valueBoolean": true}', {("valueString", "missing")}),
        ('{"issued": "2026-01-01T00:00:00Z", "_issued": {"id": "x"}}', {("_issued", "missing")}),
        ('{"valueQuantity": {"value": 1e2}}', {("valueQuantity.value", "respelt")}),
        ('{"valueQuantity": {"value": -0.00}}', {("valueQuantity.value", "respelt")}),
        ('{"valueQuantity": {"value": 1E-7}}', {("valueQuantity.value", "respelt")}),
        ('{"valueQuantity": {"value": "1.10"}}', {("valueQuantity.value", "changed")}),
        ('{"valueQuantity": {"value": 1.100000000000000001}}', set()),
        ('{"effectiveDateTime": "2026-01-01T00:00:00.10+00:00"}', set()),
        ('{"extension": [{"url": "https://example.org/unknown", "valueDecimal": 0.50}]}', set()),
        ('{"status": "final", "_status": {"extension": [{"url": "https://example.org/e", "valueCode": "x"}]}}', set()),
    ],
)
def test_what_hapi_drops_or_respells_is_named_and_nothing_else(server, more, differences):
    resource = {**observation(str(uuid4())), **exactly(more)}
    del resource["subject"]
    receipt = push([resource], server)
    found = named(receipt)
    if len(differences) == 1 and "valueString" in more:
        assert found in ({("Observation.valueString", "missing")}, {("Observation.valueBoolean", "missing")})
    else:
        assert found == {(f"Observation.{path}", kind) for path, kind in differences}
    assert receipt.nothing_lost is not differences if not differences else not receipt.nothing_lost


def test_a_reference_to_nobody_is_refused_by_name_and_the_rest_arrives(server, record):
    dangling = observation(str(uuid4()), f"Patient/{uuid4()}")
    receipt = push([*record, dangling], server)
    assert dict(receipt.totals) == {"created": 27, "refused": 1}
    assert ["HAPI-1094" in line.reason for line in receipt.lines if line.action == "refused"] == [True]


def test_a_record_moves_to_hapi_and_back_and_stays_what_it_was(server, record):
    with Fake() as old, Fake() as new, Server(old.base) as source, Server(new.base) as target:
        assert push(record, source).nothing_lost
        who = record[-1]["id"]
        assert move(source, server, who).nothing_lost
        receipt = move(server, target, who)
        assert receipt.nothing_lost
        assert len(receipt.lines) == 27
        for place, resource in old.now.items():
            before, after = ({k: v for k, v in each.items() if k not in AWAY} for each in (resource, new.now[place]))
            assert jsonio.spelt(before) == jsonio.spelt(after)


def test_numeric_ids_of_hapi_get_others_elsewhere_and_references_follow(server):
    who = server.create(patient(identifier=[{"system": "https://example.org/people", "value": str(uuid4())}]))
    said = server.create(observation("x", f"Patient/{who['id']}"))
    assert who["id"].isdigit()
    with Fake() as other, Server(other.base) as target:
        receipt = move(server, target, who["id"])
        assert receipt.nothing_lost
        lines = {line.source.removeprefix(f"{server.base}/"): line for line in receipt.lines}
        arrived = other.now[lines[f"Observation/{said['id']}"].target]
        assert arrived["subject"]["reference"] == lines[f"Patient/{who['id']}"].target
        assert dict(move(server, target, who["id"]).totals) == {"already there": 2}


def test_the_patient_of_another_id_is_found_by_identifier(server, record):
    who = record[-1]
    there = server.create({**who, "id": "ignored"})
    receipt = push(record, server)
    assert receipt.nothing_lost
    assert {line.target for line in receipt.lines if line.type == "Patient"} == {f"Patient/{there['id']}"}


def test_a_compartment_search_of_hapi_finds_what_everything_does(server, record):
    push(record, server)
    who = record[-1]["id"]
    found = [
        {entry["fullUrl"] for entry in pull(server, who, compartment=compartment)["entry"]}
        for compartment in (False, True)
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 27


def test_what_hapi_refuses_of_another_server_arrives_as_an_identifier_and_can_be_verified(server):
    elsewhere = f"https://else.example.org/fhir/Practitioner/{uuid4()}"
    said = observation(str(uuid4()), performer=[{"reference": elsewhere}])
    del said["subject"]
    refused = push([said], server)
    assert dict(refused.totals) == {"refused": 1}
    assert "HAPI-0507" in refused.lines[0].reason
    receipt = push([said], server, elsewhere="rewrite")
    assert (receipt.nothing_lost, dict(receipt.totals)) == (True, {"created": 1})
    assert server.verify(receipt).ok
    server.update({**said, "performer": [{"display": "Anna"}]})
    assert dict(server.verify(receipt).totals) == {"changed since": 1}
    server.delete("Observation", said["id"])
    assert dict(server.verify(receipt).totals) == {"gone": 1}


def test_letters_keep_every_byte_and_come_along(server):
    who, letter, file = (str(uuid4()) for _ in range(3))
    data = base64.b64encode(bytes(range(256))).decode()
    attachments = [
        {"contentType": "text/plain", "url": f"Binary/{letter}"},
        {
            "contentType": "text/plain",
            "data": data,
            "hash": base64.b64encode(sha1(bytes(range(256))).digest()).decode(),
        },
    ]
    document = {
        "resourceType": "DocumentReference",
        "id": file,
        "status": "current",
        "subject": {"reference": f"Patient/{who}"},
        "content": [{"attachment": each} for each in attachments],
    }
    binary = {"resourceType": "Binary", "id": letter, "contentType": "application/octet-stream", "data": data}
    receipt = push(
        [document, binary, patient(who, identifier=[{"system": "https://example.org/people", "value": who}])], server
    )
    assert (receipt.nothing_lost, named(receipt)) == (True, set())
    pulled = {entry["resource"]["resourceType"]: entry["resource"] for entry in pull(server, who)["entry"]}
    assert pulled["Binary"]["data"] == pulled["DocumentReference"]["content"][1]["attachment"]["data"] == data
    assert pulled["DocumentReference"]["content"][0]["attachment"]["url"].endswith(f"Binary/{letter}")


def test_a_provenance_of_a_version_says_so_or_what_it_lost_is_named(server, record):
    push(record, server)
    said = record[0]
    written = {
        "resourceType": "Provenance",
        "id": str(uuid4()),
        "target": [{"reference": f"Observation/{said['id']}/_history/1"}],
        "recorded": "2026-01-01T00:00:00Z",
        "agent": [{"who": {"reference": f"Patient/{record[-1]['id']}"}}],
    }
    receipt = push([written], server)
    kept = server.read("Provenance", written["id"])["target"][0]["reference"]
    assert receipt.nothing_lost is (kept == written["target"][0]["reference"])
    assert named(receipt) == (set() if receipt.nothing_lost else {("Provenance.target[0].reference", "changed")})


def test_a_patient_who_is_not_on_hapi_is_an_error(server):
    with pytest.raises(ServerError) as caught:
        pull(server, str(uuid4()))
    assert caught.value.status == 404


def test_hapi_validates_against_a_profile_once_it_has_it(server):
    url = f"https://example.org/fhir/StructureDefinition/{uuid4()}"
    profile = {
        "resourceType": "StructureDefinition",
        "url": url,
        "name": "Named",
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Patient.photo", "path": "Patient.photo", "min": 1}]},
    }
    assert server.validate({"resourceType": "Patient"}, f"{url}-absent").unknown == (f"{url}-absent",)
    assert set(server.install([profile]).values()) == {"created"}
    assert set(server.install([profile]).values()) == {"already there"}
    verdict = server.validate({"resourceType": "Patient"}, url)
    assert verdict.validated
    assert [issue.path.expression for issue in verdict.report.errors] == ["Patient"]
