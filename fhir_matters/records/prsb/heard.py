"""From plain data to a record, with a clear error where it is none."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from fhir_matters.errors import RecordError
from fhir_matters.records import wording
from fhir_matters.records.record import Record


def heard(found: dict[str, Any], what: str) -> Record:
    """The record; RecordError with every mistake in it where `what` came from cannot be one."""
    try:
        return Record.model_validate(found)
    except ValidationError as error:
        problems = wording.problems(Record, error.errors(include_url=False, include_input=False))
        lines = tuple(f"{'.'.join(map(str, p.place))}: {p.message}" for p in problems)
        raise RecordError(f"This {what} cannot be a record as it is.", problems=lines) from None
