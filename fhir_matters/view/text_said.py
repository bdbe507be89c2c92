"""What was said, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.said import Statement
from fhir_matters.view.text_agreed import legal_lines
from fhir_matters.view.text_went import outcome_lines, recording_lines, set_in, spoken_lines
from fhir_matters.view.wording import inside


def statement_lines(statement: Statement) -> Iterator[str]:
    """Everything of one statement, in the order of the page."""
    yield from _asked(statement)
    yield from set_in(f"{sort}: {inside(words)}" for sort, words in statement.conditions)
    yield from set_in(line for decision in statement.legal for line in legal_lines(decision))
    yield from set_in(recording_lines(statement.recording))
    yield from set_in((*statement.notes, statement.source))
    yield from set_in(outcome_lines(statement.outcomes))
    for earlier in statement.earlier:
        yield f"  {say('said.earlier')} {' '.join(_asked(earlier))} ({earlier.source})"
        yield from set_in(set_in(outcome_lines(earlier.outcomes)))


def _asked(statement: Statement) -> Iterator[str]:
    yield from filter(None, (statement.wish, statement.answer))
    yield from spoken_lines(statement.words, statement.translations)
    if statement.why:
        yield f"({inside(statement.why)})"
