"""`validate --server`: a server's verdict beside ours, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN, FINDINGS
from fhir_matters.cli.transferring import server_at

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.server.validate import Verdict
    from fhir_matters.validation.validator import Validator


def compared(paths: Iterable[str], validator: Validator, profiles: tuple[str, ...], base: str, *, install: bool) -> int:
    """Print both verdicts for each resource; the exit code is 0 both clean, 1 findings, 2 not validated."""
    server = server_at(base)
    if install:
        _install(server)
    worst = CLEAN
    for name, resource in _resources(paths):
        worst = max(worst, _one(name, resource, validator, profiles, server))
    return worst


def _install(server: Server) -> None:
    from fhir_matters.definitions.registry import ours

    results = list(server.install(ours()).values())
    new = sum(result != "already there" for result in results)
    click.echo(f"{len(results)} definitions of ours on {server.base}, {new} of them new.", err=True)


def _resources(paths: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    from fhir_matters.sources import documents

    for document in documents(paths):
        yield document.name, document.value()


def _one(name: str, resource: dict[str, Any], validator: Validator, profiles: tuple[str, ...], server: Server) -> int:
    from fhir_matters.outcome import from_outcome
    from fhir_matters.server.validate import disagreements

    ours = validator.validate(resource, profiles=profiles)
    verdict = server.validate(resource, profiles[0] if profiles else None)
    click.echo(f"{name}: here {_said(ok=ours.ok)}, there {_theirs(verdict)}")
    if verdict.outcome is None:
        return COULD_NOT_RUN
    differing = disagreements(ours, from_outcome(verdict.outcome))
    for each in differing:
        click.echo(f"  only {each.by}: {each.issue.severity} at {each.issue.path}: {each.issue.message}")
    if not verdict.validated:
        return COULD_NOT_RUN
    return CLEAN if ours.ok and verdict.ok else FINDINGS


def _said(*, ok: bool) -> str:
    return "valid" if ok else "invalid"


def _theirs(verdict: Verdict) -> str:
    if verdict.outcome is None:
        return verdict.reason
    if verdict.unknown:
        return f"not validated: the server does not know {', '.join(verdict.unknown)} (--install gives it ours)"
    return _said(ok=verdict.ok)
