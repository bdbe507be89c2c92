"""The first screen: who this is, whom to call, what matters, please do and don't, and what is done differently."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, joined, name, said
from fhir_matters.view.html_departures import departure_card
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import contact, quoted, section, translated, whose
from fhir_matters.view.html_recordings import recording
from fhir_matters.view.html_said import before, statement
from fhir_matters.view.said import Statement


def first_screen(page: Page) -> Element:
    """The face, the name and what nobody should have to look for."""
    return el(
        "div",
        _header(page),
        section("matters", say("sections.matters", who=page.who), _matters(page)),
        el("div", *_side(page), class_="side"),
        section("call", say("sections.call"), map(contact, page.call)) if page.call else None,
        class_="first",
    )


def _header(page: Page) -> Element:
    facts = [name("span", page.name if page.name != page.called else ""), *(el("span", fact) for fact in page.facts)]
    speaking = joined(". ", (el("span", line) for line in page.communicates))
    return el(
        "header",
        _face(page),
        el(
            "div",
            el("h1", name("bdi", page.called) if page.called else say("first.nameless")),
            el("p", joined(" · ", facts), class_="facts"),
            el("p", speaking, class_="speaking") if page.communicates else None,
            el("p", page.withheld, class_="withheld") if page.withheld else None,
            class_="who",
        ),
    )


def _face(page: Page) -> Element:
    if page.face is None or not page.face.source:
        instead = page.face.instead if page.face else say("first.no_face")
        return el("div", el("span", instead), class_="face none")
    return el(
        "figure",
        el("img", src=page.face.source, alt=say("first.face", who=page.who), width="480", height="480"),
        said("figcaption", page.face.caption),
        class_="face",
    )


def _matters(page: Page) -> Iterator[Element]:
    if not page.matters:
        yield el("p", say("first.no_words"), class_="gap")
    yield from map(_matter, page.matters)
    if page.more:
        yield el("p", el("a", say("first.more", number=len(page.more)), href="#more"), class_="further")


def _matter(statement: Statement) -> Element:
    return el(
        "div",
        el("p", statement.answer, class_="answer") if statement.answer else None,
        quoted(statement.words),
        translated(statement.translations),
        said("p", statement.why, class_="why"),
        recording(statement.recording),
        el(
            "p",
            el("span", statement.label, class_="kind"),
            " ",
            whose(" \N{MIDDLE DOT} ".join(filter(None, (statement.source, *statement.notes))), statement.heard),
            class_="source",
        ),
        went(statement.outcomes),
        map(before, statement.earlier),
        class_="said" if statement.by_person else "said other",
    )


def _side(page: Page) -> Iterator[Element]:
    for key, found in (("do", page.please_do), ("dont", page.please_do_not)):
        if found:
            yield section(key, say(f"sections.{key}"), (el("div", *statement(each), class_="said") for each in found))
    in_force = [departure for departure in page.departures if not departure.ended]
    if in_force:
        yield section("instead", say("sections.instead", who=page.who), map(departure_card, in_force))
