"""Resources in a Spark frame, validated where they lie: the same findings as the command line, in a frame of results.

    from fhir_matters.spark import validate

    frame = spark.read.text("s3a://records/*.ndjson.gz")
    results = validate(frame, packages=["hl7.fhir.us.core#6.1.0"])
    results.where("verdict = 'invalid'").selectExpr("resource_id", "inline(findings)").show()

A frame is a frame: NDJSON, Parquet or Delta, streaming or not. fhir-matters with its extra `spark` is installed on the
workers, R4 with it; each Python process there compiles once. Packages are read on the driver and broadcast. What the
columns are, `reports/arrow.py` says; plain Arrow, and Dask, are `arrow.py`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fhir_matters.arrow import Columns, Judge, Settings, judge
from fhir_matters.definitions.package import Package
from fhir_matters.definitions.registry import Registry, core
from fhir_matters.errors import FhirMattersError, InputError
from fhir_matters.sources import Document
from fhir_matters.validation.asked import DEFAULT, Options
from fhir_matters.validation.judging import failed
from fhir_matters.validation.policy import Extensions
from fhir_matters.validation.validator import Validator

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

_TEXT = frozenset({"string", "char", "varchar", "binary"})


def validate(
    frame: DataFrame,
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
) -> DataFrame:
    """A frame with the results of each row of `frame`: the columns `keys` as they are, then the results.

    Takes what `arrow.validate` takes and raises what it raises, here, before anything runs. What goes wrong on a worker
    (a definition that cannot be used, a row on which the check itself fails) is a row with the finding FM710.
    """
    if not hasattr(frame, "mapInArrow"):
        raise InputError(
            f"Expected a Spark DataFrame, found {type(frame).__name__}.",
            next_step="fhir_matters.arrow.validate takes tables and record batches of Arrow.",
        )
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - an extra
    from pyspark.sql.types import StructType  # noqa: PLC0415 - an extra

    columns = Columns(column, tuple(keys), show_values)
    columns.check([(each.name, each.dataType.typeName()) for each in frame.schema], _TEXT.__contains__)
    settings = Settings((), tuple(profiles), strict, extensions, examples, seconds, options)
    shipped = Shipped.of(core().with_packages(tuple(packages)), frame)
    names = list(dict.fromkeys((*keys, column)))
    given = frame.select(*map(_quoted, names)).toDF(*map(str, range(len(names))))
    result = StructType([*(frame.schema[name] for name in keys), *from_arrow_schema(columns.told)])
    return given.mapInArrow(_on_workers(names, columns, settings, shipped), result)


@dataclass(frozen=True, slots=True)
class Shipped:
    """The definitions beyond R4 for the workers: what they are by digest, and Spark's broadcast of their files."""

    digest: str
    labels: tuple[str, ...]
    missing: tuple[str, ...]
    broadcast: Any = field(compare=False)

    @classmethod
    def of(cls, registry: Registry, frame: DataFrame) -> Shipped:
        """What a worker lacks of this registry."""
        packages = [each for each in registry.layers if isinstance(each, Package)]
        plain = [Package(each.name, each.version, dict(each.files), dict(each.dependencies)) for each in packages]
        sent = frame.sparkSession.sparkContext.broadcast(plain) if plain else None
        return cls(_digest(plain), registry.packages, registry.missing, sent)

    def registry(self) -> Registry:
        """The same registry again, on a worker."""
        packages = self.broadcast.value if self.broadcast is not None else ()
        return Registry((*packages, *core().layers), self.labels, self.missing)


@lru_cache(maxsize=8)
def compiled(settings: Settings, shipped: Shipped) -> Validator:
    """The validator of this worker process; Spark keeps the process from one partition to the next."""
    return settings.validator(shipped.registry())


def _on_workers(
    names: list[str], columns: Columns, settings: Settings, shipped: Shipped
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What a worker does with the batches of a partition; Spark's mapInArrow itself takes no names but plain ones."""

    def results(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return columns.results((each.rename_columns(names) for each in batches), _judge(settings, shipped))

    return results


def _judge(settings: Settings, shipped: Shipped) -> Judge:
    """The validator of this worker; where there can be none, what says so of each row."""
    try:
        return judge(compiled(settings, shipped))
    except Exception as error:  # noqa: BLE001 - one worker's trouble is no reason for a job to die
        said = str(error) if isinstance(error, FhirMattersError) else type(error).__name__
        report = failed(Document(""), f"This worker could not begin: {said}.")
        return lambda _: report


def _digest(packages: Iterable[Package]) -> str:
    digest = hashlib.sha256()
    for package in packages:
        digest.update(f"{package.label}\0".encode())
        for name, content in sorted(package.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _quoted(name: str) -> str:
    return "`{}`".format(name.replace("`", "``"))
