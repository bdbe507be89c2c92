"""`fhir-matters pull`: one person's resources, or everything, from a server into a file."""

from __future__ import annotations

from pathlib import Path

import click

from fhir_matters.cli.console import out_option, write_out
from fhir_matters.cli.transferring import server_at, staged


@click.command("pull")
@click.option("--from", "base", required=True, help="The server's base address.")
@click.option("--patient", help="The id of one patient; without it, everything.")
@out_option("the bundle, as JSON")
def command(base: str, patient: str | None, out: Path | None) -> None:
    """Fetch a collection bundle, each resource as the server gives it, to the digit."""
    from fhir_matters import jsonio

    bundle = server_at(base).pull(patient, progress=staged)
    write_out(out, jsonio.write(bundle, indent=True) + b"\n")
    click.echo(f"{len(bundle.get('entry', ())):,} resources from {base}", err=True)
