"""A record out of FHIR: what `build` made is read back without loss, from any server; the rest is kept whole.

Ours is what carries our identifier, whatever id, order and address a server has given it since. Dropped is only what
belongs to the server (id, versionId, lastUpdated, source), the bundle's own envelope, and the Composition of a
document of ours where the record would make the same again. What a resource of ours has beyond its form becomes
`changes` of that part in the record's `other`; any other resource goes there as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from pydantic import ValidationError

from fhir_matters import modelled
from fhir_matters.errors import RecordError
from fhir_matters.records import ids
from fhir_matters.records.asking.record_of import is_ours, record_of
from fhir_matters.records.build import made
from fhir_matters.records.documents import again
from fhir_matters.records.fhir.choices import choice_of
from fhir_matters.records.fhir.departures import departure_of
from fhir_matters.records.fhir.elements import Element, child, children, text_of
from fhir_matters.records.fhir.legal import decision_of, explained
from fhir_matters.records.fhir.links import Keys, links_of
from fhir_matters.records.fhir.outcomes import outcome_of
from fhir_matters.records.fhir.overlay import changes
from fhir_matters.records.fhir.people import beings_of, colleague_of, person_of, someone_of
from fhir_matters.records.fhir.plans import plan_of
from fhir_matters.records.fhir.provenance import written_down_of
from fhir_matters.records.fhir.recordings import recording_of, showing_of
from fhir_matters.records.fhir.sharing import labels_of, sharing_of, unlabelled
from fhir_matters.records.fhir.statements import preference_of, what_matters_of
from fhir_matters.records.fhir.statuses import held, overtaken
from fhir_matters.records.fhir.talks import conversation_of
from fhir_matters.records.fit import REPLACEABLE, SECTIONS
from fhir_matters.records.forms import Kept, Someone
from fhir_matters.records.others.arriving import Arrived, arrived
from fhir_matters.records.record import Record, record_of_parts

Steps: TypeAlias = tuple[str, ...]
Addressed: TypeAlias = tuple[str | None, Element]
_PART = len(("section", "key"))
_SERVERS = ("versionId", "lastUpdated", "source")


def read(found: Element | Iterable[Element]) -> Record:
    """The record in a Bundle, in several resources, or in one: ours, what others wrote about one person, or a form.

    Raises RecordError where it is about nobody with a name, or about several, or where it does not fit together, and
    WrongArgument for what is no dict: text, a path, a model.
    """
    modelled.dicts(found)
    entries = list(_entries(found))
    if not all(isinstance(child(resource, "resourceType"), str) for _, resource in entries):
        raise RecordError(
            "Something here is no FHIR resource.", next_step="Validate it first; models are for Record.from_models."
        )
    if len(entries) == 1 and is_ours(entries[0][1]):
        return record_of(entries[0][1])
    identity = _identity(resource for _, resource in entries)
    if identity is None:
        return _from_elsewhere(entries)
    came = _settled(entries, identity)
    record = _standing(came, identity, None)
    return _without_documents(record.model_copy(update={"other": tuple(_other(record, came))}))


def _without_documents(record: Record) -> Record:
    return record.model_copy(update={"other": again.kept_of_documents(record)})


def _standing(came: _Came, identity: str, theirs: Arrived | None) -> Record:
    """The record of what came, in which nothing stands that does not by its own status, whatever the reason.

    A form that cannot say so is not read: the resource is kept whole.
    """
    ours = {steps: found for steps, found in came.ours.items() if len(steps) != _PART or held(steps[0], found)}
    while True:
        record = _record(identity, _parts(replace(came, ours=ours), identity, theirs))
        parts = {steps: found for steps, found in ours.items() if len(steps) == _PART}
        over = {steps for steps, found in parts.items() if overtaken(record, steps[0], steps[1], found)}
        if not over:
            return record.model_copy(update={"legal": explained(record, ours)})
        ours = {steps: found for steps, found in ours.items() if steps not in over}


def _record(identity: str, parts: dict[str, Any]) -> Record:
    return record_of_parts(_with_id(identity, parts), "What was read does not fit together as one record.")


def _from_elsewhere(entries: list[Addressed]) -> Record:
    """The record of what others wrote, and of what we wrote beside it since."""
    identity = _only_identity(resource for _, resource in entries)
    own = {id(found): steps for _, found in entries if identity and (steps := _steps(found, identity))}
    theirs = arrived(entries, own)
    known = identity or ids.record_id(Record(person=theirs.person))
    came = _settled([entry for entry in entries if id(entry[1]) in own], known)
    came = replace(came, places={**theirs.names, **came.places})
    record = _standing(came, known, theirs)
    kept = tuple(_unlabelled(record, theirs.kept))
    record = record.model_copy(update={"other": kept})
    return _without_documents(record.model_copy(update={"other": (*_other(record, came), *kept)}))


def _unlabelled(record: Record, theirs: Iterable[Kept]) -> Iterator[Kept]:
    """What others wrote, without the security labels that the record itself puts on it."""
    labels = labels_of(record)
    for kept in theirs:
        bare = kept.resource and unlabelled(labels, tuple((kept.of or "").split("/")), kept.resource)
        yield kept if bare is kept.resource else kept.model_copy(update={"resource": bare})


def _entries(found: Element | Iterable[Element]) -> Iterator[tuple[str | None, Any]]:
    """Each resource with the address that its bundle gives it."""
    if not isinstance(found, dict):
        yield from ((None, resource) for resource in found)
    elif found.get("resourceType") == "Bundle":
        for entry in children(found, "entry"):
            if isinstance(entry, dict) and not _asks_for_nothing_else(entry):
                yield text_of(entry.get("fullUrl")), entry.get("resource")
    else:
        yield None, found


def _asks_for_nothing_else(entry: Element) -> bool:
    """True for an entry that only asks, or answers: to delete, that something was stored."""
    return "resource" not in entry and ("request" in entry or "response" in entry)


def _only_identity(resources: Iterable[Element]) -> str | None:
    """The id of the one record of which there are parts here, if there is one."""
    found = {value.partition("/")[0] for resource in resources if "/" in (value := ids.value_of(resource) or "")}
    return found.pop() if len(found) == 1 else None


def _identity(resources: Iterable[Element]) -> str | None:
    """The id of the one record whose person is here; None where everything is of others."""
    people = {
        value.removesuffix("/person")
        for resource in resources
        if resource.get("resourceType") == "Patient" and (value := ids.value_of(resource) or "").endswith("/person")
    }
    if len(people) > 1:
        raise RecordError(
            f"There are {len(people)} records here; one is read at a time.", next_step="Pull one patient."
        )
    return people.pop() if people else None


@dataclass(frozen=True, slots=True)
class _Came:
    """What came, apart: ours by place in the record, the rest with its address."""

    ours: Mapping[Steps, Element]
    rest: tuple[tuple[str, Element], ...]
    places: Mapping[str, Steps]


def _settled(entries: list[Addressed], identity: str) -> _Came:
    """Everything under the addresses that it has in our own bundle, references and all."""
    ours: dict[Steps, Element] = {}
    rest: list[tuple[str, Element]] = []
    moved: dict[str, str] = {}
    for url, resource in entries:
        steps = _steps(resource, identity)
        if steps and steps not in ours:
            ours[steps] = resource
            home = ids.address("/".join((identity, *steps)))
        elif steps and ours[steps] == resource:
            continue
        else:
            home = url or ids.made_up_address(resource)
            rest.append((home, resource))
        if steps or url is None:
            moved |= dict.fromkeys(_names(url, resource), home)
    places = {ids.address("/".join((identity, *steps))): steps for steps in ours}
    return _Came(
        {steps: _rewritten(_without_server(resource), moved) for steps, resource in ours.items()},
        tuple((home, _rewritten(resource, moved)) for home, resource in rest),
        places,
    )


def _steps(resource: Element, identity: str) -> Steps:
    """The place of a resource in the record; empty where it is not one of ours."""
    value = ids.value_of(resource) or ""
    steps = tuple(value.removeprefix(f"{identity}/").split("/")) if value.startswith(f"{identity}/") else ()
    return steps if _TYPES.get(_shape(steps)) == resource.get("resourceType") else ()


def _shape(steps: Steps) -> Steps:
    """The place without its keys: every second step is one, but there is one person only."""
    return steps if steps[:1] == ("person",) else steps[::2]


_TYPES: Mapping[Steps, str] = {
    ("person",): "Patient",
    ("people",): "RelatedPerson",
    ("colleagues",): "Practitioner",
    ("colleagues", "role"): "PractitionerRole",
    ("conversations",): "Procedure",
    ("what_matters",): "Observation",
    ("preferences",): "Observation",
    ("preferences", "flag"): "Flag",
    ("choices",): "Observation",
    ("choices", "options"): "Observation",
    ("person", "showing"): "Consent",
    ("team",): "CareTeam",
    ("recordings",): "Media",
    ("recordings", "showing"): "Consent",
    ("departures",): "ServiceRequest",
    ("departures", "flag"): "Flag",
    ("plans",): "CarePlan",
    ("legal",): "Consent",
    ("outcomes",): "Observation",
    ("sharing",): "Consent",
    **again.TYPES,
    **{(section, "provenance"): "Provenance" for section in ("conversations", *REPLACEABLE)},
}


def _names(url: str | None, resource: Element) -> Iterator[str]:
    """Everything by which others may refer to a resource."""
    if url is not None:
        yield url
    if isinstance(resource.get("id"), str):
        yield f"{resource['resourceType']}/{resource['id']}"


def _without_server(resource: Element) -> Element:
    """The resource without what is the server's own."""
    found = {name: value for name, value in resource.items() if name != "id"}
    meta = resource.get("meta")
    if isinstance(meta, dict) and any(name in meta for name in _SERVERS):
        found["meta"] = {name: value for name, value in meta.items() if name not in _SERVERS}
        if not found["meta"]:
            del found["meta"]
    return found


