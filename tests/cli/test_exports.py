"""`pull --export` and `move --export`: files for many patients, with what the server could not give."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys

import pytest

from fhir_matters import jsonio
from fhir_matters.testing import LocalServer
from tests.server.scripted import Scripted

TIME = "2026-01-01T00:00:00Z"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}


@pytest.fixture
def server():
    value = jsonio.read('{"value": 1.10}')
    said = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueQuantity": value}
    with LocalServer() as running:
        for each in ("a", "b"):
            running.holding({"resourceType": "Patient", "id": each})
            running.holding({**said, "id": f"o-{each}", "subject": {"reference": f"Patient/{each}"}})
        yield running


@pytest.fixture
def scripted():
    with Scripted() as bad:
        bad.at("GET /fhir/$export", (202, {"Content-Location": f"{bad.base}/status"}, b""))
        files = {
            "output": [{"type": "Patient", "url": f"{bad.base}/file"}],
            "error": [{"type": "OperationOutcome", "url": f"{bad.base}/errors"}],
        }
        bad.at("GET /fhir/status", (200, {}, {"transactionTime": TIME, "requiresAccessToken": False, **files}))
        bad.at("GET /fhir/file", (200, {}, b'{"resourceType":"Patient","id":"a"}\n'))
        bad.at("GET /fhir/errors", (200, {}, OUTCOME))
        yield bad


def test_everything_is_pulled_into_a_folder_that_can_be_pushed(run, server, tmp_path):
    pulled = run("pull", "--from", server.base, "--export", "system", "--into", tmp_path / "x")
    assert pulled.code == 0, pulled.err
    assert re.search(r"4 resources in 2 files in \S+: all up to \d{4}-", pulled.err)
    assert {each.name for each in (tmp_path / "x").iterdir()} == {
        "Patient.1.ndjson",
        "Observation.1.ndjson",
        ".export",
    }
    with LocalServer() as other:
        pushed = run("push", tmp_path / "x", "--to", other.base, "--yes")
        assert pushed.code == 0, pushed.err
        assert len(other.held()) == 4


def test_types_searches_and_packing_are_asked_for(run, server, tmp_path):
    asked = ("--type", "Observation", "--filter", "Observation?_id=o-b", "--since", "2020-01-01T00:00:00Z")
    pulled = run("pull", "--from", server.base, "--export", "Patient", "--into", tmp_path / "x", "--gzip", *asked)
    assert pulled.code == 0, pulled.err
    (file,) = (tmp_path / "x").glob("*.ndjson.gz")
    (line,) = gzip.decompress(file.read_bytes()).splitlines()
    assert b'"value":1.10' in line
    assert jsonio.read(line)["id"] == "o-b"


@pytest.mark.parametrize("packing", [(), ("--gzip",)])
def test_an_export_has_a_receipt_that_can_be_held_against_folder_and_server(run, server, tmp_path, packing):
    folder, receipt = tmp_path / "x", tmp_path / "receipt.json"
    asked = ("pull", "--from", server.base, "--export", "system", "--into", folder, "--receipt", receipt, *packing)
    pulled = run(*asked)
    assert pulled.code == 0, pulled.err
    said = jsonio.read(receipt.read_bytes())
    assert {each["target"] for each in said["resources"]} == {
        "Patient/a",
        "Patient/b",
        "Observation/o-a",
        "Observation/o-b",
    }
    assert (said["asked"], said["target"]) == (["$export"], folder.as_uri())
    assert run("verify", receipt).code == run("verify", receipt, "--at", server.base).code == 0
    (file,) = folder.glob("Observation.1.ndjson*")
    text = gzip.decompress(file.read_bytes()) if packing else file.read_bytes()
    changed = text.replace(b"1.10", b"1.1", 1)
    file.write_bytes(gzip.compress(changed) if packing else changed)
    verified = run("verify", receipt)
    assert (verified.code, "1 different without a new version" in verified.out) == (1, True)
    again = run(*asked)
    assert again.code == 2
    assert "not as it came" in again.err


def test_no_receipt_of_an_export_lies_in_its_folder(run, server, tmp_path):
    into = tmp_path / "x"
    asked = ("pull", "--from", server.base, "--export", "system", "--into", into, "--receipt", into / "r.json")
    assert (run(*asked).code, into.exists()) == (2, False)


def test_files_on_another_host_are_fetched_where_that_is_said(run, scripted, tmp_path):
    with Scripted() as bucket:
        bucket.at("GET /bucket", (200, {}, b'{"resourceType":"Patient","id":"a"}\n'))
        output = [{"type": "Patient", "url": f"{bucket.root}/bucket"}]
        told = {"transactionTime": TIME, "requiresAccessToken": False, "output": output}
        scripted.at("GET /fhir/status", (200, {}, told))
        asked = ("pull", "--from", scripted.base, "--export", "system", "--into", tmp_path / "x")
        refused = run(*asked)
        assert (refused.code, "another origin" in refused.err, bucket.asked) == (2, True, [])
        assert run(*asked, "--follow", f"{bucket.root}/path").code == 2
        followed = run(*asked, "--follow", bucket.root)
        assert followed.code == 0, followed.err


def test_a_move_by_export_proves_what_arrived(run, server, tmp_path):
    with LocalServer() as other:
        moved = run("move", "--from", server.base, "--to", other.base, "--export", "system", "--yes")
        assert moved.code == 0, moved.err
        assert "Nothing was lost." in moved.out
        assert len(other.held()) == 4
        again = run("move", "--from", server.base, "--to", other.base, "--export", "system", "--into", tmp_path / "x")
        assert (again.code, "already there" in again.out) == (0, True)


def test_what_the_server_could_not_export_is_said_and_is_no_success(run, scripted, tmp_path):
    pulled = run("pull", "--from", scripted.base, "--export", "system", "--into", tmp_path / "x")
    assert pulled.code == 1
    assert "error exception (1)" in pulled.err
    assert (tmp_path / "x" / ".export" / "error.OperationOutcome.1.ndjson").is_file()
    with LocalServer() as other:
        moved = run("move", "--from", scripted.base, "--to", other.base, "--export", "system", "--yes")
        assert (moved.code, len(other.held())) == (1, 1)


@pytest.mark.parametrize(
    "options",
    [
        ("--type", "Patient"),
        ("--into", "x"),
        ("--export", "system"),
        ("--export", "system", "--into", "x", "-o", "y.json"),
        ("--export", "system", "--into", "x", "--patient", "a"),
        ("--export", "all", "--into", "x"),
        ("--export", "system", "--into", "x", "--since", "yesterday"),
        ("--export", "system", "--into", "x", "--type", "patient"),
        ("--export", "system", "--into", "x", "--filter", "status=final"),
        ("--export", "Group/none", "--into", "x"),
    ],
)
def test_what_does_not_go_together_is_refused_and_nothing_is_written(run, server, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    refused = run("pull", "--from", server.base, *options)
    assert refused.code == 2
    assert refused.err
    assert list(tmp_path.iterdir()) == []


def test_a_move_by_export_to_the_same_server_or_of_one_patient_is_refused(run, server):
    for options in (["--to", server.base], ["--to", "http://localhost:1/fhir", "--patient", "a"]):
        assert run("move", "--from", server.base, "--export", "system", *options).code == 2


@pytest.mark.parametrize(
    ("keep", "said", "ended"), [((), "ended on the server", True), (("--keep",), "goes on at the server", False)]
)
def test_ctrl_c_says_what_becomes_of_the_export(scripted, tmp_path, keep, said, ended):
    scripted.at("GET /fhir/status", (202, {"X-Progress": "10%", "Retry-After": "60"}, b""))
    scripted.at("DELETE /fhir/status", (202, {}, b""))
    command = ["pull", "--from", scripted.base, "--export", "system", "--into", str(tmp_path / "x"), *keep]
    with subprocess.Popen(
        [sys.executable, "-m", "fhir_matters", *command], stderr=subprocess.PIPE, text=True
    ) as process:
        while "GET /fhir/status" not in scripted.places():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said in err
    assert ("DELETE /fhir/status" in scripted.places()) is ended
    assert (tmp_path / "x" / ".export").exists() is not ended


def test_a_bundle_is_pulled_as_lines_where_the_file_is_named_so(run, server, tmp_path):
    for name, unpacked in (("all.ndjson", bytes), ("all.ndjson.gz", gzip.decompress)):
        assert run("pull", "--from", server.base, "-o", tmp_path / name).code == 0
        lines = unpacked((tmp_path / name).read_bytes()).splitlines()
        assert sorted(jsonio.read(line)["id"] for line in lines) == ["a", "b", "o-a", "o-b"]
