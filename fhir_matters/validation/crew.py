"""Documents judged in several processes: what is told of them in their order, and little of it in memory at a time.

Each process has a pipe of its own, and two pieces in hand; no more pieces are on their way than the processes need.
Where one ends with a piece in hand, its documents are given out again one by one, so that the one that ends it is
found. Processes are started as there is work for them, and never by a fork: a thread of the caller's may hold anything.
"""

from __future__ import annotations

import pickle
import threading
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import wait
from typing import Any, Generic

from fhir_matters.errors import FhirMattersError
from fhir_matters.sources import Part
from fhir_matters.validation.judging import Judge, NoProcessError, StoppedError, failed
from fhir_matters.validation.parcels import Packing, T
from fhir_matters.validation.pieces import PATIENCE, Piece, Reading, pieces
from fhir_matters.validation.workers import Worker, undisturbed

IN_HAND = 2  # pieces that a process has: one at which it works, and the next
AT_A_TIME = 4  # pieces that are kept, begun or ready, for each process
MOST_BYTES = 64 * 1024 * 1024
"""While so much is on its way, no more is read."""
_ATTEMPTS = 3  # to start a process
_ALONE = 2  # times that a document by itself may end a process


def in_processes(
    found: Iterator[Part], judge: Judge, packing: Packing[T], jobs: int, stop: threading.Event
) -> Iterator[T]:
    """What `packing` makes of the reports where they are made; see `many.reports`.

    Raises FhirMattersError where no process can be started, or `judge` cannot go to one.
    """
    try:
        pickled = pickle.dumps((judge, packing))
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise FhirMattersError(
            f"This validator cannot be made in other processes: {error}.",
            next_step="Make it by a function of a module, or validate with one job.",
        ) from None
    crew = Crew(pickled, packing, jobs, Reading(found), stop)
    try:
        yield from crew.told()
    finally:
        crew.dismiss()


class Crew(Generic[T]):
    """The processes, and the pieces in their order from the first that is not told to the last that was read."""

    def __init__(self, pickled: bytes, packing: Packing[T], jobs: int, reading: Reading, stop: threading.Event) -> None:
        self.pieces: deque[Piece[T]] = deque()
        self.workers: list[Worker] = []
        self._pickled, self._packing, self._jobs = pickled, packing, jobs
        self._reading, self._stop = reading, stop
        self._false_starts = 0

    def told(self) -> Iterator[T]:
        """All that is told, in order."""
        self._reading.start()
        try:
            while self._going():
                self._give_out()
                self._receive()
                yield from self._ready()
        except (KeyboardInterrupt, NoProcessError) as end:
            unreached = tuple(piece.name for piece in self.pieces if piece.told is None)
            self.pieces = deque(piece for piece in self.pieces if piece.told is not None)
            yield from self._ready()
            if isinstance(end, KeyboardInterrupt):
                raise StoppedError(unreached) from None
            end.unreached = unreached
            raise
        if self._reading.error is not None:
            raise self._reading.error

    def _going(self) -> bool:
        if self._stop.is_set():
            self._reading.end()
            return bool(self.pieces)
        return bool(self.pieces) or not self._reading.over

    def _ready(self) -> Iterator[T]:
        while self.pieces and (told := self.pieces[0].told) is not None:
            while told:
                yield told.popleft()
            self.pieces.popleft()

    def _give_out(self) -> None:
        """Give every process enough to do; there are no more of them than find something."""
        while sum(len(each.pieces) for each in self.workers) < self._jobs * IN_HAND and (piece := self._next()):
            worker = min(self.workers, key=lambda each: len(each.pieces), default=None)
            if worker is None or (worker.pieces and len(self.workers) < self._jobs):
                try:
                    with undisturbed():
                        worker = Worker(self._pickled)
                        self.workers.append(worker)
                except OSError as error:
                    self._false_start(f"could not be started: {error.strerror}")
                    continue
            worker.give(piece)

    def _next(self) -> Piece[T] | None:
        """The first piece that nobody has; of what is read only as much as there is room for."""
        again = next((each for each in self.pieces if not each.given and each.told is None), None)
        if again is not None or self._stop.is_set():
            return again
        weight = sum(each.weight for each in self.pieces if each.told is None)
        if len(self.pieces) >= self._jobs * AT_A_TIME or weight >= MOST_BYTES:
            return None
        taken = self._reading.take()
        self.pieces += pieces(taken, self._packing)
        return self._next() if taken else None

    def _receive(self) -> None:
        """Wait for an answer, a process that ends, or something to give out."""
        if self.pieces and self.pieces[0].told is not None:
            return
        by_pipe: dict[Any, Worker] = {each.pipe: each for each in self.workers}
        for pipe in wait([*by_pipe, self._reading.woken], PATIENCE):
            if pipe in by_pipe:
                self._hear(by_pipe[pipe])
            else:
                self._reading.woken.recv_bytes()

    def _hear(self, worker: Worker) -> None:
        try:
            told = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if not isinstance(told, str):
            worker.pieces.popleft().answered(told)
        elif told:
            raise FhirMattersError(told)
        else:
            worker.ready = True
            self._false_starts = 0

    def _bury(self, worker: Worker) -> None:
        """A process has ended: what it had goes to others. Raises NoProcessError where there are none."""
        self.workers.remove(worker)
        worker.process.join(1)
        ended = worker.end()
        for piece in worker.pieces:
            piece.given = False
        if worker.ready:
            self._suspect(worker.pieces, ended)
        else:
            self._false_start(ended)

    def _false_start(self, ended: str) -> None:
        """A process did not get to work: in the end those that there are do without."""
        self._false_starts += 1
        if self._false_starts < _ATTEMPTS:
            return
        self._jobs = len(self.workers)
        if not self.workers:
            raise NoProcessError(
                f"No process to validate in gets to work: each {ended}.",
                next_step='Validate with one job; a script keeps what it does under `if __name__ == "__main__":`.',
            )

    def _suspect(self, pieces: deque[Piece[T]], ended: str) -> None:
        """The first piece ended the process, perhaps: judge each of its documents alone, and none a third time."""
        if not pieces:
            return
        piece = pieces[0]
        piece.deaths += 1
        documents = piece.documents()
        if len(documents) > 1:
            place = self.pieces.index(piece)
            self.pieces.remove(piece)
            for number, document in enumerate(documents):
                self.pieces.insert(place + number, Piece([document]))
        elif piece.deaths >= _ALONE:
            told = f"The process that validated this {ended}, and so did another."
            piece.answered(self._packing([(documents[0], failed(documents[0], told))]))

    def dismiss(self) -> None:
        """End everything."""
        self._reading.end()
        for worker in self.workers:
            worker.end()
        self.workers.clear()
