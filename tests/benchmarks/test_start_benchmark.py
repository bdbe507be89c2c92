"""The benchmark of the start times what it says: each command in each round, cold and warm, with the same findings."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio
from tests.benchmarks import start

WRITE = "import os, pathlib; pathlib.Path(os.environ['FHIR_MATTERS_CACHE']).mkdir()"
SAYS = "import os, pathlib; print(pathlib.Path(os.environ['FHIR_MATTERS_CACHE']).exists())"


@pytest.mark.parametrize("corpus", [start.CORPUS, start.ROOT / "none"])
def test_what_is_timed_is_one_patient(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(start, "CORPUS", corpus)
    assert jsonio.read(start.small(tmp_path).read_bytes())["resourceType"] == "Patient"


def test_a_package_that_is_not_there_is_left_out(tmp_path):
    assert list(start.commands(start.EXAMPLE, tmp_path / "no.tgz")) == [start.NOTHING, "R4"]
    (tmp_path / "a.tgz").touch()
    assert "--package" in start.commands(start.EXAMPLE, tmp_path / "a.tgz")["R4 and US Core"]


def test_each_round_runs_all_cold_and_warm(tmp_path):
    found = start.rounds({start.NOTHING: ["-c", "pass"], "R4": ["-c", "print(1)"]}, 2, tmp_path)
    assert {name: len(runs) for name, runs in found.items()} == {start.NOTHING: 2, "R4": 2, "R4, cold": 2}
    assert {each.said for each in found["R4"]} == {b"1\n"}
    assert all(each.clock > 0 and each.code == 0 for runs in found.values() for each in runs)


def test_a_start_that_says_something_else_when_it_is_warm_is_no_measure(tmp_path):
    with pytest.raises(ValueError, match="R4: a warm start says something else"):
        start.rounds({start.NOTHING: ["-c", "pass"], "R4": ["-c", f"{SAYS}; {WRITE}"]}, 1, tmp_path)


def test_the_table_has_ratios_to_python_that_does_nothing():
    took = [start.Took(each, each / 2, b"", 0) for each in (0.1, 0.2, 0.3)]
    slow = [start.Took(each, each / 2, b"", 0) for each in (0.4, 0.6, 0.8)]
    head, nothing, ours = start.table({start.NOTHING: took, "R4": slow})
    assert "processor" in head
    assert nothing.split()[-5:] == ["0.200s", "0.300s", "1.0x", "0.100s", "1.0x"]
    assert ours.split() == ["R4", "0.400s", "0.600s", "0.800s", "3.0x", "0.300s", "3.0x"]
