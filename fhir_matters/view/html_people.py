"""People in HTML: who matters, what each does and is to the person, and professionals by name."""

from __future__ import annotations

from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, said
from fhir_matters.view.html_parts import email, phone, section
from fhir_matters.view.people import Contact


def people_section(page: Page) -> Element | None:
    """Those around the person, then the team."""
    if not page.people and not page.colleagues:
        return None
    around = el("ul", map(_person, page.people), class_="people") if page.people else None
    staff = [el("h3", "Professionals, by name"), el("ul", map(_person, page.colleagues), class_="people")]
    return section("people", f"People who matter to {page.who}", [around, *(staff if page.colleagues else [])])


def _person(contact: Contact) -> Element:
    return el(
        "li",
        said("strong", contact.name or "A name is not written down"),
        said("span", contact.about, class_="about"),
        (said("span", role, class_="role quiet" if role == "not to be told" else "role") for role in contact.roles),
        said("span", contact.does, class_="does"),
        phone(contact.phone),
        email(contact.email),
    )
