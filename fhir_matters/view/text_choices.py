"""Choices as lines of text: each option with what speaks for it and against it."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.catalogue import known, say
from fhir_matters.view.choices import Choice, Consideration, Option
from fhir_matters.view.text_went import outcome_lines, rests, set_in
from fhir_matters.view.wording import inside, quoted, small


def choice_lines(choice: Choice) -> Iterator[str]:
    """A choice: its options, what speaks for and against each, and what was decided."""
    yield inside(choice.question)
    yield f"  {choice.source}"
    yield from set_in([rests(choice.rests_on)])
    yield from (f"  {line}" for option in choice.options for line in _option(option))
    yield from (f"  {line}" for line in _decision(choice))
    yield from set_in(outcome_lines(choice.outcomes))
    for earlier in choice.earlier:
        decided = quoted(earlier.decided) if earlier.decided else say("choices.was_weighing")
        yield f"  {say('said.earlier')} {decided} ({earlier.source})"


def _decision(choice: Choice) -> Iterator[str]:
    if choice.decided:
        yield f"{say('choices.decided', words=quoted(choice.decided))} {choice.decided_by}"
    else:
        yield say("choices.still_weighing")
    for words, by in choice.reservations:
        yield f"{say('choices.reservation', words=quoted(words))} {by}".rstrip()
    yield from choice.notes


def _option(option: Option) -> Iterator[str]:
    marks = [mark for mark, on in (("as_things_are", option.as_things_are), ("chosen", option.chosen)) if on]
    about = f" ({', '.join(say(f'choices.{mark}') for mark in marks)})" if marks else ""
    yield f"{'*' if option.chosen else '-'} {inside(option.what)}{about}"
    for side, considerations in (("for", option.speaks_for), ("against", option.against)):
        yield from (f"    {say(f'choices.{side}')}: {line}" for line in map(_consideration, considerations))
        if not considerations:
            yield f"    {say(f'choices.nothing_{side}')}"


def _consideration(one: Consideration) -> str:
    parts = (
        known("domains", one.domain),
        one.raised_by,
        small(say("choices.weighs", weight=one.weight)) if one.weight else "",
        small(say("choices.likely", likelihood=one.likelihood)) if one.likelihood else "",
        small(say("choices.tipped")) if one.tipped_it else "",
    )
    return f"{inside(one.words)} ({'; '.join(part for part in parts if part)})"
