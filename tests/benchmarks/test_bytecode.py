"""What is timed is what pip would have installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.bytecode import as_installed


def test_a_start_finds_every_module_compiled():
    assert as_installed()
    command = [sys.executable, "-v", "-m", "fhir_matters", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    package = Path(importlib.util.find_spec("fhir_matters").origin).parent
    assert f"code object from '{package / '__pycache__'}" in told
    assert f"code object from '{package}/__init__.py" not in told
