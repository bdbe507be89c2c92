"""What is around a command: colours, a CI job, a terminal that shows how far it is, standard input under a name."""

from __future__ import annotations

import importlib.metadata
import io
import os
import pty
import re
import signal
import subprocess
import sys

import pytest

from fhir_matters import jsonio
from fhir_matters.cli import progress, terminal
from fhir_matters.cli.progress import Stages
from fhir_matters.local_server.faults import seeded
from fhir_matters.local_server.serve import Running
from tests.conftest import ROOT

BAD = b'{\n "resourceType": "Patient",\n "gender": "Hartley-xyz"\n}'


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "CI", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("said", "colours"),
    [
        ({}, None),
        ({"NO_COLOR": ""}, None),
        ({"NO_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colours_are_as_the_environment_has_them(monkeypatch, said, colours):
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert terminal.coloured() is colours


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("said", "shown"), [(None, True), ("", True), ("false", True), ("true", False), ("1", False)])
def test_nobody_looks_on_in_a_ci_job(monkeypatch, said, shown):
    monkeypatch.setattr(sys, "stderr", Terminal())
    if said is not None:
        monkeypatch.setenv("CI", said)
    assert terminal.watched() is shown


@pytest.mark.usefixtures("capsys")
def test_nobody_looks_on_in_a_pipe():
    assert not terminal.watched()


def test_what_the_locale_has_no_letters_for_is_spelt_in_its_own_way(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    terminal.prepare()
    sys.stdout.write("“café” \N{EN DASH} ☕ \udcff…")
    sys.stdout.flush()
    assert raw.getvalue().decode("latin-1") == '"café" - \\u2615 \\udcff...'


def test_a_stage_has_its_rate_and_the_time_that_is_left(monkeypatch):
    monkeypatch.setattr(sys, "stderr", shown := Terminal())
    times = iter([0.0, 10.0, 10.0, 20.0, 20.0, 30.0, 31.0, 31.0])
    stages = Stages(clock=lambda: next(times))
    stages("write", 0, 40)
    stages("write", 20, 40)
    stages("write", 40, 40)
    stages("prove", 0, 10)
    stages("prove", 5, 10)
    drawn = shown.getvalue().split("\r\x1b[K")
    assert drawn[1:] == ["write 20 of 40, 2/s, 0:10 left", "write 40 of 40, 2/s\n", "prove 5 of 10, 5/s, 0:01 left"]
    assert stages.stopped() == "Stopped: prove 5 of 10 done."
    assert shown.getvalue().endswith("left\n"), "what was drawn stays, and the sentence has a line of its own"


def test_nothing_is_drawn_in_a_pipe_and_still_it_is_known_how_far_it_was(capsys):
    stages = Stages(clock=iter(range(9)).__next__)
    assert stages.stopped() == "Stopped."
    stages("read", 3, 0)
    stages("read", 1_200, 0)
    assert stages.stopped() == "Stopped: read 1,200 done."
    assert capsys.readouterr().err == ""


def test_a_line_that_is_drawn_over_fits_the_terminal(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "10")
    progress._draw("0123456789")
    assert capsys.readouterr().err == "\r\x1b[K012345678"


def test_the_version_names_the_definitions(run):
    told = run("--version")
    assert told.code == 0
    assert told.out.splitlines()[0] == f"fhir-matters {importlib.metadata.version('fhir-matters')}"
    assert "hl7.fhir.r4.core 4.0.1" in told.out.splitlines()
    ours = jsonio.read((ROOT / "profiles" / "package" / "package.json").read_bytes())
    assert f"{ours['name']} {ours['version']}" in told.out.splitlines()


def fed(raw, *options):
    command = [sys.executable, "-m", "fhir_matters", "validate", "-", *options]
    return subprocess.run(command, input=raw, capture_output=True, check=False)


def test_standard_input_has_the_name_of_the_file_that_is_open_in_the_editor():
    told = fed(BAD, "--stdin-filename", "ward/anna.json", "--format", "concise")
    assert told.stdout.startswith(b"ward/anna.json:3:12: error FM301 Patient.gender:")
    (report,) = jsonio.read(fed(BAD, "--stdin-filename", "ward/anna.json", "--format", "json").stdout)["reports"]
    assert report["source"] == "ward/anna.json"
    assert fed(b"", "--stdin-filename", "anna.json").stderr == b"fhir-matters: anna.json: The file is empty.\n"


def test_lines_of_standard_input_are_lines_of_the_open_file():
    told = fed(b'{"resourceType":"Patient"}\n{"resourceType":"Wibble"}\n', "--stdin-filename", "a.ndjson")
    assert b"a.ndjson:2:" in told.stdout


def test_ctrl_c_on_a_terminal_ends_the_line_and_says_what_was_reached(tmp_path):
    (tmp_path / "many.ndjson").write_bytes(b'{"resourceType":"Patient","gender":"female"}\n' * 200_000)
    code, seen = _interrupted(b"left", "validate", tmp_path / "many.ndjson")
    assert code == 130
    *_, last = seen.replace(b"\r\n", b"\n").split(b"\x1b[K")
    assert last.startswith(b"fhir-matters: stopped after ")
    assert b": what follows it was not validated.\n" in last


def test_ctrl_c_in_a_transfer_says_how_far_it_was(tmp_path):
    file = tmp_path / "many.ndjson"
    file.write_text("".join(f'{{"resourceType":"Basic","id":"b{n}","code":{{"text":"x"}}}}\n' for n in range(600)))
    with Running(faults=seeded(("latency=300ms:only=writes",), 0)) as server:
        code, seen = _interrupted(b"write ", "push", file, "--to", server.base, "--yes")
    assert code == 130
    assert re.fullmatch(rb"Stopped: write [\d,]+ of 600 done\.", seen.rstrip().splitlines()[-1])


def test_what_can_be_mended_is_said_to_who_looks_on(tmp_path):
    (tmp_path / "anna.json").write_text('{"resourceType":"Patient","gender":"Female"}')
    for name, said in (("anna.json", True), ("absent.json", False)):
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "fhir_matters", "validate", tmp_path / name]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=False)
        os.close(theirs)
        assert (b"--fix does it" in _rest(ours)) is said


def _interrupted(when, *arguments):
    """The exit code of a command that is interrupted once it says that on its terminal, and all that it said there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "fhir_matters", *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        while when not in seen:
            seen += os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        seen += _rest(ours)
    return process.returncode, seen


def _rest(handle):
    said = b""
    try:
        while more := os.read(handle, 1000):
            said += more
    except OSError:  # nobody has the other end any more
        pass
    return said
