"""The package: what is committed is what the sources give, on any machine, at any time."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from profiles import build

FILES = build.read(build.PACKAGE)
RESOURCES = [json.loads(content) for name, content in FILES.items() if name not in ("package.json", ".index.json")]


def test_what_is_committed_is_current(sushi, monkeypatch, capfd):
    monkeypatch.setenv("FHIR_MATTERS_SUSHI", str(sushi))
    assert (build.main(["--check"]), capfd.readouterr().err) == (0, "")


def test_the_codes_for_python_are_those_of_the_package():
    assert {file.name: file.read_bytes() for file in build.CODES.glob("*.py")} == build.codes(RESOURCES)


def test_the_same_files_are_packed_as_the_same_bytes():
    backwards = dict(reversed(FILES.items()))
    assert build.pack(FILES) == build.pack(backwards)


def test_the_archive_knows_no_time_and_no_owner():
    packed = build.pack(FILES)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = archive.getmembers()
    assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {(0, 0, 0, "", "", 0o644)}
    assert packed[4:8] == bytes(4)  # RFC 1952: MTIME


def test_the_archive_is_a_fhir_package():
    with tarfile.open(fileobj=io.BytesIO(build.pack(FILES))) as archive:
        names = archive.getnames()
    assert names[:2] == ["package/package.json", "package/.index.json"]
    assert all(name.count("/") == 1 for name in names)
    manifest = json.loads(FILES["package.json"])
    assert (manifest["name"], manifest["version"], manifest["fhirVersions"]) == ("fhir.matters.r4", "0.1.0", ["4.0.1"])


def test_the_index_lists_every_definition_as_it_is():
    listed = {entry["filename"]: entry for entry in json.loads(FILES[".index.json"])["files"]}
    named = {f"{r['resourceType']}-{r['id']}.json": r for r in RESOURCES}
    assert set(listed) == set(named) == set(FILES) - {"package.json", ".index.json"}
    assert all(named[name].get("url") == entry.get("url") for name, entry in listed.items())


def test_pack_writes_where_it_is_told(tmp_path):
    assert build.main(["--pack", str(tmp_path / "a.tgz")]) == 0
    assert gzip.decompress((tmp_path / "a.tgz").read_bytes()) == gzip.decompress(build.pack(FILES))


def test_what_changed_is_named(monkeypatch, tmp_path, capfd):
    shutil.copytree(build.PACKAGE, tmp_path / "profiles" / "package")
    monkeypatch.setattr(build, "HERE", tmp_path / "profiles")
    monkeypatch.setattr(build, "PACKAGE", tmp_path / "profiles" / "package")
    monkeypatch.setattr(build, "CODES", tmp_path / "codes")
    (build.PACKAGE / "package.json").write_text("{}")
    (build.PACKAGE / "ValueSet-stale.json").write_text("{}")
    assert build._check({build.PACKAGE / name: content for name, content in FILES.items()}) == 1
    said = capfd.readouterr().err
    assert said.count("is not current") == 2
    assert "package.json" in said
    assert "ValueSet-stale.json" in said


def test_building_leaves_nothing_stale(monkeypatch, tmp_path):
    package, modules = tmp_path / "package", tmp_path / "codes"
    package.mkdir()
    modules.mkdir()
    monkeypatch.setattr(build, "PACKAGE", package)
    monkeypatch.setattr(build, "CODES", modules)
    monkeypatch.setattr(build, "DEFINITIONS", Path(shutil.copy(build.DEFINITIONS, tmp_path)))
    (package / "ValueSet-stale.json").write_text("{}")
    (modules / "stale.py").write_text("")
    assert build._write({package / name: content for name, content in FILES.items()}) == 0
    assert build.read(package) == FILES
    assert list(modules.iterdir()) == []


def test_nothing_is_packed_where_nothing_was_built(monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(build, "PACKAGE", tmp_path)
    assert build.main(["--pack", str(tmp_path / "a.tgz")]) == 2
    assert "python profiles/build.py" in capfd.readouterr().err
    assert not (tmp_path / "a.tgz").exists()


def test_another_version_of_the_compiler_is_refused(tmp_path):
    said = "print('info  Running SUSHI v2.0.0 (implements …)')"
    with pytest.raises(build.BuildError, match="is wanted"):
        build._run([sys.executable, "-c", said], tmp_path)


def test_what_the_compiler_complains_of_is_the_reason(tmp_path):
    pinned = json.loads((build.HERE / "package.json").read_text())["dependencies"]["fsh-sushi"]
    said = f"print('info  Running SUSHI v{pinned} (…)'); print('error No definition for Kind'); raise SystemExit(1)"
    with pytest.raises(build.BuildError, match=r"^error No definition for Kind$"):
        build._run([sys.executable, "-c", said], tmp_path)


def test_without_the_compiler_the_way_to_it_is_said(monkeypatch, r4_core, capfd):
    assert r4_core
    monkeypatch.setattr(build, "sushi", lambda: None)
    assert build.main([]) == 2
    assert "npm ci" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("output", "complaints"),
    [
        ("info  fine\nwarn  Failed to load automatically-provided hl7.terminology.r4#latest from somewhere.", []),
        ("warn  Failed to load hl7.fhir.us.core#6.1.0", ["warn  Failed to load hl7.fhir.us.core#6.1.0"]),
        (
            "error No definition for Kind\n  File: a.fsh\n  Line: 3\ninfo  more",
            ["error No definition for Kind", "  File: a.fsh", "  Line: 3"],
        ),
        ("\x1b[31merror\x1b[39m Broken", ["error Broken"]),
    ],
)
def test_of_what_the_compiler_says_only_a_missing_network_is_overlooked(output, complaints):
    assert list(build._complaints(output)) == complaints


def test_the_compiler_is_pinned_and_no_registry_is_named():
    pinned = json.loads((build.HERE / "package.json").read_text())["dependencies"]
    lock = json.loads((build.HERE / "package-lock.json").read_text())["packages"]
    assert pinned == {"fsh-sushi": lock["node_modules/fsh-sushi"]["version"]}
    assert [name for name, entry in lock.items() if "resolved" in entry] == []
    unsure = [name for name, entry in lock.items() if "integrity" not in entry and not entry.get("inBundle")]
    assert unsure == [""]
