"""The options that say how `validate` tells what it found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from fhir_matters.cli.console import out_option
from fhir_matters.cli.gathered import gathered

FORMATS = ("text", "concise", "json", "outcome", "arrow", "parquet")


@dataclass(frozen=True)
class Telling:
    """How it is told."""

    style: str
    show_values: bool
    out: Path | None


telling_options = gathered(
    "telling",
    Telling,
    (
        click.option(
            "--format", "style", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
        ),
        click.option("--show-values", is_flag=True, help="Print the values that findings are about."),
        out_option("the findings, as they come"),
    ),
)
