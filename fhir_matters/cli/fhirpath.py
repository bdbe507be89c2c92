"""`fhir-matters fhirpath`: what an expression finds in a resource."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("fhirpath")
@click.argument("expression")
@click.argument("file", type=click.Path(path_type=Path))
def command(expression: str, file: Path) -> None:
    """Print what EXPRESSION finds in FILE, one JSON value a line; - is standard input.

    A file with what a record holds prints what it holds: mind where the output goes.

    \b
    fhir-matters fhirpath "name.where(use = 'official').given" patient.json
    fhir-matters fhirpath "entry.resource.ofType(Goal).count()" bundle.json
    """  # noqa: D301 - \b is how click is told to leave lines as they are
    from fhir_matters import fhirpath, jsonio
    from fhir_matters.cli.console import read_resource

    for value in fhirpath.evaluate(read_resource(file), expression):
        click.echo(jsonio.write(value))
