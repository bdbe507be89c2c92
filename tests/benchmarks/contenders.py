"""Who is measured: each a program that judges the resources of a file, pass after pass, and takes its own time."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeAlias

from tests.conftest import SHARED, _version
from tests.java.counterparts import AbsentError, Piped, class_path, java
from tests.java.packages import command_home, package_home

HERE = Path(__file__).parent
LONGEST = 3600  # seconds that one pass may take
# (file, packages, a home of its own) → the command; raises AbsentError
Command: TypeAlias = Callable[[Path, Sequence[Path], Path], list[str]]


@dataclass(frozen=True)
class Contender:
    """One that is measured; `about` says how it is run, `guides` whether it is told of other packages than R4."""

    name: str
    about: str
    command: Command
    version: Callable[[], str]
    guides: bool = True


@dataclass(frozen=True)
class Pass:
    """One pass over a corpus: seconds, and how many of the resources are called invalid."""

    seconds: float
    invalid: int


class Running:
    """A contender that has started; `first` is the seconds from its start to its first verdict."""

    def __init__(self, contender: Contender, file: Path, packages: Sequence[Path], home: Path) -> None:
        command = contender.command(file, packages, home)
        start = perf_counter()
        self._program = Piped(command, home / "log")
        self.first = perf_counter() - start

    def passed(self, threads: int = 1) -> Pass:
        """One pass with so many threads; raises RuntimeError if it ended over it."""
        self._program.send(str(threads))
        return Pass(**json.loads(self._program.line(LONGEST)))

    @property
    def peak(self) -> float | None:
        """The most memory that was resident so far in MB; None where the system does not tell."""
        status = Path(f"/proc/{self._program.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), None)

    def close(self) -> None:
        self._program.close()


@contextmanager
def running(contender: Contender, file: Path, packages: Sequence[Path]):
    """The contender, started over the file; raises AbsentError where it cannot be had, RuntimeError where it fails."""
    with TemporaryDirectory(prefix="fhir-matters-speed-") as home:
        started = Running(contender, file, packages, Path(home))
        try:
            yield started
        finally:
            started.close()


def _python(name: str, distribution: str, remedy: str = "") -> Command:
    def command(file: Path, packages: Sequence[Path], home: Path) -> list[str]:  # noqa: ARG001
        try:
            importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            raise AbsentError(f"{distribution} is missing: {remedy}") from None
        return [sys.executable, "-m", "tests.benchmarks.pace", name, str(file), *map(str, packages)]

    return command


def _hl7(file: Path, packages: Sequence[Path], home: Path) -> list[str]:
    path = class_path("validator")
    names = package_home(home, SHARED, list(packages))
    return java("Speed", path, [str(file), *names], home=home, options=["-Xmx3g"])


def hl7_command(file: Path, packages: Sequence[Path], home: Path) -> list[str]:
    """The HL7 validator's command line over one file, asking nobody; raises AbsentError."""
    path = class_path("command")
    guides = [word for name in command_home(home, SHARED, list(packages)) for word in ("-ig", name)]
    arguments = [str(file), "-version", "4.0.1", "-tx", "n/a", *guides]
    return java("org.hl7.fhir.validation.ValidatorCli", path, arguments, home=home, options=["-Xmx3g"])


def _hapi(file: Path, packages: Sequence[Path], home: Path) -> list[str]:
    arguments = [str(file), *map(str, packages)]
    return java("HapiSpeed", class_path("hapi"), arguments, home=home, options=["-Xmx3g"])


def _medplum(file: Path, packages: Sequence[Path], home: Path) -> list[str]:  # noqa: ARG001
    if (node := shutil.which("node")) is None:
        raise AbsentError("node is missing: install Node 20 or newer")
    if not (HERE / "node_modules" / "@medplum").is_dir():
        raise AbsentError("medplum is missing: npm ci --prefix tests/benchmarks")
    return [node, str(HERE / "speed.mjs"), str(file)]


def _installed(distribution: str) -> Callable[[], str]:
    return lambda: importlib.metadata.version(distribution)


def _pinned() -> str:
    version: str = json.loads((HERE / "package.json").read_bytes())["dependencies"]["@medplum/core"]
    return version


PARSING, OURS, HL7, HAPI = "exact parsing alone", "fhir-matters", "HL7 validator", "HAPI"
ALL = (
    Contender(
        PARSING,
        "`jsonio.parse`: exact numbers, no key twice",
        _python("parsing", "fhir-matters"),
        _installed("jiter"),
        guides=False,
    ),
    Contender(
        OURS,
        "one `Validator`, set as the HL7 validator is, from bytes to report",
        _python("ours", "fhir-matters"),
        _installed("fhir-matters"),
    ),
    Contender(
        HL7,
        "one thread at its best: warm, its `InstanceValidator` renewed every 100 resources",
        _hl7,
        lambda: _version("validator"),
    ),
    Contender(
        HAPI,
        "as its documentation sets it up: one `FhirValidator` over a `ValidationSupportChain`",
        _hapi,
        lambda: _version("hapi"),
    ),
    Contender(
        "fhir.resources",
        "`model_validate` of its R4B models, after orjson",
        _python("fhir_resources", "fhir.resources"),
        _installed("fhir.resources"),
        guides=False,
    ),
    Contender(
        "pyrofile",
        "its own engine, with R4 core",
        _python("pyrofile", "pyrofile-validator", "pip install pyrofile-validator"),
        _installed("pyrofile-validator"),
        guides=False,
    ),
    Contender("medplum", "`validateResource` of `@medplum/core`, on Node", _medplum, _pinned, guides=False),
)
NAMED = {each.name: each for each in ALL}
