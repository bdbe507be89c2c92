"""Validators for the tests of many documents: made in other processes, quick, and of evil habits on request.

What a document holds says what happens to whoever validates it.
"""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from fhir_matters.errors import DefinitionsError
from fhir_matters.issue import Report


class Odd:
    """Finds nothing, names the id, and does what the document says."""

    def validate(self, raw: bytes, profiles: tuple[str, ...] = (), *, source: str = "") -> Report:
        said = json.loads(raw)
        for habit in HABITS.keys() & said.keys():
            HABITS[habit](said[habit])
        return Report((), source, *profiles, resource_id=said["id"])


def _killed_once(flag: str) -> None:
    if not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _raises(value: str) -> None:
    raise LookupError(value)


HABITS: dict[str, Any] = {
    "kills": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "ends": os._exit,
    "kills once": _killed_once,
    "raises": _raises,
    # A named pipe: whoever reads waits for one who writes, and the other way round.
    "waits": lambda pipe: Path(pipe).read_bytes(),
    "releases": lambda pipe: Path(pipe).write_bytes(b"go"),
}


def never_there() -> Odd:
    """Its process ends before there is a validator."""
    os._exit(3)


def the_first_two(folder: str) -> Odd:
    """Two are made, and later ones end their process."""
    for number in (1, 2):
        with suppress(FileExistsError):
            Path(folder, str(number)).mkdir()
            return Odd()
    os._exit(3)


def without_its_package() -> Odd:
    raise DefinitionsError("The package was there a moment ago.")
