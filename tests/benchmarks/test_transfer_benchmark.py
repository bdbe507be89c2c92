"""The benchmark of transfers times what it says: the same resources, all of them, by a push and by a plain upload."""

from __future__ import annotations

import json

import pytest

from fhir_matters.local_server.serve import Running
from tests.benchmarks import transfer
from tests.benchmarks.commands import Done
from tests.server import independent
from tests.server.resources import practitioner, record, world_wide


@pytest.fixture
def files(tmp_path):
    by_type = {}
    for each in [*world_wide(record(20)), practitioner("x", identifier=[])]:
        by_type.setdefault(each["resourceType"], []).append(json.dumps(each, default=float))
    for kind, lines in by_type.items():
        (tmp_path / f"{kind}.000.ndjson").write_text("\n".join(lines) + "\n")
    return sorted(tmp_path.glob("*.ndjson"))


@pytest.mark.parametrize("send", [transfer.push, lambda base, files: transfer.upload(base, 4, files)])
def test_each_sends_all_of_it(files, send):
    with Running() as server:
        ran = send(server.base, files)
        assert len(independent.versions(server.base)) == transfer.count(files) == 23
    assert ran.seconds > 0
    assert ran.peak > 1


def test_a_push_that_loses_something_is_no_measure(files):
    with Running() as server:
        transfer.push(server.base, files)
        (files[0].parent / "Patient.000.ndjson").write_text(
            (files[0].parent / "Patient.000.ndjson").read_text().replace('"B"', '"C"')
        )
        with pytest.raises(RuntimeError, match="lost"):
            transfer.push(server.base, files)


def test_copies_are_as_many_times_as_much_and_no_two_the_same(files, tmp_path):
    (tmp_path / "more").mkdir()
    made = transfer.copies(files, 3, tmp_path / "more")
    lines = [json.loads(line) for file in made for line in file.read_text().splitlines()]
    assert len(lines) == transfer.count(made) == 3 * transfer.count(files)
    names = {f"{each['resourceType']}/{each['id']}" for each in lines}
    assert len(names) == 3 * 22 + 1  # the one whose id is no UUID is the same
    assert {each["subject"]["reference"] for each in lines if "subject" in each} <= names


def test_the_ratio_is_to_the_fastest_plain_one():
    assert transfer.Round({50: 4.0, 100: 2.0}, Done(3.0, 1.0, clean=True)).ratio == 1.5
