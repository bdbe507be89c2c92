import json
import sqlite3
from pathlib import Path

import pytest

from fhir_matters.definitions import build
from fhir_matters.definitions.core import FILE, CoreFile
from fhir_matters.definitions.registry import ours
from fhir_matters.errors import DefinitionsError

PACKAGE = Path(__file__).parents[2] / "profiles" / "package"
PROFILE = {"resourceType": "StructureDefinition", "url": "https://example.org/p", "version": "1", "text": {"div": "x"}}


def tiny_core(monkeypatch, files=None):
    """A core of one definition, with the digest that goes with it."""
    files = files or {"StructureDefinition-p.json": json.dumps(PROFILE).encode()}
    monkeypatch.setattr(build, "CORE_FILES_SHA256", build._files_digest(files))
    return files


def folder_with(path: Path, files):
    (path / "package").mkdir(parents=True)
    for name, content in files.items():
        (path / "package" / name).write_bytes(content)
    return path


def urls(target):
    connection = sqlite3.connect(target)
    try:
        return {row[0] for row in connection.execute("SELECT url FROM definition")}
    finally:
        connection.close()


def test_the_setting_names_a_folder_that_is_used_first(monkeypatch, tmp_path):
    files = tiny_core(monkeypatch)
    monkeypatch.setenv("FHIR_MATTERS_R4_CORE", str(folder_with(tmp_path / "core", files)))
    assert build.find_core() == files


def test_the_package_cache_is_used_where_nothing_is_set(monkeypatch, tmp_path):
    files = tiny_core(monkeypatch)
    monkeypatch.delenv("FHIR_MATTERS_R4_CORE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder_with(tmp_path / ".fhir" / "packages" / build.CORE, files)
    assert build.find_core() == files


def test_a_changed_definition_is_refused_and_the_three_ways_out_are_named(monkeypatch):
    files = tiny_core(monkeypatch)
    changed = {name: content.replace(b"example.org", b"example.com") for name, content in files.items()}
    monkeypatch.setattr(build, "SOURCES", {"a folder": lambda: changed})
    with pytest.raises(build.NotFoundError) as caught:
        build.find_core()
    message = str(caught.value)
    assert all(f"  {number}. " in message for number in (1, 2, 3))
    assert "a folder: expected sha256" in message


def test_a_source_that_fails_gives_way_to_the_next(monkeypatch):
    files = tiny_core(monkeypatch)

    def closed():
        raise OSError("closed")

    monkeypatch.setattr(build, "SOURCES", {"first": closed, "second": lambda: files})
    assert build.find_core() == files


def test_our_package_is_renewed_without_looking_for_core_again(monkeypatch, tmp_path):
    core = tiny_core(monkeypatch)
    monkeypatch.setattr(build, "SOURCES", {"memory": lambda: core})
    ours = tmp_path / "ours"
    ours.mkdir()
    target = tmp_path / "data" / "r4.sqlite"
    build.prepare(target, ours)
    monkeypatch.setattr(build, "SOURCES", {})
    own = PROFILE | {"url": "https://example.org/own"}
    (ours / "StructureDefinition-own.json").write_text(json.dumps(own))
    build.prepare(target, ours)
    assert urls(target) == {"https://example.org/p", "https://example.org/own"}
    (ours / "StructureDefinition-own.json").unlink()
    build.prepare(target, ours)
    assert urls(target) == {"https://example.org/p"}


def test_a_damaged_file_is_written_anew(monkeypatch, tmp_path):
    core = tiny_core(monkeypatch)
    monkeypatch.setattr(build, "SOURCES", {"memory": lambda: core})
    target = tmp_path / "r4.sqlite"
    target.write_bytes(b"no database")
    build.prepare(target, tmp_path / "absent")
    assert urls(target) == {"https://example.org/p"}
    assert [file.name for file in tmp_path.iterdir()] == ["r4.sqlite"]


def test_what_a_pattern_says_is_never_trimmed():
    element = {"path": "Observation.code", "comment": "prose", "patternCodeableConcept": {"text": "kept"}}
    trimmed = build._trimmed({"text": {}, "snapshot": {"element": [element]}, "differential": {"element": []}})
    assert trimmed == {
        "snapshot": {"element": [{"path": "Observation.code", "patternCodeableConcept": {"text": "kept"}}]}
    }


def test_the_installed_file_holds_r4_as_it_was_published():
    core = CoreFile()
    patient = core.find("http://hl7.org/fhir/StructureDefinition/Patient", "StructureDefinition")
    assert patient is not None
    assert patient["version"] == "4.0.1"
    assert len(patient["snapshot"]["element"]) == 45
    assert len(list(core.urls("StructureDefinition"))) >= 650


def test_the_installed_file_holds_the_committed_package():
    committed = build._json_files(PACKAGE)
    stamp = build.OUR_FORMAT + build._files_digest(committed)
    assert build._stamps(FILE)[build.OURS] == stamp, "run: pip install -e . again"


def test_our_own_package_is_there_whole_as_servers_want_it():
    committed = {each["url"]: each for each in build._definitions(build._json_files(PACKAGE).values())}
    assert {each["url"]: each for each in ours()} == committed
    elements = [
        element
        for each in committed.values()
        if each["resourceType"] == "StructureDefinition"
        for element in each["snapshot"]["element"]
    ]
    assert all(element["definition"] for element in elements)
    assert len(elements) > 1000


def test_a_file_of_which_we_knew_less_is_renewed_without_core(monkeypatch, tmp_path):
    core = tiny_core(monkeypatch)
    monkeypatch.setattr(build, "SOURCES", {"memory": lambda: core})
    ours, target = tmp_path / "ours", tmp_path / "r4.sqlite"
    ours.mkdir()
    own = PROFILE | {"url": "https://example.org/own", "purpose": "prose"}
    (ours / "StructureDefinition-own.json").write_text(json.dumps(own))
    with monkeypatch.context() as before:
        before.setattr(build, "OUR_FORMAT", "")
        build.prepare(target, ours)
    monkeypatch.setattr(build, "SOURCES", {})
    build.prepare(target, ours)
    assert CoreFile(target).find(own["url"], "StructureDefinition") == own
    assert build._stamps(target)[build.OURS].startswith(build.OUR_FORMAT)


def test_an_absent_file_says_what_to_do(tmp_path):
    with pytest.raises(DefinitionsError, match="Install fhir-matters again"):
        CoreFile(tmp_path / "r4.sqlite")
