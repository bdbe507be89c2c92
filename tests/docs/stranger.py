"""A stranger's path, timed: from a clone to a first record of one's own on a HAPI server, by README.md alone.

    python -m tests.docs.stranger          what is committed here is cloned; needs Java, Maven and a package index

Follows the blocks of README.md as they stand, with the environment that they make, up to the first that is done with
HAPI, and prints how long each took. The server is one that the stranger has: starting it is not counted.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.docs.page import Page
from tests.docs.pages import ROOT, Block, blocks
from tests.java.counterparts import HapiServer


def path() -> Iterator[Block]:
    """What README.md asks for, until a record of one's own is on a server."""
    for block in blocks((ROOT / "README.md").read_text(encoding="utf-8")):
        yield block
        if "hapi" in block.marks.get("with", ""):
            return


def main() -> int:
    """Walk it; exit code 1, with what went wrong, where README.md leads nowhere."""
    with TemporaryDirectory() as folder, HapiServer() as hapi:
        begun = monotonic()
        clone = Path(folder) / "fhir-matters"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        with Page(clone, {"hapi": lambda: hapi.base}, installed=False) as page:
            for block in path():
                page.follow(block)
                sys.stdout.write(f"{monotonic() - begun:6.1f} s  README.md, line {block.line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
