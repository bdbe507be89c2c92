"""Records as plain data."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from fhir_matters import Record
from tests.view.full import FULL
from tests.view.noor import NOOR

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


@pytest.fixture
def noor() -> dict[str, Any]:
    """A small record with something of everything, free to change."""
    return deepcopy(NOOR)


def data_of(file: Path) -> dict[str, Any]:
    """An example as the plain data that a page is made of."""
    return Record.load(file).model_dump(mode="json", exclude_defaults=True)


def whole_data(data: dict[str, Any]) -> dict[str, Any]:
    """The same of data in Python, once the forms have found nothing wrong with it."""
    return Record.model_validate(data).model_dump(mode="json", exclude_defaults=True)


@pytest.fixture(params=EXAMPLES, ids=lambda file: file.stem)
def example(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each example in turn, as plain data."""
    return data_of(request.param)


@pytest.fixture
def full() -> dict[str, Any]:
    """A record with every form in it, as plain data that is free to change."""
    return whole_data(FULL)


@pytest.fixture(params=[*EXAMPLES, FULL], ids=[*(file.stem for file in EXAMPLES), "full"])
def anyone(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each example, and a record with every form in it."""
    return whole_data(FULL) if request.param is FULL else data_of(request.param)
