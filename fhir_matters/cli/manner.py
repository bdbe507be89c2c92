"""The options that say how `validate` goes about it, and nothing of what is right."""

from __future__ import annotations

from dataclasses import dataclass

import click

from fhir_matters.cli.gathered import gathered
from fhir_matters.sources import STDIN


@dataclass(frozen=True)
class Manner:
    """How it is gone about."""

    stdin_filename: str


manner_options = gathered(
    "manner",
    Manner,
    (
        click.option(
            "--stdin-filename",
            metavar="FILE",
            default=STDIN,
            help="What - is: the file that is open in an editor; findings are told under its name.",
        ),
    ),
)
