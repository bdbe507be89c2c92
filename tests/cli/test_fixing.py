"""`validate --fix` and `--diff`: what is shown, what is written, and what is never touched."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys

import pytest

from fhir_matters.cli import fixing

BAD = '{\n  "resourceType": "Patient",\n  "active": "true",\n  "gender": "Female"\n}\n'
GOOD = BAD.replace('"true"', "true").replace("Female", "female")
LINE = '{"resourceType":"Patient","gender":"Female","name":[{"text":"Hartley-xyz"}]}'


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "anna.json"
    file.write_text(BAD)
    return file


def test_a_diff_alone_writes_nothing_and_patch_understands_it(run, file):
    for options in (("--diff",), ("--diff", "--fix")):
        ran = run("validate", file, *options)
        assert (ran.code, file.read_text()) == (1, BAD)
        assert ran.out.splitlines()[:3] == [f"--- {file}", f"+++ {file}", "@@ -1,5 +1,5 @@"]
        assert '-  "active": "true",\n-  "gender": "Female"\n+  "active": true,\n+  "gender": "female"\n' in ran.out
        assert "2 fixes in 1 file, none written: --fix writes them." in ran.err
    if shutil.which("patch"):
        subprocess.run(["patch", "-p0", file], input=ran.out, text=True, check=True, capture_output=True)
        assert file.read_text() == GOOD


def test_a_fix_is_written_and_what_is_left_is_told(run, file):
    file.write_text(BAD.replace("Female", "Hartley-xyz"))
    file.chmod(0o600)
    ran = run("validate", file, "--fix", "--format", "concise")
    assert ran.code == 1
    assert file.read_text() == BAD.replace('"true"', "true").replace("Female", "Hartley-xyz")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {line.split()[2] for line in ran.out.splitlines()} == {"FM301", "FM312"}
    assert '+  "active": true' in ran.err
    assert "Hartley" not in ran.err, "what has not changed is not shown"
    assert run("validate", file, "--fix").err == "fhir-matters: 0 fixes in 0 files.\n"


def test_only_the_rules_that_are_selected_are_fixed(run, file):
    assert run("validate", file, "--fix", "--select", "FM201").code == 0
    assert file.read_text() == BAD.replace('"true"', "true")


def test_lines_are_fixed_one_by_one_and_the_others_stay(run, tmp_path):
    file = tmp_path / "many.ndjson"
    other = b'{ "resourceType" : "Patient" }\r\n\n  \nno json\n'
    file.write_bytes(other + LINE.encode())
    assert run("validate", file, "--diff").out.splitlines()[2] == "@@ -5 +5 @@"
    ran = run("validate", file, "--fix")
    assert file.read_bytes() == other + LINE.replace("Female", "female").encode()
    assert f"{file}:5: FM301" in ran.err
    long = f'{LINE[:-1]},"address":[{{"text":"{"street " * 40}"}}]}}'
    file.write_text(f"{long}\n")
    assert "Hartley" not in run("validate", file, "--fix").err, "a line may be all that is known of a person"
    assert file.read_text() == f"{long}\n".replace("Female", "female")


def test_a_file_without_anything_to_fix_is_not_written(run, tmp_path):
    for name, text in (("a.ndjson", f"{LINE}\n".replace("Female", "female")), ("a.json", GOOD)):
        (tmp_path / name).write_text(text)
        before = (tmp_path / name).stat()
        assert run("validate", tmp_path / name, "--fix").code == 0
        after = (tmp_path / name).stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json", "a.ndjson"]


def test_what_a_link_leads_to_is_fixed_and_the_link_stays(run, file):
    link = file.parent / "link.json"
    link.symlink_to(file)
    run("validate", link, "--fix")
    assert link.is_symlink()
    assert file.read_text() == GOOD


def test_standard_input_is_fixed_to_standard_output():
    command = [sys.executable, "-m", "fhir_matters", "validate", "-", "--fix", "--stdin-filename", "anna.json"]
    ran = subprocess.run(command, input=BAD.encode(), capture_output=True, check=False)
    assert (ran.returncode, ran.stdout.decode()) == (0, GOOD)
    assert b"anna.json: FM201" in ran.stderr
    ran = subprocess.run([*command, "--diff"], input=BAD.encode(), capture_output=True, check=False)
    assert ran.stdout.startswith(b"--- anna.json\n+++ anna.json\n@@ -1,5 +1,5 @@\n")
    broken = subprocess.run(command, input=b'{"a":', capture_output=True, check=False)
    assert (broken.returncode, broken.stdout) == (1, b'{"a":')


XML = '<Patient xmlns="http://hl7.org/fhir"><gender value="Female"/></Patient>'


def test_xml_and_what_is_packed_are_refused_by_name_where_there_is_something_to_fix(run, tmp_path):
    (tmp_path / "anna.xml").write_text(XML)
    (tmp_path / "good.xml").write_text(XML.replace("Female", "female"))
    (tmp_path / "anna.json").write_text(BAD)
    ran = run("validate", tmp_path, "--fix", "--format", "json")
    assert ran.code == 2
    assert ran.err.count("Only JSON and NDJSON are fixed") == 1
    assert f"{tmp_path / 'anna.xml'}: Only JSON" in ran.err
    assert (tmp_path / "anna.xml").read_text() == XML
    assert (tmp_path / "anna.json").read_text() == GOOD
    assert json.loads(ran.out)["summary"]["failed"] == 1, "the rest is told"


def test_what_cannot_be_read_is_said_once_and_the_rest_is_fixed(run, file):
    (file.parent / "empty.json").write_text("")
    ran = run("validate", file.parent / "absent.json", file.parent, "--diff")
    assert ran.code == 2
    assert "absent.json: There is no such file." in ran.err
    assert "empty.json: The file is empty." in ran.err
    assert "+++" in ran.out


def test_a_file_that_somebody_changes_meanwhile_is_left_as_it_is(run, file, monkeypatch):
    theirs = '{"resourceType": "Patient", "active": "true", "id": "theirs"}'
    whole = fixing.write_whole

    def late(path, *rest):
        file.write_text(theirs)
        whole(path, *rest)

    monkeypatch.setattr(fixing, "write_whole", late)
    ran = run("validate", file, "--fix")
    assert ran.code == 2
    assert f"{file}: Somebody changed the file meanwhile" in ran.err
    assert file.read_text() == theirs
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("options", [("-",), ("--server", "http://127.0.0.1:9/fhir")])
def test_what_does_not_go_together_is_said(run, file, options):
    ran = run("validate", file, "--fix", *options)
    assert ran.code == 2
    assert "--server compares two verdicts" in ran.err or "Standard input is fixed alone" in ran.err
    assert file.read_text() == BAD


def test_what_control_characters_a_file_has_does_not_reach_the_terminal(run, tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"resourceType":"Patient","gender":"Female","id":"\\u009b\x9b"}')
    assert "\x9b" not in run("validate", file, "--fix").err
