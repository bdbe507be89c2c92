"""A server that exports two patients in one file, and a client of it that waits for nothing."""

from __future__ import annotations

import pytest

from fhir_matters.server import Server
from fhir_matters.server.connection import Limits
from tests.server.bulk.answers import FILE, KICK_OFF, PATIENTS, STATUS, manifest
from tests.server.scripted import Scripted


@pytest.fixture
def scripted():
    with Scripted() as server:
        server.at(KICK_OFF, (202, {"Content-Location": f"{server.base}/status"}, b""))
        server.at(STATUS, (200, {}, manifest(server)))
        server.at(FILE, (200, {"Content-Type": "application/fhir+ndjson"}, PATIENTS))
        server.at("DELETE /fhir/status", (202, {}, b""))
        yield server


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(scripted, waits):
    with Server(scripted.base, token="open-sesame", limits=Limits(2, 5), wait=waits.append) as server:
        yield server
