"""The Java counterparts: a HAPI FHIR server, and the HL7 validator behind a pipe. Built by Maven when first asked for.

Both end with the process that started them. Neither uses the network, except Maven, once, for their jars.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

import requests

from tests.java.packages import kept, package_home

HERE = Path(__file__).parent
GUIDES = ("http://hl7.org/fhir/us/", "http://hl7.org/fhir/uv/", "https://fhir.hl7.org.uk/")
START, ANSWER = 180, 120  # seconds, on two busy cores many times what either takes


class AbsentError(Exception):
    """A counterpart cannot be had on this machine; the text says what is missing and what would lift it."""


def class_path(project: str) -> str:
    """The class path of `tests/java/<project>`, compiled now if its sources changed; raises AbsentError."""
    for tool in ("java", "javac", "mvn"):
        if shutil.which(tool) is None:
            raise AbsentError(f"{tool} is missing: install a JDK 17 or newer and Maven")
    source = HERE / project
    files = sorted(
        path for path in source.rglob("*") if path.suffix in (".java", ".xml") and "target" not in path.parts
    )
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    built = kept(f"java/{project}-{digest}", lambda draft: _maven(source, draft))
    jars = (built / "classpath").read_text().strip()
    if gone := [jar for jar in jars.split(os.pathsep) if not Path(jar).exists()]:
        shutil.rmtree(built)
        raise AbsentError(
            f"{len(gone)} jars are gone from Maven's repository, {gone[0]} first: run again to fetch them"
        )
    return f"{built / 'classes'}{os.pathsep}{jars}"


def _maven(source: Path, output: Path) -> None:
    """Compiles with what Maven has; only where that is not enough, lets it fetch."""
    command = ["mvn", "--quiet", "--batch-mode", "--file", str(source / "pom.xml"), "compile", f"-Doutput={output}"]
    for options in (["--offline"], []):
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    shutil.rmtree(output)
    raise AbsentError(
        f"Maven could not build {source}; let it reach its central repository once.\n{done.stdout[-2000:]}"
    )


class Piped:
    """A program that says READY on a line, answers in lines, and ends when its input does; `log` is its stderr."""

    def __init__(self, command: Sequence[str], log: Path):
        self.log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
            )
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()
        self.ready = self._until_ready()

    def _drain(self) -> None:
        """Keeps reading: a program that writes to a full pipe stands still."""
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _until_ready(self) -> str:
        while not (line := self.line(START)).startswith("READY"):
            pass
        return line.removeprefix("READY").strip()

    def line(self, patience: float) -> str:
        """The next line; raises RuntimeError, with the end of the log, if the program ended or was silent too long."""
        try:
            line = self._lines.get(timeout=patience)
        except Empty:
            line = ""
        if not line:
            self.close()
            raise RuntimeError(f"{self.log.stem} gave no answer\n{self.log.read_text()[-3000:]}")
        return line

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        """False once it has ended."""
        return self._process.poll() is None

    def send(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """Ends it, at once if it must be."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.close()
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()


class JavaProcess(Piped):
    """A Java program that is `Piped`."""

    def __init__(self, main: str, class_path: str, arguments: Iterable[str], *, home: Path, options: Sequence[str]):
        super().__init__(java(main, class_path, arguments, home=home, options=options), home / f"{main}.log")


def java(main: str, class_path: str, arguments: Iterable[str], *, home: Path, options: Sequence[str]) -> list[str]:
    """The command that runs a main class, at home in `home`."""
    return ["java", f"-Duser.home={home}", *options, "-cp", class_path, main, *arguments]


class Started:
    """A counterpart in a home of its own, which goes with it."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="fhir-matters-")
        self.home = Path(self._home.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._program.close()
        self._home.cleanup()

    _program: Piped


class HapiServer(Started):
    """A HAPI FHIR JPA server with HAPI's defaults, empty, on a free port of this machine; `base` is its URL.

    `packages` are .tgz files, installed before it serves; at `judging` it refuses to store what is invalid.
    """

    def __init__(self, packages: Iterable[Path] = ()) -> None:
        path = class_path("hapi")
        super().__init__()
        options = ("-Xmx1500m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        self._program = JavaProcess("HapiServer", path, map(str, packages), home=self.home, options=options)
        self.base = self._program.ready
        self.judging = judging(self.base)


def judging(base: str) -> str:
    """The other address of a HAPI, where it refuses to store what is invalid."""
    return f"{base.removesuffix('fhir')}judging"


def verdict(base: str, raw: bytes) -> dict[str, list[str]]:
    """What a server's `$validate` says of one resource: severity → texts, `error` with the fatal ones."""
    kind = re.search(rb'"resourceType"\s*:\s*"(\w+)"', raw)[1].decode()  # also of what is no whole JSON
    headers = {"Content-Type": "application/fhir+json"}
    answer = requests.post(f"{base}/{kind}/$validate", data=raw, headers=headers, timeout=ANSWER)
    issues = [("error" if each["severity"] == "fatal" else each["severity"], each) for each in answer.json()["issue"]]
    return {
        name: [each["diagnostics"] for severity, each in issues if severity == name] for name in ("error", "warning")
    }


def claiming_ours(found: Any) -> Any:
    """A copy that claims no guide's profiles but ours: to HAPI a profile that it does not have is an error."""
    if isinstance(found, list):
        return [claiming_ours(each) for each in found]
    if not isinstance(found, dict):
        return found
    whole = {name: claiming_ours(value) for name, value in found.items()}
    meta = whole.get("meta")
    if isinstance(meta, dict) and isinstance(meta.get("profile"), list):
        known = [url for url in meta["profile"] if not str(url).startswith(GUIDES)]
        meta = {
            name: known if name == "profile" else value for name, value in meta.items() if name != "profile" or known
        }
        whole = {name: meta if name == "meta" else value for name, value in whole.items() if name != "meta" or meta}
    return whole


@dataclass(frozen=True)
class Finding:
    """One message of the HL7 validator; `id` is its message id, `location` its path."""

    severity: str
    code: str
    location: str
    id: str
    text: str
    line: int
    column: int

    @property
    def is_error(self) -> bool:
        return self.severity in ("fatal", "error")


class Oracle(Started):
    """The HL7 validator over R4 core, terminology, extensions and the guides given as .tgz files; thread-safe."""

    def __init__(self, shared: Path, guides: Iterable[Path] = ()) -> None:
        path = class_path("validator")
        super().__init__()
        names = package_home(self.home, shared, list(guides))
        self._turn = threading.Lock()
        self._program = JavaProcess("Oracle", path, names, home=self.home, options=("-Xmx3g",))

    def validate(self, text: str | bytes, *, form: str = "json", profiles: Sequence[str] = ()) -> list[Finding]:
        """What the HL7 validator says of one resource, as text in `form` json or xml, also against `profiles`.

        Raises RuntimeError where it did not come to a verdict.
        """
        source = text.decode() if isinstance(text, bytes) else text
        request = {"text": source, "format": form, "profiles": list(profiles)}
        with self._turn:
            self._program.send(json.dumps(request))
            answer = json.loads(self._program.line(ANSWER))
        if "failure" in answer:
            raise RuntimeError(answer["failure"])
        return [Finding(**{"code": "", "location": "", "id": "", **issue}) for issue in answer["issues"]]

    @property
    def runs(self) -> bool:
        """False where it ended over what it was asked."""
        return self._program.runs

    def errors(self, text: str | bytes, *, form: str = "json", profiles: Sequence[str] = ()) -> list[Finding]:
        """Only what makes the resource invalid."""
        return [finding for finding in self.validate(text, form=form, profiles=profiles) if finding.is_error]
