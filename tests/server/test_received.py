"""What was pulled has a receipt: what was asked for, what came, and that the file holds it to the digit."""

from __future__ import annotations

import jsonschema
import pytest

from fhir_matters import jsonio
from fhir_matters.errors import InputError, ServerError
from fhir_matters.server import keeping
from fhir_matters.server.attachments import SIZE
from fhir_matters.server.reading import choice
from fhir_matters.server.receipt import read_receipt, schema
from fhir_matters.server.received import ABSENT, asked, file_of, verify_file
from fhir_matters.server.transfer import push
from tests.server.resources import exactly, observation, patient, record

OUTS = ("all.json", "all.ndjson", "all.ndjson.gz", "folder")


@pytest.fixture
def full(server):
    """A server with records, a number that is easily respelt, and a letter whose size is stated wrongly."""
    odd = exactly('{"resourceType": "Basic", "id": "odd", "x": [1e2, -0.00, 1.10]}')
    letter = {"resourceType": "Patient", "id": "photo", "photo": [{"data": "AAAA", "size": 7}]}
    push([*record(5), odd, letter], server)
    return server


@pytest.mark.parametrize("name", OUTS)
def test_every_resource_is_in_the_receipt_with_its_version_and_the_file_holds_it(fake, full, tmp_path, name):
    receipt = full.pull_into(tmp_path / name)
    assert receipt.nothing_lost
    assert {line.source for line in receipt.lines} == {f"{full.base}/{place}" for place in fake.stored}
    for line in receipt.lines:
        assert (line.action, line.version, line.target_sha256) == ("created", "1", line.source_sha256)
        assert line.source == f"{full.base}/{line.target}"
        assert line.differences == ()
    assert [(line.target, each.note) for line, each in receipt.notes] == [("Patient/photo", SIZE)]
    assert (receipt.source, file_of(receipt), receipt.asked) == (full.base, tmp_path / name, ("everything",))
    assert keeping_alone(full, tmp_path / f"other-{name}") == held(tmp_path / name)


def keeping_alone(server, out) -> list[bytes]:
    """What a pull without a receipt writes."""
    keeping.keep((entry["resource"] for entry in server.pull()["entry"]), server.base, out)
    return held(out)


def held(out) -> list[bytes]:
    return [jsonio.spelt(resource) for resource in keeping.kept_in(out)]


def test_it_keeps_to_the_schema_and_is_read_again(full, tmp_path):
    receipt = full.pull_into(tmp_path / "hers.json", "barbara")
    jsonschema.Draft202012Validator(schema()).validate(receipt.to_json())
    receipt.write(tmp_path / "receipt.json")
    assert read_receipt(tmp_path / "receipt.json") == receipt
    assert "7 resources to file:" in receipt.to_text()


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (choice(None), ("everything",)),
        (choice(["a", "b"]), ("Patient/a/$everything", "Patient/b/$everything")),
        (choice("a", compartment=True), ("Patient/a/*",)),
        (choice(None, ["Patient?name=barbara&_count=5", "Basic"]), ("Patient?name=…&_count=…", "Basic")),
        (choice("a", "Patient?identifier=urn:x|secret"), ("Patient/a/$everything", "Patient?identifier=urn:x|…")),
    ],
)
def test_what_was_asked_for_is_said_without_the_values_searched_for(what, told):
    assert asked(what) == told


def test_nothing_found_is_an_empty_receipt(server, tmp_path):
    server.update(patient())
    receipt = server.pull_into(tmp_path / "none.json", search="Patient?_id=nobody")
    assert (receipt.nothing_lost, list(receipt.lines)) == (True, [])
    assert held(tmp_path / "none.json") == []


@pytest.mark.parametrize("name", OUTS)
def test_a_file_that_does_not_hold_what_was_given_is_found_out(full, tmp_path, monkeypatch, name):
    def careless(resources, base, out):
        spoilt = (jsonio.write(each).replace(b"1.10", b"1.1").replace(b'"1"', b'"2"') for each in resources)
        return keeping.keep((each for each in map(jsonio.read, spoilt) if each["id"] != "said-3"), base, out)

    monkeypatch.setattr("fhir_matters.server.received.keep", careless)
    receipt = full.pull_into(tmp_path / name)
    assert not receipt.nothing_lost
    assert {line.source.rpartition("/")[2]: line.reason for line in receipt.lines if line.action == "lost"} == {
        "said-3": ABSENT
    }
    assert {(each.path, each.kind) for _, each in receipt.differences} >= {
        ("Basic.x[2]", "respelt"),
        ("Basic.meta.versionId", "changed"),
    }


def test_an_answer_that_breaks_off_leaves_neither_file_nor_receipt(fake, full, tmp_path):
    fake.everything = lambda _: [patient("walter")]
    with pytest.raises(ServerError):
        full.pull_into(tmp_path / "hers.json", "barbara")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", OUTS)
def test_the_file_can_be_held_against_its_receipt_later(full, tmp_path, name):
    receipt = full.pull_into(tmp_path / name)
    assert verify_file(receipt, tmp_path / name).ok
    changed = tmp_path / "changed.ndjson"
    kept = {each["id"]: each for each in keeping.kept_in(tmp_path / name)}
    kept["said-1"]["status"] = "amended"
    kept["said-2"] |= {"meta": {"versionId": "5"}, "status": "amended"}
    del kept["said-3"]
    changed.write_bytes(b"\n".join(map(jsonio.write, kept.values())))
    now = verify_file(receipt, changed)
    states = {each.line.target: each.state for each in now.resources if each.state != "as received"}
    assert states == {
        "Observation/said-1": "different",
        "Observation/said-2": "changed since",
        "Observation/said-3": "gone",
    }


def test_it_can_be_held_against_the_server_too(full, tmp_path):
    receipt = full.pull_into(tmp_path / "all.json")
    assert full.verify(receipt).ok
    full.update(observation("said-1") | {"status": "amended"})
    assert dict(full.verify(receipt).totals) == {"as received": 8, "changed since": 1}


@pytest.mark.parametrize("content", [None, "no JSON", "[]", '{"entry": [{}]}', '{"entry": 7}'])
def test_a_file_that_cannot_be_read_again_is_a_clear_error(full, tmp_path, content):
    receipt = full.pull_into(tmp_path / "all.json")
    other = tmp_path / "other.json"
    if content is not None:
        other.write_text(content)
    with pytest.raises(InputError) as caught:
        verify_file(receipt, other)
    assert caught.value.place.startswith(str(other)) or "JSON" in caught.value.message
    assert caught.value.next_step
