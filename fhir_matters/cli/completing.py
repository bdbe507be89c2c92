"""What a shell may complete where click knows only that it is text; loaded when a shell asks.

What cannot be found out (a record that does not read, a file of servers that is another's) completes nothing, and says
nothing: somebody is in the middle of a line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

from fhir_matters.errors import FhirMattersError

Suggest: TypeAlias = Callable[[click.Context], Mapping[str, str]]
"""What may stand there, each with a few words about it."""


class Suggested(click.types.StringParamType):
    """Text for which a shell has suggestions; without any of its own, the names of files."""

    def __init__(self, suggest: Suggest | None = None) -> None:
        self._suggest = suggest

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What begins as the word does; of several with commas between, the last is completed."""
        if self._suggest is None:
            return [CompletionItem(incomplete, type="file")]
        before, comma, word = incomplete.rpartition(",")
        try:
            found = self._suggest(ctx)
        except (FhirMattersError, OSError, ValueError):
            return []
        return [
            CompletionItem(f"{before}{comma}{value}", help=words)
            for value, words in found.items()
            if value.lower().startswith(word.lower())
        ]


def suggesting(command: click.Command) -> click.Command:
    """The command, whose parameters have suggestions now."""
    for param in command.params:
        names = (param.name or "", param.metavar or "")
        table = ARGUMENTS if isinstance(param, click.Argument) else OPTIONS
        if found := next((table[name] for name in names if name in table), None):
            param.type = found
    return command


def _rules(_: click.Context) -> Mapping[str, str]:
    from fhir_matters.rules import RULES

    return {rule.code: rule.title for rule in RULES.values()}


def _packages(_: click.Context) -> Mapping[str, str]:
    from fhir_matters.definitions.package import all_installed

    return dict.fromkeys(all_installed(), "")


def _servers(_: click.Context) -> Mapping[str, str]:
    from fhir_matters.server.named import names

    return dict.fromkeys(names(), "")


def _faults(_: click.Context) -> Mapping[str, str]:
    from fhir_matters.local_server.faults import KINDS

    return {f"{name}=": kind.says for name, kind in KINDS.items()}


def _keys(ctx: click.Context) -> Mapping[str, str]:
    """Who is in the record that the line names already; their names are nobody's business in a terminal."""
    from fhir_matters import read
    from fhir_matters.cli.console import read_resource

    everybody = {"person": "the person", "anybody": "what is kept from nobody"}
    # An option without its value ends click's reading of the line: what stood before it is among the rest then.
    file = next((value for value in (*ctx.params.values(), *ctx.args) if _is_file(value)), None)
    if file is None:
        return everybody
    record = read(read_resource(Path(file)))
    return everybody | dict.fromkeys((*record.people, *record.colleagues), "")


def _is_file(value: object) -> bool:
    return isinstance(value, (str, Path)) and Path(value).is_file()


_NAMED = Suggested(_servers)
ARGUMENTS: Mapping[str, Suggested] = {
    "codes": Suggested(_rules),
    "name": _NAMED,
    "paths": Suggested(),
    "source": Suggested(),
}
"""By the name of the argument."""
OPTIONS: Mapping[str, Suggested] = {
    "packages": Suggested(_packages),
    "faults": Suggested(_faults),
    "CODES": Suggested(_rules),
    "FILE": Suggested(),
    "KEY": Suggested(_keys),
    "URL|NAME": _NAMED,
    "URL|NAME|PATH": _NAMED,
}
"""By the name of the option, or by what it says that it takes."""
