"""The options that say by what `validate` judges, and how strictly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from fhir_matters.cli.gathered import gathered
from fhir_matters.cli.servers import terminology_at

if TYPE_CHECKING:
    from fhir_matters import Validator


@dataclass(frozen=True)
class Judging:
    """What is judged by."""

    profiles: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    packages: tuple[str, ...]
    terminology: str | None
    terminology_cache: str | None
    extensions: Literal["any", "known"]
    examples: bool
    complete: bool
    strict: bool
    seconds: float | None

    def validators(self) -> Callable[[], Validator]:
        """What makes a validator that judges so, also in another process."""
        from fhir_matters import Validator
        from fhir_matters.validation.asked import Options

        asker = terminology_at(self.terminology, self.terminology_cache) if self.terminology is not None else None
        return partial(
            Validator,
            packages=self.packages,
            strict=self.strict,
            options=Options(complete=self.complete, entries=self.entries),
            extensions=self.extensions,
            examples=self.examples,
            terminology=asker,
            seconds=self.seconds,
        )


judging_options = gathered(
    "judging",
    Judging,
    (
        click.option("--profile", "profiles", multiple=True, help="Validate against this profile too (canonical URL)."),
        click.option(
            "--entry",
            "entries",
            nargs=2,
            multiple=True,
            metavar="PLACE PROFILE",
            help="The profile of entries of a Bundle: of each Patient, of Patient:0, the first, or of 0, the first "
            "entry.",
        ),
        click.option(
            "--package", "packages", multiple=True, help="A FHIR package: .tgz, folder, name or name#version."
        ),
        click.option("--terminology", metavar="URL|NAME", help="Ask this terminology server about codes."),
        click.option(
            "--terminology-cache", metavar="FILE", help="What it said: FILE, or none; else this user's cache."
        ),
        click.option(
            "--extensions",
            type=click.Choice(("any", "known")),
            default="any",
            show_default=True,
            help="known: what no package defines is an error, as it is to the HL7 validator.",
        ),
        click.option(
            "--examples/--no-examples",
            default=True,
            show_default=True,
            help="Whether URLs of example.org need not exist.",
        ),
        click.option(
            "--complete",
            is_flag=True,
            help="The packages are all there is: what they leave open is wrong, as it is to the HL7 validator when "
            "offline.",
        ),
        click.option("--strict", is_flag=True, help="What could not be judged fails too."),
        click.option("--seconds", type=click.FloatRange(min=0), help="The longest that one resource may take."),
    ),
)
