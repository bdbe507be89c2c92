"""`kill -9` of a transfer of two hundred, at every request: running it again completes it and doubles nothing."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from signal import SIGKILL

import pytest

from fhir_matters import jsonio
from tests.server.mortal import ACTED, BEFORE, HALF, SOURCE, WANTED, Watched, completes, dies, sent, stored


@pytest.mark.parametrize("journaled", [False, True], ids=["no journal", "journal"])
@pytest.mark.parametrize("when", [BEFORE, ACTED, HALF])
def test_a_transfer_killed_at_any_request_is_completed_by_running_it_again(tmp_path, when, journaled, tell):
    with Watched() as server:
        sent(server.base)
        methods = server.methods
    runs = 0
    for number, method in enumerate(methods):
        if method == "GET" and (when, journaled) != (HALF, True):
            continue  # however a question ends, the server is as it was
        journal = tmp_path / f"journal-{number}" if journaled else None
        with Watched() as server:
            assert dies(server, number, when, journal)
            completes(server, journal)
        runs += 1
    tell(f"{runs} transfers of {len(WANTED)} killed, at {runs} of {len(methods)} requests, when the server {when}.")
    assert runs >= methods.count("POST") >= 8


@pytest.mark.parametrize("write", range(3))
def test_the_command_itself_goes_on_from_where_it_was_killed(tmp_path, write):
    names = ("two-hundred.ndjson", "journal", "receipt.json")
    file, journal, receipt = (tmp_path / name for name in names)
    file.write_bytes(b"\n".join(jsonio.write(each) for each in SOURCE))
    with Watched() as server:
        options = ("--to", server.base, "--yes", "--unchecked", "--journal", journal, "--receipt", receipt)
        command = [sys.executable, "-m", "fhir_matters", "push", file, *options]
        writes = count()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:

            def strike(_: int, method: str) -> str:
                if method == "GET" or next(writes) < write:
                    return ""
                process.kill()
                return "drop-response"

            server.strike = strike
        assert process.returncode == -SIGKILL
        assert not receipt.exists()
        server.strike = lambda *_: ""
        assert (len(stored(server)) > 0) >= (write > 0)
        again = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (again.returncode, again.stdout.splitlines()[-2]) == (0, "Nothing was lost.")
        assert stored(server) == dict.fromkeys(WANTED, 1)
        assert jsonio.read(receipt.read_bytes())["nothingLost"] is True
