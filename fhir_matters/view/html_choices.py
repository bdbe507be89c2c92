"""Choices in HTML: the options side by side, for and against in each, and what tipped it."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.choices import DOMAINS, Choice, Consideration, Option
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, bar, el, joined, said
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import by, rests, section


def choices_section(page: Page) -> Element | None:
    """The section with every choice, the newest words first and the earlier set back."""
    return section("choices", "Choices, and what was weighed", map(_choice, page.choices)) if page.choices else None


def _choice(choice: Choice) -> Element:
    return el(
        "article",
        said("h3", choice.question),
        by(choice.source),
        rests(choice.rests_on),
        el("div", map(_option, choice.options), class_="options"),
        *_decision(choice),
        (
            el("p", "Reservation: ", said("q", words), " ", el("span", whose, class_="by"), class_="reservation")
            for words, whose in choice.reservations
        ),
        (el("p", note, class_="note") for note in choice.notes),
        went(choice.outcomes),
        map(_before, choice.earlier),
        class_="choice",
    )


def _option(option: Option) -> Element:
    marks = [mark for mark, on in (("as things are", option.as_things_are), ("chosen", option.chosen)) if on]
    return el(
        "div",
        said("h4", option.what),
        el("p", (el("span", mark, class_=f"mark {mark.split()[0]}") for mark in marks), class_="marks"),
        _side("For", option.speaks_for, "for"),
        _side("Against", option.against, "against"),
        class_="option chosen" if option.chosen else "option",
    )


def _side(title: str, considerations: tuple[Consideration, ...], class_: str) -> Element:
    body = (
        el("ul", map(_consideration, considerations))
        if considerations
        else el("p", f"Nothing was said {title.lower()} it.", class_="gap")
    )
    return el("div", el("p", title, class_="side-title"), body, class_=f"side-{class_}")


def _consideration(one: Consideration) -> Element:
    return el(
        "li",
        el("p", said("span", one.words, class_="consideration"), class_="what"),
        el(
            "p",
            el("span", one.domain, class_=f"domain {one.domain}" if one.domain in DOMAINS else "domain"),
            " ",
            el("span", one.raised_by, class_="by"),
        ),
        el(
            "p",
            "Weighs: ",
            el("span", one.weight, class_="weight"),
            " ",
            bar(one.bar) if one.bar is not None else None,
        )
        if one.weight
        else None,
        el("p", "How likely: ", one.likelihood, class_="likely") if one.likelihood else None,
        el("p", "This tipped it", class_="tipped") if one.tipped_it else None,
        class_="tips" if one.tipped_it else "",
    )


def _decision(choice: Choice) -> Iterator[Element]:
    if not choice.decided:
        yield el("p", "Still weighing. Nothing is decided.", class_="open")
        return
    yield el(
        "p",
        el("b", "Decided: "),
        said("q", choice.decided),
        " ",
        el("span", choice.decided_by, class_="by"),
        class_="decided",
    )


def _before(choice: Choice) -> Element:
    """An earlier choice in one breath: what was decided, when, and what tipped it."""
    tipped = (
        el("span", " What tipped it: ", joined("; ", (said("q", words) for words in choice.tipped)))
        if choice.tipped
        else None
    )
    decided = said("q", choice.decided) if choice.decided else "Was still being weighed."
    return el(
        "div",
        el("p", el("b", "Earlier: "), said("span", choice.question), " ", decided, tipped),
        by(choice.source),
        el("p", "Options then: ", joined("; ", (said("span", each.what) for each in choice.options)), class_="then"),
        went(choice.outcomes),
        class_="earlier",
    )
