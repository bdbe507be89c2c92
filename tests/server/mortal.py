"""Transfers that end at any request: processes of their own, killed for good by the server that they talk to.

They come out of a fork server that has imported everything, so that a killed one costs little.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from random import Random
from signal import SIGKILL

from fhir_matters import jsonio
from fhir_matters.local_server.faults import Faults, Struck, parse
from fhir_matters.local_server.serve import Running
from fhir_matters.server import Server
from fhir_matters.server.apply import Pace
from fhir_matters.server.receipt import Receipt
from fhir_matters.server.transfer import push
from tests.server import independent
from tests.server.resources import record, world_wide

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.server.mortal", "requests"])
PACE = Pace(size=25, pause=0)
SOURCE = world_wide(record(198))
WANTED = {f"{each['resourceType']}/{each['id']}": independent.read(jsonio.write(each)) for each in SOURCE}

# What the server did with the request at which the other one ended.
BEFORE, ACTED, HALF = "had not acted", "had acted", "was in the middle of its answer"
SPOILT = {ACTED: "drop-response", HALF: "truncate"}


class Watched(Running):
    """A server whose every request meets what `strike` says of its number and method; `methods` are those so far."""

    def __init__(self, strike: Callable[[int, str], str | list[Struck]] = lambda *_: "") -> None:
        self.strike = strike
        self.methods: list[str] = []
        super().__init__(faults=_Asked(self))


class _Asked(Faults):
    def __init__(self, server: Watched) -> None:
        super().__init__()
        self._server = server

    def strike(self, method: str, path: str) -> list[Struck]:  # noqa: ARG002 (as all faults are asked)
        number = len(self._server.methods)
        self._server.methods.append(method)
        met = self._server.strike(number, method)
        return [Struck(each, Random(number)) for each in parse(met)] if met and isinstance(met, str) else list(met)


def sent(base: str, journal: Path | None = None) -> Receipt:
    """The receipt for the two hundred, from a client that never waits."""
    with Server(base, wait=lambda _: None) as server:
        return push(SOURCE, server, pace=PACE, journal=journal)


def dies(server: Watched, number: int, when: str, journal: Path | None = None) -> bool:
    """True where a process that sends the two hundred was killed at this request; False where it made fewer."""
    process = FORKS.Process(target=sent, args=(server.base, journal), daemon=True)

    def strike(at: int, _: str) -> str:
        if when != BEFORE and at == number:
            return SPOILT[when]  # and it is killed when it asks again
        if at < number:
            return ""
        process.kill()
        return "drop-request"

    server.strike = strike
    process.start()
    process.join()
    server.strike = lambda *_: ""
    assert process.exitcode in (0, -SIGKILL)
    return process.exitcode != 0


def stored(server: Watched) -> dict[str, int]:
    """How many versions there are of each resource, all of which say what was to be sent."""
    strike, server.strike = server.strike, lambda *_: ""
    found = independent.versions(server.base)
    server.strike = strike
    now = {place: each[0] for place, each in found.items()}
    meant = independent.Meant({place: place for place in WANTED}, now)
    for place, every in found.items():
        assert [independent.differences(WANTED[place], each, meant) for each in every] == [[]] * len(every)
    return {place: len(every) for place, every in found.items()}


def tells_the_truth(receipt: Receipt, server: Watched) -> None:
    """What it says arrived is there in the version that it names and as it was sent; what it says is not, is not."""
    found = stored(server)
    assert {line.target for line in receipt.lines if line.arrived} == set(found)
    assert set(found.values()) <= {1}
    assert {line.version for line in receipt.lines if line.arrived} <= {"1"}
    assert receipt.nothing_lost == (set(found) == set(WANTED))


def completes(server: Watched, journal: Path | None = None) -> None:
    """Sends again, and sees that all is there, once, and that the receipt says what is so."""
    before = stored(server)
    receipt = sent(server.base, journal)
    tells_the_truth(receipt, server)
    assert receipt.nothing_lost
    assert {line.target: line.action for line in receipt.lines} == {
        place: "already there" if place in before else "created" for place in WANTED
    }
