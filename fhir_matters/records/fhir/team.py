"""Who does what for the person: the CareTeam of a record. It is made of the people and colleagues, and read as them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.records import codes
from fhir_matters.records.fhir.elements import Element, concept, extension, present, word
from fhir_matters.records.fhir.links import Links
from fhir_matters.records.fhir.narrative import narrative
from fhir_matters.records.forms import Colleague, Someone


def care_team(links: Links) -> Element | None:
    """The CareTeam: colleagues, and people with a role or who do something; None where there is nobody.

    A dog or a choir is no member, and nobody is who is not to be told: they are named as such.
    """
    participants = [*_colleagues(links), *_people(links)]
    if not participants:
        return None
    kept_from = _not_told(links)
    named = [f"{each['member']['display']}: {each['role'][0]['text']}" for each in participants]
    lines = (("Not to be told", ", ".join(links.name(key) for key in kept_from)),)
    name = f"Around {links.name('person')}"
    return present(
        {
            "resourceType": "CareTeam",
            "meta": {"profile": [codes.PROFILE_CARE_TEAM]},
            "language": links.language,
            "text": narrative(links.language, name, lines, named),
            "extension": [
                each
                for key in kept_from
                for each in extension(codes.EXTENSION_NOT_TO_BE_TOLD, "Reference", links.to(key))
            ],
            "identifier": [links.identifier("team")],
            "status": "active",
            "name": name,
            "subject": links.to("person"),
            "participant": participants,
        }
    )


def _colleagues(links: Links) -> Iterator[Element]:
    for key, colleague in sorted(links.parts.colleagues.items()):
        yield _participant(links, key, (), _in_words(colleague))


def _people(links: Links) -> Iterator[Element]:
    for key, someone in sorted(links.parts.people.items()):
        member = someone.name is not None and "not to be told" not in someone.roles
        if member and (someone.roles or someone.does):
            yield _participant(links, key, someone.roles, _in_words(someone))


def _not_told(links: Links) -> list[str]:
    return [
        key
        for key, someone in sorted(links.parts.people.items())
        if "not to be told" in someone.roles and someone.name is not None
    ]


def _participant(links: Links, key: str, roles: Iterable[str], text: str) -> Element:
    """One role in one CodeableConcept: US Core's profile of CareTeam wants one, and no more."""
    return {"role": [concept((word(codes.SOMEONE_ROLE, role) for role in roles), text)], "member": links.to(key)}


def _in_words(who: Someone | Colleague) -> str:
    what = (who.relation, *who.roles) if isinstance(who, Someone) else (who.role, who.team)
    return "; ".join(filter(None, (*what, who.does))) or "a colleague"
