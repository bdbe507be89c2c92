"""Where a secret is kept: in the environment, in a file that only its owner reads, or with a command that prints it.

A secret is read when it is needed, and never shown: not by `repr`, not in an error.
"""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from fhir_matters.errors import FhirMattersError

# A key of 16,384 bits as PEM is 13 kB.
LONGEST = 64 * 1024
SECONDS, LINGERING = 60.0, 1.0
OTHERS = 0o077


@runtime_checkable
class Secret(Protocol):
    """Something that can be read anew each time: a token may have been replaced in between."""

    def read(self) -> str:
        """The secret, without the line's end. Raises FhirMattersError where it is not there."""


@dataclass(frozen=True, slots=True)
class Given:
    """A secret that the program has already."""

    value: str = field(repr=False)

    def read(self) -> str:
        """The secret."""
        return self.value


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """A secret in an environment variable."""

    name: str

    def read(self) -> str:
        """The variable's value; raises FhirMattersError where it is not set, or empty."""
        value = os.environ.get(self.name, "")
        if not value:
            raise FhirMattersError(
                f"The environment variable {self.name} is not set.", next_step="Set it, or export it."
            )
        return value.rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class FromFile:
    """A secret in a file that nobody but its owner can read."""

    path: Path

    def read(self) -> str:
        """What is in the file; raises FhirMattersError where others can read it too."""
        handle = _opened(self.path)
        try:
            _kept(self.path, os.fstat(handle))
            with os.fdopen(handle, "rb", closefd=False) as file:
                return _text(file.read(LONGEST + 1), str(self.path))
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class FromCommand:
    """A secret that a command prints; it is run without a shell, and nothing but what it prints is used."""

    command: tuple[str, ...] = field(repr=False)
    seconds: float = SECONDS

    def read(self) -> str:
        """What the command prints; raises FhirMattersError where it fails, or takes too long."""
        try:
            process = subprocess.Popen(  # noqa: S603 - the command is the user's own, out of their own file
                self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise self._failed(f"could not be started: {error.strerror}") from None
        return _text(self._printed(process), self.command[0])

    def _printed(self, process: subprocess.Popen[bytes]) -> bytes:
        """All that it prints until its end. It is read in a thread of its own, for it may never end."""
        said: list[bytes] = []
        assert process.stdout is not None
        out = process.stdout
        reader = threading.Thread(target=lambda: said.append(out.read(LONGEST + 1)), daemon=True)
        reader.start()
        reader.join(self.seconds)
        ended = not reader.is_alive() and len(said[0]) <= LONGEST
        if not ended:
            process.kill()
        code = process.wait()
        reader.join(LINGERING)
        if not reader.is_alive():  # else somebody whom the command has started holds the other end
            out.close()
        if not ended or code != 0:
            raise self._failed(f"ended with exit code {code}" if ended else "did not come to an end")
        return said[0]

    def _failed(self, how: str) -> FhirMattersError:
        step = "Run it yourself to see why; it has no terminal to ask at."
        return FhirMattersError(f"The command for a secret {how}.", place=self.command[0], next_step=step)


def as_secret(what: Secret | str) -> Secret:
    """The secret itself where a string is given."""
    return Given(what) if isinstance(what, str) else what


def keeps_to_its_owner(path: Path) -> None:
    """Nothing, where nobody but its owner can read the file; else raises FhirMattersError."""
    handle = _opened(path)
    try:
        _kept(path, os.fstat(handle))
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    try:
        # Opened without waiting: a pipe that nobody writes to would keep us for ever.
        return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise FhirMattersError(
            f"The file of a secret cannot be read: {error.strerror}.", place=str(path), next_step="Check its name."
        ) from None


def _kept(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise FhirMattersError("This is no file.", place=str(path), next_step="Name a file that holds the secret.")
    if os.name == "nt":  # its permissions are not told in these bits
        return
    if found.st_mode & OTHERS:
        raise FhirMattersError(
            f"Others than its owner may use this secret: its permissions are {stat.filemode(found.st_mode)}.",
            place=str(path),
            next_step="Run `chmod 600` on it; if others had access to it, replace the secret.",
        )
    if found.st_uid not in (os.geteuid(), 0):
        raise FhirMattersError(
            "This secret belongs to somebody else.", place=str(path), next_step="Use a file of your own."
        )


def _text(data: bytes, place: str) -> str:
    problem = "is longer than any secret" if len(data) > LONGEST else "" if data.strip() else "is empty"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text, problem = "", problem or "is no text"
    if problem:
        raise FhirMattersError(f"What should be a secret {problem}.", place=place, next_step="Check what is there.")
    return text.rstrip("\r\n")
