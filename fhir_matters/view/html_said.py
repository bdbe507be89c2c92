"""Statements and wishes in HTML: the short answer, the words, the conditions, and what is law beside them."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, joined, said
from fhir_matters.view.html_legal import legal_block, legal_card
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import by, earlier, quote, quoted, section, translated
from fhir_matters.view.html_recordings import recording
from fhir_matters.view.said import Statement


def wishes_section(page: Page) -> Element | None:
    """What the person would like; what binds by law stands first, each beside the wish that it puts into law."""
    in_law = [_wish(wish) for wish in page.preferences if wish.legal]
    alone = [legal_card(decision) for decision in page.legal if not decision.ended]
    cards = [*in_law, *alone, *(_wish(wish) for wish in page.preferences if not wish.legal)]
    return section("wishes", say("sections.wishes", who=page.who), cards, class_="cards") if cards else None


def more_section(page: Page) -> Element | None:
    """What would not stand on the first screen any more."""
    if not page.more:
        return None
    return section("more", say("sections.more", who=page.who), map(_wish, page.more), class_="cards")


def statement(one: Statement) -> Iterator[Element | None]:
    """Everything of one statement, in the order of its lines."""
    yield el("p", one.wish, class_="wish") if one.wish else None
    yield el("p", one.answer, class_="answer") if one.answer else None
    yield quoted(one.words)
    yield from translated(one.translations)
    yield said("p", one.why, class_="why")
    yield from map(_condition, one.conditions)
    yield from (legal_block(decision) for decision in one.legal)
    yield recording(one.recording)
    if one.notes:
        yield el("ul", (el("li", note) for note in one.notes), class_="notes")
    yield by(one.source, one.heard)
    yield went(one.outcomes)
    yield from map(before, one.earlier)


def before(one: Statement) -> Element:
    """What was said before, set back."""
    short = joined(", ", (el("span", each) for each in (one.wish, one.answer) if each))
    return el(
        "div",
        earlier(short, " ", quote(one.words)),
        translated(one.translations),
        said("p", one.why, class_="why"),
        map(_condition, one.conditions),
        by(one.source, one.heard),
        went(one.outcomes),
        class_="earlier",
    )


def _wish(one: Statement) -> Element:
    return el("article", el("h3", one.label), *statement(one), class_="card said")


def _condition(condition: tuple[str, str]) -> Element:
    sort, words = condition
    return el("p", el("b", f"{sort} "), said("span", words), class_="condition")
