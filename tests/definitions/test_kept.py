"""What is kept on disk: found again whole, never trusted when it is not, and done without where it cannot be."""

from __future__ import annotations

import os
import time

import pytest

from fhir_matters.definitions import kept, package
from fhir_matters.definitions.package import read_package
from tests.definitions.test_registry import PROFILE, archive_of, files_of, folder_of

URL = PROFILE["url"]
OTHER = PROFILE | {"url": "https://example.org/q", "title": "Ä half"}


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch):
    monkeypatch.setenv("FHIR_MATTERS_CACHE", str(tmp_path / "cache"))
    kept._tidied.cache_clear()
    return tmp_path / "cache" / "made"


@pytest.fixture
def guide(tmp_path):
    return archive_of(tmp_path / "guide.tgz", files_of(profile=PROFILE, other=OTHER))


@pytest.fixture
def unpackings(monkeypatch):
    """How often an archive was unpacked."""
    found = []
    unpack = package._unpacked
    monkeypatch.setattr(package, "_unpacked", lambda raw, path: found.append(path) or unpack(raw, path))
    return found


def definitions(source):
    read = read_package(source)
    return [read.find(each, "StructureDefinition") for each in (URL, OTHER["url"])]


def spoilt(file, at):
    """The bytes of the file with one of them changed."""
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    return bytes(content)


def test_what_is_put_is_got_and_what_comes_after_begins_where_it_says(tmp_path):
    kept.put(tmp_path / "a.plan", b"body", [b"mo", b"re"])
    body, end = kept.get(tmp_path / "a.plan")
    assert body == b"body"
    assert (tmp_path / "a.plan").read_bytes()[end:] == b"more"


@pytest.mark.parametrize("at", [0, 31, 32, 39, 40, 43])
def test_a_file_with_one_byte_changed_is_as_if_it_were_not_there(at, tmp_path):
    kept.put(tmp_path / "a.plan", b"body")
    (tmp_path / "a.plan").write_bytes(spoilt(tmp_path / "a.plan", at))
    assert kept.get(tmp_path / "a.plan") is None


@pytest.mark.parametrize("length", range(44))
def test_a_file_that_breaks_off_anywhere_is_as_if_it_were_not_there(length, tmp_path):
    kept.put(tmp_path / "a.plan", b"body")
    (tmp_path / "a.plan").write_bytes((tmp_path / "a.plan").read_bytes()[:length])
    assert kept.get(tmp_path / "a.plan") is None


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    kept.put(tmp_path / "file" / "a.plan", b"body")
    assert kept.get(tmp_path / "file" / "a.plan") is None
    assert capsys.readouterr() == ("", "")


def test_a_draft_is_taken_away_where_it_cannot_be_finished(tmp_path):
    def failing():
        yield b"some"
        raise OSError

    kept.put(tmp_path / "a.plan", b"body", failing())
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_long_ago_is_taken_away_and_what_is_not_ours_stays(inside):
    inside.mkdir(parents=True)
    for name in ("old.plan", "old.package", "killed.part", "notes.txt"):
        (inside / name).write_text("")
        os.utime(inside / name, (0, time.time() - kept.OLDEST_SECONDS - 10))
    kept.put(inside / "new.plan", b"")
    assert sorted(each.name for each in inside.iterdir()) == ["new.plan", "notes.txt"]


def test_parts_are_not_run_together():
    assert len({kept.digest(b"a", b"b"), kept.digest(b"ab"), kept.digest(b"ab", b""), kept.digest(b"", b"ab")}) == 4


def test_code_that_is_not_at_hand_keeps_nothing():
    assert kept.code(("definitions/kept.py", "no/such.py")) is None
    assert kept.code(("definitions/kept.py",)) != kept.code(("definitions/core.py",))


def test_the_cache_is_where_the_user_has_theirs(monkeypatch, tmp_path):
    assert kept.folder() == tmp_path / "cache" / "made"
    monkeypatch.delenv("FHIR_MATTERS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert str(kept.folder()) == "/xdg/fhir-matters/made"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/somewhere/nia")
    assert str(kept.folder()) == "/somewhere/nia/.cache/fhir-matters/made"


def test_an_archive_is_unpacked_once(guide, unpackings):
    first, second = definitions(guide), definitions(guide)
    assert first == second == [PROFILE, OTHER]
    assert len(unpackings) == 1
    assert dict(read_package(guide).files).keys() == files_of(profile=PROFILE, other=OTHER).keys()


def test_an_archive_with_other_content_under_the_same_name_is_another(guide, unpackings):
    definitions(guide)
    changed = PROFILE | {"title": "changed"}
    archive_of(guide, files_of(profile=changed, other=OTHER))
    assert definitions(guide) == [changed, OTHER]
    assert len(unpackings) == 2


def test_other_code_does_not_trust_what_was_kept(guide, unpackings, monkeypatch):
    definitions(guide)
    monkeypatch.setattr(kept, "code", lambda _: b"another version")
    assert definitions(guide) == [PROFILE, OTHER]
    assert len(unpackings) == 2


@pytest.mark.parametrize("at", [0, 50, -1])
def test_what_was_spoilt_is_made_anew_and_kept_again(at, guide, inside, unpackings):
    definitions(guide)
    (file,) = inside.glob("*.package")
    whole = file.read_bytes()
    file.write_bytes(spoilt(file, at))
    assert definitions(guide) == [PROFILE, OTHER]
    assert file.read_bytes() == whole
    assert len(unpackings) == 2


@pytest.mark.parametrize("left", [0, 20, 200, -1])
def test_what_breaks_off_is_made_anew(left, guide, inside):
    definitions(guide)
    (file,) = inside.glob("*.package")
    file.write_bytes(file.read_bytes()[:left])
    assert definitions(guide) == [PROFILE, OTHER]


def test_the_cache_may_be_deleted_while_it_is_used(guide, inside):
    read = read_package(guide)
    read = read_package(guide)
    for file in inside.iterdir():
        file.unlink()
    assert read.find(URL, "StructureDefinition") == PROFILE


def test_without_a_place_to_keep_it_an_archive_is_read_all_the_same(guide, monkeypatch, unpackings):
    monkeypatch.setenv("FHIR_MATTERS_CACHE", str(guide))
    assert definitions(guide) == definitions(guide) == [PROFILE, OTHER]
    assert len(unpackings) == 2


def test_a_name_that_json_cannot_hold_is_no_obstacle(tmp_path, inside):
    odd = archive_of(tmp_path / "odd.tgz", files_of(profile=PROFILE) | {"\udcff.json": OTHER})
    assert definitions(odd) == [PROFILE, OTHER]
    assert not list(inside.glob("*.package"))


def test_a_folder_is_read_file_by_file_and_what_is_gone_by_then_is_not_there(tmp_path):
    read = read_package(folder_of(tmp_path / "guide", files_of(profile=PROFILE, other=OTHER)))
    assert read.find(URL, "StructureDefinition") == PROFILE
    (tmp_path / "guide/package/profile.json").unlink()
    assert read.find(URL, "StructureDefinition") is None
    assert read.find(OTHER["url"], "StructureDefinition") == OTHER


def test_a_package_has_another_hash_when_one_of_its_profiles_changes(tmp_path):
    one = read_package(folder_of(tmp_path / "one", files_of(profile=PROFILE)))
    same = read_package(folder_of(tmp_path / "same", files_of(profile=PROFILE)))
    other = read_package(folder_of(tmp_path / "other", files_of(profile=PROFILE | {"title": "changed"})))
    assert one.digest == same.digest != other.digest
