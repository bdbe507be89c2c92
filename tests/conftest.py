"""What tests stand on: the shared data, the counterparts, a home of their own and no network.

A counterpart that is not on this machine skips its tests with the reason and the remedy. FHIR_MATTERS_REQUIRE
makes such a skip a failure: a list of names (`hapi,hl7`), or `all`, which lets no test skip for any reason.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest
from hypothesis import settings

from tests.java.counterparts import HERE, AbsentError, HapiServer, Oracle
from tests.java.packages import CORE_FOLDER, core
from tests.java.paths import PathOracle
from tests.medplum.counterpart import Medplum
from tests.medplum.counterpart import version as medplum_version

ROOT = Path(__file__).parent.parent
TOOLS = {"FHIR_MATTERS_CACHE", "FHIR_MATTERS_SHARED", "FHIR_MATTERS_SUSHI"}
# Read once, before tests get an environment of their own.
REQUIRED = set(os.environ.get("FHIR_MATTERS_REQUIRE", "").split(","))
SHARED = Path(os.environ.get("FHIR_MATTERS_SHARED") or ROOT.parent / "shared").resolve()
USED = pytest.StashKey[dict[str, str]]()
TOLD = pytest.StashKey[list[str]]()

# Generated cases are drawn anew at a desk, and are the same in CI: one commit, one verdict.
settings.register_profile("here", deadline=None, database=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("here")


# The counterparts: each a fixture that starts it once, or says why it cannot.


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared test data: guides' packages, the corpus, HL7's cases."""
    if not (SHARED / "corpora").is_dir():
        absent("shared", f"nothing in {SHARED}; set FHIR_MATTERS_SHARED to the folder that has corpora/ and packages/")
    return SHARED


@pytest.fixture(scope="session")
def corpus(shared: Path) -> list[Path]:
    """The NDJSON files of 7,160 synthetic US Core resources."""
    return sorted((shared / "corpora" / "bulk-10-patients").glob("*.ndjson"))


@pytest.fixture(scope="session")
def r4_core() -> Path:
    """The unpacked R4 core package; tests, and what they start, have it as FHIR_MATTERS_R4_CORE."""
    return core()


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own FHIR package, packed as a .tgz file."""
    file = tmp_path_factory.mktemp("package") / "fhir.matters.r4.tgz"
    subprocess.run([sys.executable, ROOT / "profiles" / "build.py", "--pack", file], check=True)
    return file


@pytest.fixture(scope="session")
def hapi(request: pytest.FixtureRequest) -> Iterator[str]:
    """The base URL of a real HAPI FHIR server, empty at the start of the session."""
    with _started(request, "hapi", f"HAPI FHIR {_version('hapi')}", HapiServer) as server:
        yield server.base


@pytest.fixture(scope="session")
def hapi_knowing_us(request: pytest.FixtureRequest, package: Path) -> Iterator[str]:
    """The base URL of another HAPI FHIR server, with our own package installed."""
    with _started(request, "hapi", f"HAPI FHIR {_version('hapi')}", lambda: HapiServer([package])) as server:
        yield server.base


@pytest.fixture(scope="session")
def medplum(request: pytest.FixtureRequest) -> Callable[[], Medplum]:
    """Starts a Medplum, empty; whoever starts it ends it."""
    return lambda: _started(request, "medplum", f"Medplum {medplum_version()}", Medplum)


@pytest.fixture(scope="session")
def hl7(request: pytest.FixtureRequest, shared: Path, package: Path) -> Iterator[Oracle]:
    """The HL7 validator over R4 core, terminology, extensions and our own package."""
    with _started(request, "hl7", hl7_version(), lambda: Oracle(shared, [package])) as oracle:
        yield oracle


@pytest.fixture(scope="session")
def hl7_paths(request: pytest.FixtureRequest, shared: Path) -> Iterator[PathOracle]:
    """The FHIRPath engine of the HL7 validator."""
    with _started(request, "hl7", hl7_version(), lambda: PathOracle(shared)) as oracle:
        yield oracle


@pytest.fixture(scope="session")
def hl7_with(request: pytest.FixtureRequest, shared: Path, package: Path) -> Callable[[Iterable[Path]], Oracle]:
    """Starts another HL7 validator, with guides of others beside our own package; whoever starts it ends it."""
    return lambda guides: _started(request, "hl7", hl7_version(), lambda: Oracle(shared, [*guides, package]))


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Path:
    """The browser to look at pages with."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        absent("chromium", "no browser on the path; install Debian's chromium, or Google Chrome")
    return _tool(request, "chromium", Path(found))


