from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from fhir_matters.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the command line in this process, as the shell would."""

    def running(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["fhir-matters", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = (text.decode() for text in capsysbinary.readouterr())
        return Ran(ended.value.code or 0, out, err)

    return running


@pytest.fixture
def barbara(tmp_path: Path, run: Run) -> Path:
    """Barbara's bundle in a file."""
    file = tmp_path / "barbara.json"
    assert run("build", EXAMPLES / "barbara.yaml", "-o", file).code == 0
    return file
