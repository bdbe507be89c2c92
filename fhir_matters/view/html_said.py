"""Statements and wishes in HTML: the short answer, the words, the conditions, and what is law beside them."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, said
from fhir_matters.view.html_legal import legal_block, legal_card
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import by, quote, quoted, section, translated
from fhir_matters.view.html_recordings import recording
from fhir_matters.view.said import Statement


def wishes_section(page: Page) -> Element | None:
    """What the person would like; what binds by law stands first, each beside the wish that it puts into law."""
    in_law = [_wish(wish) for wish in page.preferences if wish.legal]
    alone = [legal_card(decision) for decision in page.legal if not decision.ended]
    cards = [*in_law, *alone, *(_wish(wish) for wish in page.preferences if not wish.legal)]
    return section("wishes", f"What {page.who} would like", cards, class_="cards") if cards else None


def statement(one: Statement) -> Iterator[Element | None]:
    """Everything of one statement, in the order of its lines."""
    yield said("p", one.wish, class_="wish")
    yield said("p", one.answer, class_="answer")
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
    short = ", ".join(filter(None, (one.wish, one.answer)))
    return el(
        "div",
        el("p", el("b", "Earlier: "), said("span", short), " ", quote(one.words), class_="before"),
        translated(one.translations),
        said("p", one.why, class_="why"),
        (el("p", condition, class_="condition") for condition in one.conditions),
        by(one.source, one.heard),
        went(one.outcomes),
        class_="earlier",
    )


def _wish(one: Statement) -> Element:
    return el("article", el("h3", one.label), *statement(one), class_="card said")


def _condition(condition: str) -> Element:
    name, _, rest = condition.partition(": ")
    return el("p", el("b", f"{name} "), said("span", rest), class_="condition")
