"""The page as one self-contained HTML file: no script, nothing fetched, every word escaped, two sheets when printed.

What is on the page and in which order is decided by `page`; here is only how it looks.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files

from lxml import etree

from fhir_matters.view.elements import Element, bar, el, joined, said
from fhir_matters.view.html_choices import choices_section
from fhir_matters.view.page import Contact, Page
from fhir_matters.view.said import Statement
from fhir_matters.view.talks import Talk
from fhir_matters.view.wording import apart

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


def html(page: Page) -> bytes:
    """The whole file in UTF-8, doctype first."""
    style = files("fhir_matters.view").joinpath("page.css").read_text("utf-8")
    root = el("html", _head(page, style), _body(page), lang="en")
    return etree.tostring(root, method="html", encoding="utf-8", doctype="<!DOCTYPE html>") + b"\n"


def _head(page: Page, style: str) -> Element:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"What matters to {_who(page)}"),
        el("style", style),
    )


def _body(page: Page) -> Element:
    return el("body", el("main", _first(page), _rest(page)), _footer(page))


def _rest(page: Page) -> Iterator[Element]:
    if page.preferences:
        yield _section("wishes", f"What {_who(page)} would like", map(_wish, page.preferences), class_="cards")
    if page.people or page.colleagues:
        yield _people(page)
    if page.choices:
        yield choices_section(page.choices)
    if page.talks:
        yield _talks(page)
    if page.gaps:
        yield _section("gaps", "Still to ask", [el("ul", (el("li", gap) for gap in page.gaps))])


# ── the first screen ──


def _header(page: Page) -> Element:
    face = (
        el(
            "figure",
            el("img", src=page.face.source, alt=f"The face of {_who(page)}", width="480", height="480"),
            said("figcaption", page.face.caption),
            class_="face",
        )
        if page.face
        else el("div", el("span", "no picture yet"), class_="face none")
    )
    facts = [page.name if page.name != page.called else "", *page.facts]
    return el(
        "header",
        face,
        el(
            "div",
            el("h1", said("bdi", page.called or "Name not written down")),
            el("p", joined(" · ", (said("span", fact) for fact in facts)), class_="facts"),
            el("p", joined(". ", (said("span", line) for line in page.communicates)), class_="speaking")
            if page.communicates
            else None,
            class_="who",
        ),
    )


def _first(page: Page) -> Element:
    """The first screen: who this is, what matters, please do and don't, who to call."""
    asks = (
        ("do", "Please do", page.please_do),
        ("dont", "Please don\N{RIGHT SINGLE QUOTATION MARK}t", page.please_do_not),
    )
    return el(
        "div",
        _header(page),
        _section("matters", f"What matters to {_who(page)}", _matters(page)),
        el("div", (_section(name, title, _asks(said_)) for name, title, said_ in asks if said_), class_="side"),
        _section("call", "Who to call", map(_call, page.call)) if page.call else None,
        class_="first",
    )


def _matters(page: Page) -> Iterable[Element]:
    if not page.matters:
        return [el("p", "Not written down yet.", class_="gap")]
    return map(_matter, page.matters)


def _matter(statement: Statement) -> Element:
    return el(
        "div",
        _words(statement),
        _why(statement),
        el("p", el("span", statement.label, class_="kind"), " ", _source(statement), class_="source"),
        map(_earlier, statement.earlier),
        class_="said" if statement.by_person else "said other",
    )


def _asks(statements: Iterable[Statement]) -> Iterable[Element]:
    return (el("div", *_statement(statement), class_="said") for statement in statements)


def _call(contact: Contact) -> Element:
    roles = ", ".join(role for role in contact.roles if role in ("call first", "speaks for me"))
    return el(
        "div",
        el("p", said("strong", contact.name), " ", said("span", contact.about, class_="about"), class_="name"),
        el("p", _phone(contact.phone) if contact.phone else "No number is written down.", class_="phone"),
        el("p", roles, class_="source"),
        class_="contact",
    )


# ── wishes, people, talks ──


def _wish(statement: Statement) -> Element:
    return el("article", el("h3", statement.label), *_statement(statement), class_="card said")


