"""`fhir-matters pull`: one person's resources, or everything, from a server into a file or a folder."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import click

from fhir_matters.cli.console import out_option, write_out
from fhir_matters.cli.exporting import Asked, export_options, report
from fhir_matters.cli.transferring import server_at, staged


@click.command("pull")
@click.option("--from", "base", required=True, metavar="URL|NAME", help="The server: its base address, or its name.")
@click.option("--patient", help="The id of one patient; without it, everything.")
@out_option("the bundle, as JSON, or its resources, as .ndjson or .ndjson.gz")
@export_options
@click.pass_context
def command(ctx: click.Context, /, base: str, patient: str | None, out: Path | None, **options: Any) -> None:
    """Fetch a collection bundle, each resource as the server gives it, to the digit.

    With --export the server prepares files for many patients, which go into a folder. Ctrl-C ends that on the server
    too, unless --keep is given; after any other end the same command goes on where it was.
    """
    asked = Asked(**options)
    if asked.export is not None:
        ctx.exit(_export(base, asked, patient, out))
    bundle = server_at(base).pull(patient, progress=staged)
    write_out(out, _written(bundle, out))
    click.echo(f"{len(bundle.get('entry', ())):,} resources from {base}", err=True)


def _export(base: str, asked: Asked, patient: str | None, out: Path | None) -> int:
    if asked.into is None or out is not None or patient is not None:
        raise click.UsageError("An export goes into a folder: --export with --into, without -o and --patient.")
    return report(asked.fetch(server_at(base), asked.into))


def _written(bundle: dict[str, Any], out: Path | None) -> bytes:
    """The bundle, or a line for each resource where the name of the file asks for that."""
    from fhir_matters import jsonio

    name = out.name if out else ""
    if not name.endswith((".ndjson", ".ndjson.gz")):
        return jsonio.write(bundle, indent=True) + b"\n"
    lines = b"".join(jsonio.write(entry["resource"]) + b"\n" for entry in bundle.get("entry", ()))
    return gzip.compress(lines, mtime=0) if name.endswith(".gz") else lines
