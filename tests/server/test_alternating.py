"""Tasks that exchange with a server in turns: one is worked at while another waits for its answer."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from fhir_matters.errors import ServerError
from fhir_matters.server.ahead import Messenger

SOON = 10.0


def doubled(number):
    return number * 2


def task(name, count, happened=None):
    total = 0
    for number in range(count):
        total += yield partial(doubled, number)
        if happened is not None:
            happened.append((name, number))
    return name, total


def test_each_task_gets_its_own_answers_in_its_own_order_and_returns_what_came_of_them():
    happened = []
    with Messenger() as messenger:
        found = list(messenger.alternating(task(name, count, happened) for name, count in enumerate((1, 4, 2, 3, 1))))
    assert sorted(found) == [(0, 0), (1, 12), (2, 2), (3, 6), (4, 0)]
    for name, count in enumerate((1, 4, 2, 3, 1)):
        assert [number for each, number in happened if each == name] == list(range(count))


def test_while_one_waits_another_is_worked_at_and_never_more_than_two_are_begun():
    looked_at, begun, most = threading.Event(), set(), []

    def held_up():
        assert looked_at.wait(SOON), "nothing was looked at meanwhile"

    def one(name, exchange):
        begun.add(name)
        most.append(len(begun))
        yield exchange
        looked_at.set()
        yield partial(doubled, 1)
        begun.remove(name)

    with Messenger() as messenger:
        exchanges = [partial(doubled, 0), held_up, held_up, partial(doubled, 0)]
        assert len(list(messenger.alternating(one(*each) for each in enumerate(exchanges)))) == 4
    assert max(most) == 2


def test_one_thread_does_all_exchanges_and_another_all_else():
    here, there = set(), set()

    def one():
        for _ in range(3):
            here.add(threading.get_ident())
            yield lambda: there.add(threading.get_ident())

    with Messenger() as messenger:
        assert list(messenger.alternating(one() for _ in range(3))) == [None] * 3
    assert here == {threading.get_ident()}
    assert len(there) == 1
    assert here.isdisjoint(there)


def test_no_task_is_nothing_done():
    with Messenger() as messenger:
        assert not list(messenger.alternating(()))


def test_what_goes_wrong_in_an_exchange_or_between_two_is_raised_and_ends_it_all():
    def fails():
        raise ServerError("broken", status=500)

    def one(exchange, problem=None):
        yield exchange
        if problem is not None:
            raise problem

    for bad, kind in ((one(fails), ServerError), (one(partial(doubled, 0), ValueError("odd")), ValueError)):
        with Messenger() as messenger, pytest.raises(kind):
            list(messenger.alternating([task("good", 1), bad, task("never", 9)]))
    assert not [each for each in threading.enumerate() if each.name.startswith("fhir-matters")]
