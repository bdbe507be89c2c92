import io
import json
import tarfile

import pytest

from fhir_matters.definitions import versions
from fhir_matters.definitions.package import read_package
from fhir_matters.definitions.registry import core, ours
from fhir_matters.errors import DefinitionsError

PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"
PROFILE = {"resourceType": "StructureDefinition", "url": "https://example.org/p", "version": "1.2.3"}


def files_of(name="example.guide", version="1.0.0", dependencies=None, **resources):
    about = {"name": name, "version": version, "dependencies": dependencies or {}}
    return {"package.json": about} | {f"{key}.json": value for key, value in resources.items()}


def folder_of(path, files):
    package = path / "package"
    package.mkdir(parents=True)
    for name, content in files.items():
        (package / name).write_text(json.dumps(content))
    return path


def archive_of(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def test_core_finds_by_url_by_version_and_by_kind():
    assert core().find(PATIENT) == core().find(f"{PATIENT}|4.0.1", "StructureDefinition")
    assert core().find(f"{PATIENT}|5.0.0") is None
    assert core().find(PATIENT, "ValueSet") is None
    assert core().type("HumanName")["kind"] == "complex-type"


@pytest.mark.parametrize("pack", [folder_of, archive_of])
def test_a_package_is_read_from_a_folder_and_from_an_archive(pack, tmp_path):
    package = read_package(pack(tmp_path / "guide.tgz", files_of(profile=PROFILE)))
    assert package.label == "example.guide#1.0.0"
    assert package.find("https://example.org/p", "StructureDefinition") == PROFILE
    assert list(package.urls("StructureDefinition")) == ["https://example.org/p"]


def test_an_index_that_leaves_a_file_out_hides_nothing(tmp_path):
    index = {"index-version": 1, "files": [{"filename": "other.json", "url": "https://example.org/other"}]}
    package = read_package(folder_of(tmp_path / "guide", files_of(profile=PROFILE) | {".index.json": index}))
    assert package.find("https://example.org/p", "StructureDefinition") == PROFILE


def test_the_first_layer_wins_and_core_stays_as_it_was(tmp_path):
    own = PROFILE | {"url": PATIENT, "version": "9"}
    extended = core().with_packages([folder_of(tmp_path / "guide", files_of(patient=own))])
    assert extended.find(PATIENT)["version"] == "9"
    assert extended.find(f"{PATIENT}|4.0.1")["version"] == "4.0.1"
    assert core().find(PATIENT)["version"] == "4.0.1"
    assert "example.guide#1.0.0" in extended.packages


def test_a_dependency_comes_along_or_is_named_as_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    folder_of(tmp_path / ".fhir/packages/example.base#2.0.0", files_of("example.base", "2.0.0", profile=PROFILE))
    needs = {"example.base": "2.0.0", "example.absent": "1.0.0", "hl7.fhir.r4.core": "4.0.1"}
    registry = core().with_packages([folder_of(tmp_path / "guide", files_of(dependencies=needs))])
    assert registry.find("https://example.org/p") == PROFILE
    assert registry.missing == ("example.absent#1.0.0",)


def test_packages_that_need_each_other_are_read_once(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, other in (("a", "b"), ("b", "a")):
        folder_of(tmp_path / f".fhir/packages/{name}#1", files_of(name, "1", {other: "1"}))
    assert core().with_packages(["a#1"]).packages[-2:] == ("a#1", "b#1")


@pytest.mark.parametrize("source", ["example.absent#1.0.0", "no/such/folder"])
def test_an_absent_package_says_where_to_put_it(source, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(DefinitionsError, match="is not on this machine"):
        core().with_packages([source])


def test_what_is_no_package_is_refused(tmp_path):
    (tmp_path / "bad.tgz").write_bytes(b"\x1f\x8bgarbage")
    with pytest.raises(DefinitionsError, match="cannot be read as a FHIR package"):
        read_package(tmp_path / "bad.tgz")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DefinitionsError, match="gives no name and version"):
        read_package(tmp_path / "empty")


def test_our_own_package_is_there_whole():
    definitions = list(ours())
    assert {each["resourceType"] for each in definitions} == {"StructureDefinition", "ValueSet", "CodeSystem"}
    # Besides our own, the parts of others' code systems that our records use.
    assert all(each["url"].startswith("https://w3id.org/") or each["content"] == "fragment" for each in definitions)
    assert all(core().find(each["url"]) == each for each in definitions)


CLAIMED = "https://example.org/p"


def home_with(path, monkeypatch, *labels, **files):
    monkeypatch.setenv("HOME", str(path))
    for label in labels:
        name, _, version = label.partition("#")
        profile = PROFILE | {"version": version}
        folder_of(path / f".fhir/packages/{label}", files_of(name, version, profile=profile, **files))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("example.guide#6.1.0", "6.1.0"),
        ("example.guide#6.1.x", "6.1.2"),
        ("example.guide#6.1", "6.1.2"),
        ("example.guide#6.x", "6.10.0"),
        ("example.guide", "7.0.0"),
        ("example.guide#latest", "7.0.0"),
        ("example.guide#current", "current"),
        ("example.guide#dev", "current"),
        ("example.guide#7.0.0-ballot", "7.0.0-ballot"),
    ],
)
def test_a_package_is_found_by_every_way_that_versions_are_written(asked, found, tmp_path, monkeypatch):
    there = ("6.1.0", "6.1.2", "6.10.0", "7.0.0-ballot", "7.0.0", "current")
    home_with(tmp_path, monkeypatch, *(f"example.guide#{version}" for version in there))
    assert core().with_packages([asked]).packages[-1] == f"example.guide#{found}"


