"""The person, those who matter to them, and colleagues: forms to FHIR resources, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_matters.records import codes
from fhir_matters.records.fhir.contents import content, content_of
from fhir_matters.records.fhir.elements import (
    Element,
    child,
    children,
    extension,
    extensions_in,
    nested,
    present,
    telecom,
    telecom_in,
    text_of,
    value_in,
    values_in,
    words,
)
from fhir_matters.records.fhir.links import Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.fhir.relations import relationship
from fhir_matters.records.forms import Colleague, Identifier, Name, Person, Someone

INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
BCP47 = "urn:ietf:bcp:47"


def patient(links: Links) -> Element:
    """The Patient: the person, and the beings that matter to them and are no RelatedPerson."""
    person = links.parts.person
    return present(
        {
            "resourceType": "Patient",
            "meta": {"profile": [codes.PROFILE_PERSON]},
            "language": links.language,
            "text": _person_text(links),
            "extension": list(_person_extensions(links)),
            "identifier": [links.identifier("person"), *_identifiers(person.identifiers)],
            "name": list(_person_names(person)),
            "telecom": telecom(person.phone, person.email),
            "gender": person.gender,
            "birthDate": person.born,
            "photo": [content(person.face)] if person.face else None,
            "communication": _communication(person),
        }
    )


def _person_extensions(links: Links) -> Iterator[Element]:
    person = links.parts.person
    yield from extension(INTERPRETER, "Boolean", person.interpreter)
    yield from extension(codes.EXTENSION_COMMUNICATES, "String", person.communicates)
    for key, someone in sorted(links.parts.people.items()):
        if someone.who is not None:
            yield from nested(codes.EXTENSION_BEING_THAT_MATTERS, _being(key, someone))


def _being(key: str, someone: Someone) -> Iterator[Element]:
    yield from extension("key", "String", key)
    yield from extension("who", "String", someone.who)
    yield from extension("relation", "String", someone.relation)
    for role in someone.roles:
        yield from extension("role", "Code", role.replace(" ", "-"))
    yield from extension("does", "String", someone.does)
    yield from extension("phone", "String", someone.phone)
    yield from extension("email", "String", someone.email)


def _person_names(person: Person) -> Iterator[Element]:
    yield {"use": "official", **_name(person.name)}
    if person.likes_to_be_called is not None:
        # US Core us-core-6: every name has a part, and not text alone.
        yield {"use": "usual", "text": person.likes_to_be_called, "given": [person.likes_to_be_called]}


def _name(name: Name) -> Element:
    return present({"text": name.text, "family": name.family, "given": list(name.given)})


def _identifiers(identifiers: tuple[Identifier, ...]) -> list[Element]:
    return [{"system": found.system, "value": found.value} for found in identifiers]


def _communication(person: Person) -> list[Element]:
    if person.language is None:
        return []
    return [{"language": {"coding": [{"system": BCP47, "code": person.language}]}, "preferred": True}]


def _person_text(links: Links) -> Element:
    person = links.parts.person
    beings = [who for someone in links.parts.people.values() if (who := someone.who)]
    lines = (
        ("Likes to be called", person.likes_to_be_called),
        ("Born", person.born),
        ("How to talk with them", person.communicates),
        ("Language", person.language),
        ("Interpreter", {True: "needed", False: "not needed", None: None}[person.interpreter]),
        ("Also matters", ", ".join(sorted(beings))),
    )
    return narrative(links.language, person.name.text, lines)


def person_of(resource: Element) -> Person:
    """The person of a Patient that was made by `patient`; pydantic's ValidationError where it is no such thing."""
    return Person.model_validate(present(person_fields(resource)))


def person_fields(resource: Element) -> Element:
    """The fields of a Patient, as they may be in a form."""
    names = children(resource, "name")
    languages = children(child(next(iter(children(resource, "communication")), None), "language"), "coding")
    return {
        "name": _name_of(next((n for n in names if child(n, "use") == "official"), next(iter(names), None))),
        "likes_to_be_called": next((child(n, "text") for n in names if child(n, "use") == "usual"), None),
        "born": resource.get("birthDate"),
        "gender": resource.get("gender"),
        "identifiers": _identifiers_of(resource),
        "face": content_of(next(iter(children(resource, "photo")), None)),
        "language": next((child(c, "code") for c in languages if child(c, "system") == BCP47), None),
        "interpreter": value_in(resource, INTERPRETER, "Boolean"),
        "communicates": value_in(resource, codes.EXTENSION_COMMUNICATES, "String"),
        "phone": telecom_in(resource, "phone"),
        "email": telecom_in(resource, "email"),
    }


def beings_of(resource: Element) -> Iterator[tuple[str, Element]]:
    """The fields of those who matter and are no RelatedPerson, by key."""
    for being in extensions_in(resource, codes.EXTENSION_BEING_THAT_MATTERS):
        found = {name: value_in(being, name, "String") for name in ("who", "relation", "does", "phone", "email")}
        roles = [words(text_of(code)) for code in values_in(being, "role", "Code")]
        key = text_of(value_in(being, "key", "String"))
        if key is not None:
            yield key, present({**found, "roles": roles})


