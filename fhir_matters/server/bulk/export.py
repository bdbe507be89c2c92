"""An export, from the question to a folder of whole files; killed at any moment, it goes on where it was.

    exported = export(server, Wanted(types=("Patient",)), into=Path("here"))
    for resource in exported.resources(): ...

Ctrl-C ends it on the server too, unless it is to be kept; after every other end the same call goes on. What an export
gave is given up on the server once it is all here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fhir_matters.errors import InputError
from fhir_matters.server.bulk.asking import LONGEST, Wanted, cancel, kick_off, wait
from fhir_matters.server.bulk.files import fetch
from fhir_matters.server.bulk.folder import HIDDEN, Folder, State, missing, with_file
from fhir_matters.server.connection import Connection
from fhir_matters.sources import documents

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What is in the folder: everything up to `taken`, in so many `lines`."""

    folder: Path
    state: State

    @property
    def taken(self) -> str:
        """The server's instant of the export: what to ask for `since` the next time."""
        return self.state.taken

    @property
    def lines(self) -> int:
        """How many resources there are."""
        return sum(int(each["lines"]) for each in self._of("output"))

    @property
    def files(self) -> list[Path]:
        """The files of resources."""
        return list(self.hashes)

    @property
    def hashes(self) -> dict[Path, str]:
        """Of each file of resources the sha256 of its lines, unpacked, as they came over the wire."""
        return {self.folder / str(each["path"]): str(each["sha256"]) for each in self._of("output")}

    def resources(self) -> Iterator[dict[str, Any]]:
        """Every resource, one at a time and as the server gave it. Raises InputError where a file was changed since."""
        return (document.value() for document in documents(self.files))

    @property
    def troubles(self) -> dict[str, int]:
        """What the server says went wrong: severity and code, and how often. The texts are in `told`."""
        found: Counter[str] = Counter()
        for document in documents(self.told):
            issues = document.value().get("issue")
            for issue in issues if isinstance(issues, list) else ():
                if isinstance(issue, dict):
                    found[f"{_word(issue.get('severity'))} {_word(issue.get('code'))}"] += 1
        return dict(found)

    @property
    def told(self) -> list[Path]:
        """The files in which the server says what went wrong."""
        return [self.folder / HIDDEN / str(each["path"]) for each in self._of("error")]

    @property
    def deletions(self) -> list[Path]:
        """The files of what was deleted since, as Bundles of deletions; nobody carries them out here."""
        return [self.folder / HIDDEN / str(each["path"]) for each in self._of("deleted")]

    def _of(self, part: str) -> list[dict[str, Any]]:
        return [each for each in self.state.files.values() if each["part"] == part]


def export(
    server: Connection,
    wanted: Wanted | None = None,
    *,
    into: Path | str,
    status: str = "",
    packed: bool = False,
    keep: bool = False,
    patience: float | None = None,
    longest: float = LONGEST,
    told: Told = lambda _: None,
    watch: Callable[[int], None] = lambda _: None,
) -> Exported:
    """What was exported, whole, in the folder `into`, which is new or holds this export unfinished.

    `status` is the address of an export that somebody asked for already. `packed` files are .ndjson.gz. `keep` leaves
    the export on the server, also at Ctrl-C. `patience` and `longest` are for `wait`; `told` is given the server's
    progress, `watch` how many lines came. Raises InputError where the folder holds another export, and as `kick_off`,
    `wait` and `fetch` do.
    """
    folder = Folder(Path(into))
    state = _begun(server, wanted or Wanted(), folder, status, packed=packed)
    if state.complete:
        return Exported(folder.path, state)
    try:
        manifest = wait(server, state.status, told=told, patience=patience, longest=longest)
        # Files of another moment do not go with these, whatever the server thinks.
        before = state.files if state.taken == manifest.taken else {}
        state = folder.keep(replace(state, taken=manifest.taken, files=before))
        for file in missing(folder, state, manifest):
            place = folder.place(file, packed=state.packed)
            state = folder.keep(with_file(state, file, fetch(server, file, manifest, place, watch=watch)))
        named = {file.name: state.files[file.name] for file in manifest.files}
        state = folder.keep(replace(state, files=named, complete=True))
        folder.tidy()
    except KeyboardInterrupt:
        if not keep and cancel(server, state.status):
            folder.forget(state)
        raise
    if not keep:
        cancel(server, state.status)
    return Exported(folder.path, state)


def _begun(server: Connection, wanted: Wanted, folder: Folder, status: str, *, packed: bool) -> State:
    """The state of the export in this folder, which is begun where there is none."""
    before = folder.state()
    request = status or wanted.where
    if before is None:
        place = server.address(status) if status else kick_off(server, wanted)
        return folder.keep(State(server.base, request, place, packed))
    if (before.base, before.request) != (server.base, request):
        raise InputError(
            "This folder holds another export.", place=str(folder.path), next_step="Name an empty or a new one."
        )
    return before


def _word(value: Any) -> str:
    """A code, and nothing else that a server may have put in its place."""
    return value if isinstance(value, str) and value.replace("-", "").isalpha() else "unknown"
