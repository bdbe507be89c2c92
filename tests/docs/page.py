"""A page, followed from top to bottom: as a reader would, in a folder of their own."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from fhir_matters.testing import LocalServer
from tests.docs.pages import ROOT, Block

LOCAL = "http://localhost:8080/fhir"
COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
PORT = re.compile(r"\b808\d\b")
LONGEST = 600  # seconds, many times what any block takes


class Page:
    """What a reader of one page has: a folder, ports of their own, what they started, the names of their Python."""

    def __init__(self, folder: Path, provided: Mapping[str, Callable[[], Any]], *, installed: bool = True) -> None:
        self._folder = folder
        self._provided = provided
        self._installed = installed  # as README.md says; without it, what a page installs is installed
        self._ports: dict[str, int] = {}
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._open = contextlib.ExitStack()
        self._printed = ""
        self._base = ""  # what stands for LOCAL, once a server was brought

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def follow(self, block: Block) -> None:
        """Do what the page says with this block; raises AssertionError where it does not do what is written."""
        for name in filter(None, block.marks.get("with", "").split(", ")):
            self._bring(name)
        if "not run" in block.marks:
            return
        if "shown" in block.marks:
            assert matches(block.text, self._printed), f"shown:\n{block.text}\nprinted:\n{self._printed}"
        elif name := block.marks.get("file"):
            self._file(name).write_text(self._ours(block.text), encoding="utf-8")
        else:
            self._printed = self._theirs(self._run(block))

    def _bring(self, name: str) -> None:
        if name == "hapi":
            self._base = self._provided["hapi"]()
        elif name == "server":
            self._base = self._open.enter_context(LocalServer()).base
        elif name == "a clone" and not self._installed:
            assert (self._folder / ".venv").is_dir()
        elif name == "a clone":
            shutil.copytree(ROOT / "examples", self._folder / "examples")
            (self._folder / ".venv").symlink_to(sys.prefix)
        elif name == "spark":
            self._names["spark"] = self._provided["spark"]()
        else:
            raise AssertionError(f"nothing is called {name}")

    def _file(self, name: str) -> Path:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def _port(self, written: str) -> int:
        if written not in self._ports:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self._ports[written] = free.getsockname()[1]
        return self._ports[written]

    def _ours(self, text: str) -> str:
        """The text with the addresses that stand here for those that are written."""
        text = text.replace(LOCAL, self._base) if self._base else text
        if "spark" in self._names:  # its own process has a folder of its own
            text = text.replace('"records/', f'"{self._folder}/records/')
        return PORT.sub(lambda port: str(self._port(port[0])), text)

    def _theirs(self, printed: str) -> str:
        """What was printed, with the addresses that are written."""
        printed = printed.replace(self._base, LOCAL) if self._base else printed
        for written, port in self._ports.items():
            printed = printed.replace(str(port), written)
        return printed

    def _environment(self) -> dict[str, str]:
        # How these tests are run is nothing that a reader's are told.
        port = {"FHIR_MATTERS_SERVE_PORT": str(self._port("8080")), "PYTEST_ADDOPTS": ""}
        if not self._installed:
            return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | port
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return os.environ | port | {"HOME": str(self._folder), "PATH": path}

    def _run(self, block: Block) -> str:
        if block.language == "sh":
            return self._shell(self._ours(_after_installing(block) if self._installed else block.text), block)
        return self._python(block)

    def _shell(self, text: str, block: Block) -> str:
        command = ["bash", "-eu", "-o", "pipefail", "-c", text]
        options: Any = {"cwd": self._folder, "env": self._environment(), "stdin": subprocess.DEVNULL, "text": True}
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        if "typed" in block.marks:
            return self._conversed(block.marks["typed"], command, options)
        if "keeps running" in block.marks:
            return self._started(subprocess.Popen(command, **options))
        ran = subprocess.run(command, timeout=LONGEST, check=False, **options)
        assert ran.returncode == int(block.marks.get("exit", "0")), f"exit code {ran.returncode}:\n{text}\n{ran.stdout}"
        return ran.stdout

    def _started(self, process: subprocess.Popen[str]) -> str:
        """The first line that it said; it is ended with the page."""
        self._open.callback(process.wait)
        self._open.callback(process.terminate)
        assert process.stdout
        self._open.callback(process.stdout.close)
        line = process.stdout.readline()
        assert line, "it said nothing and ended"
        return line

    @staticmethod
    def _conversed(typed: str, command: list[str], options: dict[str, Any]) -> str:
        """What stands in a terminal in which it was asked, and this was typed."""
        ours, theirs = pty.openpty()
        options |= dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
        with (
            os.fdopen(ours, "r+b", buffering=0) as screen,
            subprocess.Popen(command, start_new_session=True, **options) as run,
        ):
            os.close(theirs)
            # At the end of the lines the input ends too: who asks more is not waited for.
            screen.write("".join([*(f"{line.strip()}\n" for line in typed.split("/ ")), "\x04"]).encode())
            said = b""
            with contextlib.suppress(OSError):  # how a terminal ends
                while part := screen.read(4096):
                    said += part
        assert run.returncode == 0, said.decode()
        return COLOUR.sub("", said.decode().replace("\r\n", "\n"))

    def _python(self, block: Block) -> str:
        printed = io.StringIO()
        with contextlib.chdir(self._folder), contextlib.redirect_stdout(printed):
            exec(compile(self._ours(block.text), f"the page, line {block.line}", "exec"), self._names)
        return printed.getvalue()


def _after_installing(block: Block) -> str:
    """What a block does; of one that `.ci/run` runs too, without the installation that it begins with."""
    if not block.marks.keys() & {"run", "test"}:
        return block.text
    return block.text.rpartition("&& ")[2].replace(".venv/bin/", "")


def matches(shown: str, printed: str) -> bool:
    """Whether this was printed; … stands for anything, and ports that nobody chose are any."""
    parts = re.split(r"…|(?<=localhost:)\d+", shown.strip())
    return re.fullmatch(".*?".join(map(re.escape, parts)), printed.strip(), re.DOTALL) is not None
