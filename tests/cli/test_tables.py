"""`validate --format arrow|parquet`, and `-o`: what a file and a pipe get, and what a terminal does not."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from fhir_matters import jsonio

pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[test]'")
import pyarrow as pa
from pyarrow import parquet

LINES = (
    b'{"resourceType":"Patient","id":"p","gender":"female"}',
    b'{"resourceType":"Patient","id":"q","gender":"Hartley-xyz"}',
    b'{"resourceType":"Pati',
)
READ = {
    "arrow": lambda raw: pa.ipc.open_stream(raw).read_all(),
    "parquet": lambda raw: parquet.read_table(io.BytesIO(raw)),
}
SAME = ("rule", "severity", "code", "expression", "line", "column", "message", "profile", "undecided")


@pytest.fixture
def lines(tmp_path):
    file = tmp_path / "some.ndjson"
    file.write_bytes(b"\n".join(LINES))
    return file


def piped(*arguments):
    command = [sys.executable, "-m", "fhir_matters", "validate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.mark.parametrize("style", READ)
def test_a_table_has_the_findings_and_the_exit_code_that_json_has(run, lines, tmp_path, style):
    out = tmp_path / "out"
    ran = run("validate", lines, "--format", style, "-o", out)
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    table = READ[style](out.read_bytes())
    told = jsonio.read(run("validate", lines, "--format", "json").out)
    assert table["source"].to_pylist() == [f"{lines}:{number}" for number in (1, 2, 3)]
    for row, report in zip(table.to_pylist(), told["reports"], strict=True):
        assert (row["resource_type"], row["resource_id"], row["ok"]) == (
            report["resourceType"],
            report["resourceId"],
            report["ok"],
        )
        ours = [tuple(each[name] for name in SAME) for each in row["findings"]]
        assert ours == [tuple(each[name] for name in SAME) for each in report["issues"]]
    assert {each["line"] for each in table["findings"][2].as_py()} == {3}


@pytest.mark.parametrize("style", READ)
def test_a_pipe_gets_the_same_bytes_as_a_file(run, lines, tmp_path, style):
    out = tmp_path / "out"
    run("validate", lines, "--format", style, "-o", out)
    ran = piped(lines, "--format", style)
    assert (ran.returncode, ran.stdout) == (1, out.read_bytes())


def test_values_are_in_it_only_when_asked_for(lines):
    assert b"Hartley-xyz" not in piped(lines, "--format", "arrow").stdout
    assert b"Hartley-xyz" in piped(lines, "--format", "arrow", "--show-values").stdout


def test_a_file_that_cannot_be_read_is_told_as_ever_and_has_its_row(run, lines, tmp_path):
    ran = run("validate", tmp_path / "absent.json", lines, "--format", "arrow", "-o", tmp_path / "out")
    assert (ran.code, "absent.json" in ran.err) == (2, True)
    first, *others = READ["arrow"]((tmp_path / "out").read_bytes()).to_pylist()
    assert (first["source"], first["ok"], first["verdict"]) == (str(tmp_path / "absent.json"), False, "undecided")
    assert len(others) == 3


def test_a_terminal_is_spared(run, lines, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    ran = run("validate", lines, "--format", "parquet")
    assert (ran.code, ran.out) == (2, "")
    assert "Name a file: -o FILE." in ran.err


def test_without_pyarrow_the_other_formats_go_on(run, lines, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "fhir_matters.reports.arrow", raising=False)
    ran = run("validate", lines, "--format", "parquet", "-o", tmp_path / "out")
    assert (ran.code, (tmp_path / "out").exists()) == (2, False)
    assert "pip install 'fhir-matters[arrow]'" in ran.err
    assert run("validate", lines, "--format", "concise").code == 1


@pytest.mark.parametrize("style", ["text", "concise", "json", "outcome"])
def test_text_goes_into_a_file_too(run, lines, tmp_path, style):
    out = tmp_path / "out"
    assert run("validate", lines, "--format", style, "-o", out) == (1, "", "")
    assert out.read_text() == run("validate", lines, "--format", style).out


def test_a_folder_that_is_not_there_is_said(run, lines, tmp_path):
    ran = run("validate", lines, "-o", tmp_path / "none" / "out")
    assert ran.code == 2
    assert "none/out: No such file or directory." in ran.err