@pytest.mark.parametrize("asked", ["example.guide#8.x", "example.guide#../1", "example.*", "#", "example.guide#dev"])
def test_a_version_that_is_not_there_is_told(asked, tmp_path, monkeypatch):
    home_with(tmp_path, monkeypatch, "example.guide#6.1.0")
    with pytest.raises(DefinitionsError, match="is not on this machine"):
        core().with_packages([asked])


@pytest.mark.parametrize(
    ("needed", "version", "missing"),
    [
        ("example.base", "2.0.0", ()),
        ("example.base", "2.0.x", ()),
        ("example.base", "current", ()),
        ("example.base.r4", "2.0.0", ()),
        ("example.base", "2.1.x", ("example.base#2.1.x",)),
        ("example.base", "3.0.0", ("example.base#3.0.0",)),
    ],
)
def test_a_dependency_may_be_one_of_the_packages_that_were_passed(needed, version, missing, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    base = archive_of(tmp_path / "base.tgz", files_of("example.base", "2.0.0"))
    guide = archive_of(tmp_path / "guide.tgz", files_of(dependencies={needed: version}))
    assert core().with_packages([guide, base]).missing == missing
    assert core().with_packages([guide]).with_packages([base]).missing == missing


def two_versions(tmp_path):
    """Two versions of a guide, and in each a profile whose base is named without a version."""
    built = PROFILE | {"url": "https://example.org/built", "baseDefinition": CLAIMED}
    for version in ("6.1.0", "8.0.0"):
        profiles = {"p": PROFILE | {"version": version}, "b": built | {"version": version}}
        folder_of(tmp_path / version, files_of(version=version, **profiles))
    return core().with_packages([tmp_path / "8.0.0", tmp_path / "6.1.0"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", "8.0.0"), ("|6.1.0", "6.1.0"), ("|8.0.0", "8.0.0"), ("|6.x", "6.1.0"), ("|6.1.7", "6.1.0"), ("|7.0.0", None)],
)
def test_of_two_versions_the_one_that_is_asked_for_is_found_or_else_the_latest(asked, found, tmp_path):
    definition = two_versions(tmp_path).find(CLAIMED + asked)
    assert (definition["version"] if definition is not None else None) == found


def test_of_two_versions_each_builds_on_its_own(tmp_path):
    registry = two_versions(tmp_path)
    assert registry.find("https://example.org/built|6.1.0")["baseDefinition"] == f"{CLAIMED}|6.1.0"
    assert registry.find("https://example.org/built|8.0.0")["baseDefinition"] == CLAIMED


def test_what_a_package_depends_on_is_what_it_means(tmp_path, monkeypatch):
    home_with(tmp_path, monkeypatch, "example.base#1.0.0", "example.base#2.0.0")
    built = PROFILE | {"url": "https://example.org/built", "baseDefinition": CLAIMED}
    guide = folder_of(tmp_path / "guide", files_of(dependencies={"example.base": "1.0.0"}, built=built))
    registry = core().with_packages([guide, "example.base#2.0.0"])
    assert registry.find("https://example.org/built")["baseDefinition"] == f"{CLAIMED}|1.0.0"


def test_versions_are_sorted_as_releases_are():
    told = ["", "1.0.0-ballot", "1.0.0-ballot2", "1.0.0", "1.2.0", "1.10.0-cibuild", "1.10.0", "2018-08-12", "20190101"]
    assert sorted(set(told), key=versions.order) == told
    assert versions.order("1" * 5_000) > versions.order("1")
