"""How it went, as a reader sees it: every view stands beside the others, and nobody is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fhir_matters.view.cast import Cast
from fhir_matters.view.catalogue import known, say, spoken
from fhir_matters.view.chains import newest
from fhir_matters.view.recordings import Recording, Recordings
from fhir_matters.view.spoken import Words, translations_of, words_of
from fhir_matters.view.wording import capital, inside, number_of, plain, short

# What is judged, and so what a word on how it went may stand under.
JUDGED = ("what_matters", "preferences", "choices", "departures", "plans", "legal")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one saw it; `place` says where it was in the end beside where they wished, `avoided` what did not happen."""

    key: str
    of: str
    honoured: str
    words: Words | None
    translations: tuple[Words, ...]
    why: str
    place: str
    avoided: tuple[str, ...]
    source: str
    when: str
    heard: str = ""
    recording: Recording | None = None
    earlier: tuple[Outcome, ...] = ()


def outcomes_of(data: Mapping[str, Any], cast: Cast, recordings: Recordings) -> Mapping[str, tuple[Outcome, ...]]:
    """What was seen of each part, by the key of the part, the oldest view first."""
    found = newest(data.get("outcomes", {}), partial(_outcome, cast=cast, data=data, recordings=recordings))
    by_part: dict[str, tuple[Outcome, ...]] = {}
    for outcome in reversed(found):
        by_part[outcome.of] = (*by_part.get(outcome.of, ()), outcome)
    return by_part


def disagree(outcomes: tuple[Outcome, ...]) -> bool:
    """True where they do not see it alike."""
    return len({outcome.honoured for outcome in outcomes}) > 1


def _outcome(
    key: str,
    part: Mapping[str, Any],
    earlier: tuple[Outcome, ...],
    *,
    cast: Cast,
    data: Mapping[str, Any],
    recordings: Recordings,
) -> Outcome:
    return Outcome(
        key=key,
        of=plain(part.get("of")),
        honoured=_honoured(plain(part.get("honoured")), cast),
        words=words_of(part, data),
        translations=translations_of(part),
        why=plain(part.get("why")),
        place=_place(part, data),
        avoided=tuple(_avoided(each, cast) for each in part.get("avoided", ())),
        source=cast.source(part, part.get("said_by")),
        heard=cast.heard(part, part.get("said_by")),
        when=cast.when(part),
        recording=recordings.at(key, part),
        earlier=earlier,
    )


def _honoured(how: str, cast: Cast) -> str:
    if how == "changed their mind":
        return capital(say(f"outcomes.{how}", cast.gender, who=cast.called))
    called = known("outcomes", how)
    return capital(how) if called == how else called


def _place(part: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Where it was in the end, beside where they wished it to be."""
    if not part.get("place"):
        return ""
    wished = data.get("preferences", {}).get(part.get("of"), {})
    wish = short(wished.get("wish")) if plain(wished.get("kind")).startswith("place") else ""
    before = say("went.wished", place=wish) if wish else ""
    return " · ".join(filter(None, (before, say("went.in_the_end", place=short(part["place"])))))


def _avoided(one: Mapping[str, Any], cast: Cast) -> str:
    """What did not have to happen, how many hours it saved, and who saw it."""
    what, hours = plain(one.get("what")), number_of(one.get("hours"))
    about = known("avoided", what)
    if hours is not None:
        about = say("went.hours", spoken().number(hours), what=about, hours=plain(one.get("hours"))).strip()
    seen = say("went.seen_by", who=cast.speaker(one["seen_by"])) if one.get("seen_by") else ""
    return ": ".join(filter(None, (", ".join(filter(None, (about, seen))), inside(one.get("words")))))
