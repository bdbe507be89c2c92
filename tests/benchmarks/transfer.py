"""Moving with proof beside mere uploading: `python -m tests.benchmarks.transfer FOLDER [--rounds N]`.

FOLDER holds NDJSON. `fhir-matters push` sends it all to an empty HAPI, and so does the plainest upload that there is
(`upload.py`), in transactions of several sizes: each from start to exit, each to a HAPI of its own that was started for
it. Printed is how many times the fastest of the plain ones `push` takes, which looks first, reads everything back and
compares it. Then the same to our own local server, in resources a second, and with as many resources again under other
ids, for the memory must not grow with them.

The times are those of the machine: only on a quiet one with two cores are they what they could be.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.bytecode import as_installed
from tests.benchmarks.commands import Done, done
from tests.benchmarks.rounds import Spread, spread
from tests.java.counterparts import HapiServer

UPLOAD = Path(__file__).with_name("upload.py")
SIZES = (50, 100, 200, 500)
TIMES = 4
PUSH = "fhir-matters push"
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PLAIN = "plain, {} at once"


def push(base: str, files: Sequence[Path]) -> Done:
    """`fhir-matters push` of the files; raises RuntimeError where it could not, or where something was lost."""
    options = ("--to", base, "--yes", "--unchecked")
    ran = done([sys.executable, "-m", "fhir_matters", "push", *map(str, files), *options])
    if not ran.clean:
        raise RuntimeError("something was lost on the way")
    return ran


def upload(base: str, size: int, files: Sequence[Path]) -> Done:
    """The plain upload; raises RuntimeError where it could not."""
    ran = done([sys.executable, str(UPLOAD), base, str(size), *map(str, files)])
    if not ran.clean:
        raise RuntimeError(f"transactions of {size} were refused")
    return ran


@dataclass(frozen=True)
class Round:
    """What one round to HAPI took: seconds of each plain upload by the size of its transactions, and ours."""

    plain: dict[int, float]
    ours: Done

    @property
    def ratio(self) -> float:
        """How many times the fastest plain one ours took."""
        return self.ours.seconds / min(self.plain.values())


def to_hapi(files: Sequence[Path], sizes: Sequence[int]) -> Round:
    """Each to an empty HAPI that has just been started."""
    plain = {}
    for size in sizes:
        with HapiServer() as hapi:
            plain[size] = upload(hapi.base, size, files).seconds
    with HapiServer() as hapi:
        return Round(plain, push(hapi.base, files))


@contextmanager
def local() -> Iterator[str]:
    """The address of a local server in a process of its own, in memory."""
    command = [sys.executable, "-m", "fhir_matters", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[0]
        process.terminate()


def to_local(files: Sequence[Path]) -> tuple[Done, Done]:
    """Our push and the plain upload of a hundred at once, each to an empty local server."""
    with local() as base:
        ours = push(base, files)
    with local() as base:
        return ours, upload(base, 100, files)


def copies(files: Sequence[Path], times: int, folder: Path) -> list[Path]:
    """The files, with so many times their resources: each time under other ids, and other systems of identifiers."""
    made = []
    for file in files:
        text = file.read_bytes()
        made.append(folder / file.name)
        with made[-1].open("wb") as out:
            for number in range(times):
                out.write(_others(text, number) if number else text)
    return made


def _others(text: bytes, number: int) -> bytes:
    for begin in (b'"system":"', b"?identifier="):
        text = text.replace(begin, b"%bx%d-" % (begin, number))
    return ID.sub(lambda found: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {found[0]!r}")).encode(), text)


def count(files: Sequence[Path]) -> int:
    """How many resources there are."""
    return sum(bool(line.strip()) for file in files for line in file.read_bytes().splitlines())


def table(files: Sequence[Path], rounds: int, sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """The lines to print, as they come."""
    many = count(files)
    yield f"{many:,} resources"
    if sizes:
        yield from _hapi([to_hapi(files, sizes) for _ in range(rounds)])
    pairs = [to_local(files) for _ in range(rounds)]
    yield _row("to local, resources/s", spread(many / ours.seconds for ours, _ in pairs))
    yield _row("to local, times the plain one", spread(ours.seconds / plain.seconds for ours, plain in pairs))
    yield _row("to local, MB of push", spread(ours.peak for ours, _ in pairs))
    with TemporaryDirectory() as folder, local() as base:
        more = push(base, copies(files, TIMES, Path(folder)))
    yield f"{TIMES} times as many: {many * TIMES / more.seconds:,.0f} resources/s, {more.peak:,.0f} MB of push"


def _hapi(found: Sequence[Round]) -> Iterator[str]:
    for size in found[0].plain:
        yield _row(f"to HAPI, {PLAIN.format(size)}, s", spread(each.plain[size] for each in found))
    yield _row(f"to HAPI, {PUSH}, s", spread(each.ours.seconds for each in found))
    yield _row("to HAPI, times the fastest plain one", spread(each.ratio for each in found))
    yield _row("to HAPI, MB of push", spread(each.ours.peak for each in found))


def _row(what: str, found: Spread) -> str:
    return f"{what:<40} {found.least:10,.2f} {found.median:10,.2f} {found.most:10,.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="of plain transactions; none: no HAPI")
    asked = parser.parse_args()
    as_installed()
    for line in table(sorted(asked.folder.glob("*.ndjson")), asked.rounds, asked.sizes):
        print(line, flush=True)  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
