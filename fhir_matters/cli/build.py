"""`fhir-matters build`: a record file becomes a FHIR bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from fhir_matters.cli.console import out_option, reader_of, write_out


@click.command("build")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(["collection", "transaction"]),
    default="collection",
    show_default=True,
    help="A bundle to keep, or one that a server takes in one request.",
)
@click.option("--for", "reader", metavar="KEY", help="Leave out what is kept from somebody: a key, or `anybody`.")
@out_option("the bundle, as JSON")
def command(file: Path, kind: Literal["collection", "transaction"], reader: str | None, out: Path | None) -> None:
    """Turn the record FILE (YAML or JSON) into a FHIR bundle.

    The same file always gives the same bytes. It is the whole record, with security labels on what the person keeps
    from somebody; with --for, what is kept from that reader is nowhere in it.
    """
    from fhir_matters import Record, jsonio

    bundle = Record.load(file).bundle(kind, reader=reader_of(reader or "person"))
    write_out(out, jsonio.write(bundle, indent=True) + b"\n")
