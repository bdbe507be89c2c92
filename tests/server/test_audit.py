"""A receipt as an AuditEvent says the same as the receipt, in valid FHIR."""

from __future__ import annotations

import pytest

from fhir_matters import Validator, jsonio
from fhir_matters.server import Server
from fhir_matters.server.audit import audit_event, pieces
from fhir_matters.server.transfer import move, push
from tests.server.fake import Fake
from tests.server.resources import observation, patient, record


@pytest.fixture
def receipt(fake, server):
    """A receipt of a move with a loss, a conflict and what the transfer changed by right."""
    fake.check_references = lambda _: None
    who = server.create(patient("walter"))
    push([*record(3), observation("cut", f"Patient/{who['id']}")], server)
    with Fake() as other, Server(other.base) as target:
        target.update(observation("said-1", note=[{"text": "theirs"}]))
        other.keep = lambda each: {k: v for k, v in each.items() if k != "code" or each["id"] != "cut"}
        yield move(server, target)


def details(entity) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in entity["detail"]:
        found.setdefault(each["type"], []).append(each["valueString"])
    return found


def test_every_resource_is_an_entity_with_its_hashes_version_and_differences(receipt):
    event = audit_event(receipt)
    assert set(receipt.totals) == {"created", "conflict", "cannot"}
    assert event["outcome"] == "4"
    assert len(event["entity"]) == len(receipt.lines)
    for entity, line in zip(event["entity"], receipt.lines, strict=True):
        said = details(entity)
        assert said["sourceSha256"] == [line.source_sha256]
        assert said.get("targetSha256", [""]) == [line.target_sha256]
        assert said["action"] == [line.action]
        where = f"{receipt.target}/{line.target}/_history/{line.version}" if line.target else None
        assert entity["what"].get("reference") == where
        assert len(said.get("difference", ())) == len(line.differences)
    lost = [each for entity in event["entity"] for each in details(entity).get("difference", ())]
    assert "Observation.code missing by nobody who may" in lost
    assert "Observation.subject.reference changed by the transfer, which may" in lost


def test_it_names_who_sent_what_from_where_to_where_and_that_nothing_was_lost(server, fake):
    event = audit_event(push(record(1), server))
    assert event["outcome"] == "0"
    assert event["outcomeDesc"] == "3 created; nothing was lost."
    assert [each["network"]["address"] for each in event["agent"] if "network" in each] == [fake.base]


def test_in_pieces_it_is_the_same_event(receipt, server):
    for each in (receipt, push([], server)):
        assert jsonio.read(b"".join(pieces(each))) == audit_event(each)


def test_it_is_valid_r4_for_our_validator(receipt, server):
    validator = Validator()
    for each in (receipt, push([], server)):
        assert [issue.message for issue in validator.validate(audit_event(each)).errors] == []


def test_it_is_valid_r4_for_the_hl7_validator(receipt, hl7):
    outcome = hl7.validate(jsonio.write(audit_event(receipt)))
    assert [each for each in outcome if each.severity in ("error", "fatal")] == []
