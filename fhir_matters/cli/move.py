"""`fhir-matters move`: from one server to another, with the proof that nothing was lost."""

from __future__ import annotations

from pathlib import Path

import click

from fhir_matters.cli.transferring import carry_out, server_at, staged, transfer_options


@click.command("move")
@click.option("--from", "source", required=True, help="The base address of the server to copy from.")
@click.option("--to", "target", required=True, help="The base address of the server to copy to.")
@click.option("--patient", help="The id of one patient; without it, everything.")
@transfer_options
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    target: str,
    patient: str | None,
    receipt: Path | None,
    journal: Path | None,
    *,
    overwrite: bool,
    yes: bool,
    show_values: bool,
) -> None:
    """Copy one patient, or everything, to another server; the source is left as it is.

    Shows the plan and asks; then writes, reads everything back and compares.
    """
    from fhir_matters.server.transfer import prepare_move

    transfer = prepare_move(
        server_at(source), server_at(target), patient, overwrite=overwrite, journal=journal, progress=staged
    )
    ctx.exit(carry_out(transfer, receipt, yes=yes, show_values=show_values))
