"""Every fault at every request of a transfer of two hundred: nothing lost, nothing doubled, the receipt true."""

from __future__ import annotations

import pytest

from fhir_matters.errors import ServerError
from fhir_matters.local_server.faults import Faults
from tests.server.mortal import WANTED, Watched, completes, sent, stored, tells_the_truth

FAULTS = (
    "drop-request",
    "drop-response",
    "reset",
    "reset:acted",
    "truncate",
    "garbage",
    "garbage:acted",
    "error=429:retry-after=3",
    "error=503:retry-after=date",
    "error=503:retry-after=absurd",
    "error=504:acted",
    "error=500",
    "error=500:acted",
    "error=409",
    "error=409:acted",
    "error=412",
    "error=412:acted",
)
GET, POST = "GET", "POST"


@pytest.fixture(scope="module")
def methods() -> list[str]:
    """What a transfer asks that meets no fault."""
    with Watched() as server:
        sent(server.base)
        return server.methods


def struck(fault: str, number: int) -> bool:
    """True where a transfer ended well though this request met this fault; in any case the next one completes it."""
    with Watched(lambda at, _: fault if at == number else "") as server:
        try:
            receipt = sent(server.base)
        except ServerError:
            receipt = None
        else:
            assert receipt.nothing_lost
            tells_the_truth(receipt, server)
        completes(server)
    return receipt is not None


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_that_meets_a_fault_is_made_once(fault, methods, tell):
    runs = [struck(fault, number) for number, method in enumerate(methods) if method == POST]
    assert len(runs) >= 8
    assert all(runs), "it did not go on by itself"
    tell(f"{fault}: {len(runs)} transfers of {len(WANTED)}, at each write of one.")


@pytest.mark.parametrize("first", [0, 7])
def test_a_question_that_meets_a_fault_leaves_no_trace(methods, first):
    asked = [number for number, method in enumerate(methods) if method == GET]
    faults = [FAULTS[(first + at) % len(FAULTS)] for at in range(len(asked))]
    went_on = {fault for fault, number in zip(faults, asked, strict=True) if struck(fault, number)}
    stops = {each for each in faults if each.startswith(("error=500", "error=409", "error=412", "garbage"))}
    assert went_on >= set(faults) - stops


STORM = (
    "drop-response=0.15",
    "reset=0.1:acted",
    "truncate=0.1",
    "garbage=0.05:acted",
    "error=503:0.1:retry-after=absurd",
    "error=500:0.1:acted",
    "conflict=0.1",
    "drop-request=0.1",
)


@pytest.mark.parametrize("seed", range(6))
def test_a_storm_of_faults_is_weathered_by_going_on_from_there(seed, tmp_path, tell):
    storm, journal, runs = Faults(*STORM, seed=seed), tmp_path / "journal", 0
    with Watched(lambda _, method: storm.strike(method, "/")) as server:
        while set(stored(server)) != set(WANTED):
            runs += 1
            assert runs < 100
            try:
                tells_the_truth(sent(server.base, journal), server)
            except ServerError:
                continue
        server.strike = lambda *_: ""
        completes(server, journal)
    assert storm.counts.total() > 10
    tell(f"A storm of {storm.counts.total()} faults was weathered in {runs} runs.")