def _statement(statement: Statement) -> Iterator[Element | None]:
    yield said("p", statement.wish, class_="wish")
    yield said("p", statement.answer, class_="answer")
    yield _words(statement)
    yield _why(statement)
    for condition in statement.conditions:
        name, _, rest = condition.partition(": ")
        yield el("p", el("b", f"{name} "), said("span", rest), class_="condition")
    if statement.notes:
        yield el("ul", (el("li", note) for note in statement.notes), class_="notes")
    yield el("p", _source(statement), class_="source")
    yield from map(_earlier, statement.earlier)


def _earlier(statement: Statement) -> Element:
    short = ", ".join(filter(None, (statement.wish, statement.answer)))
    return el(
        "div",
        el("p", el("b", "Earlier: "), said("span", short), " ", _quote(statement), class_="before"),
        _why(statement),
        (el("p", condition, class_="condition") for condition in statement.conditions),
        el("p", _source(statement), class_="source"),
        class_="earlier",
    )


def _words(statement: Statement) -> Element | None:
    quote = _quote(statement)
    return el("p", quote, class_="words") if quote is not None else None


def _quote(statement: Statement) -> Element | None:
    if not statement.words:
        return None
    language = statement.words.language
    return said("q", statement.words.text, language=language if _LANGUAGE.fullmatch(language) else "")


def _why(statement: Statement) -> Element | None:
    return said("p", statement.why, class_="why")


def _source(statement: Statement) -> Element | None:
    return el("span", statement.source, class_="by") if statement.source else None


def _people(page: Page) -> Element:
    around = el("ul", map(_person, page.people), class_="people") if page.people else None
    staff = [el("h3", "Professionals, by name"), el("ul", map(_person, page.colleagues), class_="people")]
    return _section("people", f"People who matter to {_who(page)}", [around, *(staff if page.colleagues else [])])


def _person(contact: Contact) -> Element:
    quiet = "not to be told" in contact.roles
    return el(
        "li",
        said("strong", contact.name or "A name is not written down"),
        said("span", contact.about, class_="about"),
        (said("span", role, class_="role quiet" if quiet else "role") for role in contact.roles),
        _phone(contact.phone),
        _email(contact.email),
    )


def _talks(page: Page) -> Element:
    loops = (el("p", loop.sentence, class_="loop") for loop in page.loops)
    return _section(
        "talks", "What was talked about, and when", [*loops, el("ol", map(_talk, page.talks), class_="line")]
    )


def _talk(talk: Talk) -> Element:
    where = ", ".join(part for part in (f"with {talk.who}" if talk.who else "", talk.where) if part)
    return el(
        "li",
        el(
            "div",
            el("p", el("b", talk.when), " ", el("span", talk.clock, class_="clock"), class_="when"),
            el("p", bar(talk.share), el("span", talk.length or "length not written down"), class_="length"),
            class_="moment",
        ),
        el("div", el("p", where, class_="with") if where else None, *_asked(talk), class_="held"),
        class_="again" if talk.again else "talk",
    )


def _asked(talk: Talk) -> Iterator[Element | None]:
    if talk.again:
        yield el("p", "The same question again. ", said("em", talk.answer))
    else:
        yield said("p", talk.topic, class_="topic")
        yield el("p", "Asked: ", said("q", talk.asked), class_="asked") if talk.asked else None
        yield said("p", talk.answer, class_="answer")
    yield el("p", "Left with them: ", said("span", talk.left_with_them)) if talk.left_with_them else None


def _footer(page: Page) -> Element:
    return el(
        "footer",
        el(
            "p",
            "These words belong to ",
            _who(page),
            ". If one is wrong, or has changed, say so: the new words go on top and the old ones stay readable.",
        ),
        (el("p", note) for note in page.notes),
    )


# ── small parts ──


def _section(name: str, title: str, children: Iterable[Element | None], *, class_: str = "") -> Element:
    heading = el("h2", title, id=f"{name}-title")
    body = el("div", children, class_=class_) if class_ == "cards" else None
    return el("section", heading, body if body is not None else children, id=name, aria_labelledby=f"{name}-title")


def _phone(number: str) -> Element | None:
    digits = re.sub(r"[^\d+]", "", number, flags=re.ASCII)
    if not digits:
        return said("span", number)
    return el("a", said("bdi", number), href=f"tel:{digits}", class_="phone")


def _email(address: str) -> Element | None:
    if not _EMAIL.fullmatch(address):
        return said("span", address, class_="email")
    return el("a", address, href=f"mailto:{address}", class_="email")


def _who(page: Page) -> str:
    return apart(page.called) or "this person"
