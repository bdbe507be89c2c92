"""About Me 2.01 back into a record: one item is one statement, since what was put together cannot be taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from fhir_matters.errors import RecordError
from fhir_matters.records.forms import Person
from fhir_matters.records.forms.values import DateTime, said
from fhir_matters.records.prsb.about_me import (
    ALSO,
    CODED,
    CODES,
    COMMUNICATE,
    ENTRY,
    FILE,
    GROUP,
    IMPORTANT,
    MEDIA,
    NAME,
    PEOPLE,
    PLEASE,
    RESPONSE,
    SUPPORT,
    SUPPORTED,
    TEXT,
    TYPE,
    UPDATED,
    WELLNESS,
    path,
)
from fhir_matters.records.prsb.report import SLASH, Item, Mapped, accounted, leaves
from fhir_matters.records.record import Record, record_of_parts

# The kind that an item is read as. What to do and what not to do stand in one text: it is read as neither.
KINDS: Mapping[str, str] = {
    IMPORTANT: "what matters",
    PEOPLE: "people",
    COMMUNICATE: "communication",
    WELLNESS: "wellness",
    PLEASE: "care experience",
    SUPPORT: "support",
    ALSO: "also worth knowing",
}
_FORM = "PRSB About Me 2.01"
_DATE: TypeAdapter[str] = TypeAdapter(DateTime)
_REASONS = {
    "Multi-media URL": "a record carries a file whole; fetch it and add it as a recording",
    UPDATED: "this is no FHIR date, or there is no statement that could have it",
    MEDIA: "there are no words beside it, and a statement has words",
}


def about_me_of(data: Mapping[str, Any], *, person: Person) -> Mapped[Record]:
    """About Me as a record of that person; the report has every value of it.

    Each item becomes one statement, in the person's words as far as About Me says. Raises RecordError where the data
    has no About Me, or a recording cannot be carried.
    """
    entry = _within(_within(data, GROUP), ENTRY)
    said = {name: text for name in CODES if (text := _text(entry.get(name)))}
    day = _day(entry.get(UPDATED)) if said else None
    helper = entry.get(SUPPORTED) if said else None
    sections: dict[str, dict[str, Any]] = {"people": {}, "recordings": {}, "what_matters": {}, "preferences": {}}
    went = [Item(path(UPDATED), "when, in every statement")] if day else []
    shared: dict[str, Any] = {"said_by": "person", "when": day}
    if isinstance(helper, str):
        sections["people"]["supporter"] = {"who": helper}
        shared["written_down"] = {"by": "supporter", "form": _FORM}
        went.append(Item(path(SUPPORTED), "people.supporter.who"))
    for number, (name, text) in enumerate(said.items(), start=1):
        section = "preferences" if name == PLEASE else "what_matters"
        place = f"{section}.item-{number}"
        film = _film(entry[name])
        sections[section][f"item-{number}"] = {**shared, "kind": KINDS[name], "words": text}
        went += [Item(path(name, RESPONSE, TEXT), f"{place}.words"), Item(path(name, CODED), f"{place}.kind")]
        if film:
            sections["recordings"][f"film-{number}"] = {"content": film}
            sections[section][f"item-{number}"]["recording"] = f"film-{number}"
            went += [Item(path(name, RESPONSE, MEDIA, step), f"recordings.film-{number}.content") for step in _MEDIA]
    items = accounted(leaves(data, SLASH), went, _REASONS, "a record has no place for this", SLASH)
    record = record_of_parts({"person": person, **sections}, "This About Me cannot be a record as it is.")
    return Mapped(record, tuple(items))


_MEDIA = {NAME: "caption", TYPE: "content_type", FILE: "data"}


def _within(data: Any, name: str) -> Mapping[str, Any]:
    found = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(found, Mapping):
        raise RecordError(f"There is no {name!r} here.", place=name, next_step="Give the data of a PRSB About Me.")
    return found


def _text(item: Any) -> str | None:
    response = item.get(RESPONSE) if isinstance(item, Mapping) else None
    text = response.get(TEXT) if isinstance(response, Mapping) else None
    return said(text)


def _day(said: Any) -> str | None:
    try:
        return _DATE.validate_python(said)
    except ValidationError:
        return None


def _film(item: Mapping[str, Any]) -> dict[str, Any] | None:
    media = item[RESPONSE].get(MEDIA)
    if not isinstance(media, Mapping) or FILE not in media:
        return None
    return {field: media[name] for name, field in _MEDIA.items() if name in media}
