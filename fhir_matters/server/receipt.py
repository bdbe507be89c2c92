"""What a transfer proves: for each resource where it is now, in which version, and every difference.

`nothing_lost` is computed from that, never asserted. Values of resources are left out unless asked for.
The form is fixed by `receipt.schema.json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from fhir_matters import doors, jsonio
from fhir_matters.errors import FhirMattersError, InputError
from fhir_matters.files import write_whole
from fhir_matters.server.compare import Difference

VERSION = "1"
SHOWN = 20
# What `compare.content` leaves out: every server counts, dates and marks its own versions.
NOT_COMPARED = ("meta.versionId", "meta.lastUpdated", "meta.source that begins with #")

Result: TypeAlias = Literal["created", "updated", "already there", "conflict", "cannot", "refused", "lost"]
ARRIVED: frozenset[Result] = frozenset({"created", "updated", "already there"})
WORDS: dict[Result, str] = {
    "created": "created",
    "updated": "updated",
    "already there": "already there",
    "conflict": "in conflict, left as they are on the target",
    "cannot": "not moved",
    "refused": "refused by the server",
    "lost": "not found on the target afterwards",
}


@dataclass(frozen=True, slots=True)
class Note:
    """What the source itself says wrongly, and where: it arrived as it was, so it is no difference and no loss."""

    path: str
    note: str


class Line(NamedTuple):
    """One resource: what the source held (`source`, its name there), and what the target holds now (`target`)."""

    source: str
    type: str
    source_sha256: str
    action: Result
    target: str = ""
    version: str = ""
    target_sha256: str = ""
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def arrived(self) -> bool:
        """True where the resource is on the target and nothing in it changed that nobody had a right to change."""
        return self.action in ARRIVED and all(difference.owner for difference in self.differences)


@dataclass
class Told:
    """What a receipt says of all its lines together, found in one pass over them."""

    nothing_lost: bool = True
    actions: Counter[Result] = field(default_factory=Counter)
    owned: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Count this line in."""
        arrived = line.arrived
        self.nothing_lost = self.nothing_lost and arrived
        self.actions[line.action] += 1
        if line.reason and not arrived:
            self.reasons.append(f"  {line.source}: {line.reason}")
        for each in line.differences:
            if each.owner:
                self.owned[_by_right(each)] += 1
            else:
                self.differences.append(f"  {line.target}: {each.path} {each.kind}")
        self.notes += [f"  as the source has it, {line.source}: {each.path} {each.note}" for each in line.notes]


@dataclass(frozen=True)
class Receipt:
    """The proof of one transfer. `source` and `target` are base addresses; `source` is empty for files.

    Of what was pulled, `target` is the file, as a `file:` address, and `asked` is what the server was asked for.
    """

    source: str
    target: str
    started: str
    finished: str
    lines: Sequence[Line] = field(repr=False)
    asked: tuple[str, ...] = ()

    @cached_property
    def _told(self) -> Told:
        known: Told | None = getattr(self.lines, "told", None)  # by whoever made the lines
        if known is not None:
            return known
        told = Told()
        for line in self.lines:
            told.add(line)
        return told

    @property
    def nothing_lost(self) -> bool:
        """True where every resource of the source is on the target without a difference that has no owner."""
        return self._told.nothing_lost

    @property
    def differences(self) -> tuple[tuple[Line, Difference], ...]:
        """What is different on the target though nobody had a right to change it."""
        return tuple((line, each) for line in self.lines for each in line.differences if not each.owner)

    @property
    def owned(self) -> tuple[tuple[Line, Difference], ...]:
        """What the server or the transfer changed by right: versions, ids, resolved references."""
        return tuple((line, each) for line in self.lines for each in line.differences if each.owner)

    @property
    def notes(self) -> tuple[tuple[Line, Note], ...]:
        """What the source itself says wrongly."""
        return tuple((line, each) for line in self.lines for each in line.notes)

    @property
    def totals(self) -> dict[Result, int]:
        """How many resources of each result."""
        counted = self._told.actions
        return {action: counted[action] for action in WORDS if counted[action]}

    def to_json(self, *, show_values: bool = False) -> dict[str, Any]:
        """The receipt as plain data, as in `schema()`."""
        return {**self._head(), "resources": [_line(line, show_values=show_values) for line in self.lines]}

    def _head(self) -> dict[str, Any]:
        return {
            "receipt": VERSION,
            "source": self.source,
            "target": self.target,
            "started": self.started,
            "finished": self.finished,
            **({"asked": list(self.asked)} if self.asked else {}),
            "nothingLost": self.nothing_lost,
            "notCompared": list(NOT_COMPARED),
            "totals": dict(self.totals),
        }

    def _repr_html_(self) -> str:
        html: str = doors.through("receipt_html")(self)
        return html

    def to_text(self) -> str:
        """A few lines for people: what was moved, what was changed and by whom, and whether anything was lost."""
        return "\n".join(_text(self))

    def write(self, path: Path | str, *, show_values: bool = False) -> None:
        """The receipt is in the file, whole, or the file is as it was before.

        Raises InputError where the disk refuses; what was transferred stays transferred.
        """
        try:
            write_whole(Path(path), self._pieces(show_values=show_values))
        except FhirMattersError as error:
            raise InputError(
                f"The receipt {error.message} The transfer itself is done and stays as it is.",
                place=str(path),
                next_step="Run the same again with another place for the receipt: nothing is sent twice.",
            ) from None

    def _pieces(self, *, show_values: bool) -> Iterator[bytes]:
        """The JSON, a resource a line, never whole in memory."""
        yield jsonio.write(self._head(), indent=True).removesuffix(b"\n}") + b',\n  "resources": ['
        for number, line in enumerate(self.lines):
            yield (b",\n    " if number else b"\n    ") + jsonio.write(_line(line, show_values=show_values))
        yield b"\n  ]\n}\n"


