"""One exchange is on its way while the next is made ready: never two, nothing out of turn, and no thread is left."""

from __future__ import annotations

import itertools
import socket
import threading
from pathlib import Path

import pytest

from fhir_matters import jsonio
from fhir_matters.errors import Conflict, ServerError, Unauthorised
from fhir_matters.server import Limits, Server, sockets
from fhir_matters.server.ahead import Messenger, wait
from fhir_matters.server.shelf import Shelf
from fhir_matters.server.transfer import push
from tests.server.mortal import PACE, SOURCE, WANTED, Watched, sent, stored

LONG = 600.0
SOON = 10.0


def threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("fhir-matters")]


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    assert not threads()


def test_the_next_is_made_ready_while_one_is_on_its_way():
    made = [threading.Event() for _ in range(4)]

    def asked():
        for number, each in enumerate(made):
            each.set()
            yield number

    def exchange(number):
        assert made[min(number + 1, 3)].wait(SOON), "the next was not made ready meanwhile"
        return number * 10

    with Messenger() as messenger:
        assert [(each, answer.result()) for each, answer in messenger.in_turn(exchange, asked())] == [
            (0, 0),
            (1, 10),
            (2, 20),
            (3, 30),
        ]


def test_in_turn_the_next_goes_when_the_answer_to_the_last_was_dealt_with():
    happened = []
    with Messenger() as messenger:
        for number, answer in messenger.in_turn(lambda each: happened.append(("goes", each)), iter(range(4))):
            answer.result()
            happened.append(("dealt with", number))
    assert happened == [(what, number) for number in range(4) for what in ("goes", "dealt with")]


def test_at_once_the_next_goes_while_the_last_answer_is_looked_at():
    gone = [threading.Event() for _ in range(4)]
    with Messenger() as messenger:
        for number, answer in messenger.at_once(lambda each: gone[each].set(), range(4)):
            assert answer.result() is None
            assert gone[min(number + 1, 3)].wait(SOON), "the next did not go"
            assert not any(each.is_set() for each in gone[number + 2 :]), "more than one is ahead"


@pytest.mark.parametrize("way", ["in_turn", "at_once"])
def test_one_thread_does_all_exchanges_and_another_all_else(way):
    here, there = set(), set()

    def asked():
        for number in range(5):
            here.add(threading.get_ident())
            yield number

    with Messenger() as messenger:
        for _, answer in getattr(messenger, way)(lambda _: there.add(threading.get_ident()), asked()):
            answer.result()
    assert here == {threading.get_ident()}
    assert len(there) == 1
    assert here.isdisjoint(there)


@pytest.mark.parametrize("way", ["in_turn", "at_once"])
def test_nothing_asked_is_nothing_answered(way):
    with Messenger() as messenger:
        assert not list(getattr(messenger, way)(lambda each: each, ()))


@pytest.mark.parametrize("way", ["in_turn", "at_once"])
def test_what_goes_wrong_in_an_exchange_is_raised_where_its_answer_is_asked_for(way):
    def exchange(number):
        if number == 1:
            raise ServerError("broken", status=500)
        return number

    answers = []
    with Messenger() as messenger:
        for number, answer in getattr(messenger, way)(exchange, range(3)):
            if number == 1:
                with pytest.raises(ServerError, match="broken"):
                    answer.result()
            else:
                answers.append(answer.result())
    assert answers == [0, 2]


def test_what_goes_wrong_while_the_next_is_made_ready_is_raised_after_the_last_was_dealt_with():
    def asked():
        yield 0
        raise ValueError("the next")

    dealt_with = []

    def go():
        with Messenger() as messenger:
            for number, answer in messenger.in_turn(lambda each: each, asked()):
                answer.result()
                dealt_with.append(number)

    with pytest.raises(ValueError, match="the next"):
        go()
    assert dealt_with == [0]


