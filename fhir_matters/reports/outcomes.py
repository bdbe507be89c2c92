"""The report as FHIR: an OperationOutcome for one resource, a collection Bundle of them for several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from fhir_matters import jsonio
from fhir_matters.issue import Report
from fhir_matters.outcome import entries_of, to_outcome


def outcome(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
    """The lines of one FHIR resource; a Bundle without entries where nothing was checked."""
    following = iter(reports)
    first, second = next(following, None), next(following, None)
    if first is None:
        yield _written({"resourceType": "Bundle", "type": "collection"})
    elif second is None:
        yield _written(to_outcome(first, show_values), indent=True)
    else:
        yield '{"resourceType":"Bundle","type":"collection","entry":['
        for number, entry in enumerate(entries_of(chain([first, second], following), show_values)):
            yield f"{',' if number else ''}{_written(entry)}"
        yield "]}"


def _written(value: Any, *, indent: bool = False) -> str:
    return jsonio.write(value, indent=indent).decode()
