"""`fhir-matters build`: a record file becomes a FHIR bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from fhir_matters.cli.console import out_option, write_out


@click.command("build")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(["collection", "transaction"]),
    default="collection",
    show_default=True,
    help="A bundle to keep, or one that a server takes in one request.",
)
@out_option("the bundle, as JSON")
def command(file: Path, kind: Literal["collection", "transaction"], out: Path | None) -> None:
    """Turn the record FILE (YAML or JSON) into a FHIR bundle.

    The same file always gives the same bytes.
    """
    from fhir_matters import Record, jsonio

    bundle = Record.load(file).bundle(kind=kind)
    write_out(out, jsonio.write(bundle, indent=True) + b"\n")
