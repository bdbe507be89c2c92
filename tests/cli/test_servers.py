"""`push`, `pull`, `move`, `serve`, `demo`: against real servers on loopback."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
import requests

from fhir_matters import Record, Server, jsonio, read
from fhir_matters.cli.joined import server_validate
from fhir_matters.local_server.serve import Running
from tests.cli.conftest import EXAMPLES


@pytest.fixture
def server():
    with Running(validate=server_validate) as running:
        yield running.base


@pytest.fixture
def other():
    with Running() as running:
        yield running.base


def held(base):
    """How many resources a server has."""
    return len(Server(base).pull().get("entry", []))


def test_a_record_file_is_pushed_pulled_and_the_same_again(run, server, tmp_path):
    pushed = run("push", EXAMPLES / "art.yaml", "--to", server, "--yes", "--receipt", tmp_path / "receipt.json")
    assert pushed.code == 0, pushed.err
    assert "Nothing was lost." in pushed.out
    assert jsonio.read((tmp_path / "receipt.json").read_bytes())["nothingLost"] is True
    assert run("pull", "--from", server, "-o", tmp_path / "art.json").code == 0
    assert read(jsonio.read((tmp_path / "art.json").read_bytes())) == Record.load(EXAMPLES / "art.yaml")


def test_pushing_again_creates_nothing(run, server, barbara):
    run("push", barbara, "--to", server, "--yes")
    before = held(server)
    again = run("push", barbara, "--to", server)
    assert again.code == 0, "nothing to do asks nothing"
    assert "already there" in again.out
    assert held(server) == before


def test_without_a_terminal_nothing_is_sent_unasked(run, server, barbara):
    ran = run("push", barbara, "--to", server)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert held(server) == 0


def test_what_is_invalid_is_not_sent_unless_told_so(run, server, tmp_path):
    (tmp_path / "bad.json").write_bytes(b'{"resourceType":"Patient","id":"p-1","gender":"nonsense"}')
    ran = run("push", tmp_path / "bad.json", "--to", server, "--yes")
    assert ran.code == 2
    assert "nothing was sent" in ran.err
    assert held(server) == 0
    assert run("push", tmp_path / "bad.json", "--to", server, "--yes", "--unchecked").code == 0
    assert held(server) == 1


def test_one_patient_is_moved_and_the_other_stays(run, server, other, barbara):
    for file in (barbara, EXAMPLES / "art.yaml"):
        assert run("push", file, "--to", server, "--yes").code == 0
    art = next(Server(server).search("Patient", [("family", "Bell")]))
    moved = run("move", "--from", server, "--to", other, "--patient", art["id"], "--yes")
    assert moved.code == 0, moved.err
    assert [patient["name"][0]["family"] for patient in Server(other).search("Patient")] == ["Bell"]
    assert read(Server(other).pull(art["id"])) == Record.load(EXAMPLES / "art.yaml")


def test_what_differs_on_the_target_is_named_and_kept(run, server, other, barbara, tmp_path):
    run("push", barbara, "--to", server, "--yes")
    run("move", "--from", server, "--to", other, "--yes")
    statement = next(each for each in Server(other).search("Observation") if "valueString" in each)
    Server(other).update({**statement, "valueString": "Something that she never said."})
    ran = run("move", "--from", server, "--to", other, "--yes", "--receipt", tmp_path / "r.json")
    assert ran.code == 1
    assert f"Observation/{statement['id']}" in ran.out
    assert "valueString" in (tmp_path / "r.json").read_text()
    assert statement["valueString"] not in (tmp_path / "r.json").read_text()
    assert Server(other).read("Observation", statement["id"])["valueString"] == "Something that she never said."


def test_the_page_is_drawn_from_a_server(run, server, barbara):
    run("push", barbara, "--to", server, "--yes")
    patient = next(Server(server).search("Patient"))
    ran = run("view", f"{server}/Patient/{patient['id']}", "--text")
    assert ran.code == 0
    assert "Don't hoist me for a photograph." in ran.out


@pytest.mark.parametrize("base", ["http://localhost:9/fhir", "no address", "http://localhost:1/fhir"])
def test_a_server_that_does_not_answer_is_one_clear_error(run, barbara, base):
    ran = run("push", barbara, "--to", base, "--yes")
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) <= 2


def test_a_full_disk_at_the_receipt_is_said_and_nothing_is_half_written(run, server, barbara, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    ran = run("push", barbara, "--to", server, "--yes", "--receipt", tmp_path / "receipt.json")
    assert ran.code == 2
    assert "No space left" in ran.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["barbara.json"]
    assert held(server) > 0


def test_a_receipt_without_a_folder_is_refused_before_anything_is_sent(run, server, barbara, tmp_path):
    ran = run("push", barbara, "--to", server, "--yes", "--receipt", tmp_path / "absent" / "receipt.json")
    assert ran.code == 2
    assert "nothing was sent" in ran.err
    assert held(server) == 0


def start(*arguments: object, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fhir_matters", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)


def test_serve_keeps_its_data_and_ends_on_request(tmp_path):
    for expected in (404, 200):
        with start("serve", "--port", "0", "--data", tmp_path / "data.sqlite") as process:
            base = re.search(r"http://\S+", process.stdout.readline()).group()
            assert requests.get(f"{base}/Patient/p-1", timeout=10).status_code == expected
            requests.put(f"{base}/Patient/p-1", json={"resourceType": "Patient", "id": "p-1"}, timeout=10)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


def test_serve_misbehaves_when_asked_to_and_says_what_it_can(run):
    with start("serve", "--port", "0", "--fault", "error=503:retry-after=7", "--fault", "latency=1ms") as process:
        told = process.stdout.readline()
        assert "on purpose: error=503:retry-after=7, latency=1ms (seed 0)" in told
        base = re.search(r"http://\S+", told).group()
        answer = requests.get(f"{base}/metadata", timeout=10)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    listed = run("serve", "--fault", "list")
    assert (listed.code, "drop-response=0.1" in listed.out) == (0, True)
    unknown = run("serve", "--fault", "drop-respond=0.1")
    assert unknown.code == 2
    assert "drop-response=0.1" in unknown.err


def test_a_push_killed_at_any_request_is_completed_by_running_it_again(run, server, barbara):
    whole = len(jsonio.read(barbara.read_bytes())["entry"])
    killed = 0
    for after in count():
        environment = {**os.environ, "KILL_AFTER": str(after)}
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, str(barbara), server], env=environment, capture_output=True, check=False
        )
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        killed += 1
    assert killed > 2
    assert run("push", barbara, "--to", server, "--yes").code == 0
    assert held(server) == whole


# The command line, killed by the system after so many requests: the last one is sent, its answer never read.
KILLED = """
import os, signal, sys
from requests import adapters
left = int(os.environ["KILL_AFTER"])
send = adapters.HTTPAdapter.send
def counted(*arguments, **options):
    global left
    answer = send(*arguments, **options)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return answer
