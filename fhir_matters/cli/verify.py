"""`fhir-matters verify`: a receipt, held against the server again."""

from __future__ import annotations

from pathlib import Path

import click

from fhir_matters.cli.main import CLEAN, FINDINGS
from fhir_matters.cli.transferring import server_at, staged


@click.command("verify")
@click.argument("receipt", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--at", "base", help="Where the server is; credentials go only to one named here. Default: as received.")
@click.option("--all", "every", is_flag=True, help="Name also what is still as it was received.")
@click.pass_context
def command(ctx: click.Context, receipt: Path, base: str | None, *, every: bool) -> None:
    """Ask the server of a RECEIPT again: which resources are still as received, changed, gone, or different."""
    from fhir_matters import Server
    from fhir_matters.server.receipt import read_receipt
    from fhir_matters.server.verify import WORDS, verify

    proof = read_receipt(receipt)
    # A receipt may come from anybody: what it names gets no token unasked.
    verified = verify(proof, server_at(base) if base else Server(proof.target), staged)
    for each in verified.resources:
        if every or each.state != "as received":
            click.echo(f"  {each}")
    click.echo(f"{len(verified.resources):,} resources of {verified.target}, received {proof.finished}:")
    for state, count in verified.totals.items():
        click.echo(f"  {count:,} {WORDS[state]}")
    ctx.exit(CLEAN if verified.ok else FINDINGS)
