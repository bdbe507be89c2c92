"""A frame of resources on a real local Spark: the command line's findings, whatever a partition holds."""

from __future__ import annotations

import os

import pytest

from fhir_matters import DefinitionsError, InputError, jsonio

pytest.importorskip("pyspark", reason="pyspark is missing: pip install '.[test]'")
import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema

from fhir_matters.arrow import Columns, Settings
from fhir_matters.reports.arrow import schema
from fhir_matters.spark import Shipped, _on_workers, compiled, validate
from fhir_matters.validation.asked import Options
from tests.cli.conftest import run  # noqa: F401 - a fixture
from tests.conformance.mutated import mutated

GOOD = '{"resourceType":"Patient","id":"p","gender":"female"}'
BAD = '{"resourceType":"Patient","id":"q","gender":"Hartley-xyz"}'
PARTITIONS = 6


def frame(spark, *texts, name="value"):
    """A frame with the number of each text beside it, in several partitions."""
    return spark.createDataFrame(list(enumerate(texts)), ["at", name]).repartition(PARTITIONS)


def by_row(results):
    return sorted(results.collect(), key=lambda row: row["at"])


def test_mutants_have_the_findings_that_the_command_line_has(spark, shared, tmp_path, run):  # noqa: F811
    texts = mutated(shared, 150)
    for at, text in enumerate(texts):
        (tmp_path / f"{at:04}.json").write_bytes(text.encode())
    guide = shared / "packages" / "hl7.fhir.us.core-6.1.0.tgz"
    told = jsonio.read(run("validate", tmp_path, "--package", guide, "--complete", "--format", "json").out)["reports"]
    rows = by_row(validate(frame(spark, *texts), keys=["at"], packages=[guide], options=Options(complete=True)))
    assert [row["at"] for row in rows] == list(range(len(texts)))
    same = ("rule", "severity", "code", "expression", "line", "column", "message", "profile", "undecided")
    for row, report in zip(rows, told, strict=True):
        assert [tuple(each[name] for name in same) for each in row["findings"]] == [
            tuple(each[name] for name in same) for each in report["issues"]
        ]
        assert (row["resource_type"], row["ok"]) == (report["resourceType"], report["ok"])
    assert sum(not row["ok"] for row in rows) > 50


def test_a_partition_of_garbage_is_rows_and_the_others_are_judged(spark, tmp_path):
    garbage = os.urandom(20_000).replace(b"\n", b"").replace(b"\r", b"")
    (tmp_path / "a.ndjson").write_bytes(b"\n".join([garbage, b"\x00" * 5000, b"[" * 5000, b"{" * 9, b"\xff\xfe"]))
    (tmp_path / "b.ndjson").write_text(f"{GOOD}\n{BAD}\n")
    rows = validate(spark.read.text(str(tmp_path))).collect()
    assert sorted(row["verdict"] for row in rows) == ["invalid"] * 6 + ["valid"]
    assert all(row["findings"] for row in rows if row["verdict"] == "invalid")


def test_a_row_without_a_resource_is_a_row(spark):
    rows = by_row(validate(frame(spark, None, GOOD), keys=["at"]))
    assert [row["verdict"] for row in rows] == ["invalid", "valid"]


def test_a_worker_that_cannot_begin_makes_rows_that_say_so(spark):
    broken = Shipped("broken", (), (), spark.sparkContext.broadcast(3))
    work = _on_workers(["at", "value"], Columns("value", ("at",)), Settings(), broken)
    kept = from_arrow_schema(pa.schema([("at", pa.int64()), *schema(sourced=False)]))
    results = frame(spark, GOOD, BAD).mapInArrow(work, kept)
    rows = by_row(results)
    assert [(row["verdict"], row["ok"]) for row in rows] == [("undecided", False)] * 2
    assert {finding["rule"] for row in rows for finding in row["findings"]} == {"FM710"}


