"""`kill -9` of a transfer of two hundred, at every request: running it again completes it and doubles nothing."""

from __future__ import annotations

import pytest

from tests.server.mortal import ACTED, BEFORE, HALF, WANTED, Watched, completes, dies, sent


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
