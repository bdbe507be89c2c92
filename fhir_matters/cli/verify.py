"""`fhir-matters verify`: a receipt, held against the server, or the file, again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fhir_matters.cli.main import CLEAN, FINDINGS
from fhir_matters.cli.transferring import server_at, staged

if TYPE_CHECKING:
    from fhir_matters.server.receipt import Receipt
    from fhir_matters.server.verify import Verification


@click.command("verify")
@click.argument("receipt", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--at",
    "base",
    metavar="URL|NAME|PATH",
    help="Where the server, or what was pulled, is; credentials go only to one named here. Default: as received.",
)
@click.option("--all", "every", is_flag=True, help="Name also what is still as it was received.")
@click.pass_context
def command(ctx: click.Context, receipt: Path, base: str | None, *, every: bool) -> None:
    """Ask the server of a RECEIPT again: which resources are still as received, changed, gone, or different.

    The receipt of a pull is held against the file or folder; with --at URL against a server, as its source.
    """
    from fhir_matters.server.receipt import read_receipt
    from fhir_matters.server.verify import WORDS

    proof = read_receipt(receipt)
    verified = _verified(proof, base)
    for each in verified.resources:
        if every or each.state != "as received":
            click.echo(f"  {each}")
    click.echo(f"{len(verified.resources):,} resources of {verified.target}, received {proof.finished}:")
    for state, count in verified.totals.items():
        click.echo(f"  {count:,} {WORDS[state]}")
    ctx.exit(CLEAN if verified.ok else FINDINGS)


def _verified(proof: Receipt, base: str | None) -> Verification:
    """What is there now, on the server or in the file."""
    from fhir_matters import Server
    from fhir_matters.server.received import file_of, verify_file
    from fhir_matters.server.verify import verify

    file = file_of(proof)
    if file is not None and (base is None or Path(base).exists()):
        return verify_file(proof, Path(base) if base else file)
    # A receipt may come from anybody: what it names gets no token unasked.
    return verify(proof, server_at(base) if base else Server(proof.target), staged)
