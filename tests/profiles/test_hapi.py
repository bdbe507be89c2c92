"""A HAPI server that installed our package comes to the same verdicts."""

from __future__ import annotations

import pytest
import requests

from fhir_matters import jsonio
from profiles import build
from tests.conftest import absent
from tests.java.counterparts import AbsentError, HapiServer
from tests.profiles.instances import GOOD, bundle
from tests.profiles.spoilt import BAD, DOUBTFUL, spoilt


@pytest.fixture(scope="module")
def server(package):
    try:
        started = HapiServer([package])
    except AbsentError as error:
        absent("hapi", str(error))
    with started:
        yield started.base


def verdict(server, resource):
    answer = requests.post(
        f"{server}/{resource['resourceType']}/$validate",
        data=jsonio.write(resource),
        headers={"Content-Type": "application/fhir+json"},
        timeout=120,
    )
    issues = answer.json()["issue"]
    return {kind: [i["diagnostics"] for i in issues if i["severity"] == kind] for kind in ("error", "warning")}


@pytest.mark.parametrize("kind", ["StructureDefinition", "ValueSet", "CodeSystem", "NamingSystem"])
def test_it_installs_the_whole_package(server, kind):
    answer = requests.get(f"{server}/{kind}?_summary=count", headers={"Cache-Control": "no-cache"}, timeout=60)
    assert answer.json()["total"] == sum(name.startswith(kind) for name in build.read(build.PACKAGE))


@pytest.mark.parametrize("name", GOOD)
def test_it_accepts_a_good_resource(server, name):
    assert verdict(server, GOOD[name])["error"] == []


@pytest.mark.parametrize("case", BAD)
def test_it_finds_an_error_in(server, case):
    name, spoil, _ = BAD[case]
    assert verdict(server, spoilt(name, spoil))["error"]


@pytest.mark.parametrize("case", DOUBTFUL)
def test_it_gives_a_warning_and_no_error_for(server, case):
    name, spoil, words = DOUBTFUL[case]
    found = verdict(server, spoilt(name, spoil))
    assert found["error"] == []
    assert any(words in warning for warning in found["warning"])


def test_it_accepts_all_together(server):
    assert verdict(server, bundle(as_things_are=True))["error"] == []
