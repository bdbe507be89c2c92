"""Whatever the size of what is moved, only a portion of it is in memory: measured, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fhir_matters.errors import FhirMattersError
from fhir_matters.local_server.serve import Running
from fhir_matters.server import Server
from fhir_matters.server.source import source
from tests.server.resources import observation, patient

ROOT = Path(__file__).parents[2]
# Small portions, so that a source of 20 MB is many times what may be in memory.
CODE = """
import resource, sys
from uuid import NAMESPACE_URL, uuid5
from fhir_matters.server import Server, shelf
from fhir_matters.server.apply import Pace
from fhir_matters.server.transfer import prepare
from tests.server.resources import observation, patient

shelf.CACHE, shelf.PORTION, shelf.WEIGHT = -1024, 50, 512 * 1024

def made(count):
    who = str(uuid5(NAMESPACE_URL, "who"))
    yield patient(who)
    for number in range(count):
        name = str(uuid5(NAMESPACE_URL, f"{count} {number}"))
        yield observation(name, f"Patient/{who}", note=[{"text": f"{number} words " * 1000}])

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

for count in (100, 2000):
    receipt = prepare(made(count), Server(sys.argv[1]), pace=Pace(size=50)).carry_out()
    receipt.write(sys.argv[2])
    assert receipt.nothing_lost and len(receipt.lines) == count + 1
    print(peak())
"""


def test_a_source_of_twenty_megabytes_needs_hardly_more_than_one_of_one(tmp_path):
    with Running() as running:
        command = [sys.executable, "-c", CODE, running.base, tmp_path / "receipt.json"]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        with Server(running.base) as server:
            assert sum(1 for _ in server.search("Observation", [("_elements", "id"), ("_count", "1000")])) == 2100
    small, large = (int(each) for each in ran.stdout.split())
    assert large - small < 8 * 1024, f"peak grew from {small} to {large} KiB"


def test_a_source_takes_one_resource_after_the_other():
    alive = []

    def made():
        for number in range(50):
            alive.append(number)
            yield observation(f"o-{number}")

    taken = source(made())
    assert len(taken.items) == len(alive) == 50
    assert [item.key for item in taken.items] == [f"Observation/o-{number}" for number in range(50)]
    assert taken.items[-1].resource == observation("o-49")
    assert [item.key for item in taken.items[1:3]] == ["Observation/o-1", "Observation/o-2"]


@pytest.mark.parametrize("count", [0, 1, 1001, 2203])
def test_portions_are_all_of_it_in_order(count):
    taken = source(patient(f"p-{number}") for number in range(count))
    portions = list(taken.items.portions())
    assert [item.number for portion in portions for item in portion] == list(range(count))
    assert max(map(len, portions), default=0) <= 1000


def test_portions_are_bounded_by_weight(monkeypatch):
    monkeypatch.setattr("fhir_matters.server.shelf.WEIGHT", 10_000)
    heavy = [observation(f"o-{number}", note=[{"text": "x" * 6000}]) for number in range(5)]
    assert [len(portion) for portion in source(heavy).items.portions()] == [1] * 5


def test_no_room_for_what_is_moved_is_a_clear_error():
    taking = source([patient()])
    taking.shelf.do("PRAGMA max_page_count = 1")
    with pytest.raises(FhirMattersError, match="full") as caught:
        taking.shelf.many("INSERT INTO there VALUES (?, ?)", ((str(number), b"x" * 4096) for number in range(100)))
    assert "TMPDIR" in caught.value.next_step
