"""The options that say how `validate` tells what it found."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.console import out_option
from fhir_matters.cli.gathered import gathered
from fhir_matters.cli.results import TABLES, write_lines, write_table
from fhir_matters.cli.terminal import colours
from fhir_matters.reports import REPORTERS
from fhir_matters.reports.text import Style, plain, text

if TYPE_CHECKING:
    from fhir_matters.issue import Report
    from fhir_matters.reports.chapters import Chapters

FORMATS = (*REPORTERS, *TABLES)
_COLOURS = {"fatal": "red", "error": "red", "warning": "yellow", "information": "cyan", "undecided": "magenta"}
_COLUMNS, _LINES = 80, 24
"""What is told is made to fit a terminal, but none that is smaller than this."""


@dataclass(frozen=True)
class Telling:
    """How it is told."""

    style: str
    show_values: bool
    statistics: bool
    all: bool
    out: Path | None

    def write(self, reports: Iterable[Report], tell: Callable[[str], None]) -> None:
        """Tell the reports as they come, lines by `tell` or to the file.

        Raises FhirMattersError for a table that cannot be written, OSError for a file that cannot be.
        """
        if self.style in TABLES:
            write_table(self.style, reports, self.out, show_values=self.show_values)
        else:
            write_lines(self._lines(reports), self.out, tell)

    def in_chapters(self) -> Chapters | None:
        """What tells the same in chapters; None where nothing does."""
        from fhir_matters.reports.chapters import CHAPTERS, STATISTICS, Chapters

        if self.statistics:
            return STATISTICS[self.style]
        if self.style not in CHAPTERS or (self.style == "text" and self.all):
            return None
        write, bind = CHAPTERS[self.style]
        look = self._look() if self.style == "text" else {}
        return Chapters(partial(write, show_values=self.show_values), partial(bind, **look))

    def bind(self, chapters: Chapters, written: Iterable[Any], tell: Callable[[str], None]) -> None:
        """Tell the chapters that were written. Raises OSError for a file that cannot be."""
        write_lines(chapters.bind(written), self.out, tell)

    def _lines(self, reports: Iterable[Report]) -> Iterator[str]:
        if self.statistics:
            from fhir_matters.reports.chapters import STATISTICS

            return STATISTICS[self.style].of(reports)
        if self.style != "text":
            return REPORTERS[self.style](reports, show_values=self.show_values)
        if self.all:
            return text(reports, show_values=self.show_values, style=self._paint())
        from fhir_matters.reports.grouped import grouped

        return grouped(reports, **self._look())

    def _look(self) -> dict[str, Any]:
        """How what is grouped looks where it is told."""
        from fhir_matters.reports.grouped import SCREEN

        seen = self.out is None and sys.stdout.isatty()
        columns, lines = shutil.get_terminal_size()
        screen, width = (max(lines - 1, _LINES), max(columns, _COLUMNS)) if seen else (SCREEN, 0)
        return {"show_values": self.show_values, "style": self._paint(), "screen": screen, "width": width}

    def _paint(self) -> Style:
        return _painted if self.out is None and colours() else plain

    def refuse_statistics_of_others(self) -> None:
        """Raise UsageError where there are no statistics in this format."""
        if not self.statistics:
            return
        from fhir_matters.reports.chapters import STATISTICS

        if self.style not in STATISTICS:
            raise click.UsageError(
                f"--statistics are told as {', '.join(STATISTICS)}: leave out --format {self.style}."
            )


def _painted(words: str, role: str) -> str:
    return click.style(
        words, fg=_COLOURS.get(role, "green" if role == "clean" else None), bold=True if role == "place" else None
    )


telling_options = gathered(
    "telling",
    Telling,
    (
        click.option(
            "--format", "style", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
        ),
        click.option(
            "--show-values",
            is_flag=True,
            help="Print the values that findings are about, and the lines that they are in: what a record says.",
        ),
        click.option("--all", is_flag=True, help="In text, tell each finding by itself, however many there are."),
        click.option("--statistics", is_flag=True, help="Tell how often each rule speaks, in place of the findings."),
        out_option("the findings, as they come"),
    ),
)
