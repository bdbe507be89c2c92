"""Pictures, films and voices, as a reader sees or hears them, and only where the person lets them be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir_matters.view.carried import File, file_of
from fhir_matters.view.cast import Cast
from fhir_matters.view.chains import over
from fhir_matters.view.wording import apart, capital, day, plain

# Bytes of all files on one page together: what a mail still carries. What has no room is named, not shown.
ROOM = 12_000_000


@dataclass(frozen=True, slots=True)
class Recording:
    """One file: `file` is None where it cannot be shown here, and `instead` says why."""

    label: str
    sort: str
    file: File | None
    instead: str
    caption: str
    source: str
    consent: str


def may_show(showing: Mapping[str, Any] | None, today: date) -> bool:
    """False where the person said no, or where the last day for showing it is past."""
    showing = showing or {}
    return bool(showing.get("allowed", True)) and not over(showing.get("until"), today)


def recordings_of(data: Mapping[str, Any], cast: Cast, today: date) -> dict[str, Recording]:
    """What may be shown, by key, in the order of the record, as far as there is room for it."""
    parts: dict[str, Mapping[str, Any]] = data.get("recordings", {})
    replaced = {part.get("replaces") for part in parts.values() if not part.get("withdrawn")}
    found, left = dict[str, Recording](), ROOM
    for key, part in parts.items():
        if part.get("withdrawn") or key in replaced or not may_show(part.get("showing"), today):
            continue
        found[key] = _recording(part, cast, left)
        left -= _size(found[key])
    return found


def _recording(part: Mapping[str, Any], cast: Cast, room: int) -> Recording:
    file = file_of(part.get("content") or {})
    shows, sort = plain(part.get("shows")), file.sort if file else "recording"
    fits = file is not None and sort != "paper" and file.size <= room
    return Recording(
        label=shows or (file.caption if file else "") or capital(sort),
        sort=sort,
        file=file if fits else None,
        instead="" if fits else _instead(file),
        caption=file.caption if file else "",
        source=", ".join(_made(part, cast)),
        consent=_consent(part.get("showing") or {}, cast),
    )


def _instead(file: File | None) -> str:
    if file is None:
        return "This file is not what it says it is, so it is not shown."
    if file.sort == "paper":
        return f"A paper ({file.about}). It is in the record."
    return f"Too large for this page ({file.about}). It is in the record."


def _made(part: Mapping[str, Any], cast: Cast) -> Iterator[str]:
    if part.get("made_by"):
        yield f"made by {cast.speaker(part['made_by'])}"
    yield day(cast.when(part)) or "no date written down"
    if written := cast.written(part):
        yield written


def _consent(showing: Mapping[str, Any], cast: Cast) -> str:
    """Who may see it, until when, and how the person put it."""
    only = f"only for {cast.together(showing['to'])}" if showing.get("to") else ""
    until = f"until {day(showing['until'])}" if showing.get("until") else ""
    words = apart(showing.get("words"))
    quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}" if words else ""
    by = cast.speaker(showing.get("said_by", "person")) if quoted else ""
    said = ", ".join(filter(None, (by, day(showing.get("when")))))
    limits = " ".join(filter(None, (only, until)))
    return " ".join(filter(None, (f"To be shown {limits}." if limits else "", quoted, said)))


def _size(recording: Recording) -> int:
    return recording.file.size if recording.file else 0
