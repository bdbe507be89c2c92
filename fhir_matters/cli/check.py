"""`fhir-matters check`: is the person in the record, was it their choice, and are they asked again and again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN, FINDINGS
from fhir_matters.reports import REPORTERS

if TYPE_CHECKING:
    from fhir_matters.issue import Issue, Report
    from fhir_matters.records.record import Record


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "style", type=click.Choice(tuple(REPORTERS)), default="text", show_default=True, help="How it is told."
)
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The day by which dates have passed; default: this very day."
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--show-values", is_flag=True, help="Print the values that findings are about.")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[Path, ...], style: str, today: datetime | None, *, strict: bool, show_values: bool
) -> None:
    """Look for what is missing between the lines of records: FILES, each a record file or the bundle of one.

    Findings are advice: exit code 0, with --strict 1 if there is a warning; 2 if something could not be read.
    """
    run = Run((today or datetime.now(UTC).astimezone()).date(), strict)
    for text in REPORTERS[style](run.reports(files), show_values=show_values):
        click.echo(text)
    ctx.exit(run.exit_code)


@dataclass
class Run:
    """One pass over the files, and what it came to."""

    today: date
    strict: bool
    failed: int = 0
    unreadable: int = 0

    def reports(self, files: Iterable[Path]) -> Iterator[Report]:
        """A report for each record; what cannot be read is told on stderr, and the rest goes on."""
        from fhir_matters.errors import FhirMattersError
        from fhir_matters.lints.check import check

        for file in files:
            try:
                record, place = _record(file)
            except FhirMattersError as error:
                self.unreadable += 1
                click.echo(f"fhir-matters: {error}", err=True)
                continue
            found = check(record, self.today)
            issues = tuple(self._judged(place(issue)) for issue in found)
            report = replace(found, issues=issues, source=str(file))
            self.failed += not report.ok
            yield report

    def _judged(self, issue: Issue) -> Issue:
        """The issue as it came; if warnings fail, a warning is an error."""
        from fhir_matters.issue import Severity

        fails = self.strict and issue.severity is Severity.WARNING
        return issue._replace(severity=Severity.ERROR) if fails else issue

    @property
    def exit_code(self) -> int:
        """2 where something could not be read, else 1 where something fails, else 0."""
        if self.unreadable:
            return COULD_NOT_RUN
        return FINDINGS if self.failed else CLEAN


def _record(file: Path) -> tuple[Record, Callable[[Issue], Issue]]:
    """The record in a file, and what gives an issue its line and column there, if it is a record file.

    Raises InputError or RecordError, with file and place.
    """
    from fhir_matters import Record, read
    from fhir_matters.errors import RecordError
    from fhir_matters.records import notation

    raw = _bytes(file)
    try:
        text = notation.read(raw)
        if isinstance(text.data, dict) and "resourceType" in text.data:
            return read(text.data), lambda issue: issue
        record = Record.loads(raw) if str(file) == "-" else Record.load(file)
    except RecordError as error:
        place = error.place if error.place.startswith(str(file)) else ":".join(filter(None, (str(file), error.place)))
        raise RecordError(error.message, problems=error.problems, place=place, next_step=error.next_step) from None

    def placed(issue: Issue) -> Issue:
        line, column = text.position(issue.path.keys) or (None, None)
        return issue._replace(line=line, column=column)

    return record, placed


def _bytes(file: Path) -> bytes:
    from fhir_matters.errors import InputError

    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}.", place=str(file), next_step="Name a file that can be read, or -."
        ) from None
