"""The options that say how `validate` tells what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.console import out_option
from fhir_matters.cli.gathered import gathered
from fhir_matters.cli.results import write

if TYPE_CHECKING:
    from fhir_matters.issue import Report

STATISTICS = ("text", "concise", "json")
FORMATS = ("text", "concise", "json", "outcome", "arrow", "parquet")


@dataclass(frozen=True)
class Telling:
    """How it is told."""

    style: str
    show_values: bool
    statistics: bool
    out: Path | None

    def write(self, reports: Iterable[Report], tell: Callable[[str], None]) -> None:
        """Tell the reports as they come. Raises FhirMattersError for a table that cannot be written there."""
        write(self.style, reports, self.out, show_values=self.show_values, statistics=self.statistics, tell=tell)

    def refuse_statistics_of_others(self) -> None:
        """Raise UsageError where there are no statistics in this format."""
        if self.statistics and self.style not in STATISTICS:
            raise click.UsageError(
                f"--statistics are told as {', '.join(STATISTICS)}: leave out --format {self.style}."
            )


telling_options = gathered(
    "telling",
    Telling,
    (
        click.option(
            "--format", "style", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
        ),
        click.option("--show-values", is_flag=True, help="Print the values that findings are about."),
        click.option("--statistics", is_flag=True, help="Tell how often each rule speaks, in place of the findings."),
        out_option("the findings, as they come"),
    ),
)
