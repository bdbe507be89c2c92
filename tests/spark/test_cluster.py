"""The example script on a real cluster of two workers, submitted as one does: the command line's findings again."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="pyspark is missing: pip install '.[test]'")
import pyarrow as pa
from pyarrow import parquet

from tests.cli.conftest import run  # noqa: F401 - a fixture
from tests.conformance.mutated import mutated
from tests.spark.cluster import LOOPBACK, Cluster, environment

SCRIPT = Path(__file__).parents[2] / "examples" / "spark" / "validate_records.py"
BAD = '{"resourceType":"Patient","id":"q","gender":"Hartley-xyz"}'
SPLIT = 40_000  # bytes a partition: several for each worker


def submitted(spark_home, master, *arguments):
    """Exit code, output and log of the example script under spark-submit."""
    settings = {
        "spark.driver.host": LOOPBACK,
        "spark.executor.memory": "512m",
        "spark.sql.files.maxPartitionBytes": SPLIT,
        "spark.ui.enabled": "false",
    }
    options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command = [spark_home / "bin" / "spark-submit", "--master", master, *options, SCRIPT, *map(str, arguments)]
    ran = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def findings(table):
    """The findings of all rows, in an order of their own; a row of Spark does not know its line in a file."""
    same = ("rule", "severity", "code", "expression", "column", "message", "message_id", "profile", "undecided")
    found = table.select(["resource_type", "resource_id", "ok", "findings"]).to_pylist()
    rows = (
        (
            row["resource_type"],
            row["resource_id"],
            row["ok"],
            *(tuple(each[name] for name in same) for each in row["findings"]),
        )
        for row in found
    )
    return sorted(rows, key=repr)


def test_two_workers_find_what_the_command_line_finds(spark_home, shared, tmp_path, run):  # noqa: F811
    lines = [" ".join(re.split("[\r\n]+", text)) for text in mutated(shared, 240)]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mutants.ndjson").write_text("\n".join([*lines, "", "\t", "no JSON", ""]), encoding="utf-8")
    guide = shared / "packages" / "hl7.fhir.us.core-6.1.0.tgz"
    with Cluster(spark_home, tmp_path) as cluster:
        code, said, log = submitted(spark_home, cluster.url, tmp_path / "in", tmp_path / "out", "--package", guide)
        assert (code, "invalid: " in said) == (1, True), log[-3000:]
        assert all(list(work.glob("app-*/*/stderr")) for work in cluster.works)
    run("validate", tmp_path / "in", "--package", guide, "--format", "arrow", "-o", tmp_path / "ours")
    ours = pa.ipc.open_stream((tmp_path / "ours").read_bytes()).read_all()
    theirs = parquet.read_table(tmp_path / "out")
    assert theirs.num_rows == ours.num_rows == len(lines) + 1
    assert findings(theirs) == findings(ours)
    assert f"invalid: {theirs['verdict'].to_pylist().count('invalid'):,} (not ok)" in said


def test_what_the_script_cannot_begin_is_one_sentence_and_exit_code_2(spark_home, tmp_path):
    (tmp_path / "in.ndjson").write_text(BAD)
    code, said, log = submitted(spark_home, "local[1]", tmp_path / "in.ndjson", tmp_path / "out", "--column", "json")
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert said.strip() == "fhir-matters: Expected one column json. The table has: value."
    assert "Traceback" not in log
