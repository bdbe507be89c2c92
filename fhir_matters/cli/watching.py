"""`validate --watch`: what changes is validated again, at once, by the validator that is warm already.

Files are told from one look to the next by their stamps. What wakes us up is watchfiles (extra `watch`) where it is
there, and else a look now and then that never takes more than a small part of the time. What cannot be read, or is
gone, is believed at the second look: an editor may be at it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.main import STOPPED
from fhir_matters.reports.words import count
from fhir_matters.sources import Document, documents, files
from fhir_matters.validation.judging import UNREAD, judged

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.cli.choosing import Choosing
    from fhir_matters.cli.telling import Telling
    from fhir_matters.issue import Report

Stamp = tuple[int, int, int] | None
_HALF = frozenset({UNREAD, "FM001"})
_CLEARED = "\x1b[2J\x1b[3J\x1b[H"
QUIET_MS, LOOK_MS = 20, 200
SECONDS, SHARE = 0.25, 0.05
"""Without watchfiles: the time between two looks at least, and the part of the time that looking may take."""


@dataclass
class Watching:
    """The files that the paths name, as they were at the last look."""

    paths: tuple[str, ...]
    validator: Validator
    profiles: tuple[str, ...]
    choosing: Choosing
    telling: Telling
    clock: Callable[[], float] = time.perf_counter
    _stamps: dict[str, Stamp] = field(default_factory=dict)
    _reports: dict[str, tuple[Report, ...]] = field(default_factory=dict)
    _unsure: dict[str, Stamp] = field(default_factory=dict)

    def until_stopped(self, wakes: Iterable[bool] | None = None) -> int:
        """Look whenever woken, and tell what has changed, until Ctrl-C. True in `wakes` is a change; False, time."""
        try:
            self._look(first=True)
            missed = True  # what changes before anybody listens wakes nobody
            for changed in self._wakes() if wakes is None else wakes:
                if changed or missed or self._unsure:
                    self._look()
                missed = False
        except KeyboardInterrupt:
            pass
        click.echo(f"Stopped: {self._state()}.")
        return STOPPED

    def _wakes(self) -> Iterator[bool]:
        return woken(self.paths) or polled()

    def _look(self, *, first: bool = False) -> None:
        """Validate what has changed since the last look, and tell it."""
        now = dict(_stamped(self.paths))
        changed = [name for name, stamp in now.items() if self._stamps.get(name, ()) != stamp]
        gone = [name for name in self._stamps if name not in now]
        begun = self.clock()
        reports = {name: tuple(self._validated(name)) for name in changed}
        seconds = self.clock() - begun
        doubtful = {} if first else self._doubtful(reports, gone, now)
        for name in reports.keys() - doubtful.keys():
            self._stamps[name], self._reports[name] = now[name], reports[name]
        left = [name for name in gone if name not in doubtful]
        for name in left:
            del self._stamps[name], self._reports[name]
        self._unsure = doubtful
        told = [name for name in changed if name not in doubtful]
        if told or left or first:
            self._tell(told, left, seconds)

    def _doubtful(
        self, reports: dict[str, tuple[Report, ...]], gone: list[str], now: dict[str, Stamp]
    ) -> dict[str, Stamp]:
        """What may be half written, or about to come back, and was not so already at the last look."""
        half = [name for name, found in reports.items() if any(_is_half(report) for report in found)]
        seen = {name: now.get(name) for name in (*half, *gone)}
        return {name: stamp for name, stamp in seen.items() if self._unsure.get(name, ()) != stamp}

    def _validated(self, name: str) -> Iterator[Report]:
        return (judged(self.validator, self.profiles, document) for document in documents([name]))

    def _tell(self, changed: list[str], gone: list[str], seconds: float) -> None:
        """On a terminal all that is found, in place of what stood there; else what has changed."""
        alone = sys.stdout.isatty()
        if alone:
            click.echo(_CLEARED, nl=False)
        choose = self.choosing.chosen().choose or (lambda report: report)
        chosen = {name: [choose(report) for report in found] for name, found in sorted(self._reports.items())}
        self.telling.write(
            [each for name in (chosen if alone else sorted(changed)) for each in chosen[name]], click.echo
        )
        went = f", {len(gone):,} gone" if gone else ""
        again = f"{count(len(changed), 'file')} validated in {seconds * 1000:,.0f} ms{went}"
        click.echo(f"{datetime.now().astimezone():%H:%M:%S} {again}; {self._state()}. Ctrl-C ends.")
        sys.stdout.flush()

    def _state(self) -> str:
        invalid = sum(not all(report.ok for report in found) for found in self._reports.values())
        return f"{count(len(self._reports), 'file')} watched, {invalid:,} with errors"


def _is_half(report: Report) -> bool:
    return any(issue.rule in _HALF for issue in report)


def _stamped(paths: Iterable[str]) -> Iterator[tuple[str, Stamp]]:
    """Each file with what changes when it does; a path that is not there has None."""
    for file in files(paths):
        try:
            found = None if isinstance(file, Document) else file.stat()
        except OSError:
            continue  # it went while we looked
        name = file.file if isinstance(file, Document) else str(file)
        yield name, found and (found.st_mtime_ns, found.st_size, found.st_ino)


def polled(
    sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.perf_counter
) -> Iterator[bool]:
    """Now and then: the longer the last look took, the later the next."""
    took = 0.0
    while True:
        sleep(max(SECONDS, took / SHARE))
        begun = clock()
        yield True
        took = clock() - begun


def woken(paths: Iterable[str]) -> Iterator[bool] | None:
    """Whenever something changes near the paths, and now and then; None where nobody can tell us."""
    try:
        import watchfiles
    except ImportError:
        return None
    wide, narrow = _around(paths)
    if not all(place.is_dir() for place in (*wide, *narrow)) or (wide and narrow):
        return None
    changes = watchfiles.watch(
        *(wide or narrow),
        watch_filter=None,
        step=QUIET_MS,
        debounce=LOOK_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        recursive=bool(wide),
        ignore_permission_denied=True,
    )
    return (bool(changed) for changed in changes)


def _around(paths: Iterable[str]) -> tuple[set[Path], set[Path]]:
    """The folders to look into with all that is below them, and those of which only the files are meant."""
    wide, narrow = set(), set()
    for path in map(Path, paths):
        if has_magic(str(path)):
            wide.add(next(each for each in path.parents if not has_magic(str(each))))
        elif path.is_dir():
            wide.add(path)
        else:
            narrow.add(path.parent)
    return wide, narrow
