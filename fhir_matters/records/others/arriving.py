"""What came from elsewhere as forms: who it is about, then everything that a reader of the tables can carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from fhir_matters.errors import RecordError
from fhir_matters.records.fhir.elements import Element, child
from fhir_matters.records.fit import comes_back, without_echo
from fhir_matters.records.forms import Kept, Parts, Person
from fhir_matters.records.forms.values import Language, said
from fhir_matters.records.ids import made_up_address
from fhir_matters.records.others import agreed, papers, people, statements, stories, talks
from fhir_matters.records.others.came import Came, address_of
from fhir_matters.records.others.here import Here, Read, understood
from fhir_matters.records.others.keys import keys

Sections: TypeAlias = dict[str, dict[str, Any]]
# In the order in which they are read: first who is referred to, last what refers.
_READERS: Mapping[str, Callable[[Element, Here], Read | None]] = {
    "RelatedPerson": people.someone,
    "Practitioner": people.practitioner,
    "PractitionerRole": people.practitioner_role,
    "Procedure": talks.procedure,
    "Encounter": talks.encounter,
    "DocumentReference": papers.document,
    "Media": papers.media,
    "Observation": statements.observation,
    "Goal": statements.goal,
    "CarePlan": agreed.care_plan,
    "Consent": agreed.consent,
    "Composition": stories.composition,
}
_WHOSE = ("subject", "patient")
_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who it is about and the forms that were made; everything that came, kept whole; and what leads to which form."""

    patient: Element
    person: Person
    language: str
    sections: Sections
    kept: tuple[Kept, ...]
    names: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class _Reading:
    here: Here
    ours: Mapping[str, str] = field(default_factory=dict)
    sections: Sections = field(default_factory=dict)
    steps: dict[int, tuple[str, ...]] = field(default_factory=dict)


def arrived(entries: Iterable[tuple[str | None, Element]], own: Mapping[int, tuple[str, ...]]) -> Arrived:
    """Everything that came, read; `own` says which place in the record a resource of ours has, by its `id()`.

    Raises RecordError where it is about several people, or about nobody of whom there is a name.
    """
    came = Came.of(entries)
    ours = {number: own[id(found)] for number, (_, found) in enumerate(came.entries) if id(found) in own}
    here = _here(came, frozenset(ours), lambda numbers: keys(came, numbers))
    here.known.update({number: (steps[0], steps[1]) for number, steps in ours.items() if len(steps) > 1})
    person, reading = _person(here), _read(_Reading(here, {key: section for section, key in here.known.values()}))
    kept = [kept for number, kept in _kept(reading) if number not in ours]
    if here.patient is None:
        kept.insert(0, Kept(of="person", url=here.subject))
    names = {name: reading.steps[number] for name, number in came.numbers.items() if number in reading.steps}
    if here.subject is not None:
        names[here.subject] = ("person",)
    return Arrived(_patient(here), person, _language(here), reading.sections, tuple(kept), names)


def originals(parts: Parts) -> Parts | None:
    """The record as it was when it was read from others, without our own; None where nothing was read from others."""
    theirs = [kept for kept in parts.other if kept.of is not None and (kept.resource is not None or kept.url)]
    if not theirs:
        return None
    came = Came.of((kept.url, kept.resource) for kept in parts.other if kept.resource is not None)
    numbers = {id(resource): number for number, (_, resource) in enumerate(came.entries)}
    given: dict[int, str] = {}
    for kept in theirs:
        number, steps = numbers.get(id(kept.resource)), (kept.of or "").split("/")
        if number is not None and len(steps) > 1:
            given[number] = steps[1]
    here = _here(came, frozenset(), lambda _: given)
    found = _read(_Reading(here)).sections
    whole = Parts(id=parts.id, language=_language(here), person=_person(here), other=parts.other, **found)
    return whole.model_copy(update=without_echo(whole))


def _here(came: Came, ours: frozenset[int], given: Callable[[Iterable[int]], Mapping[int, str]]) -> Here:
    patients, here = list(came.all("Patient")), sum(each["resourceType"] == "Patient" for _, each in came.entries)
    if len(patients) > 1 or (here and not patients):
        raise RecordError(f"There are {here} Patients here; a record is about one.", next_step="Pull one patient.")
    read = [number for kind in _READERS for number, resource in came.all(kind) if understood(resource)]
    subject, patient = (None, patients[0][0]) if patients else (_subject(came, ours), None)
    return Here(came, subject, patient, given(number for number in read if number not in ours), ours)


