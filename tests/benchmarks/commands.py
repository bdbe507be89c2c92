"""The command as users run it, from start to exit: one small file, a whole corpus in its memory, several processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from fhir_matters.cli.main import CLEAN, FINDINGS
from tests.benchmarks import processes
from tests.benchmarks.contenders import HL7, NAMED, hl7_command, running
from tests.java.counterparts import AbsentError

VALIDATE = [sys.executable, "-m", "fhir_matters", "validate"]
OUTER = Path(__file__).with_name("start_to_exit.py")


@dataclass(frozen=True)
class Done:
    """A command that has run: seconds from start to exit, and the most memory of one of its processes in MB.

    It is `clean` where its exit code says that there was nothing to find.
    """

    seconds: float
    peak: float
    clean: bool


def done(command: Sequence[str]) -> Done:
    """Raises RuntimeError where the command could not do it; findings are no failure."""
    ran = subprocess.run([sys.executable, "-S", OUTER, *command], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    if told["code"] not in (CLEAN, FINDINGS) or "Traceback" in told["told"]:
        raise RuntimeError(f"exit code {told['code']}: {told['told']}")
    return Done(told["seconds"], told["peak"], told["code"] == CLEAN)


def validate(*arguments: object) -> Done:
    """`fhir-matters validate` with these arguments."""
    return done([*VALIDATE, "--format", "concise", *map(str, arguments)])


def started(text: bytes, packages: Sequence[Path], rounds: int) -> dict[str, Any]:
    """Seconds from start to exit over one small file of ours, and of the HL7 validator's command line.

    Also of the HL7 validator as a library to its first verdict, `library`.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "one.json")
        file.write_bytes(text)
        given = [word for each in packages for word in ("--package", each)]
        validate(*given, file)  # what it keeps on disk is there from now on
        found: dict[str, Any] = {"ours": [], "hl7": [], "library": []}
        for _ in range(rounds):
            found["ours"].append(round(validate(*given, file).seconds, 4))
            try:
                with running(NAMED[HL7], file, packages) as program:
                    found["library"].append(round(program.first, 3))
                found["hl7"].append(round(_hl7(file, packages), 3))
            except (AbsentError, RuntimeError) as error:
                found["absent"] = str(error).splitlines()[0]
        return found


def _hl7(file: Path, packages: Sequence[Path]) -> float:
    """Seconds of the HL7 validator's command line. Raises AbsentError, and RuntimeError where it says no verdict."""
    with TemporaryDirectory(prefix="fhir-matters-speed-") as home:
        command = hl7_command(file, packages, Path(home))
        begun = perf_counter()
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = perf_counter() - begun
    if "Done. Times" not in ran.stdout:
        raise RuntimeError(f"The HL7 validator's command line gave no verdict: {ran.stdout[-500:]}{ran.stderr[-500:]}")
    return seconds


def resident(texts: Sequence[bytes]) -> dict[str, Any]:
    """MB of ours over all the texts in one file, and of the HL7 validator after one pass over them."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "all.ndjson")
        file.write_bytes(b"\n".join(texts))
        found: dict[str, Any] = {"resources": len(texts), "ours": round(validate(file).peak)}
        try:
            with running(NAMED[HL7], file, ()) as program:
                program.passed()
                found["hl7"] = program.peak and round(program.peak)
        except (AbsentError, RuntimeError) as error:
            found["absent"] = str(error).splitlines()[0]
        return found


def parallel(texts: Sequence[bytes], times: int, count: int, rounds: int) -> dict[str, Any]:
    """Seconds from start to exit with one process and with `count`, and the most memory of all of them together.

    They read one file with the texts in it, `times` over. Raises AssertionError where several tell anything else than
    one.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "all.ndjson")
        with file.open("wb") as lines:
            for _ in range(times):
                lines.writelines(text + b"\n" for text in texts)
        found: dict[str, Any] = {"resources": times * len(texts), "1": [], str(count): [], "MB": 0}
        told = set()
        for _ in range(rounds):
            for jobs in (1, count):
                ran = processes.ran(file, "--jobs", str(jobs))
                found[str(jobs)].append(round(ran.seconds, 4))
                found["MB"] = max(found["MB"], round(ran.megabytes))
                told.add(ran.told)
        assert len(told) == 1, "several processes tell something else than one"
        return found
