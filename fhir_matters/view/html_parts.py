"""Small parts of the page that several sections share: words in their language, who said so, a number to call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from fhir_matters.view.elements import Element, el, joined, said
from fhir_matters.view.facts import language_called
from fhir_matters.view.people import Contact
from fhir_matters.view.spoken import Words

# (an address of ours, what it leads to)
Link: TypeAlias = tuple[str, str]
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


def section(name: str, title: str, children: Iterable[Element | None], *, class_: str = "") -> Element:
    """A section with its heading; with `class_`, its children lie in a box of that class."""
    heading = el("h2", title, id=f"{name}-title")
    body = el("div", children, class_=class_) if class_ else children
    return el("section", heading, body, id=name, aria_labelledby=f"{name}-title")


def paths(links: tuple[Link, ...]) -> Element | None:
    """Ways to other pages of the same server; None where the page stands by itself."""
    return el("nav", (el("a", text, href=address) for address, text in links), aria_label="Pages") if links else None


def quote(words: Words | None) -> Element | None:
    """The words in quotation marks, in their own language; None where there are none."""
    return said("q", words.text, language=_language(words)) if words else None


def quoted(words: Words | None) -> Element | None:
    """The same as a line of its own."""
    found = quote(words)
    return el("p", found, class_="words") if found is not None else None


def translated(translations: Iterable[Words]) -> Iterator[Element]:
    """The same words in other languages, each with the name of its language."""
    for words in translations:
        tongue = el("span", f"{language_called(words.language)}: ", class_="tongue")
        yield el("p", tongue, quote(words), class_="translation")


def labelled(label: str, text: str, class_: str) -> Element | None:
    """A line such as Why: …; None where there is nothing to say."""
    return el("p", el("b", f"{label}: "), said("span", text), class_=class_) if text else None


def by(source: str, heard: str = "") -> Element | None:
    """The small line under words: who, when, with whom."""
    return el("p", whose(source, heard), class_="source") if source else None


def whose(source: str, heard: str = "") -> Element:
    """Who, when, with whom; paper leaves out with whom, since that stands there once, beside the talk."""
    before, found, after = source.partition(f", {heard}") if heard else (source, "", "")
    return el("span", before, el("span", found, class_="heard") if found else None, after, class_="by")


def rests(words: Iterable[Words]) -> Element | None:
    """What it rests on, in words; None where nobody said."""
    found = [quote(each) for each in words]
    return el("p", "It rests on ", joined("; ", found), class_="rests") if found else None


def contact(who: Contact) -> Element:
    """Somebody to call: name, who that is, the number, and when they come first."""
    roles = ", ".join(role for role in who.roles if role not in ("to be told", "knows me best", "not to be told"))
    return el(
        "div",
        el("p", said("strong", who.name), " ", said("span", who.about, class_="about"), class_="name"),
        el("p", phone(who.phone) if who.phone else "No number is written down.", class_="phone"),
        el("p", roles, class_="source") if roles else None,
        (el("p", "first, if: ", said("span", trigger), class_="source") for trigger in who.first_if),
        class_="contact",
    )


def phone(number: str) -> Element | None:
    """The number as something to tap; words that are no number as they stand."""
    digits = re.sub(r"[^\d+]", "", number, flags=re.ASCII)
    if not digits:
        return said("span", number)
    return el("a", said("bdi", number), href=f"tel:{digits}", class_="phone")


def email(address: str) -> Element | None:
    """The address as something to tap, where it is one."""
    if not _EMAIL.fullmatch(address):
        return said("span", address, class_="email")
    return el("a", address, href=f"mailto:{address}", class_="email")


def _language(words: Words) -> str:
    return words.language if _LANGUAGE.fullmatch(words.language) else ""
