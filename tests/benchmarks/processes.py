"""Several processes beside one, on one big file: `python -m tests.benchmarks.processes FILES… [--megabytes N]`.

FILES are NDJSON; a file of N megabytes is made of their lines, over and over. `fhir-matters validate` reads it with one
job and with several (`--jobs`), turn by turn, and both must tell the same to the byte. What is printed is how many
times as fast several are (`--rounds`: minimum, median, maximum), how many times the processor time they take, and the
most resident memory of all processes together, which must not grow with the file.

The time is that of the machine: only on a quiet one with a core for each process is it what it could be.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import IO

from tests.benchmarks.bytecode import as_installed

MEGABYTE = 1024 * 1024
_SAMPLE = 0.1  # seconds; looking more often would take time from what is timed


@dataclass(frozen=True)
class Ran:
    """One run: seconds, processor seconds and the most memory of all its processes, and a digest of what it told."""

    seconds: float
    processor: float
    megabytes: float
    told: str


def grown(files: Iterable[Path], size: int, out: IO[bytes]) -> int:
    """Write the lines of the files, over and over, until there are `size` bytes; how many lines there are."""
    lines = [line for file in files for line in file.read_bytes().splitlines() if line.strip()]
    written = count = 0
    for line in cycle(lines):
        written += out.write(line + b"\n")
        count += 1
        if written >= size:
            break
    out.flush()
    return count


def ran(file: Path, *options: str) -> Ran:
    """`fhir-matters validate FILE` with these options, as a process of its own."""
    command = [sys.executable, "-m", "fhir_matters", "validate", str(file), "--format", "concise", *options]
    before, begun, most = os.times(), perf_counter(), 0
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen(command, stdout=told) as process:
            while process.poll() is None:
                most = max(most, sum(map(resident, family(process.pid))))
                try:
                    process.wait(_SAMPLE)
                except subprocess.TimeoutExpired:
                    continue
        seconds, after = perf_counter() - begun, os.times()
        told.seek(0)
        digest = hashlib.file_digest(told, "sha256").hexdigest()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Ran(seconds, used, most / MEGABYTE, digest)


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def resident(pid: int) -> int:
    """The resident memory of a process in bytes; 0 for one that is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def table(file: Path, count: int, jobs: int, rounds: int) -> Iterator[str]:
    """The lines to print. Raises AssertionError where several processes tell anything else than one."""
    pairs = [(ran(file, "--jobs", "1"), ran(file, "--jobs", str(jobs))) for _ in range(rounds)]
    assert len({each.told for pair in pairs for each in pair}) == 1, "several processes tell something else than one"
    size = file.stat().st_size / MEGABYTE
    yield f"{count:,} resources, {size:,.0f} MB, {os.cpu_count()} cores; {jobs} jobs beside 1 tell the same to the byte"
    yield _row("times as fast", [one.seconds / several.seconds for one, several in pairs])
    yield _row("processor time", [several.processor / one.processor for one, several in pairs])
    yield _row("MB resident, 1 job", [one.megabytes for one, _ in pairs])
    yield _row(f"MB resident, {jobs} jobs", [several.megabytes for _, several in pairs])
    yield _row("resources/s, 1 job", [count / one.seconds for one, _ in pairs])
    yield _row("processor µs each, 1 job", [one.processor / count * 1e6 for one, _ in pairs])


def _row(what: str, figures: list[float]) -> str:
    low, middle, high = min(figures), median(figures), max(figures)
    return f"{what:<24} {low:10,.2f} {middle:10,.2f} {high:10,.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    as_installed()
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as out:
        count = grown(asked.files, asked.megabytes * MEGABYTE, out)
        print("\n".join(table(Path(out.name), count, asked.jobs, asked.rounds)))  # noqa: T201


if __name__ == "__main__":
    main()
