"""The page of commands: the help of each, as it says it itself."""

from __future__ import annotations

from collections.abc import Iterator

import click

from fhir_matters.cli.main import CONTEXT, group

COLUMNS = 100  # of the terminal that it is read in
HEAD = """\
# Commands

What `--help` says, of the version that this site was built from. Every option can also come from the environment
(`FHIR_MATTERS_VALIDATE_STRICT=1`) or from `[tool.fhir-matters.validate]` in `pyproject.toml`.

| exit code | says |
|---|---|
| 0 | clean |
| 1 | findings |
| 2 | could not run |
| 130 | stopped by Ctrl-C |
"""


def pages() -> dict[str, str]:
    """The page, by where it stands in the site."""
    return {"reference/commands.md": "\n".join([HEAD, *_told(group, None, "fhir-matters", 2)])}


def _told(command: click.Command, parent: click.Context | None, name: str, level: int) -> Iterator[str]:
    settings = CONTEXT | {"terminal_width": COLUMNS - 2, "info_name": name, "parent": parent}
    context = click.Context(command, **settings)
    title = context.command_path
    yield f"{'#' * level} {title}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            assert inner is not None
            yield from _told(inner, context, each, level)
