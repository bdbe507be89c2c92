"""Commands are measured from start to exit in a process that knows nothing of ours; what fails is no measure."""

from __future__ import annotations

import json
import sys

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import commands
from tests.java.counterparts import AbsentError

PATIENT = json.dumps({"resourceType": "Patient", "id": "a", "name": [{"family": "Bee"}]})


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "records"
    place.mkdir()
    (place / "a.json").write_text(PATIENT)
    (place / "b.ndjson").write_text(f"{PATIENT}\n{PATIENT}\n")
    return place


def test_memory_is_that_of_the_command_and_not_of_who_started_it():
    ballast = bytearray(200_000_000)
    little = commands.done([sys.executable, "-S", "-c", ""])
    much = commands.done([sys.executable, "-S", "-c", "b'1' * 90_000_000"])
    assert len(ballast) == 200_000_000
    assert little.peak < 60
    assert 90 < much.peak < 150
    assert little.seconds > 0


@pytest.mark.parametrize("program", ["import sys; sys.exit(2)", "1 / 0"])
def test_a_command_that_fails_is_no_measure(program):
    with pytest.raises(RuntimeError, match="exit code"):
        commands.done([sys.executable, "-c", program])


def test_findings_are_no_failure(tmp_path):
    file = tmp_path / "one.json"
    file.write_text('{"resourceType": "Patient", "gender": 5}')
    assert commands.validate(file).peak > 10


def test_one_process_and_several_are_timed_over_the_same_file():
    found = commands.parallel([PATIENT.encode()] * 4, 3, 2, 1)
    assert found["resources"] == 12
    assert len(found["1"]) == len(found["2"]) == 1
    assert found["MB"] > 10


@pytest.mark.usefixtures("shared")
def test_a_folder_is_measured_and_its_table_printed(folder, tmp_path, monkeypatch, capsys):
    def gone(*_):
        raise AbsentError("java is missing\nelsewhere")

    monkeypatch.setattr(benchmarks, "beside_hl7", gone)
    kept = tmp_path / "numbers.json"
    code = benchmarks.main([str(folder), "--quick", "--beside", "fhir.resources", "--json", str(kept)])
    assert code == 0
    printed = capsys.readouterr().out
    assert "3 resources" in printed
    assert "Findings were not compared: java is missing." in printed
    corpus = json.loads(kept.read_bytes())["corpora"]["records"]
    assert {name: len(each["seconds"]) for name, each in corpus["contenders"].items()} == {
        "exact parsing alone": 2,
        "fhir-matters": 2,
        "fhir.resources": 2,
    }
    assert str(tmp_path) not in printed + kept.read_text()
