"""Bulk export that was ended, by Ctrl-C, by a kill, by faults, or met another beside it; and how it goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from fhir_matters.errors import FhirMattersError, ServerError, Unreachable
from fhir_matters.server import Server
from fhir_matters.server.bulk.asking import Wanted
from fhir_matters.server.bulk.export import export
from fhir_matters.server.connection import Limits
from fhir_matters.testing import LocalServer
from tests.server.bulk.answers import BAD, FILE, KICK_OFF, PATIENTS, STATUS, manifest, pending
from tests.server.scripted import Scripted


def test_ctrl_c_ends_the_export_on_the_server_and_leaves_nothing(scripted, client, tmp_path):
    output = [{"type": kind, "url": f"{scripted.base}/{kind}"} for kind in ("Patient", "Flag")]
    scripted.at(STATUS, (200, {}, manifest(scripted, output=output)))
    scripted.at("GET /fhir/Patient", (200, {}, PATIENTS))
    scripted.at("GET /fhir/Flag", (200, {}, b'{"resourceType":"Flag"}\n'))

    def interrupt(_):
        if "GET /fhir/Flag" in scripted.places():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(client, into=tmp_path / "x", watch=interrupt)
    assert scripted.places()[-1] == "DELETE /fhir/status"
    assert list((tmp_path / "x").iterdir()) == []
    assert export(client, into=tmp_path / "x").lines == 3


def test_an_export_that_is_to_be_kept_is_gone_on_with_after_ctrl_c(scripted, client, tmp_path):
    def interrupt(_):
        raise KeyboardInterrupt

    scripted.at(STATUS, pending(X_Progress="10%"), (200, {}, manifest(scripted)))
    with pytest.raises(KeyboardInterrupt):
        export(client, into=tmp_path / "x", told=interrupt, keep=True)
    assert export(client, into=tmp_path / "x", keep=True).lines == 2
    assert "DELETE /fhir/status" not in scripted.places()
    assert scripted.places().count(KICK_OFF) == 1


def test_the_export_of_somebody_else_is_fetched_by_its_status(scripted, client, tmp_path):
    assert export(client, into=tmp_path / "x", status=f"{scripted.base}/status").lines == 2
    assert KICK_OFF not in scripted.places()
    with pytest.raises(ServerError, match="another origin"):
        export(client, into=tmp_path / "y", status="https://elsewhere.example/status")


def test_a_folder_that_is_complete_is_not_asked_for_again(scripted, client, tmp_path):
    first = export(client, into=tmp_path / "x")
    asked = len(scripted.asked)
    assert export(client, into=tmp_path / "x") == first
    assert len(scripted.asked) == asked


def test_a_folder_with_something_else_is_left_alone(client, tmp_path):
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(FhirMattersError, match="something else"):
        export(client, into=tmp_path)
    export(client, into=tmp_path / "x")
    with pytest.raises(FhirMattersError, match="another export"):
        export(client, Wanted("Patient"), into=tmp_path / "x")
    (tmp_path / "x" / ".export" / "state.json").write_text("{}")
    with pytest.raises(FhirMattersError, match="cannot be read"):
        export(client, into=tmp_path / "x")


def test_files_of_another_moment_are_fetched_anew(scripted, client, tmp_path):
    output = [{"type": kind, "url": f"{scripted.base}/{kind}"} for kind in ("Patient", "Flag")]
    scripted.at(STATUS, (200, {}, manifest(scripted, output=output)))
    scripted.at("GET /fhir/Patient", (200, {}, PATIENTS))
    scripted.at("GET /fhir/Flag", (500, {}, BAD))
    with pytest.raises(ServerError):
        export(client, into=tmp_path / "x")
    later = manifest(scripted, output=output, transactionTime="2026-02-02T00:00:00Z")
    scripted.at(STATUS, (200, {}, later))
    scripted.at("GET /fhir/Flag", (200, {}, b'{"resourceType":"Flag"}\n'))
    assert export(client, into=tmp_path / "x").taken == "2026-02-02T00:00:00Z"
    assert scripted.places().count("GET /fhir/Patient") == 2


KILLED = """
import os, signal, sys
from fhir_matters.server import Server
from fhir_matters.server.bulk.export import export
from fhir_matters.server.wire import Wire
left, opened = int(sys.argv[3]), Wire.open
def killing(*arguments, **more):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return opened(*arguments, **more)
Wire.open = killing
export(Server(sys.argv[1]), into=sys.argv[2])
"""


class Counting(Server):
    """A client that counts the files that it asks for."""

    files = 0

    def stream(self, where, **more):
        self.files += "$export-file" in where
        return super().stream(where, **more)


def test_two_at_once_into_one_folder_do_not_spoil_each_others_files(scripted, client, tmp_path):
    body = b"".join(b'{"resourceType":"Patient","id":"%d"}\n' % number for number in range(20_000))
    scripted.at(FILE, (200, {}, body))
    program = (
        "import sys; from fhir_matters.server import Server; from fhir_matters.server.bulk.export import export;"
        "export(Server(sys.argv[1]), into=sys.argv[2], keep=True)"
    )
    scripted.at(STATUS, (202, {}, b""))
    with pytest.raises(Unreachable):
        export(client, into=tmp_path / "x", patience=0)
    scripted.at(STATUS, (200, {}, manifest(scripted)))
    command = [sys.executable, "-c", program, scripted.base, tmp_path / "x"]
    both = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert 0 in [each.wait() for each in both]
    assert (tmp_path / "x" / "Patient.1.ndjson").read_bytes() == body


def test_killed_at_any_request_the_same_call_goes_on_and_fetches_no_whole_file_twice(tmp_path):
    kinds = ("Patient", "Flag", "Basic")
    with LocalServer() as server:
        server.holding(*[{"resourceType": kind, "id": f"{kind}-{n}"} for kind in kinds for n in range(20)])
        for after in range(1, 6):
            into = str(tmp_path / str(after))
            command = [sys.executable, "-c", KILLED, server.base, into, str(after)]
            ended = subprocess.run(command, env={**os.environ}, check=False, capture_output=True)
            assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
            with Counting(server.base) as client:
                exported = export(client, into=into)
            assert sorted(each["id"] for each in exported.resources()) == sorted(each["id"] for each in server.held())
            assert client.files == min(3, 5 - after)
            assert list((tmp_path / str(after)).rglob("*.part")) == []


SPOILT = "truncate=0.3,drop-response=0.2,reset=0.2,error=503:0.2:retry-after=absurd,garbage=0.2,pending=0.3"


@pytest.mark.parametrize("seed", range(4))
def test_under_every_fault_an_export_is_whole_or_is_an_error(tmp_path, waits, seed):
    with LocalServer(SPOILT, seed=seed) as server:
        server.holding(*[{"resourceType": "Basic", "id": f"b-{number}"} for number in range(50)])
        server.holding(*[{"resourceType": "Flag", "id": f"f-{number}"} for number in range(50)])
        with Server(server.base, limits=Limits(attempts=3), wait=waits.append) as client:
            for _ in range(20):
                try:
                    exported = export(client, into=tmp_path / "x")
                    break
                except ServerError:
                    pass
        assert server.faults.counts.total() >= 3
        assert sorted(each["id"] for each in exported.resources()) == sorted(each["id"] for each in server.held())


def test_memory_does_not_grow_with_what_is_exported(tmp_path):
    line = b'{"resourceType":"Basic","id":"x","code":{"text":"' + b"y" * 2000 + b'"}}\n'
    program = (
        "import re, sys; from fhir_matters.server import Server;"
        "from fhir_matters.server.bulk.export import export;"
        "exported = export(Server(sys.argv[1]), into=sys.argv[2]); list(map(bool, exported.resources()));"
        "print(exported.lines, re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    peak = {}
    with Scripted() as server:
        server.at(KICK_OFF, (202, {"Content-Location": f"{server.base}/status"}, b""))
        output = [{"type": "Basic", "url": f"{server.base}/file"}]
        server.at(STATUS, (200, {}, manifest(server, output=output)))
        for lines in (1000, 40_000):
            server.at(FILE, (200, {}, line * lines))
            ran = [sys.executable, "-c", program, server.base, str(tmp_path / str(lines))]
            said = subprocess.run(ran, check=True, capture_output=True, text=True).stdout.split()
            assert int(said[0]) == lines
            peak[lines] = int(said[1]) * 1024
    assert peak[40_000] - peak[1000] < 20 * 1024 * 1024, "of 80 MB"
