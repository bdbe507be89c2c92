"""Spark beside several processes, and what 10^9 resources cost: `python -m tests.benchmarks.spark FILES… [--page]`.

FILES are NDJSON; two files, of N megabytes (`--megabytes`) and of half as many, are made of their lines, over and over.
`fhir-matters validate --jobs 2` and the script of `examples/spark/` on `local[2]` and `local[1]` write their findings
of each as Parquet, turn by turn; first it is made sure that all found the same. What is printed is ratios within a turn
(`--rounds`: minimum, median, maximum), and from the slope between the two files, without what a start costs, the time
and the cost of 10^9 such resources. With `--page` it becomes `spark.md` beside this file.

The times are those of the machine: only on a quiet one with a core for each process are they what they could be.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeAlias

import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.benchmarks.bytecode import as_installed
from tests.benchmarks.processes import MEGABYTE, grown
from tests.spark.cluster import LOOPBACK, environment

HERE = Path(__file__).parent
SCRIPT = HERE.parents[1] / "examples" / "spark" / "validate_records.py"
MANY, CORES = 10**9, (16, 128, 1024)
JOBS, SPARK, ALONE = "--jobs 2", "local[2]", "local[1]"
Run: TypeAlias = Callable[[Path, Path], Sequence[str | Path]]
"""(NDJSON, where the findings go) → the command."""


def commands() -> dict[str, Run]:
    """The contenders by name."""
    import pyspark  # noqa: PLC0415 - the tests of the arithmetic need none

    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    quiet = ("--conf", f"spark.driver.host={LOOPBACK}", "--conf", "spark.ui.enabled=false")
    ours = (sys.executable, "-m", "fhir_matters", "validate", "--format", "parquet", "--jobs", "2")
    return {
        JOBS: lambda file, out: (*ours, file, "-o", out),
        SPARK: lambda file, out: (submit, "--master", SPARK, *quiet, SCRIPT, file, out),
        ALONE: lambda file, out: (submit, "--master", ALONE, *quiet, SCRIPT, file, out),
    }


@dataclass(frozen=True)
class Turn:
    """Each contender's seconds on the whole file and on half of it, in one turn."""

    whole: dict[str, float]
    half: dict[str, float]

    def slope(self, name: str) -> float:
        """Seconds that the second half took: nothing of a start is in it."""
        return self.whole[name] - self.half[name]


def found(results: Path) -> dict[tuple[str, str], int]:
    """How many findings of each rule there are in resources of each type, and how many resources of each verdict."""
    table = pq.read_table(results, columns=["resource_type", "verdict", "findings"])
    flat = pc.list_flatten(table["findings"]).combine_chunks()
    kinds = table["resource_type"].take(pc.list_parent_indices(table["findings"]))
    pairs = (
        zip(*columns, strict=True)
        for columns in (
            (kinds.to_pylist(), flat.field("rule").to_pylist()),
            (table["resource_type"].to_pylist(), table["verdict"].to_pylist()),
        )
    )
    counts: dict[tuple[str, str], int] = {}
    for several in pairs:
        for pair in several:
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def timed(runs: dict[str, Run], file: Path) -> dict[str, float]:
    """Seconds of each, as processes of their own. Raises AssertionError where two find different things."""
    seconds, told = {}, {}
    for name, run in runs.items():
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "findings"
            begun = perf_counter()
            ran = subprocess.run(run(file, out), env=environment(), capture_output=True, text=True, check=False)
            seconds[name] = perf_counter() - begun
            assert ran.returncode in (0, 1), f"{name}: {ran.stderr[-2000:]}"
            told[name] = found(out)
    first = next(iter(told))
    assert all(each == told[first] for each in told.values()), f"{', '.join(told)} found different things"
    return seconds


def table(turns: Sequence[Turn], resources: int, price: float) -> Iterator[str]:
    """Ratios, and what they come to for 10^9 resources; `resources` are those of the second half.

    Raises ValueError where a second half took no time: then the machine was busy with something else.
    """
    if any(turn.slope(name) <= 0 for turn in turns for name in turn.whole):
        raise ValueError("A whole file took no longer than half of it: too busy a machine, or too small a file.")
    yield "| measured, each within a turn | least | median | most |"
    yield "|---|---|---|---|"
    yield _row("`local[2]` against `--jobs 2`, start to exit", [each.whole[SPARK] / each.whole[JOBS] for each in turns])
    yield _row(
        "`local[2]` against `--jobs 2`, without the start", [each.slope(SPARK) / each.slope(JOBS) for each in turns]
    )
    scaling = [each.slope(ALONE) / each.slope(SPARK) for each in turns]
    yield _row("`local[2]`: times as fast as `local[1]`", scaling)
    alone = [1e6 * each.slope(ALONE) / resources for each in turns]
    yield _row("microseconds a resource on one core of Spark", alone)
    yield ""
    lost = min(1.0, median(scaling) / 2)
    hours = MANY * median(alone) / 1e6 / 3600 / lost
    yield f"| 10^9 of these resources: {hours:,.0f} core hours | time | cost at {price:.2f} a core hour |"
    yield "|---|---|---|"
    yield from (f"| {cores:,} cores | {_time(hours / cores)} | {hours * price:,.2f} |" for cores in CORES)


def _row(what: str, figures: Sequence[float]) -> str:
    return f"| {what} | {min(figures):,.2f} | {median(figures):,.2f} | {max(figures):,.2f} |"


def _time(hours: float) -> str:
    return f"{hours:,.1f} hours" if hours >= 1 else f"{60 * hours:,.0f} minutes"


def page(lines: Iterable[str], about: str) -> str:
    """The page with what was measured, and how it is counted."""
    return "\n".join(
        (
            "# What Spark costs",
            "",
            "Measured by `python -m tests.benchmarks.spark FILES… --page`; do not edit. " + about,
            "",
            *lines,
            "",
            "The cost of 10^9 is that slope, straight on, with what is lost between two cores lost once: rows share",
            "nothing, so further cores cost only what Spark needs to hand out work. It is for such resources, and",
            "leaves out reading from far away, other users of the cluster, and its start.",
            "",
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; exit code 1 where nothing can be counted, and then no page is written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--price", type=float, default=0.05, help="of an hour of a core, in your currency")
    parser.add_argument("--page", action="store_true", help="write spark.md")
    asked = parser.parse_args(arguments)
    as_installed()
    with tempfile.TemporaryDirectory() as folder:
        whole, half = Path(folder) / "whole.ndjson", Path(folder) / "half.ndjson"
        with whole.open("wb") as longer, half.open("wb") as shorter:
            resources = grown(asked.files, asked.megabytes * MEGABYTE, longer)
            resources -= grown(asked.files, asked.megabytes * MEGABYTE // 2, shorter)
        runs = commands()
        turns = [Turn(timed(runs, whole), timed(runs, half)) for _ in range(asked.rounds)]
    load = os.getloadavg()[0]
    about = f"{asked.megabytes:,} MB against half of it, {asked.rounds} turns, {os.cpu_count()} cores, load {load:.1f}."
    try:
        lines = list(table(turns, resources, asked.price))
    except ValueError as error:
        print(about, error)  # noqa: T201 (a command)
        return 1
    print("\n".join((about, *lines)))  # noqa: T201 (a command)
    if asked.page:
        (HERE / "spark.md").write_text(page(lines, about), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
