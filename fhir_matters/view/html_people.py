"""People in HTML: who matters, what each does and is to the person, and professionals by name."""

from __future__ import annotations

from fhir_matters.view.catalogue import known, say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, joined, name, said
from fhir_matters.view.html_parts import about, email, phone, section
from fhir_matters.view.people import Contact


def people_section(page: Page) -> Element | None:
    """Those around the person, then the team."""
    if not page.people and not page.colleagues:
        return None
    around = el("ul", map(_person, page.people), class_="people") if page.people else None
    staff = [el("h3", say("sections.colleagues")), el("ul", map(_person, page.colleagues), class_="people")]
    return section("people", say("sections.people", who=page.who), [around, *(staff if page.colleagues else [])])


def _person(contact: Contact) -> Element:
    return el(
        "li",
        joined(
            " ",
            (
                name("strong", contact.name or say("cast.no_name")),
                about(contact),
                *map(_role, contact.roles),
                said("span", contact.does, class_="does"),
                phone(contact.phone),
                email(contact.email),
            ),
        ),
    )


def _role(role: str) -> Element:
    return el("span", known("roles", role), class_="role quiet" if role == "not to be told" else "role")
