"""`fhir-matters read`: a FHIR bundle, or a filled form, becomes a record file again."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from fhir_matters.cli.console import out_option, read_resource, write_out


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["yaml", "json", "answers"]),
    default="yaml",
    show_default=True,
    help="How it is written; `answers`: as the answers to the questionnaire, to open in a form.",
)
@out_option("the record file")
def command(file: Path, style: Literal["yaml", "json", "answers"], out: Path | None) -> None:
    """Turn the bundle in FILE, or the answers to the questionnaire, into a record file.

    What no form holds stays whole under `other`; nothing is dropped.
    """
    from fhir_matters import jsonio, read
    from fhir_matters.records.asking import answers

    record = read(read_resource(file))
    whole = jsonio.write(answers(record), indent=True) + b"\n" if style == "answers" else record.dump(style)
    write_out(out, whole)
