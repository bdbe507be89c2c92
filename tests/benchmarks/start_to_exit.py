"""Runs a command and prints its seconds and its most resident memory in MB, workers too: `start_to_exit.py COMMAND…`.

A small program of its own, because a process is born with the memory of the one that starts it. What the command says
on standard output is thrown away; its exit code and the end of its errors are told.
"""

import json
import resource
import subprocess
import sys
import time

start = time.perf_counter()
done = subprocess.run(
    sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
)
seconds = time.perf_counter() - start
unit = 1024 * 1024 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
told = done.stderr.decode(errors="replace")[-2000:]
print(json.dumps({"seconds": seconds, "peak": peak, "code": done.returncode, "told": told}))  # noqa: T201 (a program)
