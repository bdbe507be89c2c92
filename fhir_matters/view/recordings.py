"""Pictures, films and voices, as a reader sees or hears them, and only where the person lets them be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fhir_matters.view.carried import File, file_of
from fhir_matters.view.cast import Cast
from fhir_matters.view.catalogue import say
from fhir_matters.view.chains import over
from fhir_matters.view.wording import capital, dated, day, inside, plain, quoted

_SAID = ("what_matters", "preferences", "outcomes")  # what may name a recording
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


@dataclass(frozen=True, slots=True)
class Recordings:
    """What may be shown, by key, and by which part each is shown: a page carries a file once."""

    by_key: Mapping[str, Recording]
    beside: Mapping[str, str]

    def at(self, key: str, part: Mapping[str, Any]) -> Recording | None:
        """The recording of this part; where another shows it, only that it is on the page."""
        name = plain(part.get("recording"))
        found = self.by_key.get(name)
        if found is None or self.beside.get(name) == key:
            return found
        return replace(found, file=None, instead=say("recordings.elsewhere") if found.file else found.instead)


def may_show(showing: Mapping[str, Any] | None, today: date) -> bool:
    """False where the person said no, or where the last day for showing it is past."""
    showing = showing or {}
    return bool(showing.get("allowed", True)) and not over(showing.get("until"), today)


def recordings_of(data: Mapping[str, Any], cast: Cast, today: date, *, taken: int = 0) -> Recordings:
    """What may be shown, by key, in the order of the record, as far as there is room beside what is `taken`."""
    parts: dict[str, Mapping[str, Any]] = data.get("recordings", {})
    replaced = {part.get("replaces") for part in parts.values() if not part.get("withdrawn")}
    found, left = dict[str, Recording](), ROOM - taken
    for key, part in parts.items():
        if part.get("withdrawn") or key in replaced or not may_show(part.get("showing"), today):
            continue
        found[key] = _recording(part, cast, left)
        left -= _size(found[key])
    return Recordings(found, _beside(data))


def _beside(data: Mapping[str, Any]) -> dict[str, str]:
    """The first part that stands and names a recording, by the recording's key."""
    parts = [(key, part) for name in _SAID for key, part in data.get(name, {}).items() if not part.get("withdrawn")]
    replaced = {part.get("replaces") for _, part in parts}
    found = dict[str, str]()
    for key, part in parts:
        if part.get("recording") and key not in replaced:
            found.setdefault(plain(part["recording"]), key)
    return found


def _recording(part: Mapping[str, Any], cast: Cast, room: int) -> Recording:
    file = file_of(part.get("content") or {})
    shows, sort = plain(part.get("shows")), file.sort if file else "recording"
    fits = file is not None and sort != "paper" and file.size <= room
    return Recording(
        label=inside(shows or (file.caption if file else "")) or capital(say(f"files.{sort}")),
        sort=sort,
        file=file if fits else None,
        instead="" if fits else _instead(file),
        caption=inside(file.caption) if file else "",
        source=", ".join(_made(part, cast)),
        consent=_consent(part.get("showing") or {}, cast),
    )


def _instead(file: File | None) -> str:
    if file is None:
        return say("recordings.false_kind")
    return say("recordings.paper" if file.sort == "paper" else "recordings.too_large", about=file.about)


def _made(part: Mapping[str, Any], cast: Cast) -> Iterator[str]:
    if part.get("made_by"):
        yield say("recordings.made_by", who=cast.speaker(part["made_by"]))
    yield cast.day(part)
    if written := cast.written(part):
        yield written


def _consent(showing: Mapping[str, Any], cast: Cast) -> str:
    """Who may see it, until when, and how the person put it."""
    only = say("recordings.only_for", who=cast.together(showing["to"])) if showing.get("to") else ""
    until = dated("dates.until", showing["until"]) if showing.get("until") else ""
    words = quoted(showing["words"]) if showing.get("words") else ""
    by = cast.speaker(showing.get("said_by", "person")) if words else ""
    said = ", ".join(filter(None, (by, day(showing.get("when")))))
    limits = " ".join(filter(None, (only, until)))
    shown = say("recordings.to_be_shown", limits=limits) if limits else ""
    return " ".join(filter(None, (shown, words, said)))


def _size(recording: Recording) -> int:
    return recording.file.size if recording.file else 0