def _patient(here: Here) -> Element:
    return {} if here.patient is None else here.came.entries[here.patient][1]


def _subject(came: Came, ours: frozenset[int]) -> str:
    """How the one person is referred to by everything that came without a Patient."""
    found = {target for each in _about(came, ours) if (target := address_of(child(each, "reference")))}
    if len(found) == 1:
        return found.pop()
    if found:
        raise RecordError(
            f"These are about {len(found)} people, and there is no Patient here.", next_step="Pull one patient."
        )
    raise RecordError(
        "There is no record here: no Patient, and nothing that says whom it is about.",
        next_step="Read it together with its Patient.",
    )


def _about(came: Came, ours: frozenset[int]) -> Iterator[Any]:
    """Every reference by which others say whom something is about."""
    for number, (_, resource) in enumerate(came.entries):
        if number not in ours:
            yield from (resource[name] for name in _WHOSE if isinstance(resource.get(name), dict))


def _person(here: Here) -> Person:
    """The person of the Patient, or of the name by which everything refers to them."""
    about = _about(here.came, here.ours)
    shown = {text for each in about if here.about_the_person(each) and (text := said(each.get("display")))}
    name = shown.pop() if len(shown) == 1 else None
    patient = _patient(here)
    if not understood(patient):
        raise RecordError(
            "The Patient has a modifierExtension or implicitRules, by which it may mean something else than it says.",
            next_step="Find out what they mean, and read the Patient without them.",
        )
    found = people.person(patient, name)
    if found is None:
        raise RecordError(
            "Nothing here says what the person is called.",
            next_step="A person has a name: read it together with a Patient that has one.",
        )
    return found


def _language(here: Here) -> str:
    """The language of the Patient, or the one of everything that says one; English where nobody says."""
    patient = _patient(here)
    found = {resource.get("language") for _, resource in here.came.entries if isinstance(resource.get("language"), str)}
    language = patient.get("language", found.pop() if len(found) == 1 else None)
    try:
        return _LANGUAGE.validate_python(language, strict=True)
    except ValidationError:
        return "en"


def _read(reading: _Reading) -> _Reading:
    """Reads everything for which there is a reader and a key; what cannot be read is left."""
    here = reading.here
    if here.patient is not None:
        reading.steps[here.patient] = ("person",)
    for kind, reader in _READERS.items():
        for number, resource in here.came.all(kind):
            if number in here.keys and (found := _form(reader, resource, here)) is not None:
                _place(reading, number, found)
    _replace(reading)
    return reading


def _form(reader: Callable[[Element, Here], Read | None], resource: Element, here: Here) -> Read | None:
    try:
        return reader(resource, here)
    except ValidationError:
        return None


def _place(reading: _Reading, number: int, found: Read) -> None:
    """Puts a form under its key; where we have written the part anew since, that is the one that stands."""
    key = found.key or reading.here.keys[number]
    if reading.ours.get(key, found.section) != found.section:
        return
    reading.here.known[number] = (found.section, key)
    reading.steps[number] = (found.section, key, *found.steps)
    if found.form is not None and key not in reading.ours:
        reading.sections.setdefault(found.section, {})[key] = found.form


def _replace(reading: _Reading) -> None:
    """Says of each statement what it took the place of, unless that leads back to itself."""
    here = reading.here
    before: dict[str, dict[str, str]] = {}
    for number, (section, key) in here.known.items():
        resource = here.came.entries[number][1]
        older = here.key(statements.replaced(resource), section) if section in ("what_matters", "preferences") else None
        if older is not None and older in reading.sections.get(section, {}):
            before.setdefault(section, {})[key] = older
    for section, replaced in before.items():
        forms = reading.sections.get(section, {})
        for key, older in replaced.items():
            if key in forms and not comes_back(key, replaced):
                forms[key] = forms[key].model_copy(update={"replaces": older})


def _kept(reading: _Reading) -> Iterator[tuple[int, Kept]]:
    """Everything that came, each with the part that was made of it."""
    for number, (url, resource) in enumerate(reading.here.came.entries):
        steps = reading.steps.get(number)
        known = None if url == made_up_address(resource) else url
        yield number, Kept(resource=resource, url=known, of="/".join(steps) if steps else None)
