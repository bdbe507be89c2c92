"""Contenders over one corpus, side by side: in each round a pass of each, in an order that goes round.

A ratio is made within a round, theirs by ours, so that what slows the machine for a while slows both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from tests.benchmarks.contenders import HL7, Contender, Pass, Running, running
from tests.java.counterparts import AbsentError


@dataclass(frozen=True)
class Spread:
    """The least, the median and the most of some numbers."""

    least: float
    median: float
    most: float


def spread(values: Iterable[float]) -> Spread:
    """Of one value or more."""
    some = sorted(values)
    return Spread(some[0], median(some), some[-1])


def ratios(theirs: Sequence[float], ours: Sequence[float]) -> Spread:
    """How many times ours theirs is, round by round; raises ValueError where they are not of the same rounds."""
    return spread(one / other for one, other in zip(theirs, ours, strict=True))


def turns(names: Sequence[str], rounds: int) -> Iterator[list[str]]:
    """The order of each round: each time another one is first."""
    for at in range(rounds):
        start = at % max(1, len(names))
        yield [*names[start:], *names[:start]]


def threaded(threads: int) -> str:
    """What the HL7 validator with several threads is called."""
    return f"{HL7}, {threads} threads"


@dataclass(frozen=True)
class Race:
    """How contenders are timed: how many rounds, with how many threads of the HL7 validator beside its one.

    First each passes at least `warm` times and `seconds` long, for compilers that learn while they run.
    """

    rounds: int
    warm: int
    seconds: float
    threads: int
    say: Callable[[str], None] = lambda _: None

    def run(
        self, texts: Sequence[bytes], packages: Sequence[Path], contenders: Iterable[Contender]
    ) -> dict[str, dict[str, Any]]:
        """For each contender its seconds a pass, or why it has none; whoever fails drops out, and the rest goes on."""
        with TemporaryDirectory(prefix="fhir-matters-speed-") as folder, ExitStack() as stack:
            file = Path(folder, "corpus.ndjson")
            file.write_bytes(b"\n".join(texts))
            found: dict[str, dict[str, Any]] = {}
            field: dict[str, tuple[Running, int]] = {}
            for each in contenders:
                self.say(f"  {each.name} starts")
                try:
                    started = stack.enter_context(running(each, file, packages))
                except (AbsentError, RuntimeError) as error:
                    found[each.name] = {"absent": _first_line(error)}
                    continue
                field[each.name] = started, 1
                found[each.name] = {"first": round(started.first, 3)}
                if each.name == HL7 and self.threads > 1:
                    field[threaded(self.threads)] = started, self.threads
                    found[threaded(self.threads)] = {}
            self._timed(field, found)
            return found

    def _timed(self, field: dict[str, tuple[Running, int]], found: dict[str, dict[str, Any]]) -> None:
        for name, (started, threads) in field.items():
            self.say(f"  {name} warms up")
            self._tried(name, found, lambda: self._warmed(started, threads))  # noqa: B023 (called at once)
        for at, order in enumerate(turns(list(field), self.rounds), 1):
            self.say(f"  round {at} of {self.rounds}")
            for name in order:
                started, threads = field[name]
                if done := self._tried(name, found, lambda: started.passed(threads)):  # noqa: B023
                    found[name].setdefault("seconds", []).append(round(done.seconds, 9))
                    found[name] |= {"invalid": done.invalid, "peak": started.peak and round(started.peak)}

    def _warmed(self, started: Running, threads: int) -> Pass:
        passes, start = 0, perf_counter()
        while True:
            done = started.passed(threads)
            passes += 1
            if passes >= self.warm and perf_counter() - start >= self.seconds:
                return done

    @staticmethod
    def _tried(name: str, found: dict[str, dict[str, Any]], run: Callable[[], Pass]) -> Pass | None:
        """What is run, unless this contender has failed before; where it fails now, that is noted."""
        if "absent" in found[name]:
            return None
        try:
            return run()
        except (RuntimeError, OSError) as error:
            found[name] = {"absent": f"it ended: {_first_line(error)}"}
            return None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
