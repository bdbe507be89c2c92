"""The Medplum counterpart: its FHIR router over a repository in memory, empty, on a free port of this machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.java.counterparts import AbsentError, Piped, Started

HERE = Path(__file__).parent


def version() -> str:
    """Which one it is."""
    pinned: str = json.loads((HERE / "package.json").read_bytes())["dependencies"]["@medplum/fhir-router"]
    return pinned


class Medplum(Started):
    """A FHIR server that is neither ours nor HAPI's; `base` is its URL. Raises AbsentError."""

    def __init__(self) -> None:
        node = shutil.which("node")
        if node is None:
            raise AbsentError("node is missing: install Node 20 or newer")
        if not (HERE / "node_modules" / "@medplum" / "fhir-router").is_dir():
            raise AbsentError("install it with `npm ci --prefix tests/medplum`")
        super().__init__()
        self._program = Piped([node, str(HERE / "server.mjs")], self.home / "medplum.log")
        self.base = self._program.ready
