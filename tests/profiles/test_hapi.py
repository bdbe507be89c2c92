"""A HAPI hapi_knowing_us that installed our package comes to the same verdicts."""

from __future__ import annotations

import pytest
import requests

from fhir_matters import jsonio
from profiles import build
from tests.java.counterparts import verdict
from tests.profiles.instances import GOOD, bundle
from tests.profiles.spoilt import BAD, DOUBTFUL, spoilt


@pytest.mark.parametrize("kind", ["StructureDefinition", "ValueSet", "CodeSystem", "NamingSystem"])
def test_it_installs_the_whole_package(hapi_knowing_us, kind):
    answer = requests.get(f"{hapi_knowing_us}/{kind}?_summary=count", headers={"Cache-Control": "no-cache"}, timeout=60)
    assert answer.json()["total"] == sum(name.startswith(kind) for name in build.read(build.PACKAGE))


@pytest.mark.parametrize("name", GOOD)
def test_it_accepts_a_good_resource(hapi_knowing_us, name):
    assert verdict(hapi_knowing_us, jsonio.write(GOOD[name]))["error"] == []


@pytest.mark.parametrize("case", BAD)
def test_it_finds_an_error_in(hapi_knowing_us, case):
    name, spoil, _ = BAD[case]
    assert verdict(hapi_knowing_us, jsonio.write(spoilt(name, spoil)))["error"]


@pytest.mark.parametrize("case", DOUBTFUL)
def test_it_gives_a_warning_and_no_error_for(hapi_knowing_us, case):
    name, spoil, words = DOUBTFUL[case]
    found = verdict(hapi_knowing_us, jsonio.write(spoilt(name, spoil)))
    assert found["error"] == []
    assert any(words in warning for warning in found["warning"])


def test_it_accepts_all_together(hapi_knowing_us):
    assert verdict(hapi_knowing_us, jsonio.write(bundle(as_things_are=True)))["error"] == []
