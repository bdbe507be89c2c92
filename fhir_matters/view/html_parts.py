"""Small parts of the page that several sections share: words in their language, who said so, a number to call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from fhir_matters.view.catalogue import known, say
from fhir_matters.view.elements import Child, Element, el, joined, name, said, spelt, woven
from fhir_matters.view.facts import language_called
from fhir_matters.view.people import Contact
from fhir_matters.view.spoken import Words

# (an address of ours, the key of what it leads to)
Link: TypeAlias = tuple[str, str]
_QUIET = ("to be told", "knows me best", "not to be told")  # roles that nobody needs who has to call
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


def section(key: str, title: str, children: Iterable[Element | None], *, class_: str = "") -> Element:
    """A section with its heading; with `class_`, its children lie in a box of that class."""
    heading = el("h2", title, id=f"{key}-title")
    body = el("div", children, class_=class_) if class_ else children
    return el("section", heading, body, id=key, aria_labelledby=f"{key}-title")


def paths(links: tuple[Link, ...], label: str = "site.pages") -> Element | None:
    """Ways to other pages of the same server; None where the page stands by itself."""
    found = [el("a", say(key), href=address) for address, key in links]
    return el("nav", found, aria_label=say(label)) if found else None


def quote(words: Words | None) -> Element | None:
    """The words in quotation marks, in their own language; None where there are none."""
    return said("q", words.text, language=spelt(words.language)) if words else None


def quoted(words: Words | None) -> Element | None:
    """The same as a line of its own."""
    found = quote(words)
    return el("p", found, class_="words") if found is not None else None


def translated(translations: Iterable[Words]) -> Iterator[Element]:
    """The same words in other languages, each with the name of its language."""
    for words in translations:
        tongue = el("span", f"{language_called(words.language)}: ", class_="tongue")
        yield el("p", tongue, quote(words), class_="translation")


def labelled(key: str, text: str, class_: str) -> Element | None:
    """A line such as Why: …, under the key of its label; None where there is nothing to say."""
    return el("p", el("b", f"{say(key)}: "), said("span", text), class_=class_) if text else None


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
    return el("p", woven("said.rests_on", words=joined("; ", found)), class_="rests") if found else None


def earlier(*children: Child) -> Element:
    """The line that what was said before begins with."""
    return el("p", el("b", say("said.earlier")), " ", children, class_="before")


def contact(who: Contact) -> Element:
    """Somebody to call: name, who that is, the number, and when they come first."""
    roles = ", ".join(known("roles", role) for role in who.roles if role not in _QUIET)
    when = [el("span", roles)] if roles else []
    when += [el("span", woven("people.first_if", event=said("span", event))) for event in who.first_if]
    return el(
        "div",
        el("p", name("strong", who.name or say("cast.no_name")), " ", about(who), class_="name"),
        el("p", phone(who.phone) if who.phone else say("people.no_number"), class_="phone"),
        el("p", joined(" · ", when), class_="source") if when else None,
        class_="contact",
    )


def about(who: Contact) -> Element | None:
    """What they are to the person, or their role and team."""
    return said("span", who.about, class_="about")


def phone(number: str) -> Element | None:
    """The number as something to tap; words that are no number as they stand."""
    digits = re.sub(r"[^\d+]", "", number, flags=re.ASCII)
    if not digits:
        return said("span", number)
    return el("a", name("bdi", number), href=f"tel:{digits}", class_="phone")


def email(address: str) -> Element | None:
    """The address as something to tap, where it is one."""
    if not _EMAIL.fullmatch(address):
        return name("span", address, class_="email")
    return el("a", address, href=f"mailto:{address}", class_="email")
