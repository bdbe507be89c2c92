"""If this happens, in HTML: what one needs in the order in which one needs it, whom to call first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.contents import Page
from fhir_matters.view.elements import Element, el, joined, name, said
from fhir_matters.view.html_outcomes import went
from fhir_matters.view.html_parts import about, by, earlier, labelled, phone, rests, section
from fhir_matters.view.people import Contact
from fhir_matters.view.plans import Plan
from fhir_matters.view.wording import capital


def plans_section(page: Page) -> Element | None:
    """Every plan that stands."""
    plans = [plan for plan in page.plans if not plan.ended]
    return section("plans", say("sections.plans"), map(plan_card, plans)) if plans else None


def plan_card(plan: Plan) -> Element:
    """One plan under what is feared or hoped for."""
    return el(
        "article",
        said("h3", capital(plan.trigger)) if plan.trigger else el("h3", say("plans.no_event")),
        labelled("plans.warning_signs", plan.warning_signs, "signs"),
        labelled("plans.not_this", plan.not_this, "not-this"),
        el("div", *_blocks(plan), class_="blocks"),
        rests(plan.rests_on),
        by(", ".join(filter(None, (plan.source, plan.term)))),
        went(plan.outcomes),
        map(_before, plan.earlier),
        class_="plan",
    )


def _blocks(plan: Plan) -> Iterator[Element | None]:
    yield _block("call", "ol", map(_called, plan.call), "calls")
    yield _block("at_home", "ol", (said("li", step) for step in plan.at_home), "steps")
    yield _block("in_hospital", "ol", (said("li", step) for step in plan.in_hospital), "steps")
    yield _block("in_place", "ul", (el("li", one) for one in plan.in_place), "in-place")


def _block(key: str, kind: str, lines: Iterable[Element | None], class_: str) -> Element | None:
    found = list(lines)
    return el("div", el("h4", say(f"plans.{key}")), el(kind, found), class_=class_) if found else None


def _called(who: Contact) -> Element:
    number = phone(who.phone) if who.phone else el("span", say("plans.no_number"), class_="gap")
    return el("li", name("strong", who.name or say("cast.no_name")), " ", number, about(who))


def _before(plan: Plan) -> Element:
    steps = joined("; ", (said("span", step) for step in (*plan.at_home, *plan.in_hospital)))
    return el(
        "div",
        earlier(said("span", plan.trigger), ": ", steps),
        by(plan.source),
        class_="earlier",
    )
