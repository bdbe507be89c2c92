"""Definitions come onto a server once, in the order in which they build on each other."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.errors import Conflict, ServerError
from fhir_matters.server.installing import install
from tests.server.fake import outcome
from tests.server.judge import PROFILE
from tests.server.resources import patient


def definition(kind="StructureDefinition", identity="person", **more) -> dict[str, Any]:
    return {"resourceType": kind, "id": identity, "url": f"https://example.org/fhir/{kind}/{identity}", **more}


def test_what_others_build_on_is_installed_first_and_examples_stay_behind(fake, server):
    package = [
        definition(identity="a"),
        definition("ValueSet"),
        definition(identity="z", type="Extension"),
        patient(),
        definition("CodeSystem"),
        {"resourceType": "ValueSet", "id": "no-url"},
    ]
    assert set(install(server, package).values()) == {"created"}
    assert [request.path.removeprefix("/fhir/") for request in fake.writes()] == [
        "CodeSystem/person",
        "ValueSet/person",
        "StructureDefinition/z",
        "StructureDefinition/a",
    ]


def test_installing_again_changes_nothing_and_a_new_one_replaces_the_old(fake, server):
    install(server, [definition()])
    assert install(server, [definition()]) == {PROFILE: "already there"}
    assert install(server, [definition(title="Person")]) == {PROFILE: "updated"}
    assert len(fake.stored["StructureDefinition/person"]) == 2


def test_an_id_that_another_definition_has_is_not_taken_from_it(fake, server):
    install(server, [definition()])
    other = definition() | {"url": "https://else.example.org/person"}
    assert install(server, [other]) == {other["url"]: "created"}
    assert fake.now["StructureDefinition/person"]["url"] == PROFILE


def test_a_definition_that_the_server_refuses_is_named_with_a_way_out(fake, server):
    fake.fault = lambda request: outcome(422, "processing") if request.path.endswith("/b") else None
    with pytest.raises(ServerError, match=r"StructureDefinition/b was not taken.*422.*own means"):
        install(server, [definition(identity=name) for name in "abc"])
    fake.fault = lambda _: None
    found = install(server, [definition(identity=name) for name in "abc"])
    assert list(found.values()) == ["already there", "created", "created"]


def test_one_canonical_several_times_is_a_conflict(server):
    for name in "ab":
        server.update(definition() | {"id": name})
    with pytest.raises(Conflict):
        install(server, [definition()])