@pytest.fixture(scope="session")
def sushi(request: pytest.FixtureRequest, r4_core: Path) -> Path:
    """The FSH compiler, as pinned under `profiles/`, and R4 core where it finds it."""
    assert r4_core.is_dir()
    found = os.environ.get("FHIR_MATTERS_SUSHI") or shutil.which(
        "sushi", path=f"{ROOT}/profiles/node_modules/.bin{os.pathsep}{os.environ['PATH']}"
    )
    if found is None:
        absent("sushi", "install it with `npm ci --prefix profiles`, or set FHIR_MATTERS_SUSHI to its executable")
    return _tool(request, "sushi", Path(found))


T = TypeVar("T", HapiServer, Medplum, Oracle, PathOracle)


def _started(request: pytest.FixtureRequest, name: str, says: str, start: Callable[[], T]) -> T:
    try:
        counterpart = start()
    except AbsentError as error:
        absent(name, str(error))
    request.config.stash[USED][name] = says
    return counterpart


def _tool(request: pytest.FixtureRequest, name: str, path: Path) -> Path:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    request.config.stash[USED][name] = said.stdout.strip().splitlines()[0]
    return path


def hl7_version() -> str:
    """The HL7 validator that the tests run, with its version."""
    return f"HL7 validator {_version('validator')}"


def _version(project: str) -> str:
    return (HERE / project / "pom.xml").read_text().partition(f"<{project}.version>")[2].partition("<")[0]


# What is required must not be skipped.


def absent(name: str, remedy: str) -> NoReturn:
    """Skips the test, or fails it where FHIR_MATTERS_REQUIRE asks for this counterpart."""
    if _required(name):
        raise pytest.fail.Exception(f"{name} is required and missing: {remedy}", pytrace=False) from None
    raise pytest.skip.Exception(f"{name} is missing: {remedy}") from None


def _required(name: str) -> bool:
    return not REQUIRED.isdisjoint({"all", name})


R = TypeVar("R", pytest.TestReport, pytest.CollectReport)


def _no_skip(report: R) -> R:
    if report.skipped and not hasattr(report, "wasxfail") and _required("all"):
        report.outcome = "failed"
        report.longrepr = f"skipped where all is required: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _no_skip((yield))


def pytest_configure(config: pytest.Config) -> None:
    config.stash[USED] = {}
    config.stash[TOLD] = []
    # A shell that runs them in the background lets them ignore interrupts, and with them every process that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says a line at the end of the run: what was counted, found or measured."""
    return request.config.stash[TOLD].append


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What tests told, and which counterparts took part, in which version."""
    if told := config.stash[TOLD]:
        terminalreporter.section("told")
        terminalreporter.write_line("\n".join(told))
    if used := config.stash[USED]:
        terminalreporter.section("counterparts")
        terminalreporter.write_line("\n".join(f"{name}: {says}" for name, says in sorted(used.items())))


# A home of their own, and no network. Session fixtures come before these: Maven and R4 core may be fetched once.


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes what belongs to the user, or depends on the user's settings."""
    for name in [name for name in os.environ if name.startswith(("FHIR_MATTERS_", "XDG_")) and name not in TOOLS]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))
    if CORE_FOLDER.is_dir():
        monkeypatch.setenv("FHIR_MATTERS_R4_CORE", str(CORE_FOLDER))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine fails the test, whatever the code makes of the failure."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        local = (
            self.family == socket.AF_UNIX or str(address[0]).startswith("127.") or address[0] in ("localhost", "::1")
        )
        if not local:
            pytest.fail(f"a test tried to reach {address[0]}: tests stay on this machine")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
