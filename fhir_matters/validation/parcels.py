"""Reports as they go from one process to another: in columns, which takes about half the time of object by object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any, TypeAlias, TypeVar

from fhir_matters.issue import Issue, Report
from fhir_matters.path import Path
from fhir_matters.sources import Document

T = TypeVar("T")
Judged: TypeAlias = Iterable[tuple[Document, Report]]
Packing: TypeAlias = Callable[[Judged], Iterable[T]]
"""What a process makes of its reports: it is pickled there, and what it holds is told here. A function of a module."""

_PATH = Issue._fields.index("path")
# Without the checks of `_make`: what goes in came out of an Issue and a Path.
_issue, _path = partial(tuple.__new__, Issue), partial(tuple.__new__, Path)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The columns of reports, and those of all their issues; in place of paths stand the columns of these."""

    heads: list[tuple[Any, ...]]
    columns: list[Any]

    def __iter__(self) -> Iterator[Report]:
        """The reports, as they were."""
        columns = list(self.columns)
        if columns:
            columns[_PATH] = map(_path, zip(*columns[_PATH], strict=True))
        issues = map(_issue, zip(*columns, strict=True))
        for file, line, kind, name, strict, told, count in zip(*self.heads, strict=True):
            source = file if line is None else f"{file}:{line}"
            yield Report(tuple(islice(issues, count)), source, kind, name, strict=strict, told=told)


def packed(judged: Judged) -> Parcel:
    """These reports on these documents, as plain values. What was set aside in a report is not sent."""
    several = list(judged)
    heads = [
        (each.file, each.line, told.resource_type, told.resource_id, told.strict, told.told, len(told.issues))
        for each, told in several
    ]
    columns: list[Any] = list(zip(*chain.from_iterable(told.issues for _, told in several), strict=True))
    if columns:
        columns[_PATH] = list(zip(*columns[_PATH], strict=True))
    return Parcel(list(zip(*heads, strict=True)), columns)
