"""What is timed is what pip would have installed."""

from __future__ import annotations

import compileall
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.bytecode import as_installed


def test_a_start_finds_every_module_compiled():
    as_installed()
    command = [sys.executable, "-v", "-m", "fhir_matters", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    package = Path(importlib.util.find_spec("fhir_matters").origin).parent
    read = [line for line in told.splitlines() if f"code object from '{package}" in line]
    assert len(read) > 5
    assert all(line.endswith(".pyc'") for line in read)


def test_what_cannot_be_compiled_is_not_timed(monkeypatch):
    monkeypatch.setattr(compileall, "compile_dir", lambda *_, **__: False)
    with pytest.raises(RuntimeError, match="cannot be compiled"):
        as_installed()
