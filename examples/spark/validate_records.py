"""Validate all that lies in a place, on a Spark cluster: NDJSON, or a table with a column of JSON.

    spark-submit validate_records.py s3a://records/ s3a://findings/ --package hl7.fhir.us.core#6.1.0
    spark-submit validate_records.py s3a://lake/resources s3a://findings/ --format delta --column json --key patient

Prints how many there are of each verdict. README.md beside this file says what a cluster needs.
"""

from __future__ import annotations

import argparse
import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

from fhir_matters.errors import FhirMattersError
from fhir_matters.spark import validate


def main() -> int:
    """Write the results as Parquet; exit code 0: no error, 1: errors found, 2: it could not be begun."""
    options = asked()
    spark = SparkSession.builder.appName("fhir-matters").getOrCreate()
    try:
        results = validate(
            records(spark, options),
            column=options.column,
            keys=options.key,
            packages=options.package,
            profiles=options.profile,
            strict=options.strict,
        )
    except FhirMattersError as error:
        print(f"fhir-matters: {error}", file=sys.stderr)
        return 2
    results.write.parquet(options.findings, mode="overwrite" if options.overwrite else "error")
    counted = spark.read.parquet(options.findings).groupBy("verdict", "ok").count().orderBy("verdict", "ok").collect()
    for row in counted:
        print(f"{row['verdict']}: {row['count']:,}" + ("" if row["ok"] else " (not ok)"))
    return 0 if all(row["ok"] for row in counted) else 1


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", help="where the resources lie")
    parser.add_argument("findings", help="where the results go, as Parquet")
    parser.add_argument("--format", default="ndjson", help="ndjson (default), parquet, delta, or what else Spark reads")
    parser.add_argument("--column", default="value", help="the column that holds a resource, as text or bytes")
    parser.add_argument("--key", action="append", default=[], help="a column to keep beside the results")
    parser.add_argument("--package", action="append", default=[], help="a FHIR package: .tgz, folder or name#version")
    parser.add_argument("--profile", action="append", default=[], help="validate against this profile too")
    parser.add_argument("--strict", action="store_true", help="what could not be judged is not ok either")
    parser.add_argument("--overwrite", action="store_true", help="replace what lies where the results go")
    return parser.parse_args()


def records(spark: SparkSession, options: argparse.Namespace) -> DataFrame:
    """The frame of resources; blank lines of NDJSON are none."""
    if options.format == "ndjson":
        return spark.read.text(options.records).where(col("value").rlike(r"\S"))
    return spark.read.format(options.format).load(options.records)


if __name__ == "__main__":
    sys.exit(main())
