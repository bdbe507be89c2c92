"""Where forms meet records: what the local server asks of somebody, and the transaction that the answers mean.

Opened for somebody who is here, the form shows what anybody may see of the record, as their page does; what is kept
back stays as it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fhir_matters.errors import RecordError
from fhir_matters.local_server.refusals import RefusalError
from fhir_matters.local_server.skills import Opened, Sent, Sheet
from fhir_matters.records import codes, ids
from fhir_matters.records.asking import URL, answers, questionnaire, record_of
from fhir_matters.records.privacy import for_reader, leaves_out
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from fhir_matters.view.catalogue import say
from fhir_matters.view.form.filled import Filled
from fhir_matters.view.form.given import Given, given_of, how_many, in_order, items_of
from fhir_matters.view.form.html import Around, form_sheet
from fhir_matters.view.form.questions import Form, form_of

Resource = dict[str, Any]
_MORE = "more:"
_MOST = 2_000  # parts of one form, those within others too


def ask(opened: Opened, sent: Sent | None) -> Sheet | Resource:
    """The form; or, where what was sent can be written, the transaction that it means.

    Raises RecordError for what is here, RefusalError for more than a form has room for.
    """
    whole = read(opened.here) if opened.here else None
    now = datetime.now(UTC).astimezone()
    shown = for_reader(whole, None, today=now.date()) if whole else None
    there = given_of(_form(), answers(shown)["item"]) if shown else {}
    if sent is None:
        return _sheet(Filled(_form(), there, there), opened, whole, shown, f"{uuid.uuid4()}")
    fields = dict(sent.typed)
    filled = Filled(_form(), _typed(sent, there), there, told=tuple(_told(sent)))
    identity = _identity(fields.get("record", ""))
    if (do := fields.get("do", "")).startswith(_MORE):
        return _sheet(replace(filled, more=do.removeprefix(_MORE)), opened, whole, shown, identity)
    slips: dict[str, str] = {}
    response = _response(items_of(_form(), filled.given, now, slips), whole, identity, now)
    if not slips and not filled.told:
        try:
            return transaction(whole, record_of(response, whole, shown), opened)
        except RecordError as error:
            filled = replace(filled, told=(*filled.told, *_refused(error, slips)))
    return _sheet(_without_refused_files(replace(filled, slips=slips)), opened, whole, shown, identity)


@cache
def _form() -> Form:
    return form_of(questionnaire())


def _typed(sent: Sent, there: Given) -> Given:
    """What was typed by place. What says the same as before is as it was: in its order, and with its ends of lines."""
    given: Given = {}
    for name, text in sent.typed:
        given.setdefault(name, []).append(_lines(text))
    if how_many(given) > _MOST:
        raise RefusalError(413, "too-long", f"A form has room for {_MOST:,} parts: save some of it first.")
    found = in_order(_form(), given)
    was = {place: sorted(map(_lines, texts)) for place, texts in there.items()}
    same = {place for place, texts in found.items() if sorted(filter(None, texts)) == was.get(place)}
    return {place: there[place] if place in same else texts for place, texts in found.items()}


def _lines(text: str) -> str:
    """The text with ends of lines as people mean them: a browser spells each its own way."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _told(sent: Sent) -> Iterator[str]:
    if not sent.trusted:
        yield say("form.old")
    elif not sent.same:
        yield say("form.changed")


def _identity(said: str) -> str:
    """The id of a new record: made when its form was opened, so that what is sent twice is one person."""
    try:
        return str(uuid.UUID(said))
    except ValueError:
        return str(uuid.uuid4())


def _response(items: list[Resource], before: Record | None, identity: str, now: datetime) -> Resource:
    whose = f"{ids.record_id(before) if before else identity}/person"
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{URL}|{codes.VERSION}",
        "status": "completed",
        "subject": {"identifier": ids.identifier(whose)},
        "authored": f"{now:%Y-%m-%d}",
        "item": items,
    }


def _refused(error: RecordError, slips: dict[str, str]) -> Iterator[str]:
    """Puts each problem beside its place; yields what has none."""
    for problem in error.problems:
        why = problem.partition(": ")[2] or problem
        if place := getattr(problem, "at", ""):
            slips.setdefault(place, f"{why[:1].upper()}{why[1:]}.")
        else:
            yield problem
    if not error.problems:
        yield str(error)


def _without_refused_files(filled: Filled) -> Filled:
    """A file that cannot be kept need not be sent again."""
    files = {place for place in filled.slips if any(text.startswith("data:") for text in filled.given.get(place, ()))}
    return replace(filled, given={place: said for place, said in filled.given.items() if place not in files})


def _sheet(filled: Filled, opened: Opened, whole: Record | None, shown: Record | None, identity: str) -> Sheet:
    besides = (("token", opened.token), ("seen", opened.seen), *(() if whole else (("record", identity),)))
    if whole is None or shown is None:
        around = Around(filled.form.title, besides, (("/", "site.everybody"),))
    else:
        who = whole.person.likes_to_be_called or whole.person.name.text
        kept = say("form.withheld") if leaves_out(whole, shown) else ""
        around = Around(say("sections.matters", who=who), besides, ((f"/people/{opened.person}", "form.page"),), kept)
    found = form_sheet(filled, around)
    return Sheet(found.html, found.policy)


def transaction(before: Record | None, after: Record, opened: Opened) -> Resource:
    """What a server is to write so that it has the record of after, where it has that of before; each once."""
    was = {entry["fullUrl"]: entry["resource"] for entry in before.bundle()["entry"]} if before else {}
    places = dict(_places(before, opened)) if before else {}
    entries = (_entry(entry, places.get(entry["fullUrl"]), was) for entry in after.bundle("transaction")["entry"])
    written = [entry for entry in entries if entry is not None]
    return {"resourceType": "Bundle", "type": "transaction", "entry": _settled(written, places)}


def _places(before: Record, opened: Opened) -> Iterator[tuple[str, str]]:
    """The address that each resource has in a bundle of the record → where it is on the server."""
    own = ids.record_id(before)
    for entry in (opened.here or {}).get("entry", ()):
        resource = entry["resource"]
        place = f"{resource['resourceType']}/{resource['id']}"
        value = ids.value_of(resource) or ""
        yield ids.address(value) if value.startswith(f"{own}/") else entry["fullUrl"], place
    yield ids.address(f"{own}/person"), f"Patient/{opened.person}"


def _entry(entry: Resource, place: str | None, was: Mapping[str, Resource]) -> Resource | None:
    """What is to be done with one resource; None where it is on the server as it is."""
    if place is None:
        return entry
    if was.get(entry["fullUrl"]) == entry["resource"]:
        return None
    kind, _, name = place.partition("/")
    return {
        **entry,
        "resource": {**entry["resource"], "resourceType": kind, "id": name},
        "request": {"method": "PUT", "url": place},
    }


def _settled(value: Any, places: Mapping[str, str]) -> Any:
    """The same, with each reference to what is on the server already as the server has it."""
    if isinstance(value, list):
        return [_settled(each, places) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _settled(each, places) for name, each in value.items()}
    return {**found, "reference": places.get(found["reference"], found["reference"])} if _refers(found) else found


def _refers(found: Mapping[str, Any]) -> bool:
    return isinstance(found.get("reference"), str)
