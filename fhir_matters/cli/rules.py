"""`fhir-matters rules`: what a finding means, why it is one, what to do, and how it looks when it is right."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fhir_matters.rule_examples import Example
    from fhir_matters.rules import Rule

_RECORD = "record file, for fhir-matters check"
_WHAT = {"json": "FHIR as JSON", "xml": "FHIR as XML", "yaml": _RECORD, "text": "bytes", "words": "in words"}


@click.command("rules")
@click.argument("codes", nargs=-1)
def command(codes: tuple[str, ...]) -> None:
    """List every rule, or explain those with these CODES, each with an example of what breaks it and of what does not.

    \b
    fhir-matters rules
    fhir-matters rules FM101
    """  # noqa: D301 - \b is how click is told to leave lines as they are
    from fhir_matters.rules import RULES

    if not codes:
        for rule in RULES.values():
            click.echo(f"{rule.code}  {rule.severity:<11}  {rule.title}")
        return
    unknown = [code for code in codes if code.upper() not in RULES]
    if unknown:
        raise click.UsageError(f"There is no rule {', '.join(unknown)}. `fhir-matters rules` lists all.")
    click.echo("\n\n".join("\n".join(_explained(RULES[code.upper()])) for code in codes))


def _explained(rule: Rule) -> Iterator[str]:
    from fhir_matters.rule_examples import example

    yield f"{rule.code}: {rule.title} ({rule.severity}, FHIR issue type {rule.issue_type})"
    yield f"  Why:  {rule.why}"
    yield f"  Do:   {rule.todo}"
    yield f"  See:  {rule.spec}"
    yield from _shown(example(rule.code))


def _shown(example: Example) -> Iterator[str]:
    kind = _WHAT[example.language]
    for title, words, profiles in (
        ("Bad", example.bad, example.profiles),
        ("Good", example.good, example.good_profiles),
    ):
        asked = "".join(f", with --profile {profile}" for profile in profiles)
        where = f", at {example.place}" if title == "Bad" and example.place else ""
        yield f"\n  {title} ({kind}{where}{asked}):"
        yield indent(words.rstrip("\n"), "    ")
    if example.needs:
        yield f"\n  {example.needs}"
    if example.definitions:
        yield "\n  With these definitions:"
        yield from (indent(each, "    ") for each in example.definitions)
