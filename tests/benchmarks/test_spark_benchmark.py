"""The benchmark of Spark counts as it says: what is found is compared first, a start is in no slope."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[test]'")
from tests.benchmarks import spark
from tests.benchmarks.spark import ALONE, JOBS, SPARK, Turn

LINES = b'{"resourceType":"Patient","gender":"female"}\n{"resourceType":"Patient","gender":"x"}\n\n'


@pytest.fixture
def lines(tmp_path):
    file = tmp_path / "some.ndjson"
    file.write_bytes(LINES)
    return file


def ours(file, out):
    return [sys.executable, "-m", "fhir_matters", "validate", file, "--format", "parquet", "-o", out]


def test_contenders_that_find_the_same_are_timed(lines):
    seconds = spark.timed({"a": ours, "b": ours}, lines)
    assert list(seconds) == ["a", "b"]
    assert min(seconds.values()) > 0


def test_one_that_finds_something_else_or_nothing_stops_the_benchmark(lines):
    with pytest.raises(AssertionError, match="a, b found different things"):
        spark.timed({"a": ours, "b": lambda _, out: ours(spark.HERE.parents[1] / "examples" / "good", out)}, lines)
    with pytest.raises(AssertionError, match="b: "):
        spark.timed({"a": ours, "b": lambda *_: [sys.executable, "-c", "raise SystemExit(2)"]}, lines)


def test_ratios_and_what_10_to_the_9_cost_follow_from_the_slope():
    turn = Turn(
        whole={JOBS: 12.0, SPARK: 26.0, ALONE: 40.0},
        half={JOBS: 7.0, SPARK: 20.0, ALONE: 29.0},
    )
    lines = list(spark.table([turn, turn], 100_000, 0.1))
    assert "| `local[2]` against `--jobs 2`, start to exit | 2.17 | 2.17 | 2.17 |" in lines
    assert "| `local[2]` against `--jobs 2`, without the start | 1.20 | 1.20 | 1.20 |" in lines
    assert "| microseconds a resource on one core of Spark | 110.00 | 110.00 | 110.00 |" in lines
    # 110 µs · 10^9 = 30.6 core hours on one core; two were 11/6 times as fast, so 1/12 more is lost
    assert "| 10^9 of these resources: 33 core hours | time | cost at 0.10 a core hour |" in lines
    assert "| 16 cores | 2.1 hours | 3.33 |" in lines
    assert "| 128 cores | 16 minutes | 3.33 |" in lines
    assert spark.page(lines, "Here.").count("|---|") > 1


def test_nothing_is_counted_on_where_the_longer_file_took_no_longer():
    busy = Turn(whole={JOBS: 5.0, SPARK: 9.0, ALONE: 9.0}, half={JOBS: 3.0, SPARK: 9.5, ALONE: 4.0})
    with pytest.raises(ValueError, match="too busy a machine"):
        list(spark.table([busy], 1000, 0.1))
