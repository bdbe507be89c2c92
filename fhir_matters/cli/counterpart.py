"""The options of `validate` that are about a server whose verdict is set beside ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from fhir_matters.cli.gathered import gathered


@dataclass(frozen=True)
class Counterpart:
    """The server to be asked too, and how."""

    server: str | None
    install: bool
    journal: Path | None

    def refuse_without_server(self) -> None:
        """Raise UsageError where something is asked of a server and none is named."""
        if self.server is None and (self.install or self.journal is not None):
            raise click.UsageError("--install and --journal are about a server: name it with --server.")


counterpart_options = gathered(
    "counterpart",
    Counterpart,
    (
        click.option(
            "--server", metavar="URL|NAME", help="Ask this server's $validate too, and show where it and we differ."
        ),
        click.option("--install", is_flag=True, help="With --server: give it our profiles and each --package first."),
        click.option(
            "--journal",
            type=click.Path(path_type=Path, dir_okay=False),
            help="With --server: keep what it said there (no words), and ask only what is not in it.",
        ),
    ),
)