def _rewritten(element: Any, moved: Mapping[str, str]) -> Any:
    """The element with every reference to something that moved leading to where it is now."""
    if isinstance(element, dict):
        return {
            name: _moved(value, moved) if name == "reference" and isinstance(value, str) else _rewritten(value, moved)
            for name, value in element.items()
        }
    if isinstance(element, list):
        return [_rewritten(item, moved) for item in element]
    return element


def _moved(reference: str, moved: Mapping[str, str]) -> str:
    """Where a reference leads now; which version of it was meant does not matter for what is ours."""
    return moved.get(reference.partition("/_history/")[0], reference)


_Ours: TypeAlias = Mapping[Steps, Element]
_READERS: Mapping[str, Callable[[_Ours, str, Keys], Any]] = {
    "people": lambda ours, key, _: someone_of(ours["people", key]),
    "colleagues": lambda ours, key, _: colleague_of(ours["colleagues", key], ours.get(("colleagues", key, "role"))),
    "conversations": lambda ours, key, keys: conversation_of(ours["conversations", key], keys),
    "what_matters": lambda ours, key, keys: what_matters_of(ours["what_matters", key], keys),
    "preferences": lambda ours, key, keys: preference_of(ours["preferences", key], keys),
    "choices": lambda ours, key, keys: choice_of(ours["choices", key], keys, _options(ours, key)),
    "recordings": lambda ours, key, keys: recording_of(
        ours["recordings", key], _form(lambda: showing_of(ours.get(("recordings", key, "showing")), keys)), keys
    ),
    "departures": lambda ours, key, keys: departure_of(ours["departures", key], keys),
    "plans": lambda ours, key, keys: plan_of(ours["plans", key], keys),
    "legal": lambda ours, key, keys: decision_of(ours["legal", key], keys),
    "outcomes": lambda ours, key, keys: outcome_of(ours["outcomes", key], keys),
    "sharing": lambda ours, key, keys: sharing_of(ours["sharing", key], keys),
}


