"""A record as a FHIR R4 Bundle: every part a resource, in an order of its own, the same bytes on every day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from fhir_matters.records import ids
from fhir_matters.records.codes import IDENTIFIER
from fhir_matters.records.fhir.choices import choice, option
from fhir_matters.records.fhir.departures import departure, in_force
from fhir_matters.records.fhir.elements import Element
from fhir_matters.records.fhir.flags import please
from fhir_matters.records.fhir.legal import decision
from fhir_matters.records.fhir.links import Links, links_of
from fhir_matters.records.fhir.observations import when_said
from fhir_matters.records.fhir.outcomes import outcome
from fhir_matters.records.fhir.overlay import applied, changes
from fhir_matters.records.fhir.people import patient, practitioner, practitioner_role, related_person
from fhir_matters.records.fhir.plans import care_plan
from fhir_matters.records.fhir.provenance import provenance
from fhir_matters.records.fhir.recordings import media, showing
from fhir_matters.records.fhir.sharing import kept_back, labelled, labels_of
from fhir_matters.records.fhir.statements import preference, what_matters
from fhir_matters.records.fhir.talks import procedure
from fhir_matters.records.fhir.team import care_team
from fhir_matters.records.fit import SECTIONS, kept_places, sections_of
from fhir_matters.records.forms import Entry, Kept, Parts, WeighedChoice
from fhir_matters.records.guides.claims import claimed
from fhir_matters.records.ids import made_up_address
from fhir_matters.records.others.arriving import originals

BundleKind: TypeAlias = Literal["collection", "transaction"]
Made: TypeAlias = tuple[tuple[str, ...], Element]


def bundle(parts: Parts, kind: BundleKind = "collection") -> Element:
    """A Bundle with the whole record; a transaction makes only what the server does not have yet.

    Entries are in this order: the person, people, colleagues, their team, conversations, recordings, what matters,
    preferences, choices, departures, plans, legal decisions, outcomes, sharing, and what came from elsewhere; within
    each by the day on which it was said, then by key. Who wrote something down stands right after it.
    """
    links = links_of(parts)
    entries = [entry for _, entry in placed(links)]
    if kind == "transaction":
        entries = [_requested(entry) for entry in entries]
    return {"resourceType": "Bundle", "identifier": ids.identifier(links.id), "type": kind, "entry": entries}


def placed(links: Links) -> Iterator[Made]:
    """Every entry of the bundle with its place in the record; what is no part of it has none."""
    yield from _own_entries(links)
    yield from _other_entries(links)


def _own_entries(links: Links) -> Iterator[Made]:
    kept, came = kept_places(links.parts.other), originals(links.parts)
    for steps, resource in made(links):
        if came is not None and _says_the_same(links, steps, came):
            continue
        place = "/".join(steps)
        whole = applied(resource, kept[place].changes) if place in kept else resource
        yield steps, {"fullUrl": ids.address(links.value(*steps)), "resource": whole}


def _says_the_same(links: Links, steps: tuple[str, ...], came: Parts) -> bool:
    """True for what others wrote and nobody has edited since: theirs is written as it came, and nothing beside it.

    The person is theirs even then, since there is one of them.
    """
    if steps == ("person",):
        return True
    if steps == ("team",):
        return care_team(links) == care_team(links_of(came))
    theirs = getattr(came, steps[0]) if steps[0] in SECTIONS else {}
    return steps[1] in theirs and theirs[steps[1]] == getattr(links.parts, steps[0]).get(steps[1])


def _other_entries(links: Links) -> Iterator[Made]:
    """What came from elsewhere, as it came; not where the part that was made of it has been taken out of the record.

    A document says more than that one part, and stays.
    """
    known, labels = sections_of(links.parts), labels_of(links.parts)
    for item in links.parts.other:
        section, key, *_ = (*(item.of or "person").split("/"), "person")
        steps = tuple(item.of.split("/")) if item.of else ()
        if item.of == "person":
            yield from ((steps, entry) for entry in _person_as_it_came(links, item))
        elif item.resource is not None and (known.get(key) in (section, "person") or _is_document(item.resource)):
            whole = labelled(labels, steps, item.resource)
            yield steps, {"fullUrl": item.url or made_up_address(item.resource), "resource": whole}


def _is_document(resource: Element) -> bool:
    return bool(resource["resourceType"] == "Composition")


def _person_as_it_came(links: Links, item: Kept) -> Iterator[Element]:
    """The Patient of others, with what has been edited since; where none came, one only if something has been."""
    came = originals(links.parts)
    if came is None:
        return
    before, now = _unclaimed(patient(links_of(came))), _unclaimed(patient(links))
    if now == before:
        whole = item.resource
    else:
        whole = now if item.resource is None else applied(now, changes(before, item.resource))
    if whole is not None:
        yield {"fullUrl": links.address("person"), "resource": whole}


def _unclaimed(resource: Element) -> Element:
    """The resource without the identifier and the profile that only our own have."""
    named = [each for each in resource["identifier"] if each["system"] != IDENTIFIER]
    found = {name: value for name, value in resource.items() if name not in ("meta", "identifier")}
    return {**found, "identifier": named} if named else found


def made(links: Links) -> Iterator[Made]:
    """Every resource of the record with its place in it, in the order of the bundle, labelled and claimed."""
    labels = labels_of(links.parts)
    found = [(steps, labelled(labels, steps, resource)) for steps, resource in _parts(links) if resource is not None]
    return zip((steps for steps, _ in found), claimed(resource for _, resource in found), strict=True)


def _parts(links: Links) -> Iterator[tuple[tuple[str, ...], Element | None]]:
    """Every part and what is made beside it; None where there is nothing to make."""
    for steps, resource in _sections(links):
        yield steps, resource
        if len(steps) == len(("section", "key")) and resource is not None:
            yield (*steps, "provenance"), provenance(links, steps)


def _sections(links: Links) -> Iterator[tuple[tuple[str, ...], Element | None]]:
    parts = links.parts
    yield ("person",), patient(links)
    yield ("person", "showing"), showing(links, ("person",), parts.person.face_showing)
    for key, someone in sorted(parts.people.items()):
        yield ("people", key), related_person(links, key, someone) if someone.name is not None else None
    for key, colleague in sorted(parts.colleagues.items()):
        yield ("colleagues", key), practitioner(links, key, colleague)
        yield ("colleagues", key, "role"), practitioner_role(links, key, colleague)
    yield ("team",), care_team(links)
    for key, talk in sorted(parts.conversations.items(), key=lambda item: (item[1].when, item[0])):
        yield ("conversations", key), procedure(links, key, talk)
    for section, makers in _MAKERS.items():
        for key, form in _by_day(links, getattr(parts, section)):
            for more, make in makers:
                yield (section, key, *more), make(links, key, form)
            if section == "choices":
                yield from _options(links, key, form)
    for key, kept in sorted(parts.sharing.items()):
        yield ("sharing", key), kept_back(links, key, kept)


def _options(links: Links, key: str, weighed: WeighedChoice) -> Iterator[Made]:
    for name, each in weighed.options.items():
        yield ("choices", key, "options", name), option(links, (key, name), weighed, each)


_Maker: TypeAlias = Callable[[Links, str, Any], Element | None]
# For each section what a part of it becomes, and what is made beside that; further steps of its place first.
_MAKERS: Mapping[str, tuple[tuple[tuple[str, ...], _Maker], ...]] = {
    "recordings": (
        ((), media),
        (("showing",), lambda links, key, form: showing(links, ("recordings", key), form.showing)),
    ),
    "what_matters": (((), what_matters),),
    "preferences": (((), preference), (("flag",), please)),
    "choices": (((), choice),),
    "departures": (((), departure), (("flag",), in_force)),
    "plans": (((), care_plan),),
    "legal": (((), decision),),
    "outcomes": (((), outcome),),
}


def _by_day(links: Links, section: Mapping[str, Any]) -> list[tuple[str, Any]]:
    def day(item: tuple[str, Entry]) -> tuple[str, str]:
        return when_said(links, item[1]) or "", item[0]

    return sorted(section.items(), key=day)


def _requested(entry: Element) -> Element:
    """The entry with what a server is asked to do with it.

    Create, unless the server has a resource with the same identifier (R4 http, conditional create). What R4 gives no
    identifier cannot be found by one: it is put under an id of its own, which is the same every time.
    """
    resource, url = entry["resource"], entry["fullUrl"]
    kind = resource["resourceType"]
    if ids.value_of(resource) and "identifier" not in resource and url.startswith("urn:uuid:"):
        name = url.removeprefix("urn:uuid:")
        named = {"resourceType": kind, "id": name, **resource}
        return {**entry, "resource": named, "request": {"method": "PUT", "url": f"{kind}/{name}"}}
    found = _search_identifier(resource)
    condition = {"ifNoneExist": f"identifier={quote(found, safe=':/|')}"} if found else {}
    return {**entry, "request": {"method": "POST", "url": kind, **condition}}


def _search_identifier(resource: Element) -> str | None:
    """Our identifier if there is one, else the first that says whose it is."""
    several = resource.get("identifier")
    named = [i for i in (several if isinstance(several, list) else [several]) if isinstance(i, dict)]
    named.sort(key=lambda found: found.get("system") != IDENTIFIER)
    whole = (f"{i['system']}|{i['value']}" for i in named if i.get("system") and i.get("value"))
    return next(whole, None)
