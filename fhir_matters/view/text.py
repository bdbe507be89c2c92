"""The page as text for a terminal, any width: the same order and words as the HTML, without its looks.

No colour, no control codes: it can be piped, diffed and read aloud.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

from fhir_matters.view.catalogue import known, say, speaking
from fhir_matters.view.contents import Page
from fhir_matters.view.people import Contact
from fhir_matters.view.said import Statement
from fhir_matters.view.talks import Talk
from fhir_matters.view.text_agreed import departure_lines, legal_lines, plan_lines
from fhir_matters.view.text_choices import choice_lines
from fhir_matters.view.text_said import statement_lines
from fhir_matters.view.text_went import outcome_lines, recording_lines
from fhir_matters.view.wording import apart, inside, quoted, unmarked

_NARROWEST = 20


def text(page: Page, width: int = 80) -> str:
    """The whole page in lines of at most `width` characters, longer only where one word is."""
    with speaking(page.language, page.record_language):
        lines = (wrapped for line in _lines(page) for wrapped in _wrapped(unmarked(line), max(width, _NARROWEST)))
        return "\n".join(lines) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield apart(page.called) or say("first.nameless")
    facts = [fact for fact in (apart(page.name) if page.name != page.called else "", *page.facts) if fact]
    yield from (" · ".join(facts), *page.communicates) if facts else page.communicates
    yield from filter(None, [page.withheld])
    for key, lines in _ORDER:
        yield from _titled(say(f"sections.{key}", who=page.who), lines(page))
    for note in filter(None, (page.newest, *page.notes)):
        yield from ("", note)


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The title and its lines, set in; nothing where there is no line."""
    body = list(lines)
    if body:
        yield from ("", title)
        yield from (f"  {line}" for line in body)


# ── the sections ──


def _matters(page: Page) -> Iterator[str]:
    if not page.matters:
        yield say("first.no_words")
    yield from _each(page.matters)
    if page.more:
        yield say("first.more", number=len(page.more))


def _instead(page: Page) -> Iterator[str]:
    return (line for one in page.departures if not one.ended for line in departure_lines(one))


def _plans(page: Page) -> Iterator[str]:
    return (line for one in page.plans if not one.ended for line in plan_lines(one))


def _wishes(page: Page) -> Iterator[str]:
    yield from (line for wish in page.preferences if wish.legal for line in _labelled(wish))
    yield from (line for one in page.legal if not one.ended for line in legal_lines(one))
    yield from (line for wish in page.preferences if not wish.legal for line in _labelled(wish))


def _labelled(wish: Statement) -> Iterator[str]:
    yield wish.label
    yield from (f"  {line}" for line in statement_lines(wish))


def _over(page: Page) -> Iterator[str]:
    yield from (line for one in page.departures if one.ended for line in departure_lines(one))
    yield from (line for one in page.plans if one.ended for line in plan_lines(one))
    yield from (line for one in page.legal if one.ended for line in legal_lines(one))


def _each(statements: Iterable[Statement]) -> Iterator[str]:
    return (line for statement in statements for line in statement_lines(statement))


_ORDER: tuple[tuple[str, Callable[[Page], Iterable[str]]], ...] = (
    ("matters", _matters),
    ("do", lambda page: _each(page.please_do)),
    ("dont", lambda page: _each(page.please_do_not)),
    ("instead", _instead),
    ("call", lambda page: map(_contact, page.call)),
    ("plans", _plans),
    ("wishes", _wishes),
    ("people", lambda page: map(_contact, page.people)),
    ("colleagues", lambda page: map(_contact, page.colleagues)),
    ("choices", lambda page: (line for one in page.choices for line in choice_lines(one))),
    ("recordings", lambda page: (line for one in page.recordings for line in recording_lines(one))),
    ("outcomes", lambda page: (line for one in page.outcomes for line in outcome_lines((one,)))),
    ("over", _over),
    ("talks", lambda page: (*(loop.sentence for loop in page.loops), *_talks(page.talks))),
    ("more", lambda page: (line for one in page.more for line in _labelled(one))),
    ("gaps", lambda page: page.gaps),
)


# ── people and talks ──


def _contact(contact: Contact) -> str:
    roles = (known("roles", role) for role in contact.roles)
    details = (inside(contact.about), *roles, inside(contact.does), apart(contact.phone), apart(contact.email))
    first_if = (say("people.first_if", event=inside(trigger)) for trigger in contact.first_if)
    return " · ".join(filter(None, (apart(contact.name) or say("cast.no_name"), *details, *first_if)))


def _talks(talks: Iterable[Talk]) -> Iterator[str]:
    for talk in talks:
        yield " · ".join(
            part for part in (f"{talk.when} {talk.clock}".strip(), talk.length, talk.who, talk.where) if part
        )
        yield from (f"  {line}" for line in _held(talk) if line)


def _held(talk: Talk) -> Iterator[str]:
    if talk.again:
        yield say("talks.again")
    else:
        yield inside(talk.topic)
        yield say("talks.asked", words=quoted(talk.asked)) if talk.asked else ""
    yield talk.answer
    yield talk.added
    yield say("talks.left", words=inside(talk.left_with_them)) if talk.left_with_them else ""
    yield talk.written


def _wrapped(line: str, width: int) -> list[str]:
    """The line in pieces, each set in as deep as it began, and two deeper after the first."""
    body = line.lstrip(" ")
    indent = " " * min(len(line) - len(body), width // 2)
    wrapped = textwrap.wrap(
        body,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped or [""]
