"""What nobody has written down yet, as something to ask: gently, and never as a fault of whoever wrote.

One small function a theme; the table at the end is their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.chains import over
from fhir_matters.view.contents import Page
from fhir_matters.view.departures import Departure
from fhir_matters.view.people import FIRST
from fhir_matters.view.whole import Whole
from fhir_matters.view.wording import apart, dated, inside, quoted

_STRONG = ("what matters", "joy", "laughter", "strength", "people")


def gaps_in(page: Page, whole: Whole) -> Iterator[str]:
    """The questions that the page leaves open, those about the person first."""
    for theme in _THEMES:
        yield from theme(page, whole)


def _person(page: Page, whole: Whole) -> Iterator[str]:
    cast, person = whole.cast, whole.data.get("person", {})
    if not person.get("likes_to_be_called"):
        yield say("gaps.called", cast.gender)
    if page.face is None:
        yield say("gaps.face", cast.gender, who=cast.called)
    if not any(said.by_person and said.words for said in page.matters):
        yield say("gaps.own_words", cast.gender, who=cast.called)
    if any(said.kind == "worry" for said in page.matters) and not any(said.kind in _STRONG for said in page.matters):
        yield say("gaps.strong", who=cast.called)


def _care(page: Page, whole: Whole) -> Iterator[str]:
    cast = whole.cast
    if not page.please_do and not page.please_do_not:
        yield say("gaps.do", who=cast.called)
    if not any("speaks for me" in other.roles for other in page.people):
        yield say("gaps.speaks", cast.gender, who=cast.called)
    if not any(FIRST in other.roles for other in page.people):
        yield say("gaps.call_first")
    if not page.communicates:
        yield say("gaps.communicates", who=cast.called)


def _numbers(page: Page, _whole: Whole) -> Iterator[str]:
    for who in page.call:
        if who.name and not who.phone:
            yield say("gaps.number", name=apart(who.name))


def _departures(page: Page, _whole: Whole) -> Iterator[str]:
    for departure in page.departures:
        if departure.ended:
            if not departure.outcomes:
                yield say("gaps.departure_went", departure=_what(departure, "was_"))
            continue
        what = _what(departure)
        if not departure.why:
            yield say("gaps.departure_why", departure=what)
        if not departure.agreed:
            yield say("gaps.departure_agreed", departure=what)
        if not departure.until:
            yield say("gaps.departure_until", departure=what)


def _what(departure: Departure, tense: str = "") -> str:
    """What differs, as a clause: “The weekly weighing” is left out."""
    if departure.left_out:
        return say(f"gaps.{tense}left_out", what=quoted(departure.left_out))
    protocol = inside(departure.protocol) or say("gaps.protocol")
    return say(f"gaps.{tense}instead", what=quoted(departure.instead), protocol=protocol)


def _plans(page: Page, whole: Whole) -> Iterator[str]:
    for plan in page.plans:
        if plan.ended:
            continue
        event = quoted(plan.trigger)
        if not plan.trigger:
            yield say("gaps.plan_for")
        if not plan.first:
            yield say("gaps.plan_call", event=event, who=whole.cast.called)
        if not plan.at_home and not plan.in_hospital:
            yield say("gaps.plan_steps", event=event)


def _law(_page: Page, whole: Whole) -> Iterator[str]:
    for decision in whole.legal:
        if not decision.paper and not decision.document and not decision.ended:
            yield say("gaps.paper", decision=f"{decision.kind}: {decision.what}")


def _recordings(_page: Page, whole: Whole) -> Iterator[str]:
    for key, recording in whole.recordings.by_key.items():
        if not whole.data["recordings"][key].get("showing"):
            yield say("gaps.showing", recording=recording.label, who=whole.cast.called)


def _again(page: Page, whole: Whole) -> Iterator[str]:
    if _has_died(whole):
        return
    for said in (*page.matters, *page.please_do, *page.please_do_not, *page.more, *page.preferences):
        if said.ask_again:
            yield said.ask_again


def _look_again(page: Page, whole: Whole) -> Iterator[str]:
    """What was to be looked at by a day that is past."""
    if _has_died(whole):
        return
    for section, field, shown in (
        ("choices", "look_again", [(choice.key, quoted(choice.question)) for choice in page.choices]),
        ("plans", "review_by", [(plan.key, quoted(plan.trigger)) for plan in page.plans if not plan.ended]),
        ("legal", "review_by", [(law.key, f"{law.kind}: {law.what}") for law in whole.legal if not law.ended]),
    ):
        for key, what in shown:
            if over(due := whole.data[section][key].get(field), whole.today):
                yield dated("gaps.look_again", due, what=what)


def _has_died(whole: Whole) -> bool:
    """True where it is written down where it was in the end: nobody is to be asked now what still stands."""
    wishes = whole.data.get("preferences", {})
    deaths = {key for key, wish in wishes.items() if wish.get("kind") == "place of death"}
    outcomes = whole.data.get("outcomes", {}).values()
    return any(each.get("of") in deaths and each.get("place") and not each.get("withdrawn") for each in outcomes)


_THEMES: tuple[Callable[[Page, Whole], Iterator[str]], ...] = (
    _person, _care, _numbers, _departures, _plans, _law, _recordings, _again, _look_again,
)  # fmt: skip