def _parts(came: _Came, identity: str, theirs: Arrived | None) -> dict[str, Any]:
    """The forms of everything that reads as one; each section refers only to what was read before it."""
    patient = theirs.patient if theirs else came.ours["person",]
    person = theirs.person if theirs else _form(lambda: person_of(patient))
    if person is None:
        raise RecordError("The Patient does not read as a person.", next_step="A person has a name; see that it does.")
    read_already = theirs.sections if theirs else {}
    sections: dict[str, dict[str, Any]] = {section: dict(read_already.get(section, {})) for section in SECTIONS}
    sections["people"] |= dict(_beings(patient))
    for section in SECTIONS:
        known = {"person": "person"} | _keys_of(sections, *SECTIONS)
        sections[section] |= _section(came, section, Keys(identity, came.places, known))
    somebody = Keys(identity, came.places, {"person": "person", **_keys_of(sections, "people", "colleagues")})
    shown = _form(lambda: showing_of(came.ours.get(("person", "showing")), somebody))
    person = person.model_copy(update={"face_showing": shown})
    language = theirs.language if theirs else patient.get("language")
    return {"person": person, "language": language, **sections}


def _keys_of(sections: Mapping[str, Mapping[str, Any]], *names: str) -> dict[str, str]:
    return {key: name for name in names for key in sections[name]}