adapters.HTTPAdapter.send = counted
sys.argv = ["fhir-matters", "push", sys.argv[1], "--to", sys.argv[2], "--yes"]
from fhir_matters.cli.main import main
main()
"""


def test_demo_does_the_whole_job_and_leaves_pages_and_receipts(run, tmp_path):
    ran = run("demo", "--out", tmp_path / "demo")
    assert ran.code == 0, ran.out
    assert ran.out.rstrip().endswith("Nothing was lost.")
    names = {file.name for file in (tmp_path / "demo").iterdir()}
    assert {"receipt-push.json", "receipt-move.json"} <= names
    assert {f"{file.stem}.html" for file in EXAMPLES.glob("*.yaml")} <= names
    assert "conflict: Observation/" in ran.out


def test_help_imports_nothing_heavy():
    code = "import sys; sys.argv = ['fhir-matters', '--help']; from fhir_matters.cli.main import main; main()"
    script = f"import atexit, sys; atexit.register(lambda: print(sorted(sys.modules))); {code}"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = out.rpartition("[")[2]
    assert not [name for name in ("pydantic", "requests", "lxml", "starlette", "jiter") if f"'{name}'" in loaded]


def test_a_closed_pipe_is_no_trace():
    command = f"{sys.executable} -m fhir_matters rules | head -1"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("FM001")
    assert "Traceback" not in ended.stderr
    assert Path(sys.executable).exists()
