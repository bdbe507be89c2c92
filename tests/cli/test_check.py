"""`check`: records and bundles, exit codes, places in the file, and what cannot be read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from fhir_matters import jsonio

EXAMPLES = Path(__file__).parents[2] / "examples"
ART = EXAMPLES / "art.yaml"


def test_findings_advise_and_with_strict_warnings_fail(run):
    ran = run("check", ART, "--today", "2026-03-04", "--format", "concise")
    assert ran.code == 0
    assert f"{ART}:80:3: warning FM831 conversations.round-6: 6 conversations" in ran.out
    assert run("check", ART, "--today", "2026-03-04", "--strict").code == 1


def test_a_record_without_findings_is_clean_even_if_strict(run):
    ran = run("check", EXAMPLES / "eirwen.yaml", "--today", "2026-01-20", "--strict")
    assert (ran.code, ran.err) == (0, "")
    assert "nothing found" in ran.out


def test_information_never_makes_a_run_fail(run, tmp_path):
    (tmp_path / "ada.yaml").write_text("person: {name: Ada Lark}\n")
    ran = run("check", tmp_path / "ada.yaml", "--strict")
    assert ran.code == 0
    assert "FM802" in ran.out


def test_a_day_before_and_after(run):
    assert "FM821" not in run("check", ART, "--today", "2026-03-17").out
    assert "choices.where.look_again" in run("check", ART, "--today", "2026-03-18").out
    assert run("check", ART, "--today", "soon").code == 2


def test_a_bundle_is_read_first(run, barbara):
    ran = run("check", barbara, "--today", "2026-11-20", "--format", "json")
    issues = jsonio.read(ran.out)["reports"][0]["issues"]
    assert [(issue["rule"], issue["line"]) for issue in issues] == [("FM803", None)]


def test_every_format_tells_the_same(run):
    for style in ("text", "concise", "json", "outcome"):
        assert "FM831" in run("check", ART, "--format", style, "--today", "2026-03-04").out


def test_a_record_in_json_and_one_from_standard_input(run, tmp_path, monkeypatch):
    text = b'{\n "person": {"name": "Ada Lark"}}'
    (tmp_path / "ada.json").write_bytes(text)
    assert (
        f"{tmp_path / 'ada.json'}:2:2: information FM802"
        in run("check", tmp_path / "ada.json", "--format", "concise").out
    )
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert "information FM802" in run("check", "-", "--format", "concise").out


@pytest.mark.parametrize(
    "text",
    [b"person: [", b"person: {name: Ada, nmae: x}", b"\xff", b"", b"[]", b"7", b'{"resourceType": "Patient"}', b"{"],
)
def test_what_is_no_record_is_told_with_its_file_and_the_rest_goes_on(run, tmp_path, text):
    (tmp_path / "odd.yaml").write_bytes(text)
    ran = run("check", tmp_path / "odd.yaml", tmp_path / "absent.yaml", tmp_path, ART)
    assert ran.code == 2
    assert "FM831" in ran.out
    assert ran.err.count("odd.yaml") >= 1
    assert "absent.yaml" in ran.err
    assert "Traceback" not in ran.err
