"""Reports as text for people and for programs; each is a generator of lines, so that a long run streams.

Only `html` begins with the verdict, and so waits for the last report; what it has to tell until then is on disk.

`arrow.py` makes tables of them, which are bytes and need pyarrow. Issues come with their line and column; nothing here
reads a resource, colours a terminal or sets an exit code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Protocol

from fhir_matters.issue import Report
from fhir_matters.reports.concise import concise
from fhir_matters.reports.outcomes import outcome
from fhir_matters.reports.structured import structured
from fhir_matters.reports.text import text


class Reporter(Protocol):
    """(reports) → lines, without line ends."""

    def __call__(self, reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
        """The lines; values of the resources are among them only if `show_values`."""


def _later(name: str) -> Reporter:
    """The reporter of that name in its module of that name, imported when it is used: a start is for what is asked."""

    def report(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
        lines: Iterator[str] = getattr(import_module(f"{__name__}.{name}"), name)(reports, show_values=show_values)
        return lines

    return report


REPORTERS: dict[str, Reporter] = {
    "text": text,
    "concise": concise,
    "json": structured,
    "outcome": outcome,
    "sarif": _later("sarif"),
    "junit": _later("junit"),
    "github": _later("github"),
    "html": _later("html"),
}

__all__ = ["REPORTERS", "Reporter", "concise", "outcome", "structured", "text"]
