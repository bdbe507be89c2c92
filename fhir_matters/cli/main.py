"""The command group: finds commands when they are asked for, and turns failures into one sentence and exit code 2."""

from __future__ import annotations

import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from fhir_matters.errors import FhirMattersError

COMMANDS = {
    "demo": "Run the whole main job on two embedded servers.",
    "new": "Start a record file for one person.",
    "build": "Turn a record file into a FHIR bundle.",
    "read": "Turn a FHIR bundle back into a record file.",
    "validate": "Check FHIR resources, here or on a server.",
    "push": "Send resources to a server, and prove that they arrived.",
    "pull": "Fetch one person's resources, or all, into a file.",
    "move": "Copy resources from one server to another, and prove it.",
    "serve": "Run the embedded FHIR server.",
    "view": "Draw one page: the face first, then what matters.",
    "rules": "Explain a finding, or list all of them.",
}
CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100, "auto_envvar_prefix": "FHIR_MATTERS"}


class Commands(click.Group):
    """Commands by name, each imported when it is used: help stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"fhir_matters.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(package_name="fhir-matters")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Let health records carry what matters to a person.

    Every option can also come from the environment (FHIR_MATTERS_VALIDATE_STRICT=1) or from
    [tool.fhir-matters.COMMAND] in pyproject.toml. Exit codes: 0 clean, 1 findings, 2 could not run.
    """
    ctx.default_map = _settings(Path("pyproject.toml"))


def main() -> None:
    """Run the command line; exit 2 with one clear sentence where the job could not be done."""
    try:
        # Outside of standalone mode, click returns the exit code that a command chose.
        sys.exit(group.main(prog_name="fhir-matters", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT_RUN)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # `| head` has seen enough; what was written is whole lines.
        sys.stderr.close()
        sys.exit(COULD_NOT_RUN)
    except FhirMattersError as error:
        click.echo(f"fhir-matters: {error}", err=True)
        sys.exit(COULD_NOT_RUN)
    except OSError as error:
        click.echo(f"fhir-matters: {_of_file(error)}", err=True)
        sys.exit(COULD_NOT_RUN)


def _of_file(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _settings(file: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))["tool"]["fhir-matters"]
    except (OSError, KeyError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}.") from None
    return {name: _underscored(options) for name, options in settings.items()}


def _underscored(options: Any) -> Any:
    return {key.replace("-", "_"): value for key, value in options.items()} if isinstance(options, dict) else options
