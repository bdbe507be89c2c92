"""The local server's `$validate` judges by the profiles that were stored there, as they are now."""

from __future__ import annotations

import pytest

from fhir_matters import Server
from fhir_matters.cli.joined import server_heeding, server_validate
from fhir_matters.local_server.serve import Running
from fhir_matters.server.validate import Asker

PROFILE = "https://example.org/fhir/StructureDefinition/person"


def profile(name: str = "birthDate", **more) -> dict:
    """A Patient that has to have this."""
    element = {"id": f"Patient.{name}", "path": f"Patient.{name}", "min": 1}
    return {
        "resourceType": "StructureDefinition",
        "id": "person",
        "url": PROFILE,
        "type": "Patient",
        "kind": "resource",
        "abstract": False,
        "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"id": "Patient", "path": "Patient"}, element]},
        **more,
    }


@pytest.fixture
def server():
    with Running(validate=server_validate, heeding=server_heeding) as running, Server(running.base) as client:
        yield client


CLAIMS = {"resourceType": "Patient", "meta": {"profile": [PROFILE]}}


def missing(server) -> list[str]:
    return [issue.message for issue in Asker(server).verdict(CLAIMS).report if "at least 1" in issue.message]


def test_a_profile_counts_from_when_it_is_stored_to_when_it_goes(server):
    assert Asker(server).verdict(CLAIMS).unknown == (PROFILE,)
    server.update(profile())
    assert Asker(server).verdict(CLAIMS).validated
    assert ["birthDate" in each for each in missing(server)] == [True]
    server.update(profile("gender"))
    assert ["gender" in each for each in missing(server)] == [True]
    server.delete("StructureDefinition", "person")
    assert Asker(server).verdict(CLAIMS).unknown == (PROFILE,)


def test_a_profile_on_a_value_set_that_is_stored_beside_it(server):
    bound = {"id": "Patient.maritalStatus", "path": "Patient.maritalStatus", "binding": {"strength": "required", **TO}}
    server.update(profile(differential={"element": [{"id": "Patient", "path": "Patient"}, bound]}))
    include = [{"system": "https://example.org/cs", "concept": [{"code": "wed"}]}]
    server.update({"resourceType": "ValueSet", "id": "v", "url": TO["valueSet"], "compose": {"include": include}})
    for code, wanted in (("wed", True), ("other", False)):
        coding = [{"system": "https://example.org/cs", "code": code}]
        verdict = Asker(server).verdict({**CLAIMS, "maritalStatus": {"coding": coding}})
        assert (verdict.validated, verdict.ok) == (True, wanted)


TO = {"valueSet": "https://example.org/vs"}


@pytest.mark.parametrize(
    "broken", [{"url": 3}, {"differential": 3}, {"type": "Nothing"}, {"baseDefinition": "x"}, {"kind": []}]
)
def test_a_definition_that_is_broken_keeps_nothing_else_from_being_judged(server, broken):
    server.update(profile(**broken))
    assert Asker(server).verdict({"resourceType": "Patient"}).ok
    assert not Asker(server).verdict({"resourceType": "Observation"}).ok
    assert not Asker(server).verdict(CLAIMS).ok


def test_nobody_replaces_a_definition_of_r4_or_of_ours_by_storing_another():
    base = "http://hl7.org/fhir/StructureDefinition/Patient"
    assert server_heeding([profile(url=base, id="Patient")]) is server_validate
    assert server_heeding([profile()]) is not server_validate
