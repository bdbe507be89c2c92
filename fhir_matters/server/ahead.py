"""One step ahead: while one exchange with a server is on the wire, the next is made ready, or the last one looked at.

A thread of its own does the exchanges, one after the other, and nothing else. What is asked is made, what is answered
is looked at, and what goes wrong is raised in the thread that goes through the answers.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from queue import SimpleQueue
from typing import Any, Self, TypeAlias, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")
# Yields its exchanges, at least one, is given the answer to each, and returns what came of them.
Task: TypeAlias = Generator[Callable[[], Any], Any, Told]
ALTERNATING = 2


class _Stopped(BaseException):
    """Ends an exchange that nobody waits for any more; nothing on its way may take it for an error of the server."""


class Line:
    """What a thread that exchanges is held up by, so that another can end it: a socket, or a pause."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._cut = threading.Event()
        self._lock = threading.Lock()

    def uses(self, used: socket.socket | None) -> None:
        """This is the socket from now on."""
        with self._lock:
            if used is not None and self._cut.is_set():
                raise _Stopped
            self._socket = used

    def wait(self, seconds: float) -> None:
        """Sleep, unless the line is cut."""
        if self._cut.wait(seconds):
            raise _Stopped

    def cut(self) -> None:
        """Whoever waits for it waits no longer, and it is used no more."""
        with self._lock:
            self._cut.set()
            if self._socket is not None:
                with suppress(OSError):
                    # As any socket, for TLS has no say in it.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


LINE: ContextVar[Line | None] = ContextVar("LINE", default=None)


def wait(seconds: float) -> None:
    """Sleep; where this is the thread of a `Messenger`, until it is sent home."""
    line = LINE.get()
    if line is None:
        time.sleep(seconds)
    else:
        line.wait(seconds)


class Messenger:
    """The thread, from `with` to its end: then what is under way is ended, and the thread too."""

    def __init__(self) -> None:
        self._errands: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._line = Line()
        self._thread = threading.Thread(target=self._run, name="fhir-matters exchange", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.cut()
        self._errands.put(None)
        self._thread.join()

    def in_turn(
        self, exchange: Callable[[Asked], Told], asked: Iterable[Asked]
    ) -> Iterator[tuple[Asked, Future[Told]]]:
        """Each with its answer. The next is made ready meanwhile, and goes when whoever has the answer is done with it.

        What goes wrong while it is made ready is raised after that.
        """
        upcoming = iter(asked)
        several, problem = _next(upcoming)
        while several:
            current, answer = several[0], self._sent(exchange, several[0])
            several, problem = _next(upcoming)
            yield current, answer
        if problem is not None:
            raise problem

    def at_once(
        self, exchange: Callable[[Asked], Told], asked: Iterable[Asked]
    ) -> Iterator[tuple[Asked, Future[Told]]]:
        """Each with its answer. The next goes before that is handed over, so that one is looked at meanwhile."""
        before: tuple[Asked, Future[Told]] | None = None
        for each in asked:
            answer = self._sent(exchange, each)
            if before is not None:
                yield before
            before = each, answer
        if before is not None:
            yield before

    def alternating(self, tasks: Iterable[Task[Told]]) -> Iterator[Told]:
        """What each task returns. One is worked at while an exchange of another is on its way: two at the most."""
        upcoming = iter(tasks)
        waiting: deque[tuple[Task[Told], Future[Any]]] = deque()
        while True:
            while len(waiting) < ALTERNATING and (begun := next(upcoming, None)) is not None:
                waiting.append((begun, self._sent(_made, next(begun))))
            if not waiting:
                return
            task, answer = waiting.popleft()
            try:
                errand = task.send(answer.result())
            except StopIteration as end:
                yield end.value
            else:
                waiting.append((task, self._sent(_made, errand)))

    def _sent(self, exchange: Callable[[Asked], Told], asked: Asked) -> Future[Told]:
        answer: Future[Told] = Future()

        def errand() -> None:
            try:
                self._line.wait(0)
                tell = partial(answer.set_result, exchange(asked))
            except BaseException as error:  # noqa: BLE001 (raised where the answer is asked for)
                tell = partial(answer.set_exception, error)
            self._line.uses(None)  # before anybody knows: an end from here on cuts nothing
            tell()

        self._errands.put(errand)
        return answer

    def _run(self) -> None:
        LINE.set(self._line)
        while (errand := self._errands.get()) is not None:
            errand()
            del errand  # and with it what was asked and answered, while nothing else is


def _made(exchange: Callable[[], Any]) -> Any:
    return exchange()


def _next(upcoming: Iterator[Any]) -> tuple[list[Any], Exception | None]:
    """The next alone, or nothing, and what went wrong instead."""
    try:
        return [next(upcoming)], None
    except StopIteration:
        return [], None
    except Exception as error:  # noqa: BLE001 (raised in its turn)
        return [], error
