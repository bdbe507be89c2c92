"""`validate --fix` and `--diff`: what can be mended for certain, shown as a diff, and written where it is asked for.

Files of JSON and NDJSON; each is written whole or not at all, and only if it is still what was read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from fhir_matters.cli.main import CLEAN, COULD_NOT_RUN, FINDINGS
from fhir_matters.errors import FhirMattersError
from fhir_matters.files import write_whole
from fhir_matters.fixes.fixing import MAKERS, Fixed, Fixer
from fhir_matters.jsonio import is_xml
from fhir_matters.locate import located
from fhir_matters.reports import diff
from fhir_matters.reports.words import count, printable
from fhir_matters.sources import Document, documents, files

if TYPE_CHECKING:
    from fhir_matters import Validator
    from fhir_matters.issue import Report

# Beyond this a line is not shown whole, unless a diff was asked for: it may be all that is known of a person.
LONGEST = 200


class _NothingToWriteError(Exception):
    """The file is as it was."""


@dataclass
class Fixing:
    """One pass over files: `write` is whether they are changed."""

    validator: Validator
    profiles: tuple[str, ...]
    write: bool
    fixer: Fixer = field(init=False)
    made: int = 0
    changed: int = 0
    invalid: int = 0
    failed: int = 0

    def __post_init__(self) -> None:
        self.fixer = Fixer(lambda raw: self.validator.validate(raw, self.profiles), self.validator.registry)

    def reports(self, paths: Iterable[str]) -> Iterator[Report]:
        """What is left of each document, after its file was dealt with."""
        for file in files(paths):
            for report in self._of_file(file) if isinstance(file, Path) else self._unread(file):
                self.invalid += not report.ok
                yield report

    def _of_file(self, file: Path) -> Iterator[Report]:
        try:
            if file.name.endswith(".ndjson"):
                yield from self._of_lines(file)
            elif file.name.endswith(".json"):
                yield from self._of_one(file)
            else:
                yield from self._left_alone(file, documents([file]))
        except (OSError, FhirMattersError) as error:
            self._fail(f"{file}: {error.strerror}." if isinstance(error, OSError) else str(error))

    def _of_one(self, file: Path) -> Iterator[Report]:
        (document,) = documents([file])
        if document.error is not None or is_xml(document.raw):
            yield from self._left_alone(file, [document])
            return
        before = file.stat()
        fixed = self._fixed(document)
        if fixed.raw != document.raw:
            self._show(diff.heading(str(file)))
            self._show(diff.changes(document.raw, fixed.raw, context=0 if self.write else 3))
            self._replace(file, before, [fixed.raw])
        yield self._report(document, fixed)

    def _of_lines(self, file: Path) -> Iterator[Report]:
        """The reports of a file of many documents; what is written goes beside it until all is read."""
        before = file.stat()
        told: list[Report] = []
        with file.open("rb") as lines, suppress(_NothingToWriteError):
            if self.write:
                self._replace(file, before, self._lines(file, lines, told))
            else:
                for _ in self._lines(file, lines, told):
                    yield from told
                    told.clear()
        yield from told

    def _lines(self, file: Path, lines: IO[bytes], told: list[Report]) -> Iterator[bytes]:
        """Each line as it is to be, and its report among those that are told. Raises _NothingToWriteError at the end."""
        changed = False
        for number, line in enumerate(lines, 1):
            raw = line.rstrip(b"\r\n")
            if not raw.strip():
                yield line
                continue
            document = Document(str(file), number, raw)
            fixed = self._fixed(document)
            told.append(self._report(document, fixed))
            new = fixed.raw + line[len(raw) :]
            if new != line:
                self._show(() if changed else diff.heading(str(file)))
                self._show(diff.changes(line, new, number, context=0))
                changed = True
            yield new
        if not changed:
            raise _NothingToWriteError

    def _fixed(self, document: Document) -> Fixed:
        fixed = self.fixer.fixed(document.raw)
        self.made += len(fixed.fixes)
        for fix in fixed.fixes if self.write else ():
            click.echo(f"{printable(document.name)}: {fix.rule} fixed: {fix.message}", err=True)
        return fixed
