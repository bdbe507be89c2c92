"""What a shell completes: in a real bash, and by the words that each shell asks with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES

EIRWEN = str(EXAMPLES / "eirwen.yaml")
BASH = """
source completion.bash
ask() {
    COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=()
    _fhir_matters_completion fhir-matters 2>&1
    echo "${COMPREPLY[*]}"
}
complete -p fhir-matters
ask fhir-matters ru
ask fhir-matters rules fm30
ask fhir-matters view EIRWEN --for gw
"""


@pytest.fixture
def completed(run, monkeypatch):
    """What the shell is told for these words, of which the last is being written."""

    def completing(*words, shell="bash"):
        monkeypatch.setenv("_FHIR_MATTERS_COMPLETE", f"{shell}_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["fhir-matters", *words]))
        monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words)))
        ran = run()
        assert ran.err == ""
        return list(filter(None, ran.out.splitlines()))

    return completing


def test_a_real_bash_completes_commands_rules_and_the_keys_of_a_record(tmp_path, run):
    bash = shutil.which("bash")
    assert bash, "completion is tried in bash"
    (tmp_path / "completion.bash").write_text(run("completion", "bash").out)
    command = tmp_path / "fhir-matters"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m fhir_matters "$@"\n')
    command.chmod(0o700)
    script = f"PATH={tmp_path}:$PATH\n{BASH.replace('EIRWEN', EIRWEN)}"
    said = subprocess.run(
        [bash, "--norc", "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(EXAMPLES.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    registered, commands, rules, keys = said.stdout.splitlines()
    assert registered.endswith("-F _fhir_matters_completion fhir-matters")
    assert commands == "rules"
    assert {"FM301", "FM302"} <= set(rules.split())
    assert keys == "gwenno"


def test_rules_are_completed_after_a_comma_and_where_they_are_chosen(completed):
    assert completed("validate", "--select", "FM301,fm10")[0].startswith("plain,FM301,FM10")
    assert {"plain,FM301"} <= set(completed("validate", "--ignore", "FM3"))
    assert completed("rules", "nothing") == []


def test_formats_are_completed_and_files_where_files_stand(completed):
    assert "plain,json" in completed("validate", "--format", "j")
    assert completed("validate", "pati") == ["file,pati"]
    assert completed("view", "pati") == ["file,pati"]


def test_packages_are_those_that_fhir_tools_keep(completed, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for label in ("a.guide#1.0.0", "b.guide#2.0.0"):
        folder = tmp_path / ".fhir" / "packages" / label / "package"
        folder.mkdir(parents=True)
        (folder / "package.json").write_text("{}")
    (tmp_path / ".fhir" / "packages" / "broken#1.0.0").mkdir()
    assert completed("validate", "--package", "") == ["plain,a.guide#1.0.0", "plain,b.guide#2.0.0"]
    assert completed("push", "--package", "b") == ["plain,b.guide#2.0.0"]


def test_servers_are_those_with_a_name_and_a_broken_file_of_them_says_nothing(completed, monkeypatch, tmp_path):
    file = tmp_path / "servers.toml"
    monkeypatch.setenv("FHIR_MATTERS_SERVERS", str(file))
    file.write_text('[hospital]\nbase = "https://h.example"\n[hospice]\nbase = "https://p.example"\n')
    file.chmod(0o600)
    assert completed("push", "--to", "hospi") == ["plain,hospital", "plain,hospice"]
    assert completed("move", "--from", "hospit") == ["plain,hospital"]
    assert completed("servers", "hospic") == ["plain,hospice"]
    assert completed("new", "--name", "hos") == []
    file.write_text("[hospital")
    assert completed("push", "--to", "") == []


def test_keys_are_those_of_the_record_in_the_line_and_nobody_is_named(completed, tmp_path):
    keys = completed("build", EIRWEN, "--author", "")
    assert {"plain,person", "plain,anybody", "plain,gwenno"} <= set(keys)
    assert "Eirwen" not in "".join(completed("view", EIRWEN, "--for", "", shell="zsh"))
    broken = tmp_path / "broken.yaml"
    broken.write_text("person: 1")
    assert completed("view", str(broken), "--for", "") == []
    assert completed("view", "absent.yaml", "--for", "") == ["plain,person", "plain,anybody"]


def test_faults_are_completed_up_to_their_value(completed):
    assert completed("serve", "--fault", "drop-res") == ["plain,drop-response="]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_told_what_each_rule_is_about(shell, run, completed):
    assert "fhir-matters" in run("completion", shell).out
    assert "Code outside a required value set" in "\n".join(completed("rules", "FM301", shell=shell))


def test_a_shell_of_another_name_is_refused_with_those_there_are(run):
    ran = run("completion", "cmd")
    assert ran.code == 2
    assert "fish" in ran.err


def test_settings_that_cannot_be_read_do_not_disturb_who_is_writing(completed, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool")
    assert completed("validate", "--form") == ["plain,--format"]
