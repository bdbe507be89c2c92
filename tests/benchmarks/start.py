"""From process start to exit, for one small file: `python -m tests.benchmarks.start [FILE] [--rounds N]`.

Each round runs every command once, one after the other, so that a busy machine is busy for all of them: Python that
does nothing, the command with R4 alone, and with US Core 6.1.0, both with nothing kept on disk (cold) and with what
the run before kept (warm). What is printed is seconds of the clock and of the processor, and how many times those of
Python that does nothing. Bytecode is written, as it is for whoever installs the package.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shutil import rmtree
from statistics import median
from time import perf_counter
from typing import NamedTuple, TypeAlias

from fhir_matters import jsonio
from tests.benchmarks.bytecode import as_installed

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("FHIR_MATTERS_SHARED") or ROOT.parent / "shared")
US_CORE = SHARED / "packages" / "hl7.fhir.us.core-6.1.0.tgz"
CORPUS = SHARED / "corpora" / "bulk-10-patients" / "Patient.000.ndjson"
EXAMPLE = ROOT / "examples" / "good" / "art.json"
NOTHING = "python -c pass"
# Name → arguments of Python
Commands: TypeAlias = Mapping[str, Sequence[str]]


class Took(NamedTuple):
    """Seconds of one run, by the clock and of the processor, and what it left on standard output and as exit code."""

    clock: float
    processor: float
    said: bytes
    code: int


def small(scratch: Path) -> Path:
    """A file with one Patient: of the corpus, where it claims US Core's profile, or else of the examples."""
    if CORPUS.exists():
        patient = CORPUS.read_bytes().partition(b"\n")[0]
    else:
        entries = (each["resource"] for each in jsonio.read(EXAMPLE.read_bytes())["entry"])
        patient = jsonio.write(next(each for each in entries if each["resourceType"] == "Patient"))
    file = scratch / "patient.json"
    file.write_bytes(patient)
    return file


def commands(file: Path, package: Path) -> dict[str, list[str]]:
    """What is timed, by name; with a package only where it is."""
    ours = ["-m", "fhir_matters", "validate", "--format", "concise"]
    found = {NOTHING: ["-c", "pass"], "R4": [*ours, str(file)]}
    if package.exists():
        found["R4 and US Core"] = [*ours, "--package", str(package), str(file)]
    return found


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> Took:
    """One run from start to exit."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, env=environment, cwd=ROOT, check=False)
    clock, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Took(clock, processor, done.stdout, done.returncode)


def rounds(chosen: Commands, count: int, scratch: Path) -> dict[str, list[Took]]:
    """Every run of every command, cold and warm, by name; raises ValueError where the two say different things."""
    cache = scratch / "cache"
    environment = {**os.environ, "FHIR_MATTERS_CACHE": str(cache), "PYTHONPYCACHEPREFIX": str(scratch / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    found: dict[str, list[Took]] = {}
    for arguments in chosen.values():
        run(arguments, environment)  # what is on disk is warm, and the bytecode is there
    for _ in range(count):
        for name, arguments in chosen.items():
            rmtree(cache, ignore_errors=True)
            cold = run(arguments, environment)
            warm = run(arguments, environment)
            if cold[2:] != warm[2:]:
                raise ValueError(f"{name}: a warm start says something else than a cold one.")
            found.setdefault(name, []).append(warm)
            if name != NOTHING:
                found.setdefault(f"{name}, cold", []).append(cold)
    return found


def table(found: Mapping[str, Sequence[Took]]) -> Iterator[str]:
    """The table: least, median and most of each, and the medians' ratios to Python that does nothing."""
    least = [median(each[at] for each in found[NOTHING]) for at in (0, 1)]
    yield f"{'start to exit':24}{'clock: least':>14}{'median':>8}{'most':>8}{'times':>7}{'processor':>11}{'times':>7}"
    for name, runs in found.items():
        clock, processor = ([each[at] for each in runs] for at in (0, 1))
        yield (
            f"{name:24}{min(clock):13.3f}s{median(clock):7.3f}s{max(clock):7.3f}s{median(clock) / least[0]:6.1f}x"
            f"{median(processor):10.3f}s{median(processor) / least[1]:6.1f}x"
        )


def main() -> None:
    """Time what the arguments name, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="What is validated; default: one Patient.")
    parser.add_argument("--package", type=Path, default=US_CORE, help="A package as .tgz; default: US Core 6.1.0.")
    parser.add_argument("--rounds", type=int, default=10)
    chosen = parser.parse_args()
    as_installed()
    with tempfile.TemporaryDirectory() as scratch:
        file, package = (chosen.file or small(Path(scratch))).resolve(), chosen.package.resolve()
        for line in table(rounds(commands(file, package), chosen.rounds, Path(scratch))):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
