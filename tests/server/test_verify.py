"""A receipt can be held against the server later: as received, changed, gone, or different in silence."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import InputError, Unreachable
from fhir_matters.server import Server
from fhir_matters.server.receipt import read_receipt
from fhir_matters.server.transfer import push
from fhir_matters.server.verify import verify
from tests.server.resources import observation, patient, record


@pytest.fixture
def receipt(server, tmp_path):
    """A receipt as it comes back from its file."""
    push(record(4), server).write(tmp_path / "receipt.json")
    return read_receipt(tmp_path / "receipt.json")


def states(verification) -> dict[str, str]:
    return {each.line.target: each.state for each in verification.resources if each.state != "as received"}


def test_what_nobody_touched_is_as_received(server, receipt):
    verified = verify(receipt, server)
    assert verified.ok
    assert dict(verified.totals) == {"as received": 6}


def test_each_resource_that_is_not_as_received_is_told_by_what_became_of_it(fake, server, receipt):
    server.update({**observation("said-1"), "note": [{"text": "later"}]})
    server.delete("Observation", "said-2")
    fake.stored["Observation/said-3"][-1] |= {"status": "amended"}
    verified = server.verify(receipt)
    assert not verified.ok
    assert states(verified) == {
        "Observation/said-1": "changed since",
        "Observation/said-2": "gone",
        "Observation/said-3": "different",
    }
    assert "Observation/said-1: changed since, version 1 is now 2" in [str(each) for each in verified.resources]


def test_the_same_content_in_a_new_version_is_still_as_received(server, receipt):
    server.update(patient())
    verified = verify(receipt, server)
    assert verified.ok
    assert "Patient/barbara: still as received, in version 2" in [str(each) for each in verified.resources]


def test_what_never_arrived_is_not_taken_for_received(server):
    for name in "xy":
        server.update(patient(name, identifier=patient()["identifier"]))
    verified = verify(push([patient()], server), server)
    assert dict(verified.totals) == {"never arrived": 1}
    assert not verified.ok


def test_a_server_that_cannot_be_asked_has_verified_nothing(receipt, waits):
    with Server("http://localhost:9/fhir", wait=waits.append) as nobody, pytest.raises(Unreachable):
        verify(receipt, nobody)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"nothingLost": true', b'"nothingLost": false'),
        (b'"created": 6', b'"created": 7'),
        (b'"action":"created"', b'"action":"lost"'),
    ],
)
@pytest.mark.usefixtures("receipt")
def test_a_receipt_that_contradicts_itself_is_refused(tmp_path, old, new):
    data = (tmp_path / "receipt.json").read_bytes()
    assert old in data
    (tmp_path / "forged.json").write_bytes(data.replace(old, new, 1))
    with pytest.raises(InputError, match="contradicts itself"):
        read_receipt(tmp_path / "forged.json")


@pytest.mark.usefixtures("receipt")
def test_a_receipt_with_an_unknown_result_is_none(tmp_path):
    data = jsonio.read((tmp_path / "receipt.json").read_bytes())
    data["resources"][0]["action"] = "beamed"
    (tmp_path / "forged.json").write_bytes(jsonio.write(data))
    with pytest.raises(InputError, match="no receipt"):
        read_receipt(tmp_path / "forged.json")
