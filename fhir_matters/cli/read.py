"""`fhir-matters read`: a FHIR bundle becomes a record file again."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from fhir_matters.cli.console import out_option, read_resource, write_out


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="How it is written.",
)
@out_option("the record file")
def command(file: Path, style: Literal["yaml", "json"], out: Path | None) -> None:
    """Turn the bundle in FILE back into a record file.

    What no form holds stays whole under `other`; nothing is dropped.
    """
    from fhir_matters import read

    write_out(out, read(read_resource(file)).dump(style))
