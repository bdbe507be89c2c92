"""Clients that are not ours, put to work on the local server: fhirpy, SMART's fhirclient, and HAPI's in Java."""

from __future__ import annotations

import asyncio
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from fhirclient import client as smart
from fhirclient.models import bundle as bundles
from fhirclient.models import fhirdate, humanname, observation, patient
from fhirclient.server import FHIRNotFoundException
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import MultipleResourcesFound, OperationOutcome, ResourceNotFound

from fhir_matters.cli.joined import server_places, server_shapes
from fhir_matters.local_server.access import one_token
from fhir_matters.local_server.serve import Running
from tests.conftest import absent
from tests.java.counterparts import AbsentError, class_path, java

ALL = {"shapes": server_shapes, "places": server_places}


@pytest.fixture(scope="module")
def base():
    with Running(**ALL) as running:
        yield running.base


@pytest.fixture(scope="module")
def fhirpy(base):
    return SyncFHIRClient(base)


def people(client, count, mark):
    for number in range(count):
        name = [{"family": mark, "given": [f"N{number}"]}]
        client.resource("Patient", identifier=[{"system": mark, "value": str(number)}], name=name).save()
    return client.resources("Patient").search(identifier=f"{mark}|")


def test_fhirpy_creates_reads_updates_patches_and_deletes(fhirpy, base):
    made = fhirpy.resource("Patient", name=[{"family": "Life"}])
    made.save()
    read = fhirpy.reference("Patient", made.id).to_resource()
    assert (read["name"], read["meta"]["versionId"]) == ([{"family": "Life"}], "1")
    read["gender"] = "female"
    read.save()
    assert fhirpy.get("Patient", made.id)["meta"]["versionId"] == "2"
    operations = [{"op": "replace", "path": "/gender", "value": "other"}]
    headers = {"Content-Type": "application/json-patch+json"}
    changed = SyncFHIRClient(base, extra_headers=headers).execute(f"Patient/{made.id}", "PATCH", operations)
    assert (changed["gender"], changed["meta"]["versionId"]) == ("other", "3")
    read.delete()
    with pytest.raises(ResourceNotFound):
        fhirpy.get("Patient", made.id)


def test_fhirpy_searches_and_pages(fhirpy):
    found = people(fhirpy, 7, "paging")
    assert found.count() == 7
    assert len(found.limit(3).fetch()) == 3
    assert len(found.limit(3).fetch_all()) == 7
    assert found.sort("given").limit(1).first()["name"][0]["given"] == ["N0"]
    with pytest.raises(MultipleResourcesFound):
        found.get()


def test_fhirpy_makes_one_under_a_condition(fhirpy, base):
    asked = fhirpy.resources("Patient").search(identifier="urn:c|1")
    body = fhirpy.resource("Patient", identifier=[{"system": "urn:c", "value": "1"}])
    if_none = SyncFHIRClient(base, extra_headers={"If-None-Exist": "identifier=urn:c|1"})
    made = [if_none.execute("Patient", "POST", data=body.serialize())["id"] for _ in range(2)]
    assert made[0] == made[1]
    changed, made = asked.update(fhirpy.resource("Patient", identifier=body["identifier"], active=True))
    assert (changed["active"], made) == (True, False)
    asked.delete()
    assert asked.count() == 0


def test_fhirpy_includes_and_chains(fhirpy):
    person = fhirpy.resource("Patient", name=[{"family": "Chained"}])
    person.save()
    fhirpy.resource("Observation", status="final", code={"text": "x"}, subject=person.to_reference()).save()
    said = fhirpy.resources("Observation").search(subject__Patient__name="chained")
    assert said.count() == 1
    kinds = {each["resourceType"] for each in said.include("Observation", "subject").fetch()}
    assert kinds == {"Observation"}, "it shows of a page what was searched for"
    raw = said.include("Observation", "subject").fetch_raw()
    assert {each.resource["resourceType"] for each in raw.entry} == {"Observation", "Patient"}


