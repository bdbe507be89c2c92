"""From the plain data of a record file to one page: sections and cards of text, names resolved, nothing laid out yet.

What was entered by mistake is counted, not shown. What nobody has written down becomes a gentle question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from fhir_matters.view.cast import named
from fhir_matters.view.catalogue import USUAL, say, speaking
from fhir_matters.view.chains import newest
from fhir_matters.view.choices import choice_of
from fhir_matters.view.contents import Page
from fhir_matters.view.departures import departure_of
from fhir_matters.view.facts import communicates_of, facts_of
from fhir_matters.view.gaps import gaps_in
from fhir_matters.view.legal import Legal
from fhir_matters.view.outcomes import JUDGED, Outcome
from fhir_matters.view.people import contact_of, people_of, to_call
from fhir_matters.view.plans import plan_of
from fhir_matters.view.recordings import Recording, may_show
from fhir_matters.view.said import KINDS, WISHES, Statement, statement_of
from fhir_matters.view.talks import loops_in, talks_of
from fhir_matters.view.whole import Whole, whole_of
from fhir_matters.view.wording import dated, plain

# What may have been entered by mistake.
_ENTERED = ("recordings", "what_matters", "preferences", "choices", "departures", "plans", "legal", "outcomes")
_SECTIONS = ("people", "colleagues", "conversations", *_ENTERED)
_NOT_TOLD = "not to be told"
# Of each list on the first screen, so that it stays one screen; the rest stands further down.
FIRST = 8


def page_of(
    data: Mapping[str, Any],
    *,
    today: date | None = None,
    withheld: bool = False,
    for_team: bool = True,
    language: str | None = None,
) -> Page:
    """The page of one record, from the data that its file would hold, the files carried inside as base64.

    The same record gives the same page, in whatever order a server gave its parts back. `today` decides what is still
    in force; `withheld` says on the page that something was kept from it; and who is not to be told is named only
    where the page is `for_team`: for the professionals who must know. It is worded in `language`, else in the person's
    where there are wordings of it, else in English.
    """
    words = plain(data.get("language")) or USUAL
    with speaking(language or plain(data.get("person", {}).get("language")), words) as wording:
        whole = whole_of(_in_order(data), today or date.today())  # noqa: DTZ011  the day where the reader is
        page = _page(whole, wording.language, withheld=withheld, complete=for_team and not withheld)
        page = page if for_team else _for_family(page)
        return replace(page, gaps=tuple(gaps_in(page, whole)))


def _page(whole: Whole, language: str, *, withheld: bool, complete: bool) -> Page:
    data, person = whole.data, whole.data.get("person", {})
    said = newest(data.get("what_matters", {}), partial(statement_of, whole=whole))
    wishes = newest(data.get("preferences", {}), partial(statement_of, whole=whole))
    matters = tuple(sorted(said, key=_own_words_first))
    please_do, please_do_not = _of_kind(wishes, "please do"), _of_kind(wishes, "please do not")
    plans = newest(data.get("plans", {}), partial(plan_of, whole=whole))
    people = people_of(data, whole.today)
    first_if = [(plan.call[0], plan.trigger) for plan in plans if plan.first and not plan.ended]
    return Page(
        called=plain(person.get("likes_to_be_called")) or named(person),
        name=named(person),
        language=language,
        record_language=plain(data.get("language")) or USUAL,
        face=whole.face,
        facts=tuple(facts_of(person)),
        communicates=tuple(communicates_of(person)),
        matters=matters[:FIRST],
        more=(*matters[FIRST:], *please_do[FIRST:], *please_do_not[FIRST:]),
        please_do=please_do[:FIRST],
        please_do_not=please_do_not[:FIRST],
        departures=newest(data.get("departures", {}), partial(departure_of, whole=whole)),
        call=to_call(people, first_if),
        plans=plans,
        preferences=tuple(
            statement for kind in WISHES if not kind.startswith("please") for statement in _of_kind(wishes, kind)
        ),
        legal=_by_themselves(whole, wishes),
        people=people,
        colleagues=tuple(contact_of(key, data, whole.today) for key in data.get("colleagues", {})),
        choices=newest(data.get("choices", {}), partial(choice_of, whole=whole)),
        recordings=_unheard(whole),
        outcomes=_of_nothing_shown(whole),
        talks=talks_of(data, whole.cast, complete=complete),
        loops=loops_in(data, complete=complete),
        withheld=say("last.withheld", who=whole.cast.called) if withheld else "",
        gaps=(),
        newest=_newest([*said, *wishes]),
        notes=tuple(_notes(whole)),
    )


def _in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data with the parts of each section in the order of their keys."""
    return {name: dict(sorted(part.items())) if name in _SECTIONS else part for name, part in data.items()}


def _for_family(page: Page) -> Page:
    """The page without a word of who is not to be told."""
    people = (replace(who, roles=tuple(role for role in who.roles if role != _NOT_TOLD)) for who in page.people)
    return replace(page, people=tuple(people))


def _own_words_first(statement: Statement) -> tuple[bool, bool, int]:
    kind = statement.kind
    place = KINDS.index(kind) if kind in KINDS else len(KINDS)
    return statement.words is None, not statement.by_person, place


def _newest(statements: Iterable[Statement]) -> str:
    """How new the newest words are; empty where none has a day."""
    when = max((statement.when for statement in statements if statement.words), default="")
    return dated("last.newest", when) if when else ""


def _of_kind(statements: tuple[Statement, ...], kind: str) -> tuple[Statement, ...]:
    return tuple(said for said in statements if said.kind == kind)


def _by_themselves(whole: Whole, shown: tuple[Statement, ...]) -> tuple[Legal, ...]:
    """The decisions in law that rest on no wish that is shown now."""
    beside = {decision.key for statement in shown for decision in statement.legal}
    return tuple(decision for decision in whole.legal if decision.key not in beside)


def _unheard(whole: Whole) -> tuple[Recording, ...]:
    """The recordings that nothing which is shown names."""
    shown = whole.recordings
    return tuple(recording for key, recording in shown.by_key.items() if key not in shown.beside)


def _of_nothing_shown(whole: Whole) -> tuple[Outcome, ...]:
    """How it went with what was since taken back: the words stay, by themselves."""
    live = {key for name in JUDGED for key, part in whole.data.get(name, {}).items() if not part.get("withdrawn")}
    return tuple(outcome for of, found in whole.outcomes.items() if of not in live for outcome in found)


def _notes(whole: Whole) -> Iterator[str]:
    data = whole.data
    parts = [(name, part) for name in _ENTERED for part in data.get(name, {}).values()]
    if withdrawn := sum(bool(part.get("withdrawn")) for _, part in parts):
        yield say("last.withdrawn", number=withdrawn)
    kept = sum(
        name == "recordings" and not part.get("withdrawn") and not may_show(part.get("showing"), whole.today)
        for name, part in parts
    )
    if kept:
        yield say("last.not_shown", number=kept)
    if data.get("other"):
        yield say("last.other", number=len(data["other"]))
