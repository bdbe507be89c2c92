"""`validate`: many findings on a screen, a few in full, and the lines that they are about."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

BAD = '{\n "resourceType": "Patient",\n "birthDate": "Hartley-xyz"\n}'


@pytest.fixture
def files(tmp_path, monkeypatch):
    """50 files with 400 findings."""
    monkeypatch.chdir(tmp_path)
    wrong = {"birthDate": "x", "gender": 3, "active": "yes", "wibble": 1, "name": {}, "telecom": [None], "deceasedX": 1}
    for number in range(50):
        (tmp_path / f"{number}.json").write_text(
            json.dumps({"resourceType": "Patient", **wrong, "photo": []}, indent=1)
        )
    return tmp_path


def test_400_findings_over_50_files_fit_a_screen_and_all_are_told_when_asked_for(run, files):
    ran = run("validate", files)
    assert ran.code == 1
    assert len(ran.out.splitlines()) <= 40
    everything = run("validate", files, "--all").out
    told = json.loads(run("validate", files, "--format", "json").out)
    findings = [issue for report in told["reports"] for issue in report["issues"]]
    assert len(findings) >= 400
    assert sum("/0.json:" in line for line in everything.splitlines()) == len(told["reports"][0]["issues"])
    assert f"{told['summary']['errors']:,} errors" in ran.out
    assert ran.out.splitlines()[-1] == everything.splitlines()[-1]


def test_many_findings_look_the_same_from_several_processes(run, files):
    assert run("validate", files, "--jobs", "2").out == run("validate", files).out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_line_is_shown_with_values_and_only_then(run, tmp_path, jobs):
    (tmp_path / "bad.json").write_text(BAD)
    (tmp_path / "p.ndjson").write_text(
        '{"resourceType": "Patient"}\n{"resourceType":"Patient","birthDate":"Hartley-xyz"}'
    )
    ran = run("validate", tmp_path, "--show-values", "--jobs", jobs)
    assert '      3 |  "birthDate": "Hartley-xyz"\n        |               ^\n' in ran.out
    assert '      2 | {"resourceType":"Patient","birthDate":"Hartley-xyz"}' in ran.out
    assert "Hartley" not in run("validate", tmp_path, "--jobs", jobs).out


@pytest.mark.parametrize("style", ["sarif", "junit", "github"])
def test_other_tools_are_told_in_their_own_format(run, tmp_path, style):
    (tmp_path / "bad.json").write_text(BAD)
    ran = run("validate", tmp_path / "bad.json", "--format", style)
    assert ran.code == 1
    read = {"sarif": json.loads, "junit": ET.fromstring, "github": lambda said: said.index("::error file=")}
    read[style](ran.out)
    assert "FM202" in ran.out
    assert "Hartley" not in ran.out
    assert "Hartley" in run("validate", tmp_path / "bad.json", "--format", style, "--show-values").out


def test_colours_are_for_a_terminal_or_for_whom_asks(run, tmp_path, monkeypatch):
    (tmp_path / "bad.json").write_text(BAD)
    assert "\x1b[" not in run("validate", tmp_path).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31merror" in run("validate", tmp_path).out
    run("validate", tmp_path, "-o", tmp_path / "out.txt")
    assert b"\x1b[" not in (tmp_path / "out.txt").read_bytes()
