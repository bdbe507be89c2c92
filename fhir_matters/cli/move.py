"""`fhir-matters move`: from one server to another, with the proof that nothing was lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.exporting import Asked, export_options, report
from fhir_matters.cli.transferring import (
    brisk,
    carry_out,
    choice_options,
    servers_at,
    settings,
    staged,
    transfer_options,
)

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.server.transfer import Transfer


@click.command("move")
@click.option("--from", "source", required=True, metavar="URL|NAME", help="The server to copy from.")
@click.option("--to", "target", required=True, metavar="URL|NAME", help="The server to copy to.")
@choice_options
@export_options
@transfer_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    source: str,
    target: str,
    patients: tuple[str, ...],
    searches: tuple[str, ...],
    receipt: Path | None,
    audit: Path | None,
    *,
    compartment: bool,
    yes: bool,
    show_values: bool,
    **options: Any,
) -> None:
    """Copy patients' records, what searches find, or everything, to another server; the source is left as it is.

    Shows the plan and asks; then writes, reads everything back and compares. With --export the source prepares files
    first, which is kinder to it where there are many patients; what they lack is said, and is not "nothing lost".
    """
    from fhir_matters.server.transfer import prepare_move

    ctx.with_resource(brisk())
    how = {**settings(options), "progress": staged}
    asked, (from_, to) = Asked(**options), servers_at(source, target)
    if asked.export is None:
        transfer = prepare_move(from_, to, patients, search=searches, compartment=compartment, **how)
        ctx.exit(carry_out(transfer, receipt, audit, yes=yes, show_values=show_values))
    if patients or searches or compartment:
        raise click.UsageError("--export is of many patients: it has no --patient, --search or --compartment.")
    with _exported(from_, to, asked, how) as (transfer, code):
        ctx.exit(max(code, carry_out(transfer, receipt, audit, yes=yes, show_values=show_values)))


@contextmanager
def _exported(from_: Server, to: Server, asked: Asked, how: dict[str, Any]) -> Iterator[tuple[Transfer, int]]:
    """The transfer of what the source exports, and the exit code for what it does not. Raises as `prepare_move`."""
    from tempfile import TemporaryDirectory

    from fhir_matters.server.transfer import apart, prepare

    apart(from_, to)
    with TemporaryDirectory(prefix="fhir-matters-") as folder:
        exported = asked.fetch(from_, asked.into or Path(folder) / "export")
        code = report(exported)
        yield prepare(exported.resources(), to, name=from_.base, **how), code
