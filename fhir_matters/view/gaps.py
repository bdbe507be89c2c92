"""What nobody has written down yet, as something to ask: gently, and never as a fault of whoever wrote.

One small function a theme; the table at the end is their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fhir_matters.view.contents import Page
from fhir_matters.view.departures import Departure
from fhir_matters.view.people import FIRST
from fhir_matters.view.whole import Whole
from fhir_matters.view.wording import apart, capital, quoted

_NOBODY = "Nobody has written down"
_STRONG = ("what matters", "joy", "laughter", "strength", "people")


def gaps_in(page: Page, whole: Whole) -> Iterator[str]:
    """The questions that the page leaves open, those about the person first."""
    for theme in _THEMES:
        yield from theme(page, whole)


def _person(page: Page, whole: Whole) -> Iterator[str]:
    cast, person = whole.cast, whole.data.get("person", {})
    if not person.get("likes_to_be_called"):
        yield f"{_NOBODY} what {cast.they} would like to be called."
    if page.face is None and not page.face_kept:
        yield f"There is no picture of {cast.their} face here. Would {cast.called} like one?"
    if not any(said.by_person and said.words for said in page.matters):
        yield f"{_NOBODY} what matters to {cast.called} in {cast.their} own words."
    if any(said.kind == "worry" for said in page.matters) and not any(said.kind in _STRONG for said in page.matters):
        yield f"Worries are written down, and nothing yet of what is strong. What is {cast.called} proud of?"


def _care(page: Page, whole: Whole) -> Iterator[str]:
    cast = whole.cast
    if not page.please_do and not page.please_do_not:
        yield f"Is there anything that {cast.called} would like us to do, or not to do?"
    if not any("speaks for me" in other.roles for other in page.people):
        yield f"{_NOBODY} who speaks for {cast.called} when {cast.they} cannot."
    if not any(FIRST in other.roles for other in page.people):
        yield f"{_NOBODY} who is to be called first."
    if not page.communicates:
        yield f"{_NOBODY} how {cast.called} likes to be spoken with."


def _numbers(page: Page, _whole: Whole) -> Iterator[str]:
    for who in page.call:
        if who.name and not who.phone:
            yield f"By which number is {apart(who.name)} to be reached?"


def _departures(page: Page, _whole: Whole) -> Iterator[str]:
    for departure in page.departures:
        if departure.ended:
            if not departure.outcomes:
                yield f"How did it go, that {_what(departure, 'was')}? Nobody has written it down yet."
            continue
        what = _what(departure, "is")
        if not departure.why:
            yield f"{_NOBODY} why {what}. Who would know?"
        if not departure.agreed:
            yield f"{_NOBODY} with whom it is agreed that {what}."
        if not departure.until:
            yield f"{_NOBODY} until when {what}. When do we look at it again?"


def _what(departure: Departure, verb: str) -> str:
    """What differs, as a clause: “The weekly weighing” is left out."""
    if departure.left_out:
        return f"{quoted(departure.left_out)} {verb} left out"
    return f"{quoted(departure.instead)} {verb} done instead of {apart(departure.protocol) or 'the protocol'}"


def _plans(page: Page, whole: Whole) -> Iterator[str]:
    for plan in page.plans:
        if plan.ended:
            continue
        event = f"If this happens: {quoted(plan.trigger)}"
        if not plan.trigger:
            yield f"There is a plan here, and {_NOBODY.lower()} what it is for."
        if not plan.first:
            yield f"{event}. Who would {whole.cast.called} like us to call first?"
        if not plan.at_home and not plan.in_hospital:
            yield f"{event}. What would we do? {_NOBODY} the steps yet."


def _law(_page: Page, whole: Whole) -> Iterator[str]:
    for decision in whole.legal:
        if not decision.paper and not decision.document and not decision.ended:
            yield f"Where is the paper kept? ({decision.kind}: {decision.what})"


def _recordings(_page: Page, whole: Whole) -> Iterator[str]:
    for key in whole.recordings:
        if not whole.data["recordings"][key].get("showing"):
            label = apart(whole.recordings[key].label)
            yield f"{_NOBODY} whether this may be shown, and to whom: {label}. Would {whole.cast.called} say?"


def _again(page: Page, _whole: Whole) -> Iterator[str]:
    for said in (*page.matters, *page.please_do, *page.please_do_not, *page.preferences):
        if said.ask_again:
            yield f"{capital(said.label)}: this {said.ask_again}. Does it still stand?"


_THEMES: tuple[Callable[[Page, Whole], Iterator[str]], ...] = (
    _person, _care, _numbers, _departures, _plans, _law, _recordings, _again,
)  # fmt: skip
