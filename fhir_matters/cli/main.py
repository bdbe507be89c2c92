"""The command group: finds commands when they are asked for, and turns failures into one sentence and exit code 2."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from fhir_matters.cli import terminal
from fhir_matters.cli.progress import STAGES
from fhir_matters.errors import FhirMattersError

COMMANDS = {
    "demo": "Run the whole main job on two embedded servers.",
    "new": "Start a record file for one person.",
    "build": "Turn a record file into a FHIR bundle.",
    "read": "Turn a FHIR bundle back into a record file.",
    "validate": "Check FHIR resources, here or on a server.",
    "check": "Look for what no validator asks: the person, their choice, the same talk again.",
    "push": "Send resources to a server, and prove that they arrived.",
    "pull": "Fetch people's resources, or all, into a file or a folder.",
    "move": "Copy resources from one server to another, and prove it.",
    "verify": "Ask a server again whether everything is still as a receipt says.",
    "servers": "List the servers that have a name, or try one.",
    "serve": "Run the embedded FHIR server.",
    "view": "Draw one page: the face first, then what matters.",
    "fhirpath": "Ask a resource with FHIRPath.",
    "rules": "Explain a finding, or list all of them.",
    "completion": "Let a shell complete commands: bash, zsh or fish.",
}
CLEAN, FINDINGS, COULD_NOT_RUN, STOPPED = 0, 1, 2, 130
COMPLETING = "_FHIR_MATTERS_COMPLETE"
"""Where a shell says that it wants to know what may follow: click's, for this program."""
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100, "auto_envvar_prefix": "FHIR_MATTERS"}


class Commands(click.Group):
    """Commands by name, each imported when it is used: help stays instant."""

    context_class = terminal.Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"fhir_matters.cli.{cmd_name}").command
        command.context_class = terminal.Context
        spoken = {_spoken(option): option for option in command.params if isinstance(option, click.Option)}
        for name, option in spoken.items():
            option.envvar = f"FHIR_MATTERS_{cmd_name}_{name}".upper()
        if COMPLETING in os.environ:
            from fhir_matters.cli.completing import suggesting

            return suggesting(command)
        settings = _settings(Path("pyproject.toml"))
        if cmd_name in settings:
            ctx.default_map = {cmd_name: _by_parameter(cmd_name, settings[cmd_name], spoken)}
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print what this is, and by which definitions it judges."""
    if not wanted:
        return
    import platform
    from importlib.metadata import version

    from fhir_matters.definitions.core import CoreFile

    click.echo(f"fhir-matters {version('fhir-matters')}")
    for name, number in CoreFile().packages().items():
        click.echo(f"{name} {number}")
    click.echo(f"Python {platform.python_version()}")
    ctx.exit()


@click.group(cls=Commands, context_settings=CONTEXT)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version, and those of the definitions in it.",
)
@click.pass_context
def group(ctx: click.Context) -> None:
    """Let health records carry what matters to a person.

    Every option can also come from the environment (FHIR_MATTERS_VALIDATE_STRICT=1) or from
    [tool.fhir-matters.COMMAND] in pyproject.toml. Exit codes: 0 clean, 1 findings, 2 could not run, 130 stopped.
    NO_COLOR and FORCE_COLOR are heeded, and where CI is set nothing is drawn over.
    """
    ctx.color = terminal.coloured()


def main() -> None:
    """Run the command line; exit 2 with one clear sentence where the job could not be done."""
    terminal.prepare()
    code = _exit_code()
    terminal.abandon()
    sys.exit(code)


def _exit_code() -> int:
    try:
        # Outside of standalone mode, click returns the exit code that a command chose.
        code: int = (
            group.main(prog_name="fhir-matters", standalone_mode=False, terminal_width=terminal.narrow()) or CLEAN
        )
        sys.stdout.flush()
    except SystemExit:
        # It leaves by itself only where nobody reads on (`| head`): what was written is whole lines.
        return COULD_NOT_RUN
    except click.ClickException as error:
        error.show()
        return COULD_NOT_RUN
    except (click.Abort, KeyboardInterrupt):
        click.echo(STAGES.stopped(), err=True)
        return STOPPED
    except BrokenPipeError:
        return COULD_NOT_RUN
    except (FhirMattersError, OSError) as error:
        STAGES.clear()
        click.echo(f"fhir-matters: {_of_file(error) if isinstance(error, OSError) else error}", err=True)
        return COULD_NOT_RUN
    return code


def _of_file(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _settings(file: Path) -> dict[str, Any]:
    try:
        text = file.read_bytes()
    except OSError:
        return {}
    import tomllib

    try:
        found: Any = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}.") from None
    for name in ("tool", "fhir-matters"):
        found = found.get(name, {})
        if not isinstance(found, dict):
            raise click.ClickException(f"{file}: expected a table {name}, found something else.")
    return dict(found)


def _spoken(option: click.Option) -> str:
    """The long name of an option as people write it: `--show-values` is show_values."""
    return max(option.opts, key=len).lstrip("-").replace("-", "_")


def _by_parameter(command: str, options: Any, spoken: dict[str, click.Option]) -> dict[str, Any]:
    """The settings of a command by the parameters that they mean; a misspelt one is refused."""
    place = f"pyproject.toml, [tool.fhir-matters.{command}]"
    if not isinstance(options, dict):
        raise click.ClickException(f"{place}: expected a table, found something else.")
    named = {name.replace("-", "_"): value for name, value in options.items()}
    if unknown := sorted(named.keys() - spoken.keys()):
        raise click.ClickException(f"{place}: there is no option {', '.join(unknown)}; it has {', '.join(spoken)}.")
    return {str(spoken[name].name): _listed(spoken[name], value) for name, value in named.items()}


def _listed(option: click.Option, value: Any) -> Any:
    """The value; one alone is a list of one where an option may be given several times."""
    return [value] if option.multiple and isinstance(value, str) else value
