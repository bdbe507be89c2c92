"""How it went, in HTML: each view beside the others, under what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, said
from fhir_matters.view.html_parts import by, quote, quoted, section, translated
from fhir_matters.view.html_recordings import recording
from fhir_matters.view.outcomes import Outcome, disagree


def went(outcomes: tuple[Outcome, ...]) -> Element | None:
    """The views of how it went, side by side; None where nobody has said."""
    if not outcomes:
        return None
    return el(
        "div",
        el("p", "How it went", class_="went-title"),
        el("div", map(_view, outcomes), class_="views"),
        el("p", "They see it differently, and both stand.", class_="source") if disagree(outcomes) else None,
        class_="went",
    )


def outcomes_section(page: Page) -> Element | None:
    """How it went with what is no longer on the page itself."""
    return section("outcomes", "How it went", map(_view, page.outcomes), class_="views") if page.outcomes else None


def _view(outcome: Outcome) -> Element:
    return el("div", *_lines(outcome), class_="view")


def _lines(outcome: Outcome) -> Iterator[Element | None]:
    yield el("p", outcome.honoured, class_="honoured")
    yield said("p", outcome.place, class_="place")
    yield quoted(outcome.words)
    yield from translated(outcome.translations)
    yield said("p", outcome.why, class_="why")
    yield _avoided(outcome.avoided)
    yield recording(outcome.recording)
    yield by(outcome.source, outcome.heard)
    yield from map(_earlier, outcome.earlier)


def _avoided(avoided: Iterable[str]) -> Element | None:
    found = [said("li", each) for each in avoided]
    return (
        el("div", el("p", "What was avoided", class_="avoided-title"), el("ul", found), class_="avoided")
        if found
        else None
    )


def _earlier(outcome: Outcome) -> Element:
    return el(
        "div",
        el("p", el("b", "Earlier: "), outcome.honoured, " ", quote(outcome.words), class_="before"),
        by(outcome.source, outcome.heard),
        class_="earlier",
    )
