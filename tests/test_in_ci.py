"""What others run beside their own code: hooks of pre-commit, by pre-commit; a GitHub Action, as its runner would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fhir_matters import Record

pytest.importorskip("pre_commit", reason="pre-commit is missing: pip install '.[test]'")
ROOT = Path(__file__).parent.parent
GOOD = {"resourceType": "Patient", "active": True}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
EXPRESSION = re.compile(r"\$\{\{ ([a-z_.]+) \}\}")


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """A folder first on the path, with `fhir-matters` in it, and everything that git and pre-commit ask of a home."""
    folder = tmp_path / "commands"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Nobody")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "nobody@example.org")
    executable(folder / "fhir-matters", f'exec {sys.executable} -m fhir_matters "$@"')
    return folder


def executable(file, line):
    file.write_text(f"#!/bin/sh\n{line}\n")
    file.chmod(0o700)


def run(folder, *command, code=0):
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


def repository(folder, files):
    """A git repository with these files, committed; the commit."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    run(folder, "git", "init", "--quiet")
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "x")
    return run(folder, "git", "rev-parse", "HEAD").strip()


# pre-commit: only that it installs us, as `language: python` says, is left out: CI installs us in another way.


@pytest.fixture
def hooked(tmp_path, commands):
    """Runs the hooks over a repository with these files, at each of which pre-commit says passed or failed."""
    assert commands.is_dir()
    ours = tmp_path / "ours"
    commit = repository(ours, {".pre-commit-hooks.yaml": (ROOT / ".pre-commit-hooks.yaml").read_text()})

    def running(files, *, code, **options):
        names = ("fhir-matters-validate", "fhir-matters-check")
        hooks = [{"id": name, "language": "unsupported", **options} for name in names]
        config = {"repos": [{"repo": str(ours), "rev": commit, "hooks": hooks}]}
        theirs = tmp_path / "theirs"
        repository(theirs, {".pre-commit-config.yaml": yaml.safe_dump(config), **files})
        return run(theirs, sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", code=code)

    return running


def test_the_hooks_find_what_is_wrong_at_its_line_and_pass_over_what_is_no_fhir(hooked):
    files = {
        "fhir/good.json": json.dumps(GOOD),
        "fhir/bad.json": '{"resourceType": "Patient",\n "favourite": true}',
        "fhir/bad.xml": '<Patient xmlns="http://hl7.org/fhir"><gender value="femme"/></Patient>',
        "package.json": "{}",
        ".vscode/settings.json": "{}",
        "record/ada.yaml": "person: {name: {text: Ada}}\n",
    }
    said = hooked(files, code=1)
    assert "fhir/bad.json:2:" in said
    assert "FM101" in said
    assert "fhir/bad.xml:1:" in said
    assert not {"good.json", "package.json", "settings.json"} & set(re.findall(r"[\w.]+\.json", said))
    assert re.search(r"Records say what matters\.*Passed", said)
    assert "record/ada.yaml:1:1: information" in said


def test_the_hooks_pass_where_nothing_is_wrong_and_take_options(hooked):
    files = {"good.json": json.dumps(GOOD), "records/ada.yaml": "person: {name: {text: Ada}}\n"}
    assert "Failed" not in hooked(files, code=0)
    art = {"records/art.yaml": Record.load(ROOT / "examples" / "art.yaml").dump().decode()}
    said = hooked(art, code=1, args=["--strict"])
    assert re.search(r"Records say what matters\.*Failed", said)
    assert re.search(r"^records/art\.yaml:\d+:\d+: error FM803", said, re.MULTILINE)


def test_pre_commit_knows_the_manifest(tmp_path):
    manifest = str(ROOT / ".pre-commit-hooks.yaml")
    run(tmp_path, sys.executable, "-m", "pre_commit", "validate-manifest", manifest)
    assert {hook["language"] for hook in yaml.safe_load(Path(manifest).read_text())} == {"python"}


# The Action: its steps run in bash as the runner runs them; pip alone is not the real one.


def test_the_action_is_one_by_githubs_schema():
    said = run(
        ROOT, sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"
    )
    assert "ok" in said


def test_no_input_is_pasted_into_a_script():
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert [script for script in scripts if "${{" in script] == []


@pytest.fixture
def acted(tmp_path, commands, monkeypatch):
    """Runs the action's scripts with these inputs in a workspace; what they print, the exit code and the outputs."""
    python = '[ "$2" = venv ] || exit 9; mkdir -p "$3/bin"; cp {0}/pip "$3/bin/python"; mv {0}/fhir-matters "$3/bin/"'
    executable(commands / "python3", python.format(commands))
    executable(commands / "pip", f'echo "$@" >> {tmp_path}/installed')
    for name in ("GITHUB_OUTPUT", "GITHUB_PATH"):
        (tmp_path / name).touch()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))

    def running(workspace, **inputs):
        given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()} | inputs
        known = {f"inputs.{name}": value for name, value in given.items()} | {"github.action_path": "/the/action"}
        said = ""
        for step in (step for step in ACTION["runs"]["steps"] if "run" in step):
            script = tmp_path / "step.sh"
            script.write_text(step["run"])
            values = {name: EXPRESSION.sub(lambda m: known[m[1]], value) for name, value in step["env"].items()}
            path = os.pathsep.join([*(tmp_path / "GITHUB_PATH").read_text().split(), os.environ["PATH"]])
            bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", script]  # as `shell: bash` is run there
            ran = subprocess.run(
                bash,
                cwd=workspace,
                env=os.environ | values | {"PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            said += ran.stdout + ran.stderr
            if ran.returncode:
                return said, ran.returncode
        return said, 0

    return running


def test_the_action_annotates_lines_and_fails_where_something_is_wrong(acted, tmp_path):
    (tmp_path / "a b.json").write_text('{"resourceType": "Patient",\n "favourite": true}')
    said, code = acted(tmp_path, paths="a b.json\n\n", options="--show-values\n")
    assert code == 1
    assert re.search(r"^::error .*file=a b\.json,.*line=2", said, re.MULTILINE)
    assert (tmp_path / "installed").read_text() == "-m pip install --quiet /the/action\n"
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == ""


def test_the_action_passes_where_nothing_is_wrong(acted, tmp_path):
    (tmp_path / "good.json").write_text(json.dumps(GOOD))
    assert acted(tmp_path, paths="good.json") == ("", 0)


def test_the_action_writes_sarif_where_it_is_asked_to_and_fails_all_the_same(acted, tmp_path):
    (tmp_path / "good.json").write_text(json.dumps(GOOD))
    (tmp_path / "bad.json").write_text("{")
    assert acted(tmp_path, paths="good.json\nbad.json", sarif="true")[1] == 1
    name, file = (tmp_path / "GITHUB_OUTPUT").read_text().strip().split("=")
    assert name == "sarif"
    assert json.loads(Path(file).read_text())["version"] == "2.1.0"


def test_the_action_fails_where_it_could_not_run(acted, tmp_path):
    said, code = acted(tmp_path, paths="--not-a-file", options="--no-such-option", sarif="true")
    assert code == 2
    assert "no-such-option" in said
