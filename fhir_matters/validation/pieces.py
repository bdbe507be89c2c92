"""Documents in pieces, as processes get them: read in a thread one piece ahead, kept until their reports are told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from multiprocessing import get_context
from time import monotonic
from typing import Generic

from fhir_matters.sources import Document, Lines, Part
from fhir_matters.validation.judging import unread
from fhir_matters.validation.parcels import Packing, T

PIECE = 256 * 1024
"""A piece is given out when it has so many bytes, or its beginning has waited for `PATIENCE` seconds."""
PATIENCE = 0.05
_EACH = 128  # what a document weighs beside its bytes


@dataclass(eq=False)
class Piece(Generic[T]):
    """Documents that are judged together, and what came of it."""

    parts: list[Part]
    told: deque[T] | None = None
    given: bool = False
    deaths: int = 0
    weight: int = field(init=False)

    def __post_init__(self) -> None:
        self.weight = sum(len(each.raw) + _EACH for each in self.parts)

    def documents(self) -> list[Document]:
        """Each document by itself."""
        return list(chain.from_iterable(part.documents() for part in self.parts))

    def answered(self, answer: Iterable[T]) -> None:
        """What came back; what was read is no longer needed."""
        self.told = deque(answer)
        self.parts = []

    @property
    def name(self) -> str:
        """From where to where."""
        documents = self.documents()
        first, last = documents[0].name, documents[-1].name
        return first if first == last else f"{first} to {last}"


def pieces(parts: list[Part], packing: Packing[T]) -> Iterator[Piece[T]]:
    """What is sound together, and each that could not be read by itself: there is nothing to send."""
    sound: list[Part] = []
    for part in parts:
        if isinstance(part, Lines) or part.error is None:
            sound.append(part)
            continue
        if sound:
            yield Piece(sound)
            sound = []
        yield Piece([], deque(packing([(part, unread(part))])))
    if sound:
        yield Piece(sound)


class Reading(threading.Thread):
    """Reads a piece ahead."""

    def __init__(self, found: Iterator[Part]) -> None:
        super().__init__(daemon=True, name="reading")
        self.woken, self._waking = get_context("spawn").Pipe(duplex=False)
        self.error: BaseException | None = None
        self._found = found
        self._changed = threading.Condition()
        self._piece: list[Part] = []
        self._weight, self._since = 0, 0.0
        self._ended = False

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return self._ended and not self._piece

    def run(self) -> None:
        """Read until nothing is left, or nobody wants more."""
        try:
            for part in self._found:
                if not self._kept(part):
                    break
        except BaseException as error:  # noqa: BLE001 (it is raised again where the reports are asked for)
            self.error = error
        self.end()

    def _kept(self, part: Part) -> bool:
        """Wait until there is room; False once nobody wants it."""
        with self._changed:
            while self._weight >= PIECE and not self._ended:
                self._changed.wait()
            if self._ended:
                return False
            if not self._piece:
                self._since = monotonic()
            self._piece.append(part)
            self._weight += len(part.raw) + _EACH
            if self._weight >= PIECE:
                self._waking.send_bytes(b"!")
            return True

    def take(self) -> list[Part]:
        """The piece that is ready, or nothing."""
        with self._changed:
            ready = self._weight >= PIECE or self._ended or monotonic() - self._since >= PATIENCE
            if not self._piece or not ready:
                return []
            piece, self._piece, self._weight = self._piece, [], 0
            self._changed.notify()
            return piece

    def end(self) -> None:
        """Read no more."""
        with self._changed:
            self._ended = True
            self._changed.notify()
            with suppress(OSError):
                self._waking.send_bytes(b"!")