def test_each_worker_process_compiles_once_for_all_its_partitions(spark):
    def caches(batches):
        list(batches)  # Spark keeps no process that has not read all that it was given
        seen = compiled.cache_info()
        yield pa.record_batch({"pid": [os.getpid()], "made": [seen.misses], "used": [seen.hits]})

    def processes():
        asked = spark.range(PARTITIONS).repartition(PARTITIONS).mapInArrow(caches, "pid long, made long, used long")
        return {row["pid"]: (row["made"], row["used"]) for row in asked.collect()}

    results = validate(frame(spark, *[GOOD] * 40), seconds=77.0)
    assert results.count() == 40
    before = processes()
    assert results.count() == 40
    after = {process: caches for process, caches in processes().items() if process in before}
    assert after
    assert {process: made for process, (made, _) in after.items()} == {each: before[each][0] for each in after}
    assert sum(used for _, used in after.values()) > sum(before[each][1] for each in after)


def test_only_keys_stand_beside_the_results_and_values_only_when_asked_for(spark):
    given = spark.createDataFrame([("w", 1, bytearray(BAD.encode()))], ["ward`s", "a.b", "resource"])
    results = validate(given, column="resource", keys=["a.b"])
    assert (results.columns[0], "ward`s" in results.columns, "resource" in results.columns) == ("a.b", False, False)
    assert "Hartley-xyz" not in str(results.collect())
    assert "Hartley-xyz" in str(validate(given, column="resource", show_values=True).collect())
    assert validate(given, column="resource", keys=["ward`s"]).collect()[0]["ward`s"] == "w"


def test_keys_of_every_type_go_through_as_they_are(spark):
    noon = "timestamp'2026-07-01 12:00:00'"
    given = spark.sql(
        f"SELECT '{GOOD}' AS value, {noon} AS time, named_struct('at', {noon}) AS struct, array(1, 2) AS list,"
        "map('a', 1) AS map, date'2026-07-01' AS day, CAST(1.50 AS DECIMAL(10, 2)) AS decimal, NULL AS nothing"
    )
    keys = given.columns[1:]
    results = validate(given, keys=keys)
    assert [results.schema[name].dataType for name in keys] == [given.schema[name].dataType for name in keys]
    assert results.select(*keys).collect() == given.select(*keys).collect()
    assert results.first()["verdict"] == "valid"


def test_parquet_goes_in_and_out(spark, tmp_path):
    frame(spark, GOOD, BAD, GOOD, name="json").write.parquet(str(tmp_path / "in"))
    given = spark.read.parquet(str(tmp_path / "in"))
    validate(given, column="json", keys=["at"]).write.parquet(str(tmp_path / "out"))
    rows = by_row(spark.read.parquet(str(tmp_path / "out")))
    assert [row["verdict"] for row in rows] == ["valid", "invalid", "valid"]
    assert "FM301" in {finding["rule"] for finding in rows[1]["findings"]}


def test_a_stream_is_validated_as_it_comes(spark, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text(f"{GOOD}\n{BAD}\n")
    stream = validate(spark.readStream.text(str(tmp_path / "in")))
    query = (
        stream.writeStream.format("parquet")
        .option("checkpointLocation", str(tmp_path / "checkpoint"))
        .trigger(availableNow=True)
        .start(str(tmp_path / "out"))
    )
    assert query.awaitTermination(120)
    verdicts = [row["verdict"] for row in spark.read.parquet(str(tmp_path / "out")).collect()]
    assert sorted(verdicts) == ["invalid", "valid"]


@pytest.mark.parametrize(
    ("columns", "options", "said"),
    [
        ("'x' AS json", {}, "Expected one column value."),
        ("'x' AS value", {"keys": ["patient"]}, "Expected one column patient."),
        ("'x' AS value, 1 AS verdict", {"keys": ["verdict"]}, "name of a result: verdict"),
        ("now() AS value", {}, "as text or bytes in each row of value, found timestamp"),
        ("named_struct('id', 1) AS value", {}, "Write what it holds as JSON first (Spark: to_json)"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_runs(spark, columns, options, said):
    with pytest.raises(InputError) as error:
        validate(spark.sql(f"SELECT {columns}"), **options)
    assert said in str(error.value)


def test_a_package_that_is_not_there_and_a_frame_that_is_none_are_said_on_the_driver(spark):
    with pytest.raises(DefinitionsError, match="not on this machine"):
        validate(frame(spark, GOOD), packages=["example.none#1.0.0"])
    with pytest.raises(InputError, match="Expected a Spark DataFrame, found list"):
        validate([GOOD])
