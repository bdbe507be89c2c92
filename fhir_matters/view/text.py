"""The page as text for a terminal, any width: the same order and words as the HTML, without its looks.

No colour, no control codes: it can be piped, diffed and read aloud.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from fhir_matters.view.choices import Choice, Consideration, Option
from fhir_matters.view.page import Contact, Page
from fhir_matters.view.said import Statement
from fhir_matters.view.talks import Talk
from fhir_matters.view.wording import apart, capital

_NARROWEST = 20


def text(page: Page, width: int = 80) -> str:
    """The whole page in lines of at most `width` characters, longer only where one word is."""
    lines = (wrapped for line in _lines(page) for wrapped in _wrapped(line, max(width, _NARROWEST)))
    return "\n".join(lines) + "\n"


def _lines(page: Page) -> Iterator[str]:
    who = apart(page.called) or "this person"
    yield apart(page.called) or "Name not written down"
    facts = [apart(fact) for fact in (page.name if page.name != page.called else "", *page.facts) if fact]
    yield from (" · ".join(facts), *map(apart, page.communicates)) if facts else map(apart, page.communicates)
    yield from _titled(f"What matters to {who}", _each(page.matters) if page.matters else ["Not written down yet."])
    yield from _titled("Please do", _each(page.please_do))
    yield from _titled("Please don\N{RIGHT SINGLE QUOTATION MARK}t", _each(page.please_do_not))
    yield from _titled("Who to call", map(_contact, page.call))
    yield from _titled(f"What {who} would like", _each(page.preferences, labelled=True))
    yield from _titled(f"People who matter to {who}", map(_contact, page.people))
    yield from _titled("Professionals, by name", map(_contact, page.colleagues))
    yield from _titled("Choices, and what was weighed", (line for choice in page.choices for line in _choice(choice)))
    yield from _titled(
        "What was talked about, and when", (*(loop.sentence for loop in page.loops), *_talks(page.talks))
    )
    yield from _titled("Still to ask", page.gaps)
    if page.notes:
        yield from ("", *page.notes)


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The title and its lines, set in; nothing where there is no line."""
    body = list(lines)
    if body:
        yield from ("", title)
        yield from (f"  {line}" for line in body)


# ── what was said ──


def _each(statements: Iterable[Statement], *, labelled: bool = False) -> Iterator[str]:
    for statement in statements:
        if labelled:
            yield statement.label
        yield from (f"  {line}" if labelled else line for line in _statement(statement))


def _statement(statement: Statement) -> Iterator[str]:
    yield from _asked(statement)
    yield from (f"  {line}" for line in (*statement.conditions, *statement.notes, statement.source) if line)
    for earlier in statement.earlier:
        yield f"  Earlier: {' '.join(_asked(earlier))} ({earlier.source})"


def _asked(statement: Statement) -> Iterator[str]:
    yield from (apart(line) for line in (statement.wish, statement.answer) if line)
    if statement.words:
        yield _quoted(statement.words.text)
    if statement.why:
        yield f"({apart(statement.why)})"


def _quoted(words: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{apart(words)}\N{RIGHT DOUBLE QUOTATION MARK}"


# ── people and talks ──


def _contact(contact: Contact) -> str:
    parts = (contact.name or "A name is not written down", contact.about, *contact.roles, contact.phone, contact.email)
    return " · ".join(apart(part) for part in parts if part)


def _talks(talks: Iterable[Talk]) -> Iterator[str]:
    for talk in talks:
        yield " · ".join(
            part for part in (f"{talk.when} {talk.clock}".strip(), talk.length, talk.who, talk.where) if part
        )
        yield from (f"  {line}" for line in _held(talk) if line)


def _held(talk: Talk) -> Iterator[str]:
    if talk.again:
        yield "The same question again."
    else:
        yield apart(talk.topic)
        yield f"Asked: {_quoted(talk.asked)}" if talk.asked else ""
    yield talk.answer
    yield f"Left with them: {apart(talk.left_with_them)}" if talk.left_with_them else ""


# ── choices ──


def _choice(choice: Choice) -> Iterator[str]:
    yield apart(choice.question)
    yield f"  {choice.source}"
    if choice.rests_on:
        yield f"  It rests on {'; '.join(map(_quoted, choice.rests_on))}"
    yield from (f"  {line}" for option in choice.options for line in _option(option))
    yield from (f"  {line}" for line in _decision(choice))
    for earlier in choice.earlier:
        yield f"  Earlier: {_quoted(earlier.decided) if earlier.decided else 'still being weighed'} ({earlier.source})"


def _decision(choice: Choice) -> Iterator[str]:
    decided = f"Decided: {_quoted(choice.decided)} {choice.decided_by}" if choice.decided else ""
    yield decided or "Still weighing. Nothing is decided."
    yield from (f"Reservation: {_quoted(words)} {by}".rstrip() for words, by in choice.reservations)
    yield from choice.notes


def _option(option: Option) -> Iterator[str]:
    marks = [mark for mark, on in (("as things are", option.as_things_are), ("chosen", option.chosen)) if on]
    about = f" ({', '.join(marks)})" if marks else ""
    yield f"{'*' if option.chosen else '-'} {apart(option.what)}{about}"
    for side, considerations in (("for", option.speaks_for), ("against", option.against)):
        yield from (f"    {capital(side)}: {line}" for line in map(_consideration, considerations))
        if not considerations:
            yield f"    Nothing was said {side} it."


def _consideration(one: Consideration) -> str:
    parts = (
        one.domain,
        one.raised_by,
        f"weighs: {one.weight}" if one.weight else "",
        f"how likely: {one.likelihood}" if one.likelihood else "",
        "this tipped it" if one.tipped_it else "",
    )
    return f"{apart(one.words)} ({'; '.join(part for part in parts if part)})"


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
