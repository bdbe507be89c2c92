"""Reports as Arrow: a row a resource, its findings in a list, for those who analyse. Needs pyarrow.

Rows come in batches of bounded size, so that a long run streams. Nothing of a resource is in them but its type, its id
and places; the values that findings are about only when asked for. Columns are only ever added, never renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import IO, Any

from fhir_matters.errors import FhirMattersError
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.reports.tally import Tally

try:
    import pyarrow as pa
except ImportError:
    raise FhirMattersError(
        "Arrow and Parquet need pyarrow, which is not installed.", next_step="pip install 'fhir-matters[arrow]'"
    ) from None

__all__ = ["MOST_ROWS", "WRITERS", "batches", "column", "pa", "schema", "verdict", "write_arrow", "write_parquet"]
MOST_ROWS, MOST_FINDINGS = 1_000, 10_000
"""Where a batch ends: one resource may have any number of findings, and then is one by itself."""
_ROW_GROUP = 16 * 1024 * 1024

Fields = dict[str, tuple[Any, Callable[[Any], Any]]]
"""Name → Arrow type, and what makes its value of an issue or of a report."""

FINDING: Fields = {
    "rule": (pa.string(), attrgetter("rule")),
    "severity": (pa.string(), attrgetter("severity.value")),
    "code": (pa.string(), attrgetter("code")),
    "expression": (pa.string(), attrgetter("path.expression")),
    "line": (pa.int64(), attrgetter("line")),
    "column": (pa.int64(), attrgetter("column")),
    "message": (pa.string(), attrgetter("message")),
    "message_id": (pa.string(), attrgetter("message_id")),
    "profile": (pa.string(), attrgetter("profile")),
    "undecided": (pa.bool_(), attrgetter("undecided")),
    "server": (pa.string(), attrgetter("server")),
}
FOUND: Fields = {"found": (pa.string(), attrgetter("found"))}
SOURCE: Fields = {"source": (pa.string(), attrgetter("source"))}
COUNTS = (*(each.value for each in Severity), "undecided", "set_aside")
"""As all reports count: what is undecided and no error is among the undecided alone."""


def verdict(report: Report) -> str:
    """`invalid` where an error was found, else `undecided` where something was left open, else `valid`."""
    if any(issue.is_error and not issue.undecided for issue in report):
        return "invalid"
    return "undecided" if report.undecided else "valid"


RESOURCE: Fields = {
    "resource_type": (pa.string(), attrgetter("resource_type")),
    "resource_id": (pa.string(), attrgetter("resource_id")),
    "ok": (pa.bool_(), attrgetter("ok")),
    "verdict": (pa.string(), verdict),
}


def schema(*, sourced: bool = True, show_values: bool = False) -> Any:
    """The columns; `source` names files, and is there for those who have any."""
    finding = pa.struct([(name, kind) for name, (kind, _) in _finding(show_values).items()])
    first = [(name, kind) for name, (kind, _) in _resource(sourced).items()]
    return pa.schema([*first, *((name, pa.int64()) for name in COUNTS), ("findings", pa.list_(finding))])


def batch(reports: list[Report], *, sourced: bool = True, show_values: bool = False) -> Any:
    """One record batch, a row for each report."""
    columns = [column(reports, *field) for field in _resource(sourced).values()]
    counted = zip(*map(_counts, reports), strict=True) if reports else [()] * len(COUNTS)
    columns += [pa.array(each, pa.int64()) for each in counted]
    columns.append(_findings(reports, _finding(show_values)))
    return pa.record_batch(columns, schema=schema(sourced=sourced, show_values=show_values))


def batches(reports: Iterable[Report], *, sourced: bool = True, show_values: bool = False) -> Iterator[Any]:
    """The record batches of many reports, each made when it is full, or when the reports break off."""
    for some in _some(reports):
        yield batch(some, sourced=sourced, show_values=show_values)


def _some(reports: Iterable[Report]) -> Iterator[list[Report]]:
    kept: list[Report] = []
    findings = 0
    try:
        for report in reports:
            kept.append(report)
            findings += len(report.issues)
            if len(kept) >= MOST_ROWS or findings >= MOST_FINDINGS:
                yield kept
                kept, findings = [], 0
    except (Exception, KeyboardInterrupt):
        if kept:
            yield kept
        raise
    if kept:
        yield kept


def write_arrow(reports: Iterable[Report], sink: IO[bytes], *, show_values: bool = False) -> None:
    """An Arrow IPC stream: what is written can be read, whatever happens to the rest."""
    with pa.ipc.new_stream(sink, schema(show_values=show_values)) as writer:
        for each in batches(reports, show_values=show_values):
            writer.write_batch(each)


def write_parquet(reports: Iterable[Report], sink: IO[bytes], *, show_values: bool = False) -> None:
    """A Parquet file in row groups of bounded size; it ends well where the reports break off with an exception."""
    from pyarrow import parquet  # noqa: PLC0415 - a stream of Arrow needs none of it

    with parquet.ParquetWriter(sink, schema(show_values=show_values), compression="zstd") as writer:
        group: list[Any] = []
        try:
            for each in batches(reports, show_values=show_values):
                group.append(each)
                if sum(kept.nbytes for kept in group) >= _ROW_GROUP:
                    writer.write_table(pa.Table.from_batches(group))
                    group = []
        finally:
            if group:
                writer.write_table(pa.Table.from_batches(group))


WRITERS = {"arrow": write_arrow, "parquet": write_parquet}


def _finding(show_values: bool) -> Fields:
    return FINDING | FOUND if show_values else FINDING


def _resource(sourced: bool) -> Fields:
    return SOURCE | RESOURCE if sourced else RESOURCE


def _counts(report: Report) -> tuple[int, ...]:
    tally = Tally()
    tally.add(report)
    return (*(tally.severities[each] for each in Severity), tally.undecided, tally.aside.total())


def _findings(reports: list[Report], fields: Fields) -> Any:
    issues: list[Issue] = list(chain.from_iterable(reports))
    inner = [column(issues, *field) for field in fields.values()]
    offsets = [0]
    for report in reports:
        offsets.append(offsets[-1] + len(report.issues))
    kept = pa.struct([(name, kind) for name, (kind, _) in fields.items()])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(inner, fields=list(kept)))


def column(items: list[Any], kind: Any, value: Callable[[Any], Any]) -> Any:
    """One column; half a character, out of a key or an id, becomes a question mark."""
    values = [value(item) for item in items]
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:  # half a character, out of a key or an id
        return pa.array([each.encode("utf-8", "replace").decode() for each in values], kind)
