"""How it went, and what can be seen and heard, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fhir_matters.view.catalogue import say
from fhir_matters.view.facts import language_called
from fhir_matters.view.outcomes import Outcome, disagree
from fhir_matters.view.recordings import Recording
from fhir_matters.view.spoken import Words
from fhir_matters.view.wording import capital, inside, quoted


def set_in(lines: Iterable[str]) -> Iterator[str]:
    """The lines that say something, two blanks deeper."""
    return (f"  {line}" for line in lines if line)


def spoken_lines(words: Words | None, translations: Iterable[Words]) -> Iterator[str]:
    """The words, and the same in other languages."""
    if words:
        yield quoted(words.text)
    yield from (f"{language_called(other.language)}: {quoted(other.text)}" for other in translations)


def rests(words: tuple[Words, ...]) -> str:
    """What it rests on, in words; empty where nobody said."""
    return say("said.rests_on", words="; ".join(quoted(each.text) for each in words)) if words else ""


def outcome_lines(outcomes: tuple[Outcome, ...]) -> Iterator[str]:
    """Each view of how it went, one under the other."""
    for outcome in outcomes:
        yield say("went.how", honoured=outcome.honoured)
        yield from set_in(_view(outcome))
    if disagree(outcomes):
        yield say("went.disagree")


def recording_lines(recording: Recording | None) -> Iterator[str]:
    """What is to be seen or heard; a terminal cannot show it."""
    if recording:
        where = recording.instead or say("recordings.in_the_page")
        caption = recording.caption if recording.caption != recording.label else ""
        about = " · ".join(filter(None, (recording.label, caption, recording.source, recording.consent, where)))
        yield say("recordings.labelled", sort=capital(say(f"files.{recording.sort}")), about=about)


def _view(outcome: Outcome) -> Iterator[str]:
    yield outcome.place
    yield from spoken_lines(outcome.words, outcome.translations)
    yield f"({inside(outcome.why)})" if outcome.why else ""
    yield from (say("went.avoided_this", what=each) for each in outcome.avoided)
    yield from recording_lines(outcome.recording)
    yield outcome.source
    for earlier in outcome.earlier:
        said = " ".join((earlier.honoured, *spoken_lines(earlier.words, earlier.translations)))
        yield f"{say('said.earlier')} {said} ({earlier.source})"
