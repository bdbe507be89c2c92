"""`validate --server`: a server's verdict beside ours, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.console import read
from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN, FINDINGS
from fhir_matters.cli.servers import server_at
from fhir_matters.errors import InputError
from fhir_matters.outcome import from_outcome
from fhir_matters.server.validate import Disagreement, Verdict, disagreements, place
from fhir_matters.sources import documents

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.validation.validator import Validator


def compared(
    paths: Iterable[str],
    validator: Validator,
    profiles: tuple[str, ...],
    base: str,
    *,
    install: bool,
    show_values: bool,
) -> int:
    """Print both verdicts for each resource; the exit code is 0 both clean, 1 findings, 2 not validated or not read.

    A server's own words may repeat what a resource says: they are printed only if `show_values`.
    """
    server = server_at(base)
    if install:
        _install(server)
    worst = CLEAN
    for document in documents(paths):
        try:
            resource = document.value(read)
        except InputError as error:
            click.echo(f"fhir-matters: {error}", err=True)
            worst = COULD_NOT_RUN
            continue
        for profile in profiles or (None,):
            comparison = Comparison(validator, server, profile, show_values=show_values)
            worst = max(worst, comparison.told(document.name, resource))
    return worst


def _install(server: Server) -> None:
    from fhir_matters.definitions.registry import ours

    results = list(server.install(ours()).values())
    new = sum(result != "already there" for result in results)
    click.echo(f"{len(results)} definitions of ours on {server.base}, {new} of them new.", err=True)


@dataclass(frozen=True)
class Comparison:
    """Our validator beside a server's, against what a resource claims and one profile more if there is one."""

    validator: Validator
    server: Server
    profile: str | None
    show_values: bool = field(kw_only=True)

    def told(self, name: str, resource: Any) -> int:
        """Print both verdicts and where they differ; the exit code for this resource."""
        ours = self.validator.validate(resource, profiles=[self.profile] if self.profile else ())
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            click.echo(f"{name}: here invalid, and no server can be asked: this is no resource.")
            return COULD_NOT_RUN
        verdict = self.server.validate(resource, self.profile)
        against = f" against {self.profile}" if self.profile else ""
        click.echo(f"{name}: here {_said(ok=ours.ok)}, there {_theirs(verdict)}{against}")
        if verdict.outcome is None:
            return COULD_NOT_RUN
        for each in disagreements(ours, from_outcome(verdict.outcome)):
            click.echo(f"  only {each.by}: {each.issue.severity} at {place(each.issue)}: {self._words(each)}")
        if not verdict.validated:
            return COULD_NOT_RUN
        return CLEAN if ours.ok and verdict.ok else FINDINGS

    def _words(self, each: Disagreement) -> str:
        if each.by == "us" or self.show_values:
            return each.issue.message
        return f"{each.issue.code} (its words: --show-values)"


def _said(*, ok: bool) -> str:
    return "valid" if ok else "invalid"


def _theirs(verdict: Verdict) -> str:
    if verdict.outcome is None:
        return verdict.reason
    if verdict.unknown:
        return f"not validated: the server does not know {', '.join(verdict.unknown)} (--install gives it ours)"
    open_ = f", but for {len(verdict.left_open)} claimed profiles that it does not know" if verdict.left_open else ""
    return _said(ok=verdict.ok) + open_
