"""Bulk export from a real HAPI, and on to the local server: what it exports is what it gives when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from fhir_matters.errors import ServerError
from fhir_matters.server import Server
from fhir_matters.server.bulk.asking import Wanted, cancel, kick_off, wait
from fhir_matters.server.bulk.export import export
from fhir_matters.server.transfer import push
from fhir_matters.testing import LocalServer
from tests.server.resources import exactly, observation, patient

# HAPI asks for two minutes between two questions, and is ready in three seconds.
OFTEN = 0.5


@pytest.fixture
def server(hapi) -> Iterator[Server]:
    with Server(hapi) as client:
        yield client


@pytest.fixture
def group(server) -> str:
    """A group of one of two patients, with what is about them; nobody else on the server has their ids."""
    one, other = str(uuid4()), str(uuid4())
    value = exactly('{"value": 1.10, "unit": "h"}')
    member = [{"entity": {"reference": f"Patient/{one}"}}]
    made = {"resourceType": "Group", "id": str(uuid4()), "type": "person", "actual": True, "member": member}
    said = [observation(str(uuid4()), f"Patient/{each}", valueQuantity=value) for each in (one, one, other)]
    assert push([patient(one), patient(other), *said, made], server).nothing_lost
    return f"Group/{made['id']}"


def test_the_export_of_a_group_is_its_members_as_the_server_gives_them(server, group, tmp_path):
    told = []
    exported = export(server, Wanted(group), into=tmp_path / "x", told=told.append, packed=True, longest=OFTEN)
    found = list(exported.resources())
    assert sorted(each["resourceType"] for each in found) == ["Group", "Observation", "Observation", "Patient"]
    assert found == [server.read(each["resourceType"], each["id"]) for each in found]
    assert any("in progress" in each for each in told), "HAPI says how far it is"
    assert exported.troubles == {}
    with LocalServer() as local, Server(local.base) as target:
        receipt = push(exported.resources(), target)
        assert (receipt.nothing_lost, dict(receipt.totals)) == (True, {"created": 4})


def test_types_and_an_instant_narrow_it(server, group, tmp_path):
    exported = export(server, Wanted(group, types=("Patient",)), into=tmp_path / "x", longest=OFTEN)
    assert [each["resourceType"] for each in exported.resources()] == ["Patient"]
    tomorrow = Wanted(group, ("Patient", "Observation"), since="2999-01-01T00:00:00Z")
    later = export(server, tomorrow, into=tmp_path / "later", longest=OFTEN)
    assert (later.lines, later.files) == (0, [])


def test_an_export_that_is_ended_is_gone(server):
    status = kick_off(server, Wanted())
    assert cancel(server, status)
    with pytest.raises(ServerError, match="no longer on the server"):
        wait(server, status)


@pytest.mark.parametrize("wanted", [Wanted("Group/nobody-has-this"), Wanted(types=("Nonsense",))])
def test_what_it_does_not_export_is_told(server, tmp_path, wanted):
    with pytest.raises(ServerError, match="may not know"):
        export(server, wanted, into=tmp_path / "x")
    assert not (tmp_path / "x").exists()
