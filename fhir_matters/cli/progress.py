"""How far a long run is: one line on the terminal, with the rate and the time that is left; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

import click

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

        shown = sys.stderr.isatty()
        return cls(size(paths) if shown else None, shown)

    def __post_init__(self) -> None:
        self._begun = self._drawn = self.clock()

    def read(self, count: int) -> None:
        """So many bytes more were read."""
        self.bytes += count

    def step(self) -> None:
        """One more is done; it is drawn if it is time."""
        self.done += 1
        if self.shown and (now := self.clock()) - self._drawn >= SECONDS:
            self._drawn = now
            self._visible = True
            click.echo(f"{_ERASED}{self}", err=True, nl=False, color=True)

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


def _spelt(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
