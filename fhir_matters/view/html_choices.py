"""Choices in HTML: the options side by side, for and against in each, and what tipped it."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.catalogue import known, say
from fhir_matters.view.choices import DOMAINS, Choice, Consideration, Option
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, bar, el, joined, said, woven
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import by, earlier, rests, section


def choices_section(page: Page) -> Element | None:
    """The section with every choice, the newest words first and the earlier set back."""
    return section("choices", say("sections.choices"), map(_choice, page.choices)) if page.choices else None


def _choice(choice: Choice) -> Element:
    return el(
        "article",
        said("h3", choice.question),
        by(choice.source),
        rests(choice.rests_on),
        el("div", map(_option, choice.options), class_="options"),
        *_decision(choice),
        (
            el(
                "p",
                woven("choices.reservation", words=said("q", words)),
                " ",
                el("span", whose, class_="by"),
                class_="reservation",
            )
            for words, whose in choice.reservations
        ),
        (el("p", note, class_="note") for note in choice.notes),
        went(choice.outcomes),
        map(_before, choice.earlier),
        class_="choice",
    )


def _option(option: Option) -> Element:
    marks = [mark for mark, on in (("as_things_are", option.as_things_are), ("chosen", option.chosen)) if on]
    return el(
        "div",
        said("h4", option.what),
        el("p", (el("span", say(f"choices.{mark}"), class_=f"mark {mark}") for mark in marks), class_="marks"),
        _side("for", option.speaks_for),
        _side("against", option.against),
        class_="option chosen" if option.chosen else "option",
    )


def _side(side: str, considerations: tuple[Consideration, ...]) -> Element:
    body = (
        el("ul", map(_consideration, considerations))
        if considerations
        else el("p", say(f"choices.nothing_{side}"), class_="gap")
    )
    return el("div", el("p", say(f"choices.{side}"), class_="side-title"), body, class_=f"side-{side}")


def _consideration(one: Consideration) -> Element:
    return el(
        "li",
        el("p", said("span", one.words, class_="consideration"), class_="what"),
        el(
            "p",
            _domain(one.domain),
            " ",
            el("span", one.raised_by, class_="by"),
        ),
        el(
            "p",
            woven("choices.weighs", weight=el("span", one.weight, class_="weight")),
            " ",
            bar(one.bar) if one.bar is not None else None,
        )
        if one.weight
        else None,
        el("p", say("choices.likely", likelihood=one.likelihood), class_="likely") if one.likelihood else None,
        el("p", say("choices.tipped"), class_="tipped") if one.tipped_it else None,
        class_="tips" if one.tipped_it else "",
    )


def _domain(domain: str) -> Element:
    return el("span", known("domains", domain), class_=f"domain {domain}" if domain in DOMAINS else "domain")


def _decision(choice: Choice) -> Iterator[Element]:
    if not choice.decided:
        yield el("p", say("choices.still_weighing"), class_="open")
        return
    decided = woven("choices.decided", words=said("q", choice.decided))
    yield el("p", decided, " ", el("span", choice.decided_by, class_="by"), class_="decided")


def _before(choice: Choice) -> Element:
    """An earlier choice in one breath: what was decided, when, and what tipped it."""
    words = joined("; ", (said("q", each) for each in choice.tipped))
    tipped = el("span", " ", woven("choices.what_tipped", words=words)) if choice.tipped else None
    decided = said("q", choice.decided) if choice.decided else say("choices.was_weighing")
    options = joined("; ", (said("span", each.what) for each in choice.options))
    return el(
        "div",
        earlier(said("span", choice.question), " ", decided, tipped),
        by(choice.source),
        el("p", woven("choices.options_then", options=options), class_="then"),
        went(choice.outcomes),
        class_="earlier",
    )
