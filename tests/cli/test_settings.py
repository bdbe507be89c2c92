"""Options from the environment and from pyproject.toml, by the names that the command line has."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import EXAMPLES

GOOD = EXAMPLES / "good" / "art.json"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pyproject.toml"


def test_an_option_from_the_environment_has_its_name_on_the_command_line(run, monkeypatch):
    monkeypatch.setenv("FHIR_MATTERS_VALIDATE_FORMAT", "json")
    assert run("validate", GOOD).out.startswith('{"format":1')


def test_an_option_from_the_settings_has_its_name_on_the_command_line(run, settings):
    settings.write_text('[tool.fhir-matters.validate]\nformat = "json"\nshow-values = true\nstrict = true\n')
    unknown = settings.parent / "unknown.json"
    unknown.write_text('{"resourceType": "Patient", "meta": {"profile": ["https://example.org/nowhere"]}}')
    ran = run("validate", unknown)
    assert ran.code == 1
    assert ran.out.startswith('{"format":1')


@pytest.mark.parametrize(
    "text",
    [
        "tool = 3",
        "[tool]\nfhir-matters = 3",
        "[tool.fhir-matters]\nvalidate = 3",
        '[tool.fhir-matters.validate]\nformta = "json"',
        '[tool.fhir-matters.validate]\nformat = "nope"',
        "[bad",
    ],
)
def test_settings_that_say_something_wrong_are_refused(run, settings, text):
    settings.write_text(text)
    ran = run("validate", GOOD)
    assert ran.code == 2
    assert ran.err
    assert "Traceback" not in ran.err


def test_a_reader_who_has_seen_enough_is_no_finding():
    command = [sys.executable, "-c", "from fhir_matters.cli.main import main; main()", "rules"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        ran.stdout.close()
        assert ran.stderr.read() == b""
    assert ran.returncode == 2