def _beings(patient: Element) -> Iterator[tuple[str, Someone]]:
    for key, found in beings_of(patient):
        if (someone := _form(partial(Someone.model_validate, found))) is not None:
            yield key, someone


def _section(came: _Came, section: str, keys: Keys) -> dict[str, Any]:
    """One section; what replaces something in it may stand before that."""
    found = [steps[1] for steps in came.ours if len(steps) == _PART and steps[0] == section]
    own = Keys(keys.id, keys.by_address, {**keys.known, **dict.fromkeys(found, section)})
    read_each = partial(_READERS[section], came.ours)
    forms = {key: form for key in found if (form := _form(partial(read_each, key, own))) is not None}
    return {key: _written(came, (section, key), own, _replacing(form, forms)) for key, form in forms.items()}


def _written(came: _Came, steps: Steps, keys: Keys, form: Any) -> Any:
    """The form with who wrote it down, where that is on record."""
    found = came.ours.get((*steps, "provenance"))
    written = _form(lambda: written_down_of(found, keys)) if found else None
    return form.model_copy(update={"written_down": written}) if written else form


def _replacing(form: Any, forms: Mapping[str, Any]) -> Any:
    """The form without a `replaces` of something that could not be read."""
    lost = getattr(form, "replaces", None) is not None and form.replaces not in forms
    return form.model_copy(update={"replaces": None}) if lost else form


def _form(reader: Callable[[], Any]) -> Any:
    """The form, or None where the resource is no such thing: then it is kept as it came."""
    try:
        return reader()
    except ValidationError:
        return None


def _options(ours: _Ours, key: str) -> dict[str, Element]:
    """The options of a choice, by key."""
    return {s[3]: resource for s, resource in ours.items() if _shape(s) == ("choices", "options") and s[1] == key}


def _with_id(identity: str, parts: dict[str, Any]) -> dict[str, Any]:
    """The parts with the id of the record, unless it is the one that they give anyway."""
    found = {name: value for name, value in parts.items() if value is not None}
    derived = ids.is_made_of(identity, Record.model_construct(person=parts["person"]))
    return found if derived else {"id": identity, **found}


def _other(record: Record, came: _Came) -> Iterator[Kept]:
    """What the record, built again, would lack: changes of our own resources first, then the rest whole."""
    built = dict(made(links_of(record)))
    for steps, resource in built.items():
        theirs = came.ours.get(steps)
        if theirs is not None and (found := tuple(changes(resource, theirs))):
            yield Kept(of="/".join(steps), changes=found)
    for steps, resource in came.ours.items():
        if steps not in built:
            yield Kept(resource=resource, url=ids.address("/".join((links_of(record).id, *steps))))
    for url, resource in came.rest:
        yield Kept(resource=resource, url=None if url == ids.made_up_address(resource) else url)
