"""What a source says of bytes is held against them; what a target makes of them is a difference like every other."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1

import jsonschema
import pytest

from fhir_matters.server.attachments import HASH, NO_BASE64, OTHER, SIZE, misstated
from fhir_matters.server.audit import audit_event
from fhir_matters.server.receipt import read_receipt, schema
from fhir_matters.server.transfer import move, push
from tests.server.fake import Fake

BYTES = bytes(range(256))


def coded(raw: bytes) -> str:
    return b64encode(raw).decode()


DATA, SHA1 = coded(BYTES), coded(sha1(BYTES, usedforsecurity=False).digest())


def document(*attachments, **more):
    content = [{"attachment": {"contentType": "text/plain", **each}} for each in attachments]
    return {"resourceType": "DocumentReference", "id": "file", "status": "current", "content": content, **more}


def binary(data=DATA, identity="letter"):
    return {"resourceType": "Binary", "id": identity, "contentType": "application/octet-stream", "data": data}


@pytest.mark.parametrize(
    "attachment",
    [
        {"data": DATA, "hash": SHA1, "size": 256},
        {"data": f"{DATA[:76]}\r\n{DATA[76:]}", "hash": SHA1, "size": 256},
        {"data": DATA},
        {"data": "", "size": 0},
        {"url": "https://else.example.org/letter.pdf", "hash": "AAAA", "size": 7},
        {"url": "Binary/not-moved-along", "hash": "AAAA", "size": 7},
        {"hash": SHA1, "size": 256},
    ],
)
def test_what_is_so_or_cannot_be_looked_at_is_not_noted(attachment):
    assert list(misstated(document(attachment))) == []


@pytest.mark.parametrize(
    ("attachment", "said"),
    [
        ({"data": DATA, "size": 344}, [("size", SIZE)]),
        ({"data": DATA, "size": "256"}, [("size", SIZE)]),
        ({"data": DATA, "hash": sha1(BYTES, usedforsecurity=False).hexdigest()}, [("hash", HASH)]),
        ({"data": DATA, "hash": coded(sha1(DATA.encode(), usedforsecurity=False).digest())}, [("hash", HASH)]),
        ({"data": DATA, "hash": 7, "size": 1}, [("size", SIZE), ("hash", HASH)]),
        ({"data": "<p>", "hash": SHA1}, [("data", NO_BASE64)]),
        ({"data": "AAA"}, [("data", NO_BASE64)]),
    ],
)
def test_what_is_not_so_is_named_by_its_place(attachment, said):
    expected = [(f"DocumentReference.content[1].attachment.{key}", what) for key, what in said]
    assert list(misstated(document({"data": DATA}, attachment))) == expected


def test_attachments_are_found_wherever_they_stand_and_sampled_data_is_none():
    wrong = {"data": DATA, "size": 1}
    sampled = {"origin": {"value": 0}, "period": 1, "dimensions": 1, "data": "1 2 E"}
    told = {
        "resourceType": "Observation",
        "valueSampledData": sampled,
        "contained": [{"resourceType": "Patient", "photo": [wrong]}],
        "extension": [{"url": "https://example.org/song", "valueAttachment": wrong}],
    }
    assert {path for path, _ in misstated(told)} == {
        "Observation.contained[0].photo[0].size",
        "Observation.extension[0].valueAttachment.size",
    }


def test_a_url_that_leads_to_a_binary_is_held_against_its_bytes():
    def fetched(url):
        return binary() if url == "Binary/letter" else None

    right = {"url": "Binary/letter", "hash": SHA1, "size": 256}
    assert list(misstated(document(right), fetched)) == []
    wrong = [{"url": "Binary/letter", "size": 255}, {"url": "Binary/letter", "data": coded(b"other"), "size": 5}]
    assert list(misstated(document(*wrong), fetched)) == [
        ("DocumentReference.content[0].attachment.size", SIZE),
        ("DocumentReference.content[1].attachment.url", OTHER),
    ]


def test_what_stands_in_a_bundle_of_its_own_means_no_binary_outside():
    inner = {"resourceType": "Bundle", "type": "collection"}
    inner["entry"] = [{"resource": document({"url": "Binary/letter", "size": 1}, {"data": DATA, "size": 1})}]
    found = [path for path, _ in misstated(inner, lambda _: binary())]
    assert found == ["Bundle.entry[0].resource.content[1].attachment.size"]


# In a transfer


def notes(receipt) -> set[tuple[str, str, str]]:
    return {(line.source, each.path, each.note) for line, each in receipt.notes}


@pytest.fixture
def wrong():
    """A letter whose size is right and whose hash is not, one that is no base64, and the Binary behind the first."""
    return [
        document({"url": "Binary/letter", "hash": coded(b"no"), "size": 256}),
        binary(),
        binary("<no base64>", "odd"),
    ]


EXPECTED = {
    ("DocumentReference/file", "DocumentReference.content[0].attachment.hash", HASH),
    ("Binary/odd", "Binary.data", NO_BASE64),
}


def test_what_the_source_says_wrongly_arrives_so_and_is_a_note_and_no_loss(server, wrong, tmp_path):
    receipt = push(wrong, server)
    assert receipt.nothing_lost
    assert receipt.differences == ()
    assert notes(receipt) == EXPECTED
    assert f"as the source has it, Binary/odd: Binary.data {NO_BASE64}" in receipt.to_text()
    jsonschema.Draft202012Validator(schema()).validate(receipt.to_json())
    receipt.write(tmp_path / "receipt.json")
    assert read_receipt(tmp_path / "receipt.json") == receipt
    details = [detail for entity in audit_event(receipt)["entity"] for detail in entity["detail"]]
    assert {"type": "note", "valueString": f"Binary.data {NO_BASE64}"} in details
    assert notes(push(wrong, server)) == EXPECTED  # and again, when all is already there


def test_a_receipt_holds_no_byte_of_an_attachment(server, wrong, tmp_path):
    push(wrong, server).write(tmp_path / "receipt.json")
    assert DATA.encode() not in (tmp_path / "receipt.json").read_bytes()
    assert b"no base64>" not in (tmp_path / "receipt.json").read_bytes()


def test_from_server_to_server_the_binary_comes_along_under_a_new_id_and_its_bytes_are_looked_at(server):
    server.update(document({"url": f"{server.base}/Binary/7", "hash": SHA1, "size": 256}))
    server.update(binary(identity="7"))
    with Fake() as there:
        to = type(server)(there.base)
        right = move(server, to)
        (place,) = (place for place in there.now if place.startswith("Binary/"))
        assert place != "Binary/7"
        assert there.now["DocumentReference/file"]["content"][0]["attachment"]["url"] == place
        assert (right.nothing_lost, notes(right)) == (True, set())
    server.update(binary(coded(b"another letter"), "7"))
    with Fake() as there:
        assert {(path, note) for _, path, note in notes(move(server, type(server)(there.base)))} == {
            ("DocumentReference.content[0].attachment.size", SIZE),
            ("DocumentReference.content[0].attachment.hash", HASH),
        }


@pytest.mark.parametrize("kind", ["Binary", "DocumentReference"])
def test_other_bytes_on_the_target_are_a_difference_named_by_its_path(fake, server, kind):
    def spoilt(resource):
        if resource["resourceType"] != kind:
            return resource
        if kind == "Binary":
            return {**resource, "data": coded(BYTES[1:])}
        attachment = {**resource["content"][1]["attachment"], "data": coded(BYTES[1:])}
        return {**resource, "content": [resource["content"][0], {"attachment": attachment}]}

    fake.keep = spoilt
    sent = [document({"url": "Binary/letter", "hash": SHA1, "size": 256}, {"data": DATA, "hash": SHA1}), binary()]
    receipt = push(sent, server)
    assert not receipt.nothing_lost
    path = {"Binary": "Binary.data", "DocumentReference": "DocumentReference.content[1].attachment.data"}[kind]
    assert [(each.path, each.kind) for _, each in receipt.differences] == [(path, "changed")]
    assert receipt.notes == ()  # the source was right
