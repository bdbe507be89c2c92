"""What `push`, `pull` and `move` share: showing the plan, asking, carrying it out, and handing over the receipt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fhir_matters.cli.console import agree, progress
from fhir_matters.cli.main import CLEAN, FINDINGS
from fhir_matters.cli.servers import server_at, servers_at
from fhir_matters.errors import FhirMattersError

if TYPE_CHECKING:
    from fhir_matters.server.plan import Plan
    from fhir_matters.server.receipt import Receipt
    from fhir_matters.server.transfer import Transfer

__all__ = ["carry_out", "hand_over", "server_at", "servers_at", "staged", "transfer_options"]

Command = TypeVar("Command", bound=Callable[..., Any])
SHOWN = 10
FILE = click.Path(path_type=Path, dir_okay=False)
OPTIONS = (
    click.option("--receipt", type=FILE, help="Where to write the receipt, as JSON."),
    click.option("--journal", type=FILE, help="Where to keep what was done, to go on from after a failure."),
    click.option("--overwrite", is_flag=True, help="Replace what differs on the target."),
    click.option("--yes", is_flag=True, help="Do not ask after showing the plan."),
    click.option("--show-values", is_flag=True, help="Put the values that differ into the receipt."),
)


def transfer_options(command: Command) -> Command:
    """The options of every command that writes to a server."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def carry_out(transfer: Transfer, receipt: Path | None, *, yes: bool, show_values: bool) -> int:
    """Show the plan, ask, carry it out, print and write the receipt; the exit code says whether anything was lost.

    Raises FhirMattersError, before anything is sent, where the receipt has no folder to go to.
    """
    if receipt is not None and not receipt.parent.is_dir():
        raise FhirMattersError(
            "There is no such folder for the receipt; nothing was sent.",
            place=str(receipt),
            next_step="Make the folder, or name a file in another.",
        )
    click.echo("\n".join(_plan(transfer.plan)), err=True)
    if transfer.plan.totals["create"] or transfer.plan.totals["update"]:
        agree("Go ahead?", yes=yes)
    return hand_over(transfer.carry_out(), receipt, show_values=show_values)


def hand_over(proof: Receipt, receipt: Path | None, *, show_values: bool) -> int:
    """Print the receipt, write it where asked, and give the exit code."""
    click.echo(proof.to_text())
    if receipt is not None:
        proof.write(receipt, show_values=show_values)
        click.echo(f"Receipt: {receipt}")
    return CLEAN if proof.nothing_lost else FINDINGS


def _plan(plan: Plan) -> list[str]:
    told = [f"  {step.item.type} {step.action}: {step.reason}" for step in plan.told()]
    lines = [f"To {plan.target}: {plan}", *told[:SHOWN]]
    return [*lines, f"  … and {len(told) - SHOWN:,} more"] if len(told) > SHOWN else lines


def staged(stage: str, done: int, total: int) -> None:
    """Draw how far a stage has come."""
    if (draw := progress(stage)) is not None:
        draw(done, total)
