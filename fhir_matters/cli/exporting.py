"""What `pull` and `move` share of bulk exports: the options, the waiting on a terminal, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fhir_matters.cli.console import with_options
from fhir_matters.cli.main import CLEAN, FINDINGS
from fhir_matters.cli.terminal import watched

if TYPE_CHECKING:
    from fhir_matters.server.bulk.export import Exported
    from fhir_matters.server.client import Server

Command = TypeVar("Command", bound=Callable[..., Any])
EVERYTHING = "system"
ERASED = "\r\x1b[K"
FOLDER = click.Path(path_type=Path, file_okay=False)
OPTIONS = (
    click.option("--export", metavar="WHAT", help="By bulk export: system (everything), Patient (all), or Group/ID."),
    click.option("--into", type=FOLDER, help="The folder for an export; an unfinished one in it is gone on with."),
    click.option("--type", "types", multiple=True, metavar="TYPE", help="Export only this resource type; repeatable."),
    click.option("--since", metavar="INSTANT", help="Export only what changed since: 2026-01-31T08:00:00Z."),
    click.option("--filter", "filters", multiple=True, metavar="SEARCH", help="Only these: Observation?status=final."),
    click.option("--status", metavar="URL", help="Fetch the export that was asked for already, by its status address."),
    click.option("--follow", multiple=True, metavar="ORIGIN", help="Fetch files of an export from this host too."),
    click.option("--ask-every", type=click.FloatRange(0.1), metavar="SECONDS", help="Do not wait longer to ask again."),
    click.option("--gzip", "packed", is_flag=True, help="Keep the files of an export packed (.ndjson.gz)."),
    click.option("--keep", is_flag=True, help="Leave an export on the server: after it is fetched, and at Ctrl-C."),
)


def export_options(command: Command) -> Command:
    """The options of every command that can fetch a bulk export."""
    return with_options(command, OPTIONS)


@dataclass(frozen=True)
class Asked:
    """What the options said. Raises UsageError for those that mean nothing without --export."""

    export: str | None
    into: Path | None
    types: tuple[str, ...]
    since: str | None
    filters: tuple[str, ...]
    status: str | None
    follow: tuple[str, ...]
    ask_every: float | None
    packed: bool
    keep: bool

    def __post_init__(self) -> None:
        alone = [each.name for each in fields(self)[1:] if getattr(self, each.name)]
        if self.export is None and alone:
            raise click.UsageError(f"{', '.join(map(_spoken, alone))}: this goes with --export.")

    def fetch(self, server: Server, into: Path) -> Exported:
        """The export, whole, in the folder. Raises FhirMattersError, and says at Ctrl-C what becomes of it."""
        from fhir_matters.server.bulk.asking import LONGEST, Wanted

        what = "" if self.export == EVERYTHING else self.export or ""
        wanted = Wanted(what, self.types, self.since or "", self.filters)
        server.allow(*self.follow)
        try:
            return server.export(
                wanted,
                into=into,
                status=self.status or "",
                packed=self.packed,
                keep=self.keep,
                longest=self.ask_every or LONGEST,
                told=_told,
            )
        except KeyboardInterrupt:
            click.echo(_left(into), err=True)
            raise
        finally:
            _clear()


def _spoken(name: str) -> str:
    """The option that fills a field, as people write it."""
    option = {"types": "type", "filters": "filter", "packed": "gzip"}.get(name, name)
    return "--" + option.replace("_", "-")


def report(exported: Exported) -> int:
    """Say what came, and what the server could not give; the exit code."""
    count = len(exported.files)
    click.echo(
        f"{exported.lines:,} resources in {count:,} files in {exported.folder}: all up to {exported.taken}.", err=True
    )
    if exported.deletions:
        click.echo(f"What was deleted since is in {', '.join(map(str, exported.deletions))}.", err=True)
    troubles = exported.troubles
    if not troubles:
        return CLEAN
    listed = ", ".join(f"{what} ({times:,})" for what, times in troubles.items())
    click.echo(f"The server says of this export: {listed}. See {', '.join(map(str, exported.told))}.", err=True)
    return FINDINGS if any(not what.startswith(("information", "warning")) for what in troubles) else CLEAN


def _told(progress: str) -> None:
    if watched():
        click.echo(f"{ERASED}The server prepares the export. {progress}", err=True, nl=False)


def _clear() -> None:
    if watched():
        click.echo(ERASED, err=True, nl=False)


def _left(into: Path) -> str:
    from fhir_matters.server.bulk.folder import HIDDEN

    if (into / HIDDEN / "state.json").exists():
        return "The export goes on at the server: the same command goes on with it."
    return "The export was ended on the server; nothing of it is left."
