"""How far a long run is: one line on the terminal, with the rate and the time that is left; nothing in a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

import click

from fhir_matters.cli.terminal import watched

SECONDS = 0.2
"""How often the line is drawn."""
_ERASED = "\r\x1b[K"


@dataclass
class Progress:
    """`total` is how many bytes there are to read, None where nobody knows; `shown` is false where nobody looks."""

    total: int | None = None
    shown: bool = False
    clock: Callable[[], float] = monotonic
    done: int = 0
    bytes: int = 0
    _begun: float = field(init=False)
    _drawn: float = field(init=False)
    _visible: bool = False

    @classmethod
    def over(cls, paths: Iterable[str]) -> Progress:
        """Over all that the paths name; their sizes are asked for only where somebody looks."""
        from fhir_matters.sources import size

        shown = watched()
        return cls(size(paths) if shown else None, shown)

    def __post_init__(self) -> None:
        self._begun = self._drawn = self.clock()

    def read(self, count: int) -> None:
        """So many bytes more were read."""
        self.bytes += count

    def step(self, count: int = 1) -> None:
        """So many more are done; it is drawn if it is time."""
        self.done += count
        if self.shown and (now := self.clock()) - self._drawn >= SECONDS:
            self._drawn = now
            self._visible = True
            _draw(str(self))

    def clear(self) -> None:
        """Make room for a line of something else; the next step draws again, once it is time."""
        if self._visible:
            self._visible = False
            click.echo(_ERASED, err=True, nl=False, color=True)

    def __str__(self) -> str:
        seconds = max(self.clock() - self._begun, 1e-9)
        parts = [f"{self.done:,} done", f"{self.done / seconds:,.0f}/s"]
        if self.total and self.bytes:
            part = min(self.bytes / self.total, 1.0)
            parts += [f"{part:.0%} read", f"{_spelt(seconds * (1 - part) / part)} left"]
        return ", ".join(parts)


@dataclass
class Stages:
    """How far a transfer is: a line for each of its stages (`look`, `write`, `prove`), one after the other."""

    clock: Callable[[], float] = monotonic
    name: str = ""
    done: int = 0
    total: int = 0
    _begun: float = 0.0
    _drawn: float = 0.0
    _visible: bool = False

    def __call__(self, name: str, done: int, total: int) -> None:
        """So many of a stage are done; `total` is 0 where nobody knows of how many."""
        now = self.clock()
        if name != self.name or done < self.done:
            self.clear()
            self.name, self._begun, self._drawn = name, now, now
        self.done, self.total = done, total
        ends = bool(total) and done >= total
        if (ends or now - self._drawn >= SECONDS) and watched():
            self._drawn, self._visible = now, not ends
            _draw(str(self), ends=ends)

    def clear(self) -> None:
        """Leave the line as it is, and begin another."""
        if self._visible:
            self._visible = False
            click.echo(err=True)

    def stopped(self) -> str:
        """What is told of where it was stopped, below the line."""
        self.clear()
        whole = not self.name or (self.total and self.done >= self.total)
        return "Stopped." if whole else f"Stopped: {self._counted()} done."

    def _counted(self) -> str:
        return f"{self.name} {self.done:,}{f' of {self.total:,}' if self.total else ''}"

    def __str__(self) -> str:
        seconds = max(self.clock() - self._begun, 1e-9)
        parts = [self._counted(), f"{self.done / seconds:,.0f}/s"]
        if self.total > self.done > 0:
            parts.append(f"{_spelt(seconds * (self.total - self.done) / self.done)} left")
        return ", ".join(parts)


STAGES = Stages()
"""Those of this command."""


def _draw(line: str, *, ends: bool = False) -> None:
    """Draw over the line; never over its end, where a terminal would begin another."""
    fitting = line[: shutil.get_terminal_size().columns - 1]
    click.echo(f"{_ERASED}{fitting}", err=True, nl=ends, color=True)


def _spelt(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
