"""How it went, in HTML: each view beside the others, under what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, said
from fhir_matters.view.html_parts import by, earlier, quote, quoted, section, translated
from fhir_matters.view.html_recordings import recording
from fhir_matters.view.outcomes import Outcome, disagree


def went(outcomes: tuple[Outcome, ...]) -> Element | None:
    """The views of how it went, side by side; None where nobody has said."""
    if not outcomes:
        return None
    return el(
        "div",
        el("p", say("went.title"), class_="went-title"),
        el("div", map(_view, outcomes), class_="views"),
        el("p", say("went.disagree"), class_="source") if disagree(outcomes) else None,
        class_="went",
    )


def outcomes_section(page: Page) -> Element | None:
    """How it went with what is no longer on the page itself."""
    if not page.outcomes:
        return None
    return section("outcomes", say("sections.outcomes"), map(_view, page.outcomes), class_="views")


def _view(outcome: Outcome) -> Element:
    return el("div", *_lines(outcome), class_="view")


def _lines(outcome: Outcome) -> Iterator[Element | None]:
    yield el("p", outcome.honoured, class_="honoured")
    yield el("p", outcome.place, class_="place") if outcome.place else None
    yield quoted(outcome.words)
    yield from translated(outcome.translations)
    yield said("p", outcome.why, class_="why")
    yield _avoided(outcome.avoided)
    yield recording(outcome.recording)
    yield by(outcome.source, outcome.heard)
    yield from map(_before, outcome.earlier)


def _avoided(avoided: Iterable[str]) -> Element | None:
    found = [el("li", each) for each in avoided]
    title = el("p", say("went.avoided"), class_="avoided-title")
    return el("div", title, el("ul", found), class_="avoided") if found else None


def _before(outcome: Outcome) -> Element:
    return el(
        "div",
        earlier(outcome.honoured, " ", quote(outcome.words)),
        by(outcome.source, outcome.heard),
        class_="earlier",
    )