def read_receipt(path: Path | str) -> Receipt:
    """The receipt in this file; raises InputError where there is none."""
    try:
        data = jsonio.read(Path(path).read_bytes())
        lines = tuple(_read_line(line) for line in data["resources"])
        ends = data["source"], data["target"], data["started"], data["finished"]
        receipt = Receipt(*ends, lines, tuple(data.get("asked", ())))
        told = data["nothingLost"], data["totals"]
    except OSError as error:
        raise InputError(
            f"The receipt cannot be read: {error.strerror}.", place=str(path), next_step="Name a file that can be read."
        ) from None
    except (KeyError, TypeError, AttributeError):
        raise InputError(
            "This is no receipt of a transfer.",
            place=str(path),
            next_step="Name the file that --receipt wrote.",
        ) from None
    if told != (receipt.nothing_lost, receipt.totals):
        raise InputError(
            "The receipt contradicts itself: what it says in all is not what its resources say.",
            place=str(path),
            next_step="Use the receipt as it was written.",
        )
    return receipt


def moment() -> str:
    """Now, as an instant."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def schema() -> dict[str, Any]:
    """The JSON Schema of a receipt (draft 2020-12)."""
    value: dict[str, Any] = jsonio.read(files("fhir_matters.server").joinpath("receipt.schema.json").read_bytes())
    return value


NAMES = {
    "source": "source",
    "type": "type",
    "source_sha256": "sourceSha256",
    "action": "action",
    "target": "target",
    "version": "version",
    "target_sha256": "targetSha256",
    "reason": "reason",
}


def _line(line: Line, *, show_values: bool) -> dict[str, Any]:
    written = {name: getattr(line, key) for key, name in NAMES.items() if getattr(line, key)}
    if line.differences:
        written["differences"] = [_difference(each, show_values=show_values) for each in line.differences]
    if line.notes:
        written["notes"] = [{"path": each.path, "note": each.note} for each in line.notes]
    return written


def _difference(difference: Difference, *, show_values: bool) -> dict[str, Any]:
    parts = {"path": difference.path, "kind": difference.kind, "owner": difference.owner, "note": difference.note}
    written: dict[str, Any] = {key: value for key, value in parts.items() if value}
    if show_values:
        written |= {"source": difference.source, "target": difference.target}
    return written


def _read_line(line: dict[str, Any]) -> Line:
    known = {key: line[name] for key, name in NAMES.items() if name in line}
    if line["action"] not in WORDS or not all(isinstance(value, str) for value in known.values()):
        raise KeyError("action")
    notes = tuple(Note(**each) for each in line.get("notes", ()))
    return Line(**known, differences=tuple(Difference(**each) for each in line.get("differences", ())), notes=notes)


def noted(kept: bytes | None) -> tuple[Note, ...]:
    """Notes from the shelf."""
    return tuple(Note(*row) for row in jsonio.read(kept)) if kept else ()


def _text(receipt: Receipt) -> Iterator[str]:
    yield f"{len(receipt.lines):,} resources to {receipt.target}:"
    yield from (f"  {count:,} {WORDS[action]}" for action, count in receipt.totals.items())
    told = receipt._told  # noqa: SLF001 (of this file)
    for what, count in told.owned.most_common():
        yield f"  changed by right, {count:,} times: {what}"
    yield from _some(told.reasons)
    yield from _some(told.differences)
    yield from _some(told.notes)
    yield "Nothing was lost." if receipt.nothing_lost else "Not everything arrived as it was."


def _by_right(difference: Difference) -> str:
    return difference.note.partition(":")[0].partition(",")[0]


def _some(every: list[str]) -> Iterator[str]:
    yield from every[:SHOWN]
    if len(every) > SHOWN:
        yield f"  … and {len(every) - SHOWN:,} more, in the receipt"
