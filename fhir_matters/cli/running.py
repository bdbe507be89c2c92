"""One run of `validate` over many documents: what it came to, how it is stopped, and what it did not reach then.

A first Ctrl-C reads no more, and what was begun is finished and told; a second leaves at once with what is ready.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN, FINDINGS, STOPPED
from fhir_matters.cli.progress import Progress
from fhir_matters.cli.terminal import watched
from fhir_matters.errors import FhirMattersError
from fhir_matters.fixes import MENDABLE

if TYPE_CHECKING:
    from fhir_matters.cli.told import Told
    from fhir_matters.issue import Report
    from fhir_matters.sources import Part
    from fhir_matters.validation.judging import Judge

T = TypeVar("T")
FOR_PEOPLE = frozenset({"text", "concise"})


def jobs_of(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """How many processes an option asks for: a number, or `auto` (or 0) for one a core. Refuses what is neither."""
    if value in ("auto", "0"):
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if value.isascii() and value.isdecimal():
        return int(value)
    raise click.BadParameter("expected a number of processes, or auto for one a core.", ctx, param)


@dataclass
class Run:
    """One pass over the paths, and what it came to.

    What cannot be read is told on stderr, and to programs in its own report as well (FM010). `choose` sets aside what
    is not to be told.
    """

    judge: Judge
    jobs: int = 1
    style: str = "text"
    progress: Progress = field(default_factory=Progress)
    stdin_name: str = "stdin"
    choose: Callable[[Report], Report] | None = None
    invalid: int = 0
    unreadable: int = 0
    rules: set[str] = field(default_factory=set)
    last: str = ""
    stopped: bool = False
    unreached: tuple[str, ...] = ()
    trouble: FhirMattersError | None = None
    _to_terminal: bool = field(default_factory=lambda: sys.stdout.isatty())  # noqa: PLW0108 (today's stdout)
    _stop: Event = field(default_factory=Event)
    _interrupts: int = 0
    _working: bool = False

    def reports(self, paths: Iterable[str]) -> Iterator[Report]:
        """A report for each document, until all are told or it is stopped. Raises nothing of that."""
        from fhir_matters.cli.told import told
        from fhir_matters.validation.many import reports

        many = reports(self._parts(paths), self.judge, self.jobs, self._stop)
        while (report := self._next(many)) is not None:
            if self.choose is not None:
                report = self.choose(report)
            if self._is_reported(told(report, [report])):
                yield report

    def chapters(self, paths: Iterable[str], write: Callable[[Sequence[Report]], Any]) -> Iterator[Any]:
        """The same reports in chapters, each written where it is judged; `choose` is not asked."""
        from fhir_matters.cli.told import chapters
        from fhir_matters.validation.crew import in_processes

        many = in_processes(self._parts(paths), self.judge, partial(chapters, write), self.jobs, self._stop)
        while (each := self._next(many)) is not None:
            if self._is_reported(each):
                yield each.chapter

    def _parts(self, paths: Iterable[str]) -> Iterator[Part]:
        from fhir_matters.sources import parts

        return parts(paths, watch=self.progress.read, stdin_name=self.stdin_name)

    def _is_reported(self, told: Told) -> bool:
        """Keep account of it; False where the report says nothing of it."""
        self.last = told.last
        self.progress.step(told.number)
        self.invalid += told.invalid
        self.rules |= told.rules
        if told.unread:
            self.unreadable += 1
            self.tell(f"fhir-matters: {told.last}: {told.unread}", err=True)
        return not (told.unread and self.style in FOR_PEOPLE)

    def _next(self, many: Iterator[T]) -> T | None:
        sys.stdout.flush()  # what was found is told before anything is waited for
        self._working = True
        try:
            return next(many, None)
        except KeyboardInterrupt as interrupt:
            self.unreached = getattr(interrupt, "unreached", ())
        except FhirMattersError as error:
            self.trouble, self.unreached = error, getattr(error, "unreached", ())
        finally:
            self._working = False
        return None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While it runs, Ctrl-C means that it ends well."""
        try:
            before = signal.signal(signal.SIGINT, self._interrupted)
        except ValueError:  # another thread than the main one hears no signals
            yield
            return
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            self.progress.clear()

    def _interrupted(self, *_: object) -> None:
        self._interrupts += 1
        self.stopped = True
        self._stop.set()
        if self._interrupts > 1 or (self._working and self.jobs == 1):
            raise KeyboardInterrupt

    def tell(self, line: str, *, err: bool = False) -> None:
        """Print a line where the progress is."""
        if err or self._to_terminal:
            self.progress.clear()
            click.echo(line, err=err)
        else:
            sys.stdout.write(f"{line}\n")

    def close(self) -> int:
        """Say what was not reached; the exit code.

        130 where it was stopped, 2 where something could not be read or done, else 1 where something was found.
        """
        sys.stdout.flush()
        if self.trouble is not None:
            self.tell(f"fhir-matters: {self.trouble}", err=True)
        if self.trouble is not None or self.stopped:
            where = f"after {self.last}: what follows it" if self.last else "at the beginning: everything"
            self.tell(f"fhir-matters: stopped {where} was not validated.", err=True)
        for name in self.unreached:
            self.tell(f"fhir-matters: not validated: {name}", err=True)
        if self.style == "text" and watched() and not self.rules.isdisjoint(MENDABLE):
            self.tell("fhir-matters: some of this can perhaps be mended: --diff shows how, --fix does it.", err=True)
        if self.trouble is not None or (self.unreadable and not self.stopped):
            return COULD_NOT_RUN
        if self.stopped:
            return STOPPED
        return FINDINGS if self.invalid else CLEAN
