"""The packages that a FHIR project asks for: found beside its files and above them, used, or named."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from fhir_matters.cli.project import project_of

PROFILE = "https://example.org/guide/StructureDefinition/named"
CLAIMING = json.dumps({"resourceType": "Patient", "meta": {"profile": [PROFILE]}})


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    """A home whose package cache has one guide, that asks every patient for a name."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = tmp_path / "home" / ".fhir" / "packages" / "example.guide#1.2.0" / "package"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "example.guide", "version": "1.2.0"}')
    element = [{"id": "Patient", "path": "Patient"}, {"id": "Patient.name", "path": "Patient.name", "min": 1}]
    profile = {
        "resourceType": "StructureDefinition",
        "url": PROFILE,
        "name": "Named",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {"element": element},
    }
    (folder / "named.json").write_text(json.dumps(profile))


@pytest.fixture
def file(tmp_path):
    """A file two folders below where a project begins."""
    file = tmp_path / "ig" / "input" / "examples" / "anna.json"
    file.parent.mkdir(parents=True)
    file.write_text(CLAIMING)
    return file


SUSHI = "id: x\nfhirVersion: 4.0.1\ndependencies:\n  example.guide: 1.2.0\n  hl7.fhir.r4.core: 4.0.1\n"
GUIDE = {"resourceType": "ImplementationGuide", "dependsOn": [{"packageId": "example.guide", "version": "1.2.x"}]}
XML = (
    '<ImplementationGuide xmlns="http://hl7.org/fhir"><dependsOn><uri value="urn:x"/>'
    '<packageId value="example.guide"/><version value="1.2.0"/></dependsOn></ImplementationGuide>'
)


@pytest.mark.parametrize(
    "files",
    [
        {"sushi-config.yaml": SUSHI},
        {"sushi-config.yml": "dependencies:\n  example.guide:\n    id: guide\n    version: 1.2.0\n"},
        {"ig.ini": "[IG]\nig = guide.json\ntemplate = x#y\n", "guide.json": json.dumps(GUIDE)},
        {"ig.ini": "[IG]\nig = guide.xml\n", "guide.xml": XML},
        {"fhir.ini": "[dependencies]\nexample.guide = 1.2.0\n"},
    ],
)
def test_what_the_project_asks_for_is_loaded_and_said_in_one_line(run, file, files):
    assert run("validate", file).code == 0
    for name, text in files.items():
        (file.parents[2] / name).write_text(text)
    ran = run("validate", file, "--format", "concise")
    assert ran.code == 1
    assert "FM108 Patient: " in ran.out
    (line,) = ran.err.splitlines()
    assert line.startswith(f"fhir-matters: packages by {file.parents[2] / next(iter(files))}: example.guide#1.2.")
    assert line.endswith("--no-config leaves them out.")
    left_out = run("validate", file, "--no-config")
    assert (left_out.code, left_out.err) == (0, "")


def test_what_is_not_on_this_machine_is_named_with_how_to_get_it(run, file):
    (file.parent / "sushi-config.yaml").write_text("dependencies:\n  example.guide: 9.x\n  example.other: current\n")
    ran = run("validate", file)
    assert ran.code == 0
    assert "not on this machine: example.guide#9.x, example.other#current" in ran.err
    assert "~/.fhir/packages" in ran.err


def test_a_package_that_was_given_goes_before(file):
    (file.parent / "fhir.ini").write_text("[dependencies]\nexample.guide = 9.9.9\nexample.guide.more = 1.0.0\n")
    for given in ("example.guide#1.2.0", "some/example.guide-1.2.0.tgz", "example.guide"):
        assert project_of([file], [given]).absent == ("example.guide.more#1.0.0",)


def test_the_nearest_project_counts_and_none_above_where_git_begins(file):
    (file.parents[2] / "sushi-config.yaml").write_text(SUSHI)
    assert project_of([file]).here == ("example.guide#1.2.0",)
    (file.parents[1] / ".git").mkdir()
    assert project_of([file]).files == ()
    (file.parent / "sushi-config.yaml").write_text("id: none\n")
    assert (project_of([file]).files, project_of([file]).here) == ((file.parent / "sushi-config.yaml",), ())


def test_standard_input_belongs_to_the_project_of_the_open_file(file):
    (file.parents[2] / "sushi-config.yaml").write_text(SUSHI)
    command = [sys.executable, "-m", "fhir_matters", "validate", "-", "--stdin-filename", file]
    ran = subprocess.run(command, input=CLAIMING.encode(), capture_output=True, check=False)
    assert ran.returncode == 1
    assert b": example.guide#1.2.0" in ran.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sushi-config.yaml", "a: [", "Expected YAML"),
        ("sushi-config.yaml", "a: \x00", "Expected YAML"),
        ("sushi-config.yaml", "dependencies: 7\n", "names with versions"),
        ("sushi-config.yaml", "dependencies:\n  ../../etc: '1'\n", "names and versions of packages"),
        ("fhir.ini", "no section = 1\n", "sections of settings"),
        ("ig.ini", "[IG]\nig = anna.txt\n", "Not JSON"),
        ("ig.ini", "#" * 2_000_000, "more than a megabyte"),
    ],
)
def test_settings_that_cannot_be_read_are_said_and_can_be_left_out(run, file, name, text, said):
    (file.parent / "anna.txt").write_text("no guide")
    (file.parent / name).write_text(text)
    ran = run("validate", file)
    assert ran.code == 2
    assert said in ran.err
    assert "--no-config" in ran.err
    assert run("validate", file, "--no-config").code == 0


def test_settings_that_ask_for_nothing_are_not_spoken_of(run, file):
    (file.parent / "sushi-config.yaml").write_text("id: x\n")
    (file.parent / "ig.ini").write_text("[IG]\nig = not-built-yet.json\n")
    assert run("validate", file).err == ""
