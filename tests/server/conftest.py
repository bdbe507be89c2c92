"""A misbehaving server, a client that never waits, and resources that invent nobody real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fhir_matters.server import Server
from fhir_matters.server.connection import Limits
from tests.server.fake import Fake


@pytest.fixture
def fake() -> Iterator[Fake]:
    with Fake() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the client would have waited."""
    return []


@pytest.fixture
def server(fake, waits) -> Iterator[Server]:
    with Server(fake.base, limits=Limits(connect=2, read=5), wait=waits.append) as client:
        yield client
