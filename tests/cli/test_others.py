"""`read`, `view` and `check` of what other systems wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from fhir_matters import Record, jsonio
from tests.records.others.shapes import LOINC, PATIENT, SON, coded, said

STORY = said(coded("81363-4", "Things that matter to me [Reported]"), valueString="The allotment.")
WRONG = said(coded("81363-4", "Preferred healthcare professional"), id="wrong", valueString="Dr No")


@pytest.fixture
def theirs(tmp_path) -> Path:
    """A bundle of a server that knows nothing of us."""
    base = "https://clinic.example/fhir"
    entries = [
        {"fullUrl": f"{base}/{each['resourceType']}/{each['id']}", "resource": each}
        for each in (PATIENT, SON, STORY, WRONG)
    ]
    file = tmp_path / "theirs.json"
    file.write_bytes(jsonio.write({"resourceType": "Bundle", "type": "searchset", "entry": entries}))
    return file


def test_read_makes_a_record_file_that_builds_what_came(run, theirs, tmp_path):
    out = tmp_path / "ada.yaml"
    assert run("read", theirs, "-o", out).code == 0
    record = Record.load(out)
    assert record.what_matters["things-that-matter-to-me"].words == "The allotment."
    built = jsonio.read(run("build", out).out)
    came = jsonio.read(theirs.read_bytes())
    assert [entry["resource"] for entry in built["entry"]] == [entry["resource"] for entry in came["entry"]]
    assert [entry["fullUrl"] for entry in built["entry"]] == [entry["fullUrl"] for entry in came["entry"]]


def test_view_shows_the_words_and_none_that_are_under_a_wrong_name(run, theirs):
    page = run("view", "--text", theirs).out
    assert "The allotment." in page
    assert "Dr No" not in page


def test_check_reports_the_wrong_name_and_repeats_nothing(run, theirs):
    ran = run("check", theirs, "--format", "concise")
    assert "FM841" in ran.out
    assert "Preferred healthcare" not in ran.out
    assert LOINC not in ran.err


@pytest.mark.parametrize("command", ["read", "view", "check"])
def test_a_bundle_about_nobody_or_about_two_is_refused_with_what_to_do(run, tmp_path, command):
    file = tmp_path / "two.json"
    for patients, said_then in ((), "no Patient"), ((PATIENT, {**PATIENT, "id": "eve"}), "Pull one patient"):
        entries = [{"fullUrl": f"https://x.example/Patient/{each['id']}", "resource": each} for each in patients]
        file.write_bytes(jsonio.write({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        ran = run(command, file)
        assert ran.code == 2
        assert said_then in ran.err
