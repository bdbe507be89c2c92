"""Which parts of a record are kept from somebody, and what goes with them because it would give them away.

Knows the forms and no FHIR. Whether a given reader may see something is decided here; leaving it out is `privacy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from fhir_matters.records.dates import surely_after
from fhir_matters.records.fit import REPLACEABLE
from fhir_matters.records.forms import Entry, Outcome, Parts, Sharing, Showing


def concerns(sharing: Sharing, reader: str | None) -> bool:
    """True where the wish keeps something from that reader, or once did; None is anybody."""
    if reader == "person":
        return False
    alone = bool(sharing.only_with) and reader not in sharing.only_with
    return reader is None or reader in sharing.not_with or alone


def in_force(sharing: Sharing, today: date) -> bool:
    """True until the wish is ended, and to the end of its last day."""
    return not sharing.ended and not _past(sharing.until, today)


def may_see(showing: Showing | None, reader: str | None, today: date) -> bool:
    """Whether a picture or a recording may be shown to that reader on that day."""
    if showing is None or reader == "person":
        return True
    return showing.allowed and not _past(showing.until, today) and (not showing.to or reader in showing.to)


def withheld(parts: Parts, reader: str | None, today: date) -> frozenset[str]:
    """The keys of all that this reader does not get to see on that day."""
    wishes = (s for s in parts.sharing.values() if concerns(s, reader) and in_force(s, today))
    kept = with_what_tells(parts, {key for wish in wishes for key in wish.what})
    return kept | {key for key, film in parts.recordings.items() if not may_see(film.showing, reader, today)}


def with_what_tells(parts: Parts, keys: Iterable[str]) -> frozenset[str]:
    """These parts, and all that would give them away.

    With a talk or a recording goes what was said in it; with a statement what it replaced, which would seem to stand
    again; with either the outcomes of it. A recording in which any of it can be heard goes too, though not what else
    was said in that. What merely rests on such a part stays: its words are its own.
    """
    with_it: dict[str, list[str]] = {}
    for one, other in _tells(parts):
        with_it.setdefault(one, []).append(other)
    found = _reached(keys, with_it)
    films = [film for key, film, _ in _entries(parts) if key in found and film is not None]
    before = {key: [film.replaces] for key, film in parts.recordings.items() if film.replaces is not None}
    return found | _reached(films, before)


def _tells(parts: Parts) -> Iterator[tuple[str, str]]:
    """(what is kept, what would give it away)."""
    for key, film, form in _entries(parts):
        yield from ((holder, key) for holder in (form.conversation, film) if holder is not None)
        if form.replaces is not None and not form.withdrawn:
            yield key, form.replaces
        if isinstance(form, Outcome):
            yield form.of, key


def _entries(parts: Parts) -> Iterator[tuple[str, str | None, Entry]]:
    """Every part that comes out of a talk: its key, the recording in which it is heard, and itself."""
    for section in REPLACEABLE:
        for key, form in getattr(parts, section).items():
            yield key, getattr(form, "recording", None), form


def _reached(keys: Iterable[str], onward: dict[str, list[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(onward.get(key, ()))
    return frozenset(found)


def _past(day: str | None, today: date) -> bool:
    return day is not None and surely_after(today.isoformat(), day)
