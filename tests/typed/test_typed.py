"""What mypy says of the public API: every type in `right.py` is that, and every mistake in it is found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_public_api_has_the_types_that_it_says_and_mistakes_are_found():
    command = [sys.executable, "-m", "mypy", "--strict", "tests/typed/right.py"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
