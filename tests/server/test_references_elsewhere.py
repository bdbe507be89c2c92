"""A reference to a server that is neither source nor target is kept, written as an identifier, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.server import Server
from fhir_matters.server.elsewhere import URI
from fhir_matters.server.transfer import move, push
from tests.server.fake import Fake
from tests.server.receipts import actions, owners, plain
from tests.server.resources import observation, patient

ELSEWHERE = "https://else.example.org/fhir/Practitioner/9"


def said(**more: Any) -> dict[str, Any]:
    return observation("said", performer=[{"reference": ELSEWHERE, "display": "Anna"}], **more)


def test_it_is_kept_as_it_is_unless_told_otherwise(fake, server):
    receipt = push([patient(), said()], server)
    assert plain(fake.now["Observation/said"]) == said()
    assert receipt.nothing_lost
    assert not receipt.owned


def test_rewritten_it_is_an_identifier_that_says_the_same_address_and_the_receipt_names_it(fake, server):
    receipt = push([patient(), said()], server, elsewhere="rewrite")
    kept = fake.now["Observation/said"]["performer"]
    assert kept == [{"identifier": {"system": URI, "value": ELSEWHERE}, "display": "Anna"}]
    assert receipt.nothing_lost
    assert owners(receipt) == {("reference", "transfer")}
    assert [each.path for _, each in receipt.owned] == ["Observation.performer[0].reference"]
    assert actions(push([patient(), said()], server, elsewhere="rewrite")) == {"already there": 2}


def test_rewritten_in_extensions_and_contained_resources_too(fake, server):
    held = {"url": "https://example.org/e", "valueReference": {"reference": ELSEWHERE}}
    group = {"resourceType": "Group", "id": "g", "member": [{"entity": {"reference": ELSEWHERE}}]}
    receipt = push([patient(), observation("said", extension=[held], contained=[group])], server, elsewhere="rewrite")
    kept = fake.now["Observation/said"]
    identifier = {"identifier": {"system": URI, "value": ELSEWHERE}}
    assert kept["extension"][0]["valueReference"] == identifier
    assert kept["contained"][0]["member"] == [{"entity": identifier}]
    assert receipt.nothing_lost


def test_an_identifier_that_the_target_loses_is_still_a_loss(fake, server):
    fake.keep = lambda resource: resource | ({"performer": [{"display": "Anna"}]} if resource["id"] == "said" else {})
    receipt = push([patient(), said()], server, elsewhere="rewrite")
    assert [(each.path, each.kind) for _, each in receipt.differences] == [
        ("Observation.performer[0].identifier", "missing")
    ]


@pytest.mark.parametrize("beside", [{"identifier": {"value": "1"}}, {"_reference": {"id": "x"}}])
def test_where_there_is_no_place_to_write_the_address_it_is_not_written_over_another(server, beside):
    held = observation("said", performer=[{"reference": ELSEWHERE, **beside}])
    receipt = push([patient(), held], server, elsewhere="rewrite")
    assert actions(receipt) == {"created": 1, "cannot": 1}
    assert "Observation.performer[0].reference" in receipt.lines[1].reason


def test_refused_it_makes_what_holds_it_and_what_rests_on_that_stay_behind(fake, server):
    rests = observation("rests", derivedFrom=[{"reference": "Observation/said"}])
    receipt = push([patient(), said(), rests, observation("fine")], server, elsewhere="refuse")
    assert actions(receipt) == {"created": 2, "cannot": 2}
    assert receipt.lines[1].reason == "Refers to another server, at Observation.performer[0].reference."
    assert ELSEWHERE not in receipt.to_text()
    assert set(fake.stored) == {"Patient/barbara", "Observation/fine"}


@pytest.mark.parametrize("choice", ["rewrite", "refuse"])
def test_the_source_and_the_target_are_not_elsewhere(fake, server, choice):
    with Fake() as old, Server(old.base) as source:
        source.update(patient())
        source.update(observation("said", f"{old.base}/Patient/barbara"))
        server.update({"resourceType": "Organization", "id": "here"})
        source.update(observation("there", performer=[{"reference": f"{fake.base}/Organization/here"}]))
        receipt = move(source, server, elsewhere=choice)
    assert receipt.nothing_lost
    assert fake.now["Observation/said"]["subject"] == {"reference": "Patient/barbara"}
    assert fake.now["Observation/there"]["performer"] == [{"reference": f"{fake.base}/Organization/here"}]


def test_files_of_a_server_know_that_servers_own_address(fake, server):
    base = "https://old.example.org/fhir"
    sent = [patient("7"), observation("said", f"{base}/Patient/7")]
    receipt = push(sent, server, name=base, elsewhere="refuse")
    assert receipt.nothing_lost
    assert fake.now["Observation/said"]["subject"] == {"reference": receipt.lines[0].target}


@pytest.mark.parametrize("choice", ["keep", "rewrite", "refuse"])
def test_attachments_canonicals_and_logical_references_are_never_touched(fake, server, choice):
    document = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "meta": {"profile": ["https://else.example.org/fhir/StructureDefinition/x"]},
        "author": [{"identifier": {"system": URI, "value": ELSEWHERE}}],
        "content": [{"attachment": {"url": "https://else.example.org/fhir/Binary/1", "hash": "aGFzaA=="}}],
    }
    assert push([document], server, elsewhere=choice).nothing_lost
    assert fake.now["DocumentReference/d"]["content"] == document["content"]
    assert fake.now["DocumentReference/d"]["author"] == document["author"]
