"""Reports as a table in memory, for those who analyse: pyarrow's or pandas', a row a finding or a row a resource.

A row a resource is what `validate --format arrow` writes. A row a finding repeats the resource beside each of its
findings; a resource without any has no row there. Values are there only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Literal, TypeAlias

from fhir_matters.errors import FhirMattersError
from fhir_matters.issue import Issue, Report
from fhir_matters.reports.arrow import FINDING, FOUND, RESOURCE, SOURCE, Fields, batches, column, pa, schema

Each: TypeAlias = Literal["finding", "resource"]
_OF_RESOURCE: Fields = SOURCE | {name: RESOURCE[name] for name in ("resource_type", "resource_id")}


def to_arrow(reports: Iterable[Report], *, each: Each = "finding", show_values: bool = False) -> Any:
    """A `pyarrow.Table` of the reports. Raises FhirMattersError for another `each`."""
    if each == "resource":
        return pa.Table.from_batches(batches(reports, show_values=show_values), schema(show_values=show_values))
    if each != "finding":
        raise FhirMattersError("Expected each='finding' or each='resource'.", next_step="Say which one a row is.")
    found = [(report, issue) for report in reports for issue in report]
    return pa.table(_columns(found, FINDING | FOUND if show_values else FINDING))


def to_pandas(reports: Iterable[Report], *, each: Each = "finding", show_values: bool = False) -> Any:
    """The same as a `pandas.DataFrame`, whose whole numbers stay whole where one is missing.

    Raises FhirMattersError where pandas is not installed, and as `to_arrow` does.
    """
    try:
        pandas = import_module("pandas")
    except ImportError:
        raise FhirMattersError(
            "A data frame needs pandas, which is not installed.", next_step="pip install 'fhir-matters[pandas]'"
        ) from None
    kinds = {pa.int64(): pandas.Int64Dtype(), pa.bool_(): pandas.BooleanDtype(), pa.string(): pandas.StringDtype()}
    return to_arrow(reports, each=each, show_values=show_values).to_pandas(types_mapper=kinds.get)


def _columns(found: list[tuple[Report, Issue]], fields: Fields) -> dict[str, Any]:
    reports, issues = [report for report, _ in found], [issue for _, issue in found]
    of_resource = {name: column(reports, *field) for name, field in _OF_RESOURCE.items()}
    return of_resource | {name: column(issues, *field) for name, field in fields.items()}
