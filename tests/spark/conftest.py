"""Spark: the pip package with a Java beside it, or the reason why not."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import USED, absent
from tests.spark.cluster import LOOPBACK, environment


@pytest.fixture(scope="session")
def spark_home(request: pytest.FixtureRequest) -> Path:
    """Where Spark is, with the programs that start it."""
    if importlib.util.find_spec("pyspark") is None:
        absent("spark", "pyspark is missing: pip install '.[test]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        absent("spark", "java is missing: install a JDK 17 or newer")
    import pyspark  # noqa: PLC0415 - may be absent

    request.config.stash[USED]["spark"] = f"Spark {pyspark.__version__}"
    return Path(pyspark.__file__).parent


@pytest.fixture(scope="session")
def spark(spark_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session on two threads of this machine."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - may be absent

    assert spark_home.is_dir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment().items():
            patch.setenv(name, value)
        options = {
            "spark.driver.host": LOOPBACK,
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
            "spark.ui.enabled": "false",
        }
        session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
        yield session
        session.stop()
