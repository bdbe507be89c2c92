"""What is pulled is in the file or the folder to the digit, or nothing is."""

from __future__ import annotations

import gzip
import os
import sys
import tracemalloc
from pathlib import Path

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError, ServerError
from fhir_matters.server.keeping import keep
from fhir_matters.server.transfer import pull, push
from fhir_matters.sources import documents
from tests.server.resources import exactly, observation, patient, record

BASE = "https://old.example.org/fhir"


def spelt(resources) -> list[bytes]:
    return [jsonio.spelt(each) for each in resources]


@pytest.mark.parametrize("name", ["all.ndjson", "all.ndjson.gz", "folder"])
def test_what_is_kept_as_lines_is_read_again_to_the_digit(tmp_path, name):
    resources = record(5)
    assert keep(iter(resources), BASE, tmp_path / name) == 7
    found = [document.value(jsonio.read) for document in documents([str(tmp_path / name)])]
    assert sorted(spelt(found)) == sorted(spelt(resources))


def test_the_same_lines_are_the_same_compressed_bytes(tmp_path):
    for name in "ab":
        keep(record(5), BASE, tmp_path / f"{name}.ndjson.gz")
    assert (tmp_path / "a.ndjson.gz").read_bytes() == (tmp_path / "b.ndjson.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.ndjson.gz").read_bytes()).count(b"\n") == 7


def test_a_bundle_in_a_file_is_the_bundle_that_pull_gives(server, tmp_path):
    odd = exactly('{"resourceType": "Basic", "id": "odd", "x": [1e2, -0.00, 1.10], "y": "a\\nb"}')
    push([patient(), observation("said"), odd], server)
    bundle = pull(server)
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert keep(resources, server.base, tmp_path / "all.json") == 3
    assert jsonio.spelt(jsonio.read((tmp_path / "all.json").read_bytes())) == jsonio.spelt(bundle)
    assert (tmp_path / "all.json").read_bytes() == jsonio.write(bundle, indent=True) + b"\n"


def test_nothing_is_a_bundle_too(tmp_path, capsysbinary):
    empty = {"resourceType": "Bundle", "type": "collection"}
    assert keep([], BASE, None) == keep([], BASE, tmp_path / "none.json") == 0
    assert jsonio.read(capsysbinary.readouterr().out) == jsonio.read((tmp_path / "none.json").read_bytes()) == empty


@pytest.mark.parametrize("name", ["all.json", "all.ndjson", "folder", None])
def test_an_answer_that_breaks_off_leaves_nothing_behind(tmp_path, capsysbinary, name):
    def broken():
        yield patient()
        raise ServerError("no more")

    with pytest.raises(ServerError):
        keep(broken(), BASE, tmp_path / name if name else None)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert capsysbinary.readouterr().out == b""


def test_what_goes_to_standard_output_is_never_whole_in_memory(tmp_path, monkeypatch):
    resources = ({**patient(str(number)), "text": {"div": "x" * 100_000}} for number in range(200))
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        tracemalloc.start()
        assert keep(resources, BASE, None) == 200
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (tmp_path / "out").stat().st_size > 20_000_000 > 4 * most


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_where_standard_output_takes_no_more_it_is_an_error(monkeypatch):
    with open("/dev/full", "w") as full:  # noqa: PTH123 (a device)
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(FhirMattersError, match="Standard output cannot be written"):
            keep([patient()], BASE, None)
        monkeypatch.undo()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, full.fileno())  # so that it can be closed
        os.close(nowhere)


def test_a_folder_that_holds_lines_already_is_left_as_it_is(tmp_path):
    keep([patient()], BASE, tmp_path)
    with pytest.raises(FhirMattersError, match="holds NDJSON already"):
        keep([observation("said")], BASE, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["Patient.ndjson"]


def test_a_file_without_an_ending_that_is_there_stays_a_file(tmp_path):
    (tmp_path / "all").write_text("")
    keep([patient()], BASE, tmp_path / "all")
    assert jsonio.read((tmp_path / "all").read_bytes())["resourceType"] == "Bundle"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FhirMattersError, match="cannot be written"):
        keep([patient()], BASE, tmp_path / "file" / "folder")