def _name_of(name: Any) -> Element | None:
    if not isinstance(name, dict):
        return None
    given = children(name, "given")
    text = name.get("text") or " ".join(filter(None, (*map(text_of, given), text_of(name.get("family")))))
    return present({"text": text, "given": given, "family": name.get("family")})


def _identifiers_of(resource: Element) -> list[Element]:
    return [
        {"system": child(found, "system"), "value": child(found, "value")}
        for found in children(resource, "identifier")
        if child(found, "system") not in (None, codes.IDENTIFIER) and child(found, "value") is not None
    ]


def related_person(links: Links, key: str, someone: Someone) -> Element:
    """The RelatedPerson of someone with a name."""
    assert someone.name is not None
    return present(
        {
            "resourceType": "RelatedPerson",
            "meta": {"profile": [codes.PROFILE_SOMEONE]},
            "language": links.language,
            "text": _someone_text(links, someone),
            "extension": list(_someone_extensions(someone)),
            "identifier": [links.identifier("people", key)],
            "active": True,
            "patient": links.to("person"),
            "relationship": relationship(someone.relation),
            "name": [_name(someone.name)],
            "telecom": telecom(someone.phone, someone.email),
        }
    )


def _someone_extensions(someone: Someone) -> Iterator[Element]:
    for role in someone.roles:
        yield from extension(codes.EXTENSION_SOMEONE_ROLE, "Code", role.replace(" ", "-"))
    yield from extension(codes.EXTENSION_DOES, "String", someone.does)


def _someone_text(links: Links, someone: Someone) -> Element:
    assert someone.name is not None
    lines = (
        ("Who this is to them", someone.relation),
        ("What they want them to be", ", ".join(someone.roles)),
        ("What they do", someone.does),
        ("Phone", someone.phone),
    )
    return narrative(links.language, someone.name.text, lines)


def someone_of(resource: Element) -> Someone:
    """The someone of a RelatedPerson that was made by `related_person`."""
    return Someone.model_validate(present(someone_fields(resource)))


def someone_fields(resource: Element) -> Element:
    """The fields of a RelatedPerson, as they may be in a form."""
    return {
        "name": _name_of(next(iter(children(resource, "name")), None)),
        "relation": child(next(iter(children(resource, "relationship")), None), "text"),
        "roles": [words(text_of(code)) for code in values_in(resource, codes.EXTENSION_SOMEONE_ROLE, "Code")],
        "does": value_in(resource, codes.EXTENSION_DOES, "String"),
        "phone": telecom_in(resource, "phone"),
        "email": telecom_in(resource, "email"),
    }


def practitioner(links: Links, key: str, colleague: Colleague) -> Element:
    """The Practitioner: the human being with a name."""
    return present(
        {
            "resourceType": "Practitioner",
            "meta": {"profile": [codes.PROFILE_COLLEAGUE]},
            "language": links.language,
            "text": narrative(links.language, links.name(key), (("Phone", colleague.phone),)),
            "identifier": [links.identifier("colleagues", key), *_identifiers(colleague.identifiers)],
            "name": [_name(colleague.name)] if colleague.name else None,
            "telecom": telecom(colleague.phone, None),
        }
    )


def practitioner_role(links: Links, key: str, colleague: Colleague) -> Element:
    """The PractitionerRole: what they do and with which team; this is what everything said refers to."""
    lines = (("Role", colleague.role), ("Team", colleague.team), ("What they do", colleague.does))
    return present(
        {
            "resourceType": "PractitionerRole",
            "meta": {"profile": [codes.PROFILE_COLLEAGUE_ROLE]},
            "language": links.language,
            "text": narrative(links.language, links.name(key), lines),
            "extension": list(extension(codes.EXTENSION_DOES, "String", colleague.does)),
            "identifier": [links.identifier("colleagues", key, "role")],
            "practitioner": {**links.part("colleagues", key), "display": links.name(key)},
            "organization": {"display": colleague.team} if colleague.team else None,
            "code": [{"text": colleague.role}] if colleague.role else None,
            "telecom": telecom(colleague.phone, None),
        }
    )


def colleague_of(resource: Element, role: Element | None) -> Colleague:
    """The colleague of a Practitioner and of the PractitionerRole beside it."""
    found = {
        "name": _name_of(next(iter(children(resource, "name")), None)),
        "role": child(next(iter(children(role, "code")), None), "text"),
        "team": child(child(role, "organization"), "display"),
        "does": value_in(role, codes.EXTENSION_DOES, "String"),
        "identifiers": _identifiers_of(resource),
        "phone": telecom_in(resource, "phone"),
    }
    return Colleague.model_validate(present(found))
