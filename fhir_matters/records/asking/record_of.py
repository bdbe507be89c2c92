"""A record of the answers to the form: a new one, or one that was there before and now says more."""

from __future__ import annotations

from typing import Any

from fhir_matters.errors import RecordError
from fhir_matters.records import codes, ids
from fhir_matters.records.asking.answers import answers, kept_answers, standing
from fhir_matters.records.asking.changes import changed
from fhir_matters.records.asking.keys import resolved, with_keys
from fhir_matters.records.asking.places import placed
from fhir_matters.records.asking.questionnaire import URL
from fhir_matters.records.asking.responses import Data, Response, read_items
from fhir_matters.records.asking.topics import FORM
from fhir_matters.records.fhir.elements import Element, child, children, text_of
from fhir_matters.records.fhir.links import links_of
from fhir_matters.records.fit import SECTIONS, sections_of
from fhir_matters.records.forms import Kept
from fhir_matters.records.record import Record, record_of_parts

# What a response has around its answers and a record has no need of; what a server adds of its own is not kept.
_ENVELOPE = ("resourceType", "language", "text", "questionnaire", "status", "subject", "item")
_SERVERS = ("versionId", "lastUpdated", "source")


def record_of(response: Element, before: Record | None = None, shown: Record | None = None) -> Record:
    """The record of a QuestionnaireResponse to our Questionnaire; with `before`, that record and what is new in it.

    A question left open takes nothing away, and what the form does not ask stays as it was; so does what it did not
    show, where it was opened with a part of that record: `shown`. What was said stays
    readable: other words in its place need the answer that they see it differently now, or that it was written down
    wrongly. What no field takes is kept in `other`.

    Raises RecordError, whose `problems` are each a line that knows where in the form it stands (`responses.Problem`),
    where an answer is none that the form can have, where a name means nobody or several, and where the record of
    before is another person's.
    """
    found = read_items(FORM, _items(response))
    data = said = _settled(found, before)
    identity = _identity(response, data, before)
    if not found.problems:
        asked = _settled(read_items(FORM, answers(shown or before)["item"]), before) if before else {}
        data = changed(data, asked, before, text_of(response.get("authored")), found.problems)
    if found.problems:
        problems = placed(found.problems, said, data, found)
        raise RecordError("This form has answers that cannot be taken as they are.", problems=problems)
    data["language"] = before.language if before else text_of(response.get("language"))
    try:
        return _record(data, identity, before, _kept(response, found.rest, before))
    except RecordError as error:
        problems = placed(error.problems, said, data, found)
        raise RecordError(error.message, problems=problems, next_step=error.next_step) from None


def is_ours(resource: Any) -> bool:
    """True for a QuestionnaireResponse to our Questionnaire, in any version."""
    asked = text_of(child(resource, "questionnaire")) or ""
    return child(resource, "resourceType") == "QuestionnaireResponse" and asked.partition("|")[0] == URL


def _items(response: Element) -> list[Any]:
    if not is_ours(response):
        raise RecordError(
            f"This is no answer to our questionnaire: expected a QuestionnaireResponse whose questionnaire is {URL}.",
            next_step="Of other forms, read the resources that came of them.",
        )
    if response.get("status") == "entered-in-error":
        raise RecordError(
            "This form was entered in error; nothing in it is so.", next_step="Take the one that was filled instead."
        )
    return children(response, "item")


def _settled(found: Response, before: Record | None) -> Data:
    """The data with keys for names, looked for in the form and in the record of before.

    Where the form calls somebody otherwise now, their name of before still means them.
    """
    known = standing(before) if before else {}
    data = with_keys(found.data, sections_of(before) if before else (), found.problems)
    scope: Data = {"person": {**known.get("person", {}), **data.get("person", {})}}
    for section in SECTIONS:
        old, new = known.get(section, {}), data.get(section, {})
        scope[section] = {**old, **{key: {**old.get(key, {}), **entry} for key, entry in new.items()}}
    for key, entry in data.get("choices", {}).items():
        options = {"options": scope["choices"][key].get("options", {})}
        data["choices"][key] = resolved(entry, [{**scope, **options}, known], found.problems)
    return {section: resolved(entries, [scope, known], found.problems) for section, entries in data.items()}


def _identity(response: Element, data: Data, before: Record | None) -> str | None:
    """The id of the record that the response is about, where it says so; RecordError where it is another's."""
    subject = child(child(response, "subject"), "identifier")
    value = text_of(child(subject, "value")) or ""
    ours = child(subject, "system") == codes.IDENTIFIER and value.endswith("/person")
    said = value.removesuffix("/person") if ours else None
    if before is None:
        return said
    person = data.get("person", {})
    other_name = person.get("name", before.person.name.text) != before.person.name.text
    other_birth = person.get("born", before.person.born) != before.person.born
    if said not in (None, ids.record_id(before)) or (other_name and other_birth):
        raise RecordError(
            "This form is about another person than the record.", next_step="Take the record of that person."
        )
    return before.id


def _kept(response: Element, rest: list[Any], before: Record | None) -> tuple[Kept, ...]:
    """What no field takes, as a response of its own, unless it is kept already."""
    known = [_untitled(item) for item in kept_answers(before)] if before else []
    items = [item for item in rest if _untitled(item) not in known]
    more = {name: value for name, value in response.items() if name not in (*_ENVELOPE, "id", "meta")}
    meta = {name: value for name, value in (response.get("meta") or {}).items() if name not in _SERVERS}
    # When it was answered, each part that is new says by itself.
    if not items and not meta and more.keys() <= {"authored"}:
        return ()
    around = {name: value for name, value in response.items() if name in _ENVELOPE and name not in ("text", "item")}
    found = {**around, **({"meta": meta} if meta else {}), **more, **({"item": items} if items else {})}
    return (Kept(resource=found),)


def _untitled(item: Any) -> Any:
    """The item without the words of its questions: they are the form's."""
    if isinstance(item, list):
        return [_untitled(each) for each in item]
    if isinstance(item, dict):
        return {name: _untitled(value) for name, value in item.items() if name != "text"}
    return item


def _record(data: Data, identity: str | None, before: Record | None, kept: tuple[Kept, ...]) -> Record:
    parts: Data = {name: getattr(before, name) for name in Record.model_fields} if before else {}
    for section in SECTIONS:
        parts[section] = {**parts.get(section, {}), **data.get(section, {})}
    parts |= {"person": data.get("person", {}), "other": (*parts.get("other", ()), *kept), "id": identity}
    parts |= {"language": data["language"]} if data["language"] else {}
    record = record_of_parts(parts, "The answers do not fit together as one record.")
    made_of_name = before is None and identity is not None and ids.is_made_of(identity, record)
    # Whoever spells a name better, or finds a day of birth, means the same person.
    same = ids.record_id(before) if before else None
    if made_of_name or (same and same != ids.record_id(record)):
        record = record.model_copy(update={"id": same})
    return record.model_copy(update={"other": tuple(_about_the_person(record, kept) for kept in record.other)})


def _about_the_person(record: Record, kept: Kept) -> Kept:
    """A response that is kept refers to the person, so that a server finds it with them."""
    subject = child(kept.resource, "subject")
    if not is_ours(kept.resource) or not isinstance(subject, dict) or "reference" in subject:
        return kept
    whose = {"reference": links_of(record).address("person"), **subject}
    return kept.model_copy(update={"resource": {**(kept.resource or {}), "subject": whose}})
