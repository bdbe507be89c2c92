"""Resources in Arrow tables, validated: a column of JSON in, a row of results out for each. Needs pyarrow.

    from fhir_matters.arrow import validate

    results = validate(table, column="resource", keys=["patient"], packages=["hl7.fhir.us.core#6.1.0"])
    wrong = results.filter(pc.field("verdict") == "invalid")

Whatever speaks Arrow validates with this function, in any number of threads and processes; each process compiles what
it validates against once. With Dask, for instance:

    def part(frame):
        return validate(pa.Table.from_pandas(frame)).to_pandas(types_mapper=pd.ArrowDtype)

    frame.map_partitions(part)

What the columns of a result are, `reports/arrow.py` says; a Spark frame is `spark.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fhir_matters.definitions.registry import Registry
from fhir_matters.errors import InputError
from fhir_matters.issue import Report
from fhir_matters.reports import arrow as reports
from fhir_matters.reports.arrow import pa
from fhir_matters.sources import Document
from fhir_matters.validation.asked import DEFAULT, Options
from fhir_matters.validation.judging import judged
from fhir_matters.validation.policy import Extensions
from fhir_matters.validation.validator import Validator

Judge = Callable[[bytes], Report]
"""The bytes of a row → the report on them; it raises nothing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a `Validator` is made of, as a value that can be compared and sent."""

    packages: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    strict: bool = False
    extensions: Extensions = "any"
    examples: bool = True
    seconds: float | None = None
    options: Options = DEFAULT

    def validator(self, registry: Registry | None = None) -> Validator:
        """A validator so made, over R4 or this registry. Raises DefinitionsError for a package that is not there."""
        return Validator(
            packages=self.packages,
            profiles=self.profiles,
            strict=self.strict,
            extensions=self.extensions,
            examples=self.examples,
            seconds=self.seconds,
            options=self.options,
            registry=registry,
        )


@lru_cache(maxsize=8)
def compiled(settings: Settings) -> Validator:
    """The validator of this process for these settings. Raises DefinitionsError."""
    return settings.validator()


def validate(
    data: pa.Table | pa.RecordBatch,
    *,
    column: str = "value",
    keys: Sequence[str] = (),
    packages: Iterable[str | Path] = (),
    profiles: Iterable[str] = (),
    strict: bool = False,
    extensions: Extensions = "any",
    examples: bool = True,
    seconds: float | None = None,
    options: Options = DEFAULT,
    show_values: bool = False,
) -> pa.Table:
    """A table with the results of each row of `data`, in its order: the columns `keys` as they are, then the results.

    `column` holds a resource in each row, as JSON or XML, text or bytes; a row that holds none has that as its finding.
    Lines count within the row. The findings' values, `found`, are there only if `show_values`; the other arguments are
    those of `Validator`. Raises DefinitionsError for a package that is not there, InputError for a column that is not.
    """
    settings = Settings(tuple(map(str, packages)), tuple(profiles), strict, extensions, examples, seconds, options)
    columns = Columns(column, tuple(keys), show_values)
    columns.check([(each.name, each.type) for each in data.schema], _is_text)
    parts = data.to_batches() if isinstance(data, pa.Table) else [data]
    return pa.Table.from_batches(columns.results(parts, judge(compiled(settings))), columns.schema(data.schema))


def judge(validator: Validator) -> Judge:
    """Bytes → the report with lines and columns; where the check itself fails, a report that says so."""
    return lambda raw: judged(validator, (), Document("", raw=raw))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds the resources, which go through as they are, and whether findings tell their values."""

    column: str
    keys: tuple[str, ...] = ()
    show_values: bool = False

    def check(self, kinds: Sequence[tuple[str, Any]], is_text: Callable[[Any], bool]) -> None:
        """Raises InputError where a column is absent or no text, or where a key has the name of a result.

        `kinds` are all columns with their types, as the frame has them.
        """
        names = [name for name, _ in kinds]
        for name in (self.column, *self.keys):
            if names.count(name) != 1:
                there = ", ".join(names)
                raise InputError(f"Expected one column {name}.", next_step=f"The table has: {there or 'none'}.")
        if taken := [name for name in self.keys if name.lower() in self.told.names]:
            raise InputError(f"A key has the name of a result: {', '.join(taken)}.", next_step="Rename it.")
        if not is_text(kind := dict(kinds)[self.column]):
            raise InputError(
                f"Expected a resource as text or bytes in each row of {self.column}, found {kind}.",
                next_step="Write what it holds as JSON first (Spark: to_json), or name another column.",
            )

    @property
    def told(self) -> pa.Schema:
        """The columns beside the keys."""
        return reports.schema(sourced=False, show_values=self.show_values)

    def schema(self, given: pa.Schema) -> pa.Schema:
        """The columns of the result."""
        return pa.schema([*(given.field(name) for name in self.keys), *self.told])

    def results(self, batches: Iterable[pa.RecordBatch], judge: Judge) -> Iterator[pa.RecordBatch]:
        """The results of each batch, in batches of bounded size."""
        for each in batches:
            start = 0
            rows = (judge(raw) for raw in _texts(each.column(self.column)))
            for part in reports.batches(rows, sourced=False, show_values=self.show_values):
                kept = [each.column(name).slice(start, part.num_rows) for name in self.keys]
                yield pa.record_batch([*kept, *part.columns], schema=self.schema(each.schema))
                start += part.num_rows


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return inner in (pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view())


def _texts(array: pa.Array) -> Iterator[bytes]:
    """Each row's bytes, of text too: what is no UTF-8 is a finding and no error. A row without a value has none."""
    plain = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    large = pa.large_binary()
    for start in range(0, len(plain), reports.MOST_ROWS):
        for raw in plain.slice(start, reports.MOST_ROWS).cast(large).to_pylist():
            yield raw or b""
