"""Choices as lines of text: each option with what speaks for it and against it."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.choices import Choice, Consideration, Option
from fhir_matters.view.text_went import outcome_lines, rests, set_in
from fhir_matters.view.wording import apart, capital, quoted


def choice_lines(choice: Choice) -> Iterator[str]:
    """A choice: its options, what speaks for and against each, and what was decided."""
    yield apart(choice.question)
    yield f"  {choice.source}"
    yield from set_in([rests(choice.rests_on)])
    yield from (f"  {line}" for option in choice.options for line in _option(option))
    yield from (f"  {line}" for line in _decision(choice))
    yield from set_in(outcome_lines(choice.outcomes))
    for earlier in choice.earlier:
        yield f"  Earlier: {quoted(earlier.decided) if earlier.decided else 'still being weighed'} ({earlier.source})"


def _decision(choice: Choice) -> Iterator[str]:
    decided = f"Decided: {quoted(choice.decided)} {choice.decided_by}" if choice.decided else ""
    yield decided or "Still weighing. Nothing is decided."
    yield from (f"Reservation: {quoted(words)} {by}".rstrip() for words, by in choice.reservations)
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
