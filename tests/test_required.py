"""No counterpart is missed in silence: a skip says what is missing, and fails where it is required."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SKIPS = {
    "in a test": "import pytest\ndef test_it(): pytest.skip('no such thing here')",
    "by a mark": "import pytest\n@pytest.mark.skip(reason='no such thing here')\ndef test_it(): pass",
    "of a module": "import pytest\npytest.importorskip('no_such_thing', reason='no such thing here')",
    "of a counterpart": "def test_it(chromium): pass",
}


def outcome(folder: Path, source: str, required: str) -> tuple[int, str]:
    """Exit code and last lines of a test run on a machine without any tool."""
    (folder / "test_it.py").write_text(source)
    environment = {**os.environ, "FHIR_MATTERS_REQUIRE": required, "PATH": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "tests.conftest", f"--rootdir={folder}", folder]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


@pytest.mark.parametrize("how", SKIPS)
def test_a_skip_says_why_and_is_no_failure_where_nothing_is_required(tmp_path, how):
    code, said = outcome(tmp_path, SKIPS[how], "")
    assert code in (0, 5)  # 5: pytest collected nothing but the skipped module
    assert "1 skipped" in said
    assert "no such thing here" in said or "chromium is missing: " in said


@pytest.mark.parametrize("how", SKIPS)
def test_where_all_is_required_no_skip_of_any_kind_passes(tmp_path, how):
    code, said = outcome(tmp_path, SKIPS[how], "all")
    assert code in (1, 2)
    assert "skipped in" not in said


def test_a_counterpart_can_be_required_by_name(tmp_path):
    assert outcome(tmp_path, SKIPS["of a counterpart"], "hapi,hl7")[0] == 0
    code, said = outcome(tmp_path, SKIPS["of a counterpart"], "hapi,chromium")
    assert (code, "chromium is required and missing: " in said) == (1, True)
