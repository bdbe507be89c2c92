"""What `push`, `pull` and `move` share: showing the plan, asking, carrying it out, and handing over the receipt."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fhir_matters.cli.console import agree, with_options
from fhir_matters.cli.main import CLEAN, FINDINGS
from fhir_matters.cli.progress import STAGES
from fhir_matters.cli.servers import server_at, servers_at
from fhir_matters.errors import FhirMattersError

if TYPE_CHECKING:
    from fhir_matters.server.compare import Difference
    from fhir_matters.server.plan import Plan, Step
    from fhir_matters.server.receipt import Receipt
    from fhir_matters.server.transfer import Transfer

__all__ = [
    "brisk",
    "carry_out",
    "choice_options",
    "hand_over",
    "has_folder",
    "server_at",
    "servers_at",
    "settings",
    "staged",
    "transfer_options",
]

staged = STAGES
"""Draws how far a stage has come."""
Command = TypeVar("Command", bound=Callable[..., Any])
SHOWN = 10
# Objects, and collections of younger ones, between two collections: a tenth of the time of a transfer.
RARELY = (50_000, 20, 100)
# Seconds that one thread computes while another waits to.
SOON = 0.0005
FILE = click.Path(path_type=Path, dir_okay=False)
OPTIONS = (
    click.option("--receipt", type=FILE, help="Where to write the receipt, as JSON."),
    click.option("--audit", type=FILE, help="Where to write the receipt as a FHIR AuditEvent."),
    click.option("--journal", type=FILE, help="Where to keep what was done, to go on from after a failure."),
    click.option("--overwrite", is_flag=True, help="Replace what differs on the target."),
    click.option("--narrative", is_flag=True, help="The target may make generated text (Narrative) anew."),
    click.option(
        "--elsewhere",
        type=click.Choice(["keep", "rewrite", "refuse"]),
        default="keep",
        show_default=True,
        help="References to other servers: kept, written as identifiers, or what holds them stays behind.",
    ),
    click.option("--yes", is_flag=True, help="Do not ask after showing the plan."),
    click.option("--show-values", is_flag=True, help="Show the values that differ, also in the receipt."),
)


CHOICE = (
    click.option("--patient", "patients", multiple=True, help="The id of a patient; several times for several."),
    click.option("--search", "searches", multiple=True, help="What to find, as in 'Observation?code=…'."),
    click.option("--compartment", is_flag=True, help="Search each type for a patient's resources, not $everything."),
)


def choice_options(command: Command) -> Command:
    """The options of every command that reads from a server: without any, everything is meant."""
    return with_options(command, CHOICE)


def transfer_options(command: Command) -> Command:
    """The options of every command that writes to a server."""
    return with_options(command, OPTIONS)


def settings(options: dict[str, Any]) -> dict[str, Any]:
    """What the options say of a transfer, taken out of them: as `transfer.prepare` has it."""
    return {name: options.pop(name) for name in ("journal", "overwrite", "narrative", "elsewhere")}


@contextmanager
def brisk() -> Iterator[None]:
    """Meanwhile Python looks for circles of garbage less often, for in resources it looks through many and finds none.

    And its threads take turns sooner: the one that exchanges with a server has little to do each time.
    """
    before = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(*RARELY)
    sys.setswitchinterval(SOON)
    try:
        yield
    finally:
        gc.set_threshold(*before[0])
        sys.setswitchinterval(before[1])


def carry_out(transfer: Transfer, receipt: Path | None, audit: Path | None, *, yes: bool, show_values: bool) -> int:
    """Show the plan, ask, carry it out, print and write the receipt; the exit code says whether anything was lost.

    Raises FhirMattersError, before anything is sent, where the receipt has no folder to go to.
    """
    has_folder(receipt, audit)
    click.echo("\n".join(_plan(transfer.plan, show_values=show_values)), err=True)
    if transfer.plan.totals["create"] or transfer.plan.totals["update"]:
        agree("Go ahead?", yes=yes)
    return hand_over(transfer.carry_out(), receipt, audit, show_values=show_values)


def has_folder(*files: Path | None) -> None:
    """Nothing, where there is a folder for each file. Raises FhirMattersError."""
    for file in filter(None, files):
        if not file.parent.is_dir():
            raise FhirMattersError(
                "There is no such folder for the receipt; nothing was sent, nothing written.",
                place=str(file),
                next_step="Make the folder, or name a file in another.",
            )


def hand_over(proof: Receipt, receipt: Path | None, audit: Path | None, *, show_values: bool) -> int:
    """Print the receipt, write it where asked, and give the exit code."""
    from fhir_matters.files import write_whole
    from fhir_matters.server.audit import pieces

    click.echo(proof.to_text())
    if receipt is not None:
        proof.write(receipt, show_values=show_values)
        click.echo(f"Receipt: {receipt}")
    if audit is not None:
        write_whole(audit, pieces(proof))
        click.echo(f"Receipt as an AuditEvent: {audit}")
    return CLEAN if proof.nothing_lost else FINDINGS


def _plan(plan: Plan, *, show_values: bool) -> list[str]:
    """The plan in words; where both sides differ, side by side: values only if asked for, as they may be anybody's."""
    told = [line for step in islice(plan.told(), SHOWN) for line in _step(step, show_values=show_values)]
    more = sum(1 for _ in islice(plan.told(), SHOWN, None))
    lines = [f"To {plan.target}: {plan}", *told]
    return [*lines, f"  … and {more:,} more"] if more else lines


def _step(step: Step, *, show_values: bool) -> Iterator[str]:
    yield f"  {step.item.type} {step.action}: {step.reason}"
    if step.action != "conflict":
        return
    yield f"    {step.item.key} (here) and {step.place} (there):"
    for each in islice((each for each in step.differences if not each.owner), SHOWN):
        yield f"    {each.path}: {each.kind}"
        if show_values:
            yield from (f"      {side:<6}{value}" for side, value in _sides(each))


def _sides(difference: Difference) -> Iterator[tuple[str, str]]:
    from fhir_matters import jsonio

    absent = {"missing": "there", "added": "here"}.get(difference.kind)
    for side, value in (("here", difference.source), ("there", difference.target)):
        yield side, "(nothing)" if side == absent else jsonio.write(value).decode()
