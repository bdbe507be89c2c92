"""The code of the pages: every fenced block, and what the comments before it say is done with it.

    <!-- file: ada.yaml -->     it is saved under this name
    <!-- shown -->              it is what the block before it printed; … stands for anything
    <!-- exit: 1 -->            its commands end with this code
    <!-- typed: Ada/ -->        it is run in a terminal, and this is typed: lines, each ends with a slash
    <!-- keeps running -->      it is left running until the page ends, once it has said something
    <!-- with: hapi -->         http://localhost:8080/fhir is a HAPI server in this block; `server`: the embedded one
    <!-- with: spark -->        `spark` is a Spark session
    <!-- with: a clone -->      the folder is a clone, with its examples and its environment
    <!-- not run: why -->       it is only read
    <!-- run --> <!-- test -->  `.ci/run` runs it, with the installation that it begins with

Without a comment, shell is run by bash and Python in one namespace a page, in the order of the page and in a folder of
its own; of any other language nobody would know what to do, so it needs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARK = re.compile(r"<!-- ([a-z ]+?)(?:: (.+))? -->")
FENCE = re.compile(r" *(`{3,}|~{3,})([\w{}:-]*)")
MARKS = {"file", "shown", "exit", "typed", "keeps running", "with", "not run", "run", "test"}
RUNNING = {"sh", "python"}


@dataclass(frozen=True)
class Block:
    """One fenced block: its first line in the page, its language, its text, and its comments by name."""

    line: int
    language: str
    text: str
    marks: dict[str, str]


def written() -> list[Path]:
    """The pages whose code must be true."""
    return [ROOT / "README.md", ROOT / "examples" / "spark" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text: str) -> Iterator[Block]:
    """Every block of a page; raises ValueError where a comment is misspelt, a block has no end or nobody runs it."""
    lines = text.splitlines()
    here, after = 0, False  # a block that was run
    while here < len(lines):
        if opened := FENCE.match(lines[here]):
            end = _end(lines, here, opened[1])
            block = Block(here + 1, opened[2], "\n".join([*lines[here + 1 : end], ""]), _marks(lines, here))
            if not block.language.startswith("{"):  # what is in braces tells Sphinx something
                if problem := _problem(block, after=after):
                    raise ValueError(f"line {block.line}: {problem}")
                yield block
                after = block.language in RUNNING and "not run" not in block.marks
            here = end
        here += 1


def _end(lines: list[str], start: int, fence: str) -> int:
    found = next((each for each in range(start + 1, len(lines)) if lines[each].strip() == fence), None)
    if found is None:
        raise ValueError(f"line {start + 1}: the block has no end")
    return found


def _marks(lines: list[str], fence: int) -> dict[str, str]:
    """The comments in the lines straight before the fence."""
    found = {}
    while fence and (mark := MARK.fullmatch(lines[fence - 1].strip())):
        found[mark[1]] = mark[2] or ""
        fence -= 1
    return found


def _problem(block: Block, *, after: bool) -> str:
    if unknown := block.marks.keys() - MARKS:
        return f"no such comment: {', '.join(sorted(unknown))}"
    if block.marks.get("not run") == "":
        return "not run, and no word of why"
    if "shown" in block.marks and not after:
        return "shown, and nothing was run before it"
    if block.language not in RUNNING and not block.marks.keys() & {"file", "shown", "not run"}:
        return "say what is done with it: file, shown or not run"
    return ""
