"""Where `validate` writes what was found: lines of text or a table's bytes, to a file or stdout, as it comes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.errors import FhirMattersError

if TYPE_CHECKING:
    from fhir_matters.issue import Report

TABLES = ("arrow", "parquet")


def write_lines(lines: Iterable[str], out: Path | None, tell: Callable[[str], None]) -> None:
    """Write the lines to the file, or tell them, each as soon as it is there."""
    if out is None:
        for line in lines:
            tell(line)
        return
    with out.open("w", encoding="utf-8") as file:
        for line in lines:
            click.echo(line, file=file)


def write_table(style: str, reports: Iterable[Report], out: Path | None, *, show_values: bool) -> None:
    """Write the table's bytes to the file, or to standard output, as they come.

    Raises FhirMattersError where pyarrow is needed and absent, or where bytes would go to a terminal.
    """
    from fhir_matters.reports.arrow import WRITERS

    if out is None and sys.stdout.isatty():
        raise FhirMattersError(f"A table of {style} is nothing to look at.", next_step="Name a file: -o FILE.")
    with nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as sink:
        WRITERS[style](reports, sink, show_values=show_values)
