"""Whatever a record says, it says again after a real HAPI has had it: forms → FHIR → HAPI → FHIR → forms."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from fhir_matters.records.build import bundle
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from fhir_matters.server import Server
from tests.records.strategies import records

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


def there_and_back(base: str, record: Record) -> tuple[Record, Record]:
    """The record under an id of its own, and what is read of it from the server; nothing was lost on the way."""
    own = _nobody_else(record)
    with Server(base) as server:
        receipt = server.push(own.bundle())
        assert [(line.type, line.reason) for line in receipt.lines if line.action != "created"] == []
        # HAPI writes 1E+3 as 1000, and the receipt says so; nothing else may become of what was said.
        odd = [(d.path, d.kind, d.source, d.target) for _, d in receipt.differences if d.kind != "respelt"]
        assert odd == []
        entries = own.bundle()["entry"]
        patient = next(line.target for line in receipt.lines if line.target.startswith("Patient/"))
        pulled = server.pull(patient.removeprefix("Patient/"))
        assert len(pulled["entry"]) == len(entries)
    return own, read(pulled)


def _nobody_else(record: Record) -> Record:
    """The record of people whom the server has never met: with an id and with numbers of their own."""
    mark = uuid4().hex[:20]
    data = {**record.model_dump(), "id": f"r-{mark}"}
    for who in (data["person"], *data["colleagues"].values()):
        who["identifiers"] = [{**each, "value": f"{each['value']} {mark}"} for each in who["identifiers"]]
    return Record.model_validate(data)


def said(record: Record) -> dict[str, object]:
    """All that the forms say; how the server spells its narratives is kept aside and is its own affair."""
    return {name: getattr(record, name) for name in Record.model_fields if name != "other"}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_comes_back_from_hapi_as_it_was_said(hapi: str, file: Path) -> None:
    own, again = there_and_back(hapi, Record.load(file))
    assert said(again) == said(own)
    assert bundle(again.model_copy(update={"other": ()})) == own.bundle()


@settings(
    max_examples=8, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
)
@given(record=records())
def test_a_generated_record_comes_back_from_hapi_as_it_was_said(hapi: str, record: Record) -> None:
    own, again = there_and_back(hapi, record)
    assert said(again) == said(own)
