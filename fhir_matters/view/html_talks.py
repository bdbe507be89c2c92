"""The conversations in HTML, on a line of time: who talked, for how long, and what was asked again."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, bar, el, said
from fhir_matters.view.html_parts import section
from fhir_matters.view.talks import Talk


def talks_section(page: Page) -> Element | None:
    """The loops first, since they are what to stop; then every talk."""
    if not page.talks:
        return None
    loops = (el("p", loop.sentence, class_="loop") for loop in page.loops)
    return section(
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
    yield el("p", talk.written, class_="source") if talk.written else None
