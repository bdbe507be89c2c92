"""What was said in a conversation that is not over: kept at once, a line an answer, in a file beside the record's.

The file is there from the first question to the record, and readable by its owner alone. A line that was cut off as
the power failed is no line.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError, InputError

MOST_BYTES = 64 * 1024 * 1024


class KeptAnswers:
    """The answers kept for the record file `record`, which was begun with what is `there` of the form at `form`.

    Raises FhirMattersError where the file cannot be written, InputError where it holds something else.
    """

    def __init__(self, record: Path, form: str, there: Mapping[str, Any]) -> None:
        self.path = record.with_name(f"{record.name}.answers")
        self.given: dict[str, list[str]] = {}
        self._begun = {"form": form, "there": hashlib.sha256(jsonio.write(dict(there))).hexdigest()}
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with contextlib.ExitStack() as unless_read:
                self._file = unless_read.enter_context(os.fdopen(descriptor, "r+b", buffering=0))
                self.resumed = self._read()
                unless_read.pop_all()
        except OSError as error:
            raise FhirMattersError(
                f"Nothing can be kept there: {error.strerror}.",
                place=str(self.path),
                next_step="Choose a file in a folder that you may write in.",
            ) from None

    def _read(self) -> bool:
        """What was kept before, if anything was."""
        self._file.seek(0)
        raw = self._file.read(MOST_BYTES + 1)
        whole = raw[: raw.rfind(b"\n") + 1]
        lines = list(self._lines(whole))
        if (lines and lines[0] != self._begun) or (raw and not lines and not _line(self._begun).startswith(raw)):
            raise self._wrong("These answers were begun with another form, or with another record.")
        for line in lines[1:]:
            self._take(line)
        self._file.truncate(len(whole))
        if not lines:
            self._add(self._begun)
        return bool(self.given)

    def _lines(self, raw: bytes) -> Iterator[Any]:
        if len(raw) > MOST_BYTES:
            raise self._wrong("This is too long for answers that were kept.")
        try:
            yield from map(jsonio.read, raw.splitlines())
        except InputError:
            raise self._wrong("These are no answers that were kept.") from None

    def _take(self, line: Any) -> None:
        match line:
            case {"at": str(place), "said": [*texts]} if all(isinstance(text, str) for text in texts):
                self.given.pop(place, None)
                self.given[place] = texts
            case {"forget": str(place)}:
                self.given.pop(place, None)
            case _:
                raise self._wrong("These are no answers that were kept.")

    def _wrong(self, what: str) -> InputError:
        return InputError(what, place=str(self.path), next_step="Move that file away to begin anew.")

    def keep(self, place: str, texts: list[str]) -> None:
        """Keep an answer; it is on disk when this returns."""
        self._take(line := {"at": place, "said": texts})
        self._add(line)

    def forget(self, place: str) -> None:
        """Take an answer back, so that it is asked for again."""
        self._take(line := {"forget": place})
        self._add(line)

    def _add(self, line: Mapping[str, Any]) -> None:
        try:
            self._file.write(_line(line))
            os.fsync(self._file.fileno())
        except OSError as error:
            raise FhirMattersError(
                f"The last answer could not be kept: {error.strerror}.",
                place=str(self.path),
                next_step="All before it is kept; make room, and run the same command again.",
            ) from None

    def close(self, *, over: bool = False) -> None:
        """Close the file; where the conversation is over and the record is written, remove it."""
        self._file.close()
        if over:
            self.path.unlink(missing_ok=True)


def _line(said: Mapping[str, Any]) -> bytes:
    return jsonio.write(dict(said)) + b"\n"
