"""The conversations in HTML, on a line of time: who talked, for how long, and what was asked again."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, bar, el, said, woven
from fhir_matters.view.html_parts import section
from fhir_matters.view.talks import Talk


def talks_section(page: Page) -> Element | None:
    """The loops first, since they are what to stop; then every talk."""
    if not page.talks:
        return None
    loops = (el("p", loop.sentence, class_="loop") for loop in page.loops)
    return section("talks", say("sections.talks"), [*loops, el("ol", map(_talk, page.talks), class_="line")])


def _talk(talk: Talk) -> Element:
    where = ", ".join(filter(None, (say("cast.with", names=talk.who) if talk.who else "", talk.where)))
    return el(
        "li",
        el(
            "div",
            el("p", el("b", talk.when), " ", el("span", talk.clock, class_="clock"), class_="when"),
            el("p", bar(talk.share), el("span", talk.length or say("talks.no_length")), class_="length"),
            class_="moment",
        ),
        el("div", el("p", where, class_="with") if where else None, *_asked(talk), class_="held"),
        class_="again" if talk.again else "talk",
    )


def _asked(talk: Talk) -> Iterator[Element | None]:
    if talk.again:
        yield el("p", say("talks.again"), " ", el("em", talk.answer) if talk.answer else None)
    else:
        yield said("p", talk.topic, class_="topic")
        yield el("p", woven("talks.asked", words=said("q", talk.asked)), class_="asked") if talk.asked else None
        yield el("p", talk.answer, class_="answer") if talk.answer else None
    yield el("p", talk.added, class_="added") if talk.added else None
    yield el("p", woven("talks.left", words=said("span", talk.left_with_them))) if talk.left_with_them else None
    yield el("p", talk.written, class_="source") if talk.written else None
