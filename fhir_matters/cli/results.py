"""Where `validate` writes what was found: lines of text or a table's bytes, to a file or stdout, as it comes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.errors import FhirMattersError
from fhir_matters.reports import REPORTERS

if TYPE_CHECKING:
    from fhir_matters.issue import Report

TABLES = ("arrow", "parquet")
FORMATS = (*REPORTERS, *TABLES)


def write(
    style: str,
    reports: Iterable[Report],
    out: Path | None,
    *,
    show_values: bool,
    statistics: bool = False,
    tell: Callable[[str], None],
) -> None:
    """Write the reports to the file, or to standard output (lines by `tell`), each as soon as it is there.

    Raises FhirMattersError where pyarrow is needed and absent, or where bytes would go to a terminal.
    """
    if style in TABLES:
        _write_table(style, reports, out, show_values=show_values)
        return
    if statistics:
        from fhir_matters.reports.statistics import STATISTICS

        write_lines(STATISTICS[style](reports), out, tell)
        return
    write_lines(REPORTERS[style](reports, show_values=show_values), out, tell)


def write_lines(lines: Iterable[str], out: Path | None, tell: Callable[[str], None]) -> None:
    """Write the lines to the file, or tell them, each as soon as it is there."""
    if out is None:
        for line in lines:
            tell(line)
        return
    with out.open("w", encoding="utf-8") as file:
        for line in lines:
            click.echo(line, file=file)


def _write_table(style: str, reports: Iterable[Report], out: Path | None, *, show_values: bool) -> None:
    from fhir_matters.reports.arrow import WRITERS

    if out is None and sys.stdout.isatty():
        raise FhirMattersError(f"A table of {style} is nothing to look at.", next_step="Name a file: -o FILE.")
    with nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as sink:
        WRITERS[style](reports, sink, show_values=show_values)
