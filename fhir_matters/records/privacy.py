"""A record as one reader may see it: what the person keeps from them is nowhere in it, nor what would give it away.

It honours the choices in the record (`sharing`, `showing`) and the security labels that came from elsewhere, and hides
nothing from the person. It is no lock: whoever holds the whole record can read the whole record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from fhir_matters.errors import RecordError
from fhir_matters.records.elsewhere import labelled_parts, not_to_be_shown, untold
from fhir_matters.records.fit import SECTIONS, mistaken, sections_of
from fhir_matters.records.forms import Parts, Person, Sharing
from fhir_matters.records.forms.showing import SHAREABLE
from fhir_matters.records.refers import without
from fhir_matters.records.withholding import concerns, may_see, with_what_tells, withheld

P = TypeVar("P", bound=Parts)


def for_reader(parts: P, reader: str | None, *, today: date) -> P:
    """The record as that reader may see it on that day.

    `reader` is somebody in the record, by key; None is anybody, to whom nothing is shown that is kept from anyone;
    `person` sees everything. Raises RecordError where there is no such reader, or they are “not to be told”.
    """
    if reader == "person":
        return parts
    _may_read(parts, reader)
    ended = frozenset(not_to_be_shown(parts))
    gone = withheld(parts, reader, today) | with_what_tells(parts, labelled_parts(parts)) | (ended - {"person"})
    seen = {section: _seen(parts, section, gone) for section in SECTIONS if section != "sharing"}
    wishes = dict(_wishes(parts, reader, gone))
    person = _person(parts.person, reader, today)
    person = person.model_copy(update={"face": None}) if "person" in ended else person
    shown = parts.model_copy(update={**seen, "sharing": wishes, "person": person})
    return shown.model_copy(update={"other": tuple(untold(parts, shown))})


def leaves_out(whole: Parts, shown: Parts) -> bool:
    """True where the record that a reader sees lacks anything that was said, shown or brought along."""
    fewer = any(len(getattr(shown, section)) < len(getattr(whole, section)) for section in (*SHAREABLE, "other"))
    return fewer or shown.person.face is not whole.person.face


def _may_read(parts: Parts, reader: str | None) -> None:
    if reader is None:
        return
    if (wrong := mistaken(reader, ("people", "colleagues"), sections_of(parts))) is not None:
        raise RecordError(f"There is no such reader: {wrong}.", next_step="Name somebody by their key in the record.")
    someone = parts.people.get(reader)
    if someone is not None and "not to be told" in someone.roles:
        raise RecordError(
            f"{reader!r} is “not to be told”: nothing of this record is made for them.",
            next_step="Ask the person; if they say otherwise now, change the role.",
        )


def _seen(parts: Parts, section: str, gone: frozenset[str]) -> dict[str, Any]:
    return {key: without(form, gone) for key, form in getattr(parts, section).items() if key not in gone}


def _wishes(parts: Parts, reader: str | None, gone: frozenset[str]) -> Iterator[tuple[str, Sharing]]:
    """The wishes that keep nothing from this reader, who is to honour them too; what is gone is not spoken of."""
    for key, wish in parts.sharing.items():
        left = tuple(each for each in wish.what if each not in gone)
        if left and not concerns(wish, reader):
            yield key, wish if left == wish.what else wish.model_copy(update={"what": left, "because": None})


def _person(person: Person, reader: str | None, today: date) -> Person:
    """The person without a picture that this reader is not to be shown; a wish not to be shown at all stays."""
    shown = person.face_showing
    if may_see(shown, reader, today):
        return person
    return person.model_copy(update={"face": None, "face_showing": None if shown is None or shown.to else shown})
