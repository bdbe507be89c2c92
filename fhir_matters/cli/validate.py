"""`fhir-matters validate`: is it valid, where not, and what could not be judged."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

import click

from fhir_matters.cli.console import out_option
from fhir_matters.cli.progress import Progress
from fhir_matters.cli.results import write
from fhir_matters.cli.running import Run, jobs_of
from fhir_matters.cli.servers import terminology_at

FORMATS = ("text", "concise", "json", "outcome", "arrow", "parquet")


@click.command("validate")
@click.argument("paths", nargs=-1, required=True)
@click.option("--profile", "profiles", multiple=True, help="Validate against this profile too (canonical URL).")
@click.option(
    "--entry",
    "entries",
    nargs=2,
    multiple=True,
    metavar="PLACE PROFILE",
    help="The profile of entries of a Bundle: of each Patient, of Patient:0, the first, or of 0, the first entry.",
)
@click.option("--package", "packages", multiple=True, help="A FHIR package: .tgz, folder, name or name#version.")
@click.option("--server", metavar="URL|NAME", help="Ask this server's $validate too, and show where it and we differ.")
@click.option("--terminology", metavar="URL|NAME", help="Ask this terminology server about codes.")
@click.option("--terminology-cache", metavar="FILE", help="What it said: FILE, or none; else this user's cache.")
@click.option("--install", is_flag=True, help="With --server: give it our profiles and each --package first.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --server: keep what it said there (no words), and ask only what is not in it.",
)
@click.option(
    "--format", "style", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
)
@click.option(
    "--extensions",
    type=click.Choice(("any", "known")),
    default="any",
    show_default=True,
    help="known: what no package defines is an error, as it is to the HL7 validator.",
)
@click.option(
    "--examples/--no-examples", default=True, show_default=True, help="Whether URLs of example.org need not exist."
)
@click.option(
    "--complete",
    is_flag=True,
    help="The packages are all there is: what they leave open is wrong, as it is to the HL7 validator when offline.",
)
@click.option("--strict", is_flag=True, help="What could not be judged fails too.")
@click.option("--seconds", type=click.FloatRange(min=0), help="The longest that one resource may take.")
@click.option(
    "--jobs",
    metavar="N|auto",
    callback=jobs_of,
    default="1",
    show_default=True,
    help="Validate in so many processes at once; auto: one a core. What is told is the same.",
)
@click.option("--show-values", is_flag=True, help="Print the values that findings are about.")
@out_option("the findings, as they come")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    profiles: tuple[str, ...],
    entries: tuple[tuple[str, str], ...],
    packages: tuple[str, ...],
    server: str | None,
    terminology: str | None,
    terminology_cache: str | None,
    style: str,
    extensions: Literal["any", "known"],
    seconds: float | None,
    jobs: int,
    out: Path | None,
    journal: Path | None,
    *,
    complete: bool,
    examples: bool,
    install: bool,
    strict: bool,
    show_values: bool,
) -> None:
    """Check PATHS: files, folders, globs, .json, .xml, .ndjson (each also .gz and .zst), .tgz, or - for standard input.

    With --format arrow or parquet (extra `arrow`) the result is a table, a row a resource, in memory that is bounded:
    an Arrow IPC stream, or a Parquet file.

    With --server, what both say, what only we and only the server say of each resource is told apart (--format text or
    json). What it did not validate, or not by the profiles, is never a pass: exit code 2.

    Offline, unless --server or --terminology is given; a terminology server is sent codes, systems, displays and
    value sets' canonicals where nothing here decides, nothing else. Exit code 0: no error; 1: errors found; 2:
    something could not be read; 130: stopped by Ctrl-C, and what was found until then is told.
    """
    from fhir_matters import Validator
    from fhir_matters.validation.asked import Options
    from fhir_matters.validation.judging import Judge

    asker = terminology_at(terminology, terminology_cache) if terminology is not None else None
    make = partial(
        Validator,
        packages=packages,
        strict=strict,
        options=Options(complete=complete, entries=entries),
        extensions=extensions,
        examples=examples,
        terminology=asker,
        seconds=seconds,
    )
    validator = make()
    _tell(validator.registry.missing)
    if server is not None:
        from fhir_matters.cli.comparing import Wish, compare

        wish = Wish(style, jobs, out, journal, packages, install=install, show_values=show_values)
        ctx.exit(compare(paths, validator, profiles, server, wish))
    _refuse_without_server(install, journal)
    judge = Judge(make if jobs > 1 else lambda: validator, profiles)
    run = Run(judge, jobs, style, Progress.over(paths))
    with run.listening():
        write(style, run.reports(paths), out, show_values=show_values, tell=run.tell)
    ctx.exit(run.close())


def _tell(missing: tuple[str, ...]) -> None:
    if missing:
        click.echo(f"fhir-matters: packages that the given ones need are not here: {', '.join(missing)}", err=True)


def _refuse_without_server(install: bool, journal: Path | None) -> None:
    if install or journal is not None:
        raise click.UsageError("--install and --journal are about a server: name it with --server.")