def test_fhirpy_sends_a_transaction(fhirpy):
    urn = "urn:uuid:11111111-1111-4111-8111-111111111111"
    request = lambda kind: {"method": "POST", "url": kind}  # noqa: E731
    entries = [
        {"fullUrl": urn, "resource": {"resourceType": "Patient"}, "request": request("Patient")},
        {"resource": {"resourceType": "Flag", "subject": {"reference": urn}}, "request": request("Flag")},
    ]
    answer = fhirpy.execute("", "POST", data={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201", "201"]


def test_fhirpy_is_told_what_is_wrong_and_that_its_own_ways_are_not_fhirs(fhirpy):
    person = fhirpy.resource("Patient", active=True)
    person.save()
    with pytest.raises(OperationOutcome, match="If-None-Exist"):
        fhirpy.resources("Patient").search(identifier="urn:d|1").get_or_create(person)
    with pytest.raises(OperationOutcome, match="resourceType"):
        fhirpy.patch(person, active=False)
    with pytest.raises(OperationOutcome):
        fhirpy.resources("Patient").search(birthdate="soon").fetch()


def test_fhirpy_does_the_same_asynchronously(base):
    async def several():
        client = AsyncFHIRClient(base)
        made = [client.resource("Basic", identifier=[{"system": "async", "value": str(n)}]) for n in range(8)]
        await asyncio.gather(*(each.save() for each in made))
        return await client.resources("Basic").search(identifier="async|").limit(3).fetch_all()

    # A browser that is driven in this thread keeps a loop running in it.
    with ThreadPoolExecutor(1) as beside:
        assert len(beside.submit(lambda: asyncio.run(several())).result()) == 8


@pytest.fixture(scope="module")
def fhirclient(base):
    made = smart.FHIRClient(settings={"app_id": "tests", "api_base": base})
    assert made.prepare(), made.authorize_url
    return made.server


def person(family):
    made = patient.Patient()
    made.name = [humanname.HumanName({"family": family, "given": ["Ada"]})]
    made.birthDate = fhirdate.FHIRDate("1936-05-01")
    return made


def test_fhirclient_understands_the_statement(fhirclient):
    assert fhirclient.capabilityStatement.fhirVersion == "4.0.1"


def test_fhirclient_creates_reads_updates_and_deletes(fhirclient):
    made = person("Strict").create(fhirclient)
    read = patient.Patient.read(made["id"], fhirclient)
    assert read.birthDate.isostring == "1936-05-01"
    read.gender = "female"
    assert read.update(fhirclient)["meta"]["versionId"] == "2"
    assert read.delete(fhirclient) in (None, {})
    with pytest.raises((FHIRNotFoundException, requests.HTTPError)):
        patient.Patient.read(made["id"], fhirclient)


def test_fhirclient_searches_and_pages(fhirclient):
    for _ in range(7):
        person("Pages").create(fhirclient)
    search = patient.Patient.where({"family": "Pages", "_count": "3"})
    assert len(list(search.perform_resources_iter(fhirclient))) == 7


def test_fhirclient_sends_a_transaction(fhirclient):
    said = observation.Observation({"status": "final", "code": {"text": "x"}})
    entry = {"resource": said.as_json(), "request": {"method": "POST", "url": "Observation"}}
    sent = bundles.Bundle({"type": "transaction", "entry": [entry]})
    answer = fhirclient.post_json("", sent.as_json()).json()
    assert bundles.Bundle(answer).entry[0].response.status == "201"


@pytest.fixture(scope="module")
def hapi_client(tmp_path_factory):
    """Runs HAPI's client against an address: the lines that it says, one for each thing that worked."""
    try:
        path = class_path("hapi")
    except AbsentError as error:
        absent("hapi", str(error))
    home = tmp_path_factory.mktemp("home")

    def run(*arguments):
        command = java("HapiClient", path, arguments, home=home, options=("-XX:TieredStopAtLevel=1",))
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stdout + done.stderr[-3000:]
        return [line for line in done.stdout.splitlines() if not line[:1].isdigit()]

    return run


WORKED = [
    "capabilities",
    "create",
    "read and vread",
    "update",
    "patch of both kinds",
    "conditional create, update and delete",
    "transaction, whole or not at all",
    "search, pages, includes, chains",
    "history",
    "delete",
]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_hapis_own_client_does_all_that_it_can(hapi_client, form):
    with Running(verify=one_token("secret"), **ALL) as running:
        assert hapi_client(running.base, form, "secret") == WORKED


def test_it_does_the_same_on_hapis_own_server(hapi_client, hapi):
    assert hapi_client(hapi, "json") == WORKED
