"""A Spark cluster on this machine: a master and two workers out of the pip package, on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from queue import Empty, Queue
from typing import Self

START = 120  # seconds, on two busy cores many times what a daemon takes
LOOPBACK = "127.0.0.1"


def environment() -> dict[str, str]:
    """What every Spark process here is told: this Python, this machine and no other."""
    python = dict.fromkeys(("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"), sys.executable)
    return {**os.environ, **python, "SPARK_LOCAL_IP": LOOPBACK}


class Daemon:
    """A master or a worker; it says in its log when it is there."""

    def __init__(self, spark_home: Path, name: str, *arguments: str) -> None:
        role = name.lower()
        command = [spark_home / "bin" / "spark-class", f"org.apache.spark.deploy.{role}.{name}", *arguments]
        self._process = subprocess.Popen(
            command,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def _drain(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def until(self, pattern: str) -> str:
        """What the first group matches in the first line that says this; raises RuntimeError with what it said else."""
        said: list[str] = []
        while True:
            try:
                line = self._lines.get(timeout=START)
            except Empty:
                line = ""
            said.append(line)
            if found := re.search(pattern, line):
                return found[1]
            if not line:
                self.close()
                raise RuntimeError(f"no line with {pattern}:\n{''.join(said)[-3000:]}")

    def close(self) -> None:
        """End it; a worker ends its executors first."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        assert self._process.stdout
        self._process.stdout.close()


class Cluster:
    """`url` is what an application is told; `works` the folder of each worker, which has one for each application."""

    def __init__(self, spark_home: Path, folder: Path, workers: int = 2) -> None:
        self._stack = ExitStack()
        free = ("--port", "0", "--webui-port", "0", "--host", LOOPBACK)
        try:
            self.url = self._started(spark_home, "Master", *free).until(r"(spark://[\d.]+:\d+)")
            self.works = [folder / f"worker-{number}" for number in range(workers)]
            for work in self.works:
                limits = ("--cores", "1", "--memory", "1g", "--work-dir", str(work))
                self._started(spark_home, "Worker", *free, *limits, self.url).until(r"(Successfully registered)")
        except BaseException:
            self._stack.close()
            raise

    def _started(self, spark_home: Path, name: str, *arguments: str) -> Daemon:
        daemon = Daemon(spark_home, name, *arguments)
        self._stack.callback(daemon.close)
        return daemon

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
