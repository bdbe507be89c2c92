"""`fhir-matters rules`: what a finding means, why it is one, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fhir_matters.rules import Rule


@click.command("rules")
@click.argument("codes", nargs=-1)
def command(codes: tuple[str, ...]) -> None:
    """List every rule, or explain those with these CODES.

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
    click.echo("\n\n".join(_explained(RULES[code.upper()]) for code in codes))


def _explained(rule: Rule) -> str:
    lines = [
        f"{rule.code}: {rule.title} ({rule.severity}, FHIR issue type {rule.issue_type})",
        f"  Why:  {rule.why}",
        f"  Do:   {rule.todo}",
        f"  See:  {rule.spec}",
    ]
    return "\n".join(lines)
