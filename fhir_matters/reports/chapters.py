"""Reports told in chapters: each is written where its reports are made, in another process perhaps, and bound here.

However the reports are divided, what is bound is to the byte what the reporter says of all of them. Not every reporter
can: an outcome for one resource is another than for two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from fhir_matters.issue import Report
from fhir_matters.reports.concise import bound as concise_bound
from fhir_matters.reports.concise import chapter as concise_chapter
from fhir_matters.reports.grouped import bound as grouped_bound
from fhir_matters.reports.grouped import chapter as grouped_chapter
from fhir_matters.reports.statistics import as_json, as_text
from fhir_matters.reports.statistics import chapter as counted
from fhir_matters.reports.structured import bound as structured_bound
from fhir_matters.reports.structured import chapter as structured_chapter


class Chapters(NamedTuple):
    """`write` makes a chapter of some reports: plain values, for other processes; `bind` makes lines of all of them."""

    write: Callable[..., Any]
    bind: Callable[..., Iterator[str]]

    def of(self, reports: Iterable[Report]) -> Iterator[str]:
        """The lines of one chapter of all reports."""
        return self.bind([self.write(reports)])


CHAPTERS = {
    "text": Chapters(grouped_chapter, grouped_bound),
    "concise": Chapters(concise_chapter, concise_bound),
    "json": Chapters(structured_chapter, structured_bound),
}
"""By format; the text is the one by rule, of `grouped`."""
STATISTICS = {
    "text": Chapters(counted, as_text),
    "concise": Chapters(counted, as_text),
    "json": Chapters(counted, as_json),
}
"""How often each rule speaks, by format."""
