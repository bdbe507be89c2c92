"""Decisions that bind by law, in HTML: a block beside a wish, or a card of its own."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.carried import LARGEST_COPY, File
from fhir_matters.view.catalogue import say
from fhir_matters.view.elements import Element, el
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import by, earlier
from fhir_matters.view.legal import Legal


def legal_block(decision: Legal) -> Element:
    """The decision inside the card of the wish that it puts into law."""
    return el("div", el("p", decision.kind, class_="in-law"), *_decision(decision), class_=_class("legal", decision))


def legal_card(decision: Legal) -> Element:
    """The decision by itself."""
    return el("article", el("h3", decision.kind), *_decision(decision), class_=_class("card legal", decision))


def _decision(decision: Legal) -> Iterator[Element | None]:
    if decision.ended:
        yield el("p", say("legal.stands_no_longer"), class_="answer")
        yield el("p", decision.taken_back, class_="detail") if decision.taken_back else None
    yield el("p", decision.what, class_="decision")
    yield from (el("p", detail, class_="detail") for detail in decision.details)
    yield el("p", el("b", f"{say('legal.paper')}: "), decision.paper, class_="paper") if decision.paper else None
    yield _document(decision.document)
    yield by(decision.source)
    yield went(decision.outcomes)
    yield from map(_before, decision.earlier)


def _document(file: File | None) -> Element | None:
    """A picture of the paper, folded away; a PDF, which no browser shows inside a safe page, is only named."""
    if file is None:
        return None
    if file.sort == "paper" or file.size > LARGEST_COPY:
        return el("p", say("legal.copy", about=file.about), class_="source")
    picture = el("img", src=file.source, alt=file.caption or say("legal.paper"))
    return el("details", el("summary", say("legal.see_paper")), picture, class_="copy")


def _before(decision: Legal) -> Element:
    return el("div", earlier(decision.what), by(decision.source), class_="earlier")


def _class(name: str, decision: Legal) -> str:
    return f"{name} ended" if decision.ended else name
