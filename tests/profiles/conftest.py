"""The HL7 validator with our package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import absent
from tests.java.counterparts import AbsentError, Oracle


@pytest.fixture(scope="session")
def reader(shared: Path, package: Path) -> Iterator[Oracle]:
    """The HL7 validator over R4 core, terminology, extensions and fhir.matters.r4."""
    try:
        oracle = Oracle(shared, [package])
    except AbsentError as error:
        absent("hl7", str(error))
    with oracle:
        yield oracle
