"""A folder that an export is fetched into, and what is known there of it: enough to go on after any end.

    Patient.1.ndjson  Observation.1.ndjson …    what was exported, or .ndjson.gz
    .export/state.json                          which export this is, where its status is, which files are whole
    .export/error.OperationOutcome.1.ndjson     what the server says went wrong, and what was deleted since

What is no output lies in a folder that is hidden, so that `push` and `validate` of the folder take the resources alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fhir_matters import jsonio
from fhir_matters.errors import InputError
from fhir_matters.files import write_whole
from fhir_matters.server.bulk.files import DRAFT, Saved
from fhir_matters.server.bulk.manifest import File, Manifest

HIDDEN = ".export"
FOR_ITS_OWNER = 0o700  # a folder that is made here: there are patients in it


@dataclass(frozen=True, slots=True)
class State:
    """Which export a folder holds: the server, what was asked, the address of its status, the files that are whole."""

    base: str
    request: str
    status: str
    packed: bool = False
    taken: str = ""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    complete: bool = False

    def holds(self, file: File) -> bool:
        """True where that very file of the server was fetched before."""
        return self.files.get(file.name, {}).get("url") == file.place


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one export."""

    path: Path

    @property
    def _state(self) -> Path:
        return self.path / HIDDEN / "state.json"

    def state(self) -> State | None:
        """What is known of the export here, or None where nothing is. Raises InputError where the folder is taken."""
        try:
            state = _state(jsonio.read(self._state.read_bytes()))
        except FileNotFoundError:
            if self.path.is_dir() and any(self.path.iterdir()) and not self._only_ours():
                raise InputError(
                    "This folder holds something else.", place=str(self.path), next_step="Name an empty or a new one."
                ) from None
            return None
        except (InputError, TypeError, OSError):
            raise InputError(
                "What is known of the export in this folder cannot be read.",
                place=str(self._state),
                next_step="Start it again, into another folder.",
            ) from None
        return state

    def _only_ours(self) -> bool:
        """True for what is left where somebody was killed before anything was known."""
        return {each.name for each in self.path.iterdir()} == {HIDDEN} and not any((self.path / HIDDEN).glob("*.json"))

    def keep(self, state: State) -> State:
        """The state, once it is on the disk. Raises FhirMattersError."""
        try:
            self.path.mkdir(mode=FOR_ITS_OWNER, parents=True, exist_ok=True)
            self._state.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(
                f"The folder cannot be made: {error.strerror}.",
                place=str(self.path),
                next_step="Name another, or make room for it.",
            ) from None
        fields = {name: getattr(state, name) for name in State.__slots__}
        write_whole(self._state, jsonio.write(fields, indent=True) + b"\n")
        return state

    def tidy(self) -> None:
        """Drafts of whoever was killed are gone."""
        for draft in (*self.path.glob(f".*{DRAFT}"), *(self.path / HIDDEN).glob(f".*{DRAFT}")):
            draft.unlink(missing_ok=True)

    def forget(self, state: State) -> None:
        """An export that was ended leaves nothing: half of it is no picture of anything."""
        for each in state.files.values():
            hidden = self.path / HIDDEN if each["part"] != "output" else self.path
            (hidden / str(each["path"])).unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)
        self.tidy()
        (self.path / HIDDEN).rmdir()

    def place(self, file: File, *, packed: bool) -> Path:
        """Where a file of the export goes."""
        name = f"{file.name}.gz" if packed else file.name
        return self.path / name if file.part == "output" else self.path / HIDDEN / name


def _state(value: Any) -> State:
    state = State(**value)
    if not isinstance(state.files, dict) or not isinstance(state.status, str):
        raise TypeError
    return state


def with_file(state: State, file: File, saved: Saved) -> State:
    """The state, with one more file that is whole."""
    known = {"url": file.place, "part": file.part, "type": file.kind, "path": saved.path.name}
    return replace(state, files={**state.files, file.name: {**known, "lines": saved.lines, "sha256": saved.sha256}})


def missing(folder: Folder, state: State, of: Manifest) -> Iterator[File]:
    """The files that are not here yet."""
    for file in of.files:
        if not state.holds(file) or not folder.place(file, packed=state.packed).is_file():
            yield file
