"""`validate --server`: many resources, each judged here and there, in their order; a server that goes away ends it.

What one resource makes the server do (an error, an answer that is no FHIR) is told of that resource, and the rest goes
on. Where the server itself is gone, or asks for other credentials, nothing more is asked, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fhir_matters.cli.asked import Asked, key_of
from fhir_matters.cli.compared import STYLES, Beside, Tally
from fhir_matters.cli.console import read
from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN, FINDINGS, STOPPED
from fhir_matters.cli.progress import Progress
from fhir_matters.cli.results import write_lines
from fhir_matters.cli.servers import server_at
from fhir_matters.errors import InputError, ServerError, Unauthorised, Unreachable
from fhir_matters.server.meaning import said
from fhir_matters.server.validate import Asker, Verdict
from fhir_matters.sources import Document, documents

if TYPE_CHECKING:
    from fhir_matters.server.client import Server
    from fhir_matters.validation.validator import Validator


@dataclass(frozen=True)
class Wish:
    """What is asked of a comparison: how it is told, and what is done before."""

    style: str = "text"
    jobs: int = 1
    out: Path | None = None
    journal: Path | None = None
    packages: tuple[str, ...] = ()
    install: bool = False
    show_values: bool = False


def compare(paths: Iterable[str], validator: Validator, profiles: tuple[str, ...], base: str, wish: Wish) -> int:
    """Tell both verdicts on each resource and where they differ.

    The exit code: 0 where both find every resource valid, 1 where either finds an error, 2 where anything could not be
    read or was not validated there, or the server went away; 130 after Ctrl-C. Raises FhirMattersError.
    """
    if wish.jobs > 1:
        raise click.UsageError("--server is asked about one resource after the other: leave out --jobs.")
    if wish.style not in STYLES:
        raise click.UsageError(f"What --server says is told as text or json: leave out --format {wish.style}.")
    server = server_at(base)
    asker, progress = Asker(server), Progress.over(paths)
    if wish.install:
        _install(asker, server, wish.packages)
    who = f"{asker.software or 'the server'} at {server.base}"
    run = Run(validator, asker, Asked(wish.journal, server.base), profiles, progress)
    lines = STYLES[wish.style](run.besides(paths), run.tally, who, show_values=wish.show_values)
    try:
        write_lines(lines, wish.out, run.tell)
    finally:
        progress.clear()
    return run.close()


def _install(asker: Asker, server: Server, packages: Iterable[str]) -> None:
    """Our definitions and those of the packages, as far as the server lacks them. Raises ServerError with a way out."""
    try:
        results = server.install(_definitions(packages))
    except ServerError as error:
        error.next_step = " ".join(filter(None, (error.next_step, asker.quirks.install)))
        raise
    new = sum(result != "already there" for result in results.values())
    click.echo(f"{len(results):,} definitions on {server.base}, {new:,} of them new.", err=True)


def _definitions(packages: Iterable[str]) -> Iterator[dict[str, Any]]:
    from fhir_matters.definitions.registry import core, ours
    from fhir_matters.server.installing import ORDER

    yield from ours()
    for source in packages:
        package = core().with_packages([source]).layers[0]
        found = (package.find(url, kind) for kind in ORDER for url in package.urls(kind))
        yield from filter(None, found)


@dataclass
class Run:
    """One pass over the paths, and what it came to."""

    validator: Validator
    asker: Asker
    asked: Asked
    profiles: tuple[str, ...]
    progress: Progress
    tally: Tally = field(default_factory=Tally)
    trouble: ServerError | None = None
    interrupted: bool = False

    def besides(self, paths: Iterable[str]) -> Iterator[Beside]:
        """Both verdicts on each document, against each profile, until all are told or the server is gone."""
        try:
            for document in documents(paths, watch=self.progress.read):
                for profile in self.profiles or ("",):
                    each = self._beside(document, profile)
                    self.tally.add(each)
                    yield each
                self.progress.step()
        except (Unreachable, Unauthorised) as error:
            self.trouble, self.tally.stopped = error, True
        except KeyboardInterrupt:
            self.interrupted = self.tally.stopped = True

    def _beside(self, document: Document, profile: str) -> Beside:
        try:
            resource = document.value(read)
        except InputError as error:
            self.tell(f"fhir-matters: {error}", err=True)
            return Beside(document.name, profile, error="could not be read, so neither was asked.")
        ours = self.validator.validate(resource, [profile] if profile else (), source=document.name)
        beside = partial(Beside, document.name, profile, ours)
        if not isinstance(resource, dict) or not isinstance(kind := resource.get("resourceType"), str):
            return beside(error="here invalid, and no server can be asked: this is no resource.")
        key = key_of(document.raw, profile)
        if (before := self.asked.get(key)) is not None:
            return beside(Verdict(left_open=before[1]), before[0])
        verdict = self._verdict(resource, profile)
        report = verdict.report
        theirs = tuple(said(issue, kind) for issue in report)
        if verdict.validated:
            self.asked.put(key, theirs, verdict.left_open)
        return beside(verdict, theirs, tuple(issue.message for issue in report))

    def _verdict(self, resource: dict[str, Any], profile: str) -> Verdict:
        """The server's; Unreachable only where it is gone, and not where this one resource is too much for it."""
        try:
            return self.asker.verdict(resource, profile or None)
        except Unreachable as error:
            self.asker.server.ask("GET", "metadata")
            return Verdict(reason=f"Not validated: {error.message}", next_step=error.next_step)

    def tell(self, line: str, *, err: bool = False) -> None:
        """Print a line where the progress is."""
        self.progress.clear()
        click.echo(line, err=err)

    def close(self) -> int:
        """Say what was not asked; the exit code."""
        if self.trouble is not None:
            self.tell(f"fhir-matters: {self.trouble}", err=True)
        if self.tally.stopped:
            how = "the same --journal" if self.asked.kept else "--journal FILE from the beginning"
            done = f"after {self.tally.resources:,}; what follows was not asked"
            self.tell(f"fhir-matters: stopped {done}. Run it again, with {how} to go on from there.", err=True)
        if self.interrupted:
            return STOPPED
        if self.trouble is not None or self.tally.not_validated:
            return COULD_NOT_RUN
        return FINDINGS if self.tally.invalid else CLEAN
