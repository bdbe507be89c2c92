"""One process that validates: what it does, how it gets pieces of documents and gives back reports, how it ends."""

from __future__ import annotations

import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from fhir_matters.errors import FhirMattersError
from fhir_matters.validation.pieces import Piece


def work(pipe: Connection, pickled: bytes) -> None:
    """Judge what comes, until nobody sends any more."""
    try:
        judge, packing = pickle.loads(pickled)  # noqa: S301 (from the process that started this one)
        judging = judge.ready()
    except FhirMattersError as error:
        pipe.send(str(error))
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        pipe.send("")
        while True:
            documents = chain.from_iterable(part.documents() for part in pipe.recv())
            pipe.send(packing((document, judging(document)) for document in documents))


class Worker:
    """A process, and the pieces that it has in hand; what is sent goes through a thread, so that nobody waits."""

    def __init__(self, pickled: bytes) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.pieces: deque[Piece[Any]] = deque()
        self.ready = False
        self._queue: SimpleQueue[Piece[Any] | None] = SimpleQueue()
        self.process = context.Process(target=work, args=(theirs, pickled), daemon=True, name="fhir-matters validate")
        _uninterrupted(self.process.start)
        theirs.close()
        self._sending = threading.Thread(target=self._send, daemon=True, name="sending")
        self._sending.start()

    def give(self, piece: Piece[Any]) -> None:
        """Let it judge these too."""
        piece.given = True
        self.pieces.append(piece)
        self._queue.put(piece)

    def _send(self) -> None:
        with suppress(OSError, ValueError):
            for piece in iter(self._queue.get, None):
                self.pipe.send(piece.parts)

    def end(self) -> str:
        """End it; how it ended."""
        self.process.kill()
        self.process.join()
        self._queue.put(None)
        self._sending.join()
        self.pipe.close()
        code = self.process.exitcode
        self.process.close()
        return _how(code)


def _how(code: int | None) -> str:
    """How a process ended."""
    if code is None or code >= 0:
        return f"ended with code {code}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"


@contextmanager
def undisturbed() -> Iterator[None]:
    """An interrupt from the keyboard waits until this is done, so that nothing is left half made."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield
        return
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        signal.raise_signal(signal.SIGINT)


def _uninterrupted(start: Callable[[], None]) -> None:
    """Start a process that does not hear interrupts from the keyboard: what they mean is decided here."""
    if not hasattr(signal, "pthread_sigmask"):
        start()
        return
    resource_tracker.ensure_running()  # it unblocks signals when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