@pytest.mark.parametrize("error", [KeyboardInterrupt, Conflict])
def test_whoever_leaves_ends_an_exchange_with_a_server_that_never_answers(error):
    lines: list[socket.socket] = []

    def leave(silent: socket.socket) -> None:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}/fhir"
        limits = Limits(connect=LONG, read=LONG, whole=LONG)
        with Server(base, limits=limits) as server, Messenger() as messenger:
            for _ in messenger.in_turn(lambda where: server.request("GET", where), ["Patient/a", "Patient/b"]):
                lines.append(silent.accept()[0])
                assert lines[0].recv(1)  # the question is on its way, and nothing else will be
                raise error("enough")

    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(SOON)
        with pytest.raises(error, match="enough"):
            leave(silent)
        assert not threads()
        lines.pop().close()
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()  # nor was anything asked after that


def test_whoever_leaves_ends_a_pause_before_another_try():
    begun = threading.Event()

    def exchange(_):
        begun.set()
        wait(LONG)

    def leave() -> None:
        with Messenger() as messenger:
            for _ in messenger.in_turn(exchange, [1]):
                assert begun.wait(SOON)
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    wait(0)  # and here it is a pause as any


def test_a_line_that_is_idle_at_the_end_is_kept_for_the_next(monkeypatch):
    opened = []
    connect = sockets._Http.connect
    monkeypatch.setattr(sockets._Http, "connect", lambda line: opened.append(line) or connect(line))
    with Watched() as running, Server(running.base) as server:
        for _ in range(20):
            with Messenger() as messenger:
                asked = messenger.in_turn(lambda _: server.capabilities(), range(2))
                assert [answer.result()["resourceType"] for _, answer in asked] == ["CapabilityStatement"] * 2
        assert running.methods == ["GET"] * 40
    assert len(opened) == 1


def test_progress_is_told_and_the_shelf_is_used_by_who_asked_alone(monkeypatch):
    used, told = set(), set()
    do, many = Shelf.do, Shelf.many
    monkeypatch.setattr(Shelf, "do", lambda *given: used.add(threading.get_ident()) or do(*given))
    monkeypatch.setattr(Shelf, "many", lambda *given: used.add(threading.get_ident()) or many(*given))
    with Watched() as running, Server(running.base) as server:
        progress = lambda *_: told.add(threading.get_ident())  # noqa: E731
        assert push(SOURCE, server, pace=PACE, progress=progress).nothing_lost
    assert used == told == {threading.get_ident()}


def journaled(journal: Path) -> set[str]:
    return {jsonio.read(line)["place"] for line in journal.read_bytes().splitlines()}


def test_a_portion_is_in_the_journal_before_the_next_one_goes(tmp_path):
    journal = tmp_path / "journal"
    known: list[int] = []

    def strike(_: int, method: str) -> str:
        if method == "POST":
            there = {f"{kind}/{identity}" for kind, identity in server._store.query("SELECT type, id FROM current")}
            assert journaled(journal) == there
            known.append(len(there))
        return ""

    with Watched(strike) as server:
        assert sent(server.base, journal).nothing_lost
    assert len(known) == len(set(known)) >= 8
    assert journaled(journal) == set(WANTED)


def test_what_is_in_the_way_of_one_portion_keeps_the_next_from_going(tmp_path):
    journal = tmp_path / "journal"
    writes = itertools.count()

    def strike(_: int, method: str) -> str:
        return "error=401" if method == "POST" and next(writes) == 2 else ""

    with Watched(strike) as running, Server(running.base, wait=lambda _: None) as server:
        with pytest.raises(Unauthorised):
            push(SOURCE, server, pace=PACE, journal=journal)
        assert running.methods.count("POST") == 3
        assert journaled(journal) == set(stored(running))
        running.strike = lambda *_: ""
        assert push(SOURCE, server, pace=PACE, journal=journal).nothing_lost


def test_whoever_interrupts_after_a_portion_ends_the_transfer_there():
    def interrupt(stage: str, done: int, _: int) -> None:
        told.append((stage, done))
        if stage == "write" and running.methods.count("POST") == 2:
            raise KeyboardInterrupt

    told: list[tuple[str, int]] = []
    with Watched() as running, Server(running.base) as server:
        with pytest.raises(KeyboardInterrupt):
            push(SOURCE, server, pace=PACE, progress=interrupt)
        assert running.methods.count("POST") == 2
        assert told[-1] == ("write", len(stored(running)))
        assert push(SOURCE, server, pace=PACE).nothing_lost
