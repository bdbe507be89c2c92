"""`fhir-matters pull`: patients' records, searches, or everything, from a server into a file or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.exporting import Asked, export_options, report
from fhir_matters.cli.transferring import FILE, choice_options, hand_over, has_folder, server_at, staged

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.server.reading import Choice


@click.command("pull")
@click.option("--from", "base", required=True, metavar="URL|NAME", help="The server: its base address, or its name.")
@choice_options
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="A .json file (a bundle), an .ndjson file (.gz too) or a folder (a file a type); default: standard output.",
)
@click.option("--receipt", type=FILE, help="Where to write a receipt: what came, and that the file or folder holds it.")
@export_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    base: str,
    patients: tuple[str, ...],
    searches: tuple[str, ...],
    out: Path | None,
    receipt: Path | None,
    *,
    compartment: bool,
    **options: Any,
) -> None:
    """Fetch resources as the server gives them, to the digit; what they refer to comes along.

    With --export the server prepares files for many patients, which go into a folder. Ctrl-C ends that on the server
    too, unless --keep is given; after any other end the same command goes on where it was.
    """
    from fhir_matters.server.keeping import keep
    from fhir_matters.server.reading import choice, reading

    asked, server = Asked(**options), server_at(base)
    if asked.export is not None:
        if asked.into is None or out is not None or patients or searches or compartment:
            raise click.UsageError("An export goes into a folder: --export with --into, without -o and --patient.")
        ctx.exit(_exported(server, asked, asked.into, receipt))
    what = choice(patients, searches, compartment=compartment)
    if receipt is not None:
        ctx.exit(_with_receipt(server, what, out, receipt))
    count = keep(reading(server, what, staged), server.base, out)
    click.echo(f"{count:,} resources from {server.base}", err=True)


def _exported(server: Server, asked: Asked, into: Path, receipt: Path | None) -> int:
    """Fetch an export, and prove it where that is asked for; the exit code says whether all of it came."""
    if receipt is not None:
        if receipt.resolve().is_relative_to(into.resolve()):
            raise click.UsageError("A receipt is about the folder: name a place outside it.")
        has_folder(receipt)
    came = asked.fetch(server, into)
    code = report(came)
    if receipt is None:
        return code
    return max(code, hand_over(server.receipt(came), receipt, None, show_values=False))


def _with_receipt(server: Server, what: Choice, out: Path | None, receipt: Path) -> int:
    """Read, write, read back, and prove it; the exit code says whether the file holds what the server gave."""
    from fhir_matters.server.received import receive

    if out is None or out.resolve() == receipt.resolve():
        raise click.UsageError("A receipt is about a file that is read back: name that with -o, and another for it.")
    has_folder(receipt)
    return hand_over(receive(server, what, out, staged), receipt, None, show_values=False)
