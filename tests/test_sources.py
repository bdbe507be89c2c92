"""Files, folders, patterns, archives and streams as documents."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters import sources, unpacking
from fhir_matters.errors import InputError
from fhir_matters.sources import documents

zstd = unpacking._zstd_library()
PATIENT = b'{"resourceType": "Patient"}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "b.json").write_bytes(PATIENT)
    (tmp_path / "deep" / "er" / "c.ndjson").write_bytes(PATIENT + b"\n\n" + PATIENT + b"\r\n")
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(PATIENT + b"\n" + PATIENT))
    (tmp_path / "notes.md").write_text("not FHIR")
    (tmp_path / "record.yaml").write_text("person: {}")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.json").write_text("{}")
    return tmp_path


def names(found, folder: Path) -> list[str]:
    return [document.name.removeprefix(f"{folder}{os.sep}") for document in found]


def the_error(*paths, stdin: bytes = b"") -> str:
    (document,) = documents(paths, io.BytesIO(stdin))
    assert isinstance(document.error, InputError)
    assert not document.raw
    return str(document.error)


def test_a_folder_gives_its_fhir_files_by_name_and_nothing_else(folder):
    found = list(documents([folder]))
    assert names(found, folder) == [
        "a.ndjson.gz:1",
        "a.ndjson.gz:2",
        "b.json",
        "deep/er/c.ndjson:1",
        "deep/er/c.ndjson:3",
    ]
    assert {document.raw for document in found} == {PATIENT}
    assert [document.first_line for document in found] == [1, 2, 1, 1, 3]


def test_a_pattern_gives_what_matches_in_order(folder):
    assert names(documents([str(folder / "**" / "*.ndjson*")]), folder) == [
        "a.ndjson.gz:1",
        "a.ndjson.gz:2",
        "deep/er/c.ndjson:1",
        "deep/er/c.ndjson:3",
    ]


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path):
    (tmp_path / "a[1].json").write_bytes(PATIENT)
    assert names(documents([tmp_path / "a[1].json"]), tmp_path) == ["a[1].json"]


def test_nothing_to_read_is_an_error_and_never_clean(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "holds no FHIR" in the_error(tmp_path / "empty")
    assert "No file matches" in the_error(tmp_path / "*.json")
    assert "no such file" in the_error(tmp_path / "absent.json")


def test_record_files_are_told_how_to_become_fhir(tmp_path):
    (tmp_path / "barbara.yaml").write_text("person: {}")
    assert "fhir-matters build" in the_error(tmp_path / "barbara.yaml")
    assert "fhir-matters build" in the_error(tmp_path)


def test_xml_is_a_document_like_json_alone_in_a_folder_and_compressed(tmp_path):
    (tmp_path / "a.xml").write_text("<Patient/>")
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(b"<Patient/>"))
    (tmp_path / "c.json").write_text("{}")
    assert [each.raw for each in documents([tmp_path])] == [b"<Patient/>", b"<Patient/>", b"{}"]
    assert [each.raw for each in documents([tmp_path / "a.xml"])] == [b"<Patient/>"]


@pytest.mark.parametrize("name", ["empty.json", "empty.ndjson", "empty.ndjson.gz"])
def test_an_empty_file_is_an_error(tmp_path, name):
    (tmp_path / name).write_bytes(gzip.compress(b"\n") if name.endswith(".gz") else b" \n")
    assert "The file is empty" in the_error(tmp_path / name)


def test_one_broken_file_does_not_stop_the_rest(folder):
    (folder / "a.ndjson.gz").write_bytes(b"no gzip at all")
    found = list(documents([folder / "absent.json", folder]))
    assert [document.error is None for document in found] == [False, False, True, True, True]


def test_a_truncated_gzip_gives_its_whole_lines_and_then_an_error(tmp_path):
    lines = b"".join(b'{"resourceType":"Patient","id":"%s"}\n' % os.urandom(32).hex().encode() for _ in range(5000))
    packed = gzip.compress(lines)
    (tmp_path / "cut.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    *whole, last = documents([tmp_path / "cut.ndjson.gz"])
    assert len(whole) > 1000
    assert all(document.raw.startswith(b'{"resourceType"') for document in whole[:-1])
    assert "breaks off" in str(last.error)


def test_a_truncated_line_says_where_it_is(tmp_path):
    file = tmp_path / "p.ndjson"
    file.write_bytes(PATIENT + b"\n" + PATIENT[:-5])
    good, bad = documents([file])
    assert good.value() == {"resourceType": "Patient"}
    with pytest.raises(InputError) as caught:
        bad.value()
    assert caught.value.place == f"{file}:2:{len(PATIENT) - 5}"


def test_zstandard_is_read_as_gzip_is_in_as_many_frames_as_there_are(tmp_path):
    (tmp_path / "a.ndjson.zst").write_bytes(zstd.compress(PATIENT + b"\n") + zstd.compress(b"\n" + PATIENT))
    (tmp_path / "b.json.zst").write_bytes(zstd.compress(PATIENT))
    found = list(documents([tmp_path]))
    assert names(found, tmp_path) == ["a.ndjson.zst:1", "a.ndjson.zst:3", "b.json.zst"]
    assert {document.raw for document in found} == {PATIENT}


def test_a_truncated_or_damaged_zstandard_file_gives_what_it_can_and_then_an_error(tmp_path):
    lines = b"".join(b'{"resourceType":"Patient","id":"%s"}\n' % os.urandom(32).hex().encode() for _ in range(9000))
    packed = zstd.compress(lines)
    (tmp_path / "cut.ndjson.zst").write_bytes(packed[: len(packed) // 2])
    *whole, last = documents([tmp_path / "cut.ndjson.zst"])
    assert len(whole) > 1000
    assert all(document.raw.startswith(b'{"resourceType"') for document in whole)
    assert "breaks off" in str(last.error)
    (tmp_path / "text.ndjson.zst").write_bytes(PATIENT)
    assert "damaged, or not compressed as its name says" in the_error(tmp_path / "text.ndjson.zst")


def test_without_its_library_zstandard_is_an_error_that_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "_LIBRARIES", ("no.such_library",))
    unpacking._zstd_library.cache_clear()
    (tmp_path / "a.ndjson.zst").write_bytes(b"")
    assert "fhir-matters[zstd]" in the_error(tmp_path / "a.ndjson.zst")


def test_a_folder_that_cannot_be_read_is_an_error_and_the_rest_goes_on(folder, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "deep":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    *read, refused = documents([folder])
    assert names(read, folder) == ["a.ndjson.gz:1", "a.ndjson.gz:2", "b.json"]
    assert str(refused.error) == f"{folder / 'deep'}: The folder cannot be read: Permission denied."


def test_a_link_that_leads_back_is_not_followed(folder):
    (folder / "deep" / "back").symlink_to(folder)
    assert len(names(documents([folder]), folder)) == 5


def test_whoever_watches_is_told_of_every_byte_that_size_has_foretold(folder):
    read: list[int] = []
    package(folder / "p.tgz", {"package/a.json": PATIENT})
    paths = [folder, folder / "p.tgz", str(folder / "**" / "*.ndjson"), folder / "absent.json"]
    watched = [document.name for document in documents(paths, watch=read.append)]
    assert watched == [document.name for document in documents(paths)]
    assert sum(read) == sources.size(paths) > 0
    assert sources.size([folder, "-"]) is None


def test_what_cannot_be_read_raises_its_own_error(tmp_path):
    (document,) = documents([tmp_path / "absent.json"])
    with pytest.raises(InputError, match=r"absent\.json: There is no such file"):
        document.value()


def test_utf_16_is_one_error_not_one_for_each_line(tmp_path):
    (tmp_path / "wide.ndjson").write_bytes("{}\n{}\n{}".encode("utf-16"))
    assert "UTF-16" in the_error(tmp_path / "wide.ndjson")


def test_an_unreadable_file_is_an_error(tmp_path, monkeypatch):
    file = tmp_path / "secret.json"
    file.write_bytes(PATIENT)

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in the_error(file)


@pytest.mark.parametrize("name", ["long.json", "long.ndjson"])
def test_a_document_without_end_is_refused_in_bounded_memory(tmp_path, monkeypatch, name):
    monkeypatch.setattr(sources, "MOST_BYTES", 1000)
    (tmp_path / name).write_bytes(b"[" * 5000)
    assert "longer than" in the_error(tmp_path / name)


@pytest.mark.parametrize("block", [10, 28, 100, 10_000])
def test_the_lines_after_one_that_is_too_long_are_read(tmp_path, monkeypatch, block):
    monkeypatch.setattr(sources, "MOST_BYTES", len(PATIENT))
    monkeypatch.setattr(sources, "BLOCK", block)
    lines = [PATIENT + b"\r", b"[" * 5000, PATIENT, b"x" + PATIENT, PATIENT]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(lines))
    found = [(each.line, each.error is None) for each in documents([tmp_path / "a.ndjson"])]
    assert found == [(1, True), (2, False), (3, True), (4, False), (5, True)]


def test_lines_are_streamed_and_not_read_ahead():
    class Endless(io.RawIOBase):
        def readline(self, _size=-1):
            return PATIENT + b"\n"

        def read1(self, _size):
            return self.readline()

    stream = documents(["-"], Endless())
    assert [next(stream).name for _ in range(3)] == ["stdin:1", "stdin:2", "stdin:3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PATIENT, [("stdin", 1)]),
        (json.dumps(json.loads(PATIENT), indent=2).encode(), [("stdin", 1)]),
        (b"\n\n" + PATIENT + b"\n\n" + PATIENT + b"\n" + PATIENT, [("stdin:3", 3), ("stdin:5", 5), ("stdin:6", 6)]),
    ],
    ids=["one line", "pretty", "lines"],
)
def test_standard_input_is_one_document_or_lines_of_them(text, expected):
    found = list(documents(["-"], io.BytesIO(text)))
    assert [(document.name, document.first_line) for document in found] == expected
    assert all(document.value() == {"resourceType": "Patient"} for document in found)


@given(
    st.lists(st.sampled_from([b"", b" ", b"\r", PATIENT, PATIENT + b"\r", b"{}", b"[1]", b"\x0b"])), st.integers(1, 99)
)
def test_lines_are_the_same_however_they_are_cut_into_blocks(lines, block):
    text = b"\n".join(lines)
    expected = [(number, line.rstrip(b"\r")) for number, line in enumerate(text.split(b"\n"), 1) if line.strip()]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sources, "BLOCK", block)
        found = [each for part in sources._blocks("a", io.BytesIO(text)) for each in part.documents()]
        assert [(each.line, each.raw) for each in found] == expected
        if len(expected) > 1 and expected[0][1].startswith((b"{", b"[")):
            assert [(each.line, each.raw) for each in documents(["-"], io.BytesIO(text))] == expected


def test_places_on_standard_input_count_the_blank_lines_before():
    (document,) = documents(["-"], io.BytesIO(b'\n\n{\n"a": nope}'))
    with pytest.raises(InputError) as caught:
        document.value()
    assert caught.value.place.startswith("stdin:4:")


def test_empty_standard_input_is_an_error():
    assert "empty" in the_error("-")


def package(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_a_package_gives_its_resources_and_examples_but_not_its_own_papers(tmp_path):
    file = package(
        tmp_path / "p.tgz",
        {
            "package/package.json": b"{}",
            "package/.index.json": b"{}",
            "package/Patient-1.json": PATIENT,
            "package/example/Patient-2.json": PATIENT,
            "package/other/notes.json": b"{}",
            "package/readme.md": b"",
        },
    )
    assert names(documents([file]), file) == ["package/Patient-1.json", "package/example/Patient-2.json"]


def test_a_package_that_is_none_or_holds_nothing_is_an_error(tmp_path):
    (tmp_path / "text.tgz").write_bytes(b"hello")
    assert "text.tgz" in the_error(tmp_path / "text.tgz")
    assert "holds no FHIR" in the_error(package(tmp_path / "none.tgz", {"package/package.json": b"{}"}))


def test_a_truncated_package_ends_with_an_error(tmp_path):
    file = package(tmp_path / "p.tgz", {f"package/{n}.json": os.urandom(20_000).hex().encode() for n in range(20)})
    file.write_bytes(file.read_bytes()[:200_000])
    *whole, last = documents([file])
    assert whole
    assert last.error is not None


def test_a_folder_that_cannot_be_opened_as_a_file_is_no_crash(tmp_path):
    (tmp_path / "odd.json").mkdir()
    assert "holds no FHIR" in the_error(tmp_path / "odd.json")
