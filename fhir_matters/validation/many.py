"""Many documents → a report for each, in their order: here, or in several processes. Holds few at a time.

Nothing that one document does ends the run: see `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Event
from typing import Unpack

from fhir_matters.errors import WrongArgument
from fhir_matters.issue import Report
from fhir_matters.sources import Part, parts
from fhir_matters.validation.judging import Judge, StoppedError
from fhir_matters.validation.validator import Making, Validator


def validate_many(
    paths: str | Path | Iterable[str | Path],
    *,
    jobs: int = 1,
    profiles: Iterable[str] = (),
    validator: Callable[..., Validator] = Validator,
    **options: Unpack[Making],
) -> Iterator[Report]:
    """A report for each resource in a file, or in files, folders, globs and packages, as they come.

    What is looked for in them, `sources.documents` says. With more than one of `jobs`, as many processes judge at once;
    reports are the same, in the same order. `options` are those of `Validator`. Raises DefinitionsError for a package
    that is not there, WrongArgument for what is no path, FhirMattersError where processes cannot be started, nothing
    for what is read. As with all of multiprocessing, a script that uses more than one job keeps what it does under
    `if __name__ == "__main__":`.
    """
    judge = Judge(partial(validator, **options) if options else validator, tuple(profiles))
    named = [paths] if isinstance(paths, (str, Path)) else map(_checked, paths)
    return reports(parts(named), judge, jobs)


def _checked(path: str | Path) -> str | Path:
    if not isinstance(path, (str, Path)):
        raise WrongArgument(
            f"Expected names of files, found a {type(path).__name__}.",
            next_step="Resources are for Validator().validate, one by one.",
        )
    return path


def reports(found: Iterator[Part], judge: Judge, jobs: int = 1, stop: Event | None = None) -> Iterator[Report]:
    """The reports of all documents, in their order; once `stop` is set, only of those that were begun.

    Raises StoppedError when it is interrupted, and NoProcessError when processes cannot be started any more, both after
    the reports that are ready.
    """
    stop = stop or Event()
    if jobs == 1:
        return _here(found, judge, stop)
    from fhir_matters.validation.crew import in_processes  # noqa: PLC0415 (only where it is needed)
    from fhir_matters.validation.parcels import packed  # noqa: PLC0415

    return in_processes(found, judge, packed, jobs, stop)


def _here(found: Iterator[Part], judge: Judge, stop: Event) -> Iterator[Report]:
    judging = judge.ready()
    for document in chain.from_iterable(part.documents() for part in found):
        try:
            report = judging(document)
        except KeyboardInterrupt:
            raise StoppedError([document.name]) from None
        yield report
        if stop.is_set():
            return
