"""The person, those around them and professionals, of resources of somebody else's."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from fhir_matters.records.fhir.elements import Element, child, children, present, telecom_in, text_of
from fhir_matters.records.fhir.people import person_fields, someone_fields
from fhir_matters.records.forms import Colleague, Person, Someone
from fhir_matters.records.forms.values import said
from fhir_matters.records.others.here import Here, Read
from fhir_matters.records.others.words import codings, displays, label, name_of

Found = TypeVar("Found", bound=BaseModel)
# v3-RoleCode: who has a power of attorney for health care speaks for the person.
_SPEAKS = ("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "HPOWATT")
# v3-ParticipationType: who only signed a paper is not somebody who matters to the person.
_SIGNED = ("NOT", "NOTARY", "WIT")


def person(resource: Element, name: str | None) -> Person | None:
    """The person of a Patient, called as others refer to them where it has no name itself; None without any name."""
    named = name_of(resource) or ({"text": name} if name else None)
    fields = {**person_fields(resource), "name": named, "likes_to_be_called": _called(resource, named)}
    return _as_far_as_it_goes(Person, fields)


def _called(resource: Element, named: Element | None) -> str | None:
    """What the person is usually called, where that is another name than the first one."""
    names = [name for name in children(resource, "name") if child(name, "use") in ("usual", "nickname")]
    texts = [said(child(name, "text")) or _given(name) for name in names]
    return next((text for text in texts if text and named and text != named.get("text")), None)


def _given(name: Any) -> str | None:
    return " ".join(text for each in children(name, "given") if (text := said(each))) or None


def someone(resource: Element, here: Here) -> Read | None:
    """Someone who matters; None for a record that is in use no more, and for who only witnessed a paper."""
    relations = children(resource, "relationship")
    pairs = [(system, code) for each in relations for system, code, _ in codings(each)]
    if not here.about_the_person(resource.get("patient")) or resource.get("active") is False:
        return None
    if any(code in _SIGNED and system.endswith("ParticipationType") for system, code in pairs):
        return None
    fields = someone_fields(resource)
    roles = ["speaks for me"] if _SPEAKS in pairs else fields["roles"]
    found = {**fields, "name": name_of(resource), "relation": _relation(relations), "roles": roles}
    form = _as_far_as_it_goes(Someone, found)
    return Read("people", form) if form else None


def _relation(relations: list[Any]) -> str | None:
    """What they are to the person, in words that are there."""
    texts = [said(child(each, "text")) for each in relations]
    shown = [text for each in relations for text in displays(each)]
    return next((text for text in (*texts, *shown) if text), None)


def practitioner(resource: Element, here: Here) -> Read | None:
    """A colleague, with the role and team of the one PractitionerRole that there is beside."""
    if resource.get("active") is False:
        return None
    roles = [
        each for _, each in here.came.all("PractitionerRole") if here.came.find(each.get("practitioner")) is resource
    ]
    form = _as_far_as_it_goes(Colleague, _colleague(resource, roles[0] if len(roles) == 1 else None, here))
    return Read("colleagues", form) if form else None


def practitioner_role(resource: Element, here: Here) -> Read | None:
    """The role of a colleague who has been read; a colleague of its own, where nobody else is known by it."""
    if resource.get("active") is False:
        return None
    key = here.key(resource.get("practitioner"), "colleagues")
    if key is not None:
        return Read("colleagues", None, ("role",), key)
    if here.came.find(resource.get("practitioner")) is not None:
        return None
    form = _as_far_as_it_goes(Colleague, _colleague({}, resource, here))
    return Read("colleagues", form, ("role",)) if form else None


def _colleague(resource: Element, role: Element | None, here: Here) -> Element:
    organization = child(role, "organization")
    team = said(child(organization, "display")) or said(child(here.came.find(organization), "name"))
    shown = said(child(child(role, "practitioner"), "display"))
    return {
        "name": name_of(resource) or shown,
        "role": label(next(iter(children(role, "code")), None)),
        "team": team,
        "identifiers": [
            {"system": system, "value": value}
            for each in children(resource, "identifier")
            if (system := said(child(each, "system"))) and (value := said(child(each, "value")))
        ],
        "phone": text_of(telecom_in(resource, "phone")) or telecom_in(role, "phone"),
    }


def _as_far_as_it_goes(form: type[Found], fields: Element) -> Found | None:
    """The form without what no form accepts, such as a photo of no known kind; that stays in the resource alone."""
    left = present(fields)
    while left:
        try:
            return form.model_validate(left)
        except ValidationError as error:
            wrong = {str(each["loc"][0]) for each in error.errors(include_url=False) if each["loc"]} & set(left)
            if not wrong:
                return None
            left = {name: value for name, value in left.items() if name not in wrong}
    return None
