"""The benchmark of several processes measures what it says: one file, the same told, the memory of all of them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks import processes

LINES = b'{"resourceType":"Patient","gender":"x"}\n{"resourceType":"Patient"}\n'


@pytest.fixture
def file(tmp_path):
    (tmp_path / "few.ndjson").write_bytes(LINES)
    with (tmp_path / "many.ndjson").open("wb") as out:
        assert processes.grown([tmp_path / "few.ndjson"], 1000, out) == 30
    return tmp_path / "many.ndjson"


def test_a_file_grows_by_its_own_lines_until_it_is_big_enough(file):
    assert file.read_bytes() == LINES * 15


def test_the_table_has_what_was_measured_with_one_job_and_with_several(file):
    head, *rows = processes.table(file, 30, jobs=2, rounds=1)
    assert head.startswith("30 resources, ")
    figures = {row[:24].strip(): [float(each.replace(",", "")) for each in row[24:].split()] for row in rows}
    assert all(0 < low <= middle <= high for low, middle, high in figures.values())
    assert figures["MB resident, 2 jobs"] > figures["MB resident, 1 job"]


def test_several_that_tell_something_else_are_no_measurement(file, monkeypatch):
    told = iter("ab")
    monkeypatch.setattr(processes, "ran", lambda *_: processes.Ran(1.0, 1.0, 1.0, next(told)))
    with pytest.raises(AssertionError, match="something else"):
        list(processes.table(file, 30, jobs=2, rounds=1))


def test_memory_is_that_of_a_process_and_all_that_it_started():
    command = [sys.executable, "-c", "import subprocess; subprocess.run(['cat'])"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"ready")
        process.stdin.flush()
        assert process.stdout.read(5) == b"ready"
        both = list(processes.family(process.pid))
        process.stdin.close()
    assert len(both) == 2
    assert processes.resident(os.getpid()) > 1024 * 1024
    assert processes.resident(both[1]) == 0
