"""`validate --fix` and `--diff`: what can be mended for certain, shown as a diff, and written where it is asked for.

JSON and NDJSON; a file is written whole or not at all, and only if it is still what was read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN, FINDINGS
from fhir_matters.cli.progress import Progress
from fhir_matters.errors import FhirMattersError, InputError
from fhir_matters.files import write_whole
from fhir_matters.fixes import MENDABLE
from fhir_matters.fixes.fixing import Fixed, Fixer
from fhir_matters.jsonio import is_xml
from fhir_matters.reports import diff
from fhir_matters.reports.words import count, printable
from fhir_matters.sources import Document, documents, files
from fhir_matters.unpacking import ENDINGS

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.issue import Report

# A longer line may be all that is known of a person: only where a diff was asked for it is shown whole.
LONGEST = 200
PACKED = (*ENDINGS, ".tgz")


class _NothingToWriteError(Exception):
    """The file is as it was."""


@dataclass
class Fixing:
    """One pass over files. `writes`: they are changed, and what was changed is shown in short."""

    validator: Validator
    profiles: tuple[str, ...]
    choose: Callable[[Report], Report] | None
    writes: bool
    progress: Progress = field(default_factory=Progress)
    made: int = 0
    changed: int = 0
    failed: int = 0
    _fixer: Fixer = field(init=False)

    def __post_init__(self) -> None:
        self._fixer = Fixer(self._judged, self.validator.registry, self.choose)

    def _judged(self, raw: bytes) -> Report:
        return self.validator.validate(raw, self.profiles)

    def over(self, paths: Iterable[str]) -> int:
        """Deal with each file, and say what came of it: 2 where one could not be, 1 where there was any fix, else 0."""
        try:
            for file in files(paths):
                self._of_file(file)
        finally:
            self._say(f"{count(self.made, 'fix', 'fixes')} in {count(self.changed, 'file')}{self._verb}.")
        return COULD_NOT_RUN if self.failed else FINDINGS if self.made else CLEAN

    @property
    def _verb(self) -> str:
        return "" if self.writes else ", none written: --fix writes them"

    def of_standard_input(self, name: str) -> int:
        """Standard input with its fixes to standard output, or their diff. Raises InputError where it is no JSON."""
        raw = sys.stdin.buffer.read()
        fixed = self._fixed(Document(name, raw=raw))
        if self.writes:
            sys.stdout.buffer.write(fixed.raw)
            return CLEAN if fixed.report.ok else FINDINGS
        self._show(name, diff.changes(raw, fixed.raw), new=fixed.raw != raw)
        return FINDINGS if fixed.fixes else CLEAN

    def _of_file(self, file: Path | Document) -> None:
        name = file.name if isinstance(file, Document) else str(file)
        try:
            if isinstance(file, Document):
                file.value()
            elif file.name.endswith(".ndjson"):
                self._of_lines(file)
            else:
                self._of_one(file)
        except FhirMattersError as error:
            self._fail(str(error))
        except OSError as error:
            self._fail(f"{name}: {error.strerror}.")

    def _of_one(self, file: Path) -> None:
        before = file.stat()
        for number, document in enumerate(documents([file])):
            if document.error is not None:
                raise document.error
            if number or file.name.endswith(PACKED) or is_xml(document.raw):
                self._refuse(document)
                continue
            fixed = self._fixed(document)
            if fixed.raw != document.raw:
                self._show(str(file), diff.changes(document.raw, fixed.raw, context=0 if self.writes else 3), new=True)
                self._write(file, before, [fixed.raw])

    def _refuse(self, document: Document) -> None:
        """Raise InputError where there would be something to do."""
        if any(issue.rule in MENDABLE for issue in self._judged(document.raw)):
            raise InputError(
                "Only JSON and NDJSON are fixed, neither XML nor what is packed: this was left as it is.",
                place=document.file,
                next_step="Fix the JSON that it was made of, or unpack it.",
            )

    def _of_lines(self, file: Path) -> None:
        before = file.stat()
        with file.open("rb") as lines, suppress(_NothingToWriteError):
            if self.writes:
                self._write(file, before, self._lines(str(file), lines))
            else:
                self.changed += sum(1 for _ in self._lines(str(file), lines)) > 0

    def _lines(self, name: str, lines: IO[bytes]) -> Iterator[bytes]:
        """Each line as it is to be. Raises _NothingToWriteError at the end of a file that is as it was."""
        new = True
        for number, line in enumerate(lines, 1):
            raw = line.rstrip(b"\r\n")
            better = self._fixed(Document(name, number, raw)).raw + line[len(raw) :] if raw.strip() else line
            if better != line:
                self._show(name, diff.changes(line, better, number, context=0), new=new)
                new = False
            yield better
        if new:
            raise _NothingToWriteError

    def _fixed(self, document: Document) -> Fixed:
        fixed = self._fixer.fixed(document.raw)
        self.made += len(fixed.fixes)
        self.progress.read(len(document.raw))
        self.progress.step()
        for fix in fixed.fixes:
            self._say(f"{printable(document.name)}: {fix.rule}: {fix.message}")
        return fixed

    def _write(self, file: Path, before: os.stat_result, lines: Iterable[bytes]) -> None:
        if self.writes:
            write_whole(file.resolve(), _unless_changed(file, before, lines), before)
        self.changed += 1

    def _show(self, name: str, lines: Iterable[bytes], *, new: bool) -> None:
        """Show a diff: for `patch` on standard output, or in short beside the report."""
        self.progress.clear()
        for line in (*(diff.heading(printable(name)) if new else ()), *lines):
            if self.writes:
                click.echo(_short(printable(line.decode("utf-8", "replace").rstrip("\n"))), err=True)
            else:
                click.echo(line, nl=False)

    def _say(self, sentence: str) -> None:
        self.progress.clear()
        click.echo(f"fhir-matters: {sentence}", err=True)

    def _fail(self, sentence: str) -> None:
        self.failed += 1
        self._say(sentence)


def _unless_changed(file: Path, before: os.stat_result, lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines. Raises InputError after the last where somebody else has changed the file meanwhile."""
    yield from lines
    now = file.stat()
    if (now.st_mtime_ns, now.st_size, now.st_ino) != (before.st_mtime_ns, before.st_size, before.st_ino):
        raise InputError(
            "Somebody changed the file meanwhile: it was left as it is.", place=str(file), next_step="Try again."
        )


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:1]}(a line of {len(line) - 1:,} characters)"
