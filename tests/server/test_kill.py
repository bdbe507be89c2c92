"""`kill -9` in the middle of a transfer, for real: running it again completes it and doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fhir_matters.server import Server
from fhir_matters.server.apply import Pace
from fhir_matters.server.transfer import push
from tests.server.resources import record

CODE = """
import sys
from fhir_matters.server import Server
from fhir_matters.server.apply import Pace
from fhir_matters.server.transfer import push
from tests.server.resources import record

push(record(12), Server(sys.argv[1]), pace=Pace(size=4), journal=sys.argv[2] or None)
"""
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("write", range(4))
@pytest.mark.parametrize("acts", [False, True], ids=["before the server acts", "after the server acted"])
@pytest.mark.parametrize("journal", ["", "journal"])
def test_a_killed_transfer_is_completed_by_running_it_again(fake, tmp_path, write, acts, journal):
    path = str(tmp_path / journal) if journal else ""
    process = subprocess.Popen([sys.executable, "-c", CODE, fake.base, path], cwd=ROOT)
    put = fake.transaction
    count = iter(range(100))

    def transaction(bundle):
        last = next(count) == write
        answer = put(bundle) if acts or not last else None
        if last:
            process.send_signal(signal.SIGKILL)
            process.wait()
        return answer if answer is not None else put({**bundle, "entry": []})

    fake.transaction = transaction
    assert process.wait() == -signal.SIGKILL
    fake.transaction = put
    assert len(fake.stored) < 14 or write == 3
    with Server(fake.base) as server:
        receipt = push(record(12), server, pace=Pace(size=4), journal=path or None)
    assert receipt.nothing_lost
    assert fake.created == len(fake.stored) == 14
    assert all(len(versions) == 1 for versions in fake.stored.values())
