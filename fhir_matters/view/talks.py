"""The conversations on a line of time, and the loops in them: the same question, asked again and again.

What was said in them stands elsewhere on the page; here is who talked, for how long, what was asked, and what is on
record from each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.cast import Cast
from fhir_matters.view.catalogue import say
from fhir_matters.view.legal import kind_called as decision_called
from fhir_matters.view.said import answered, kind_called
from fhir_matters.view.wording import capital, clock, counted, day, inside, length, listed, plain, quoted

_LOOP = 3  # asked twice is asking again; three times is a loop


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation; `share` is its length against the longest, `again` that its question had been asked before.

    `added` says of what there are words from it; where there are none, it says that.
    """

    when: str
    clock: str
    length: str
    share: float
    who: str
    where: str
    topic: str
    asked: str
    answer: str
    left_with_them: str
    written: str
    again: bool
    added: str


@dataclass(frozen=True, slots=True)
class Loop:
    """One question that was asked three times or more, in one sentence."""

    sentence: str


def talks_of(data: Mapping[str, Any], cast: Cast, *, complete: bool = True) -> tuple[Talk, ...]:
    """Every conversation, oldest first; one without a date comes last.

    That nothing is on record from one is said only where the data are `complete`: where nothing was kept from them.
    """
    talks = _in_time(data)
    longest = max((_minutes(talk) for _, talk in talks), default=0)
    seen, shown = set[str](), []
    for key, talk in talks:
        asked = plain(talk.get("asked"))
        added = _added(key, data) or (_silent(talk) if complete else "")
        shown.append(_talk(talk, cast, longest, again=bool(asked) and asked in seen, added=added))
        seen.add(asked)
    return tuple(shown)


def loops_in(data: Mapping[str, Any], *, complete: bool = True) -> tuple[Loop, ...]:
    """The questions that were asked three times or more, and how much of what was answered is on record."""
    talks, kept = data.get("conversations", {}), _with_words(data)
    asked: dict[str, list[str]] = {}
    for key, talk in talks.items():
        if plain(talk.get("asked")):
            asked.setdefault(plain(talk["asked"]), []).append(key)
    return tuple(
        Loop(" ".join(filter(None, (_asked(question, [talks[key] for key in keys]), _unheard(keys, kept, complete)))))
        for question, keys in asked.items()
        if len(keys) >= _LOOP
    )


def _asked(question: str, talks: list[Mapping[str, Any]]) -> str:
    minutes, number = sum(map(_minutes, talks)), capital(counted("talks.counts", len(talks)))
    if not minutes:
        return say("talks.loop", count=number, question=quoted(question))
    return say("talks.loop_long", count=number, length=length(minutes), question=quoted(question))


def _unheard(keys: list[str], kept: set[str], complete: bool) -> str:
    return say("talks.silent") if complete and not kept & set(keys) else ""


def _added(key: str, data: Mapping[str, Any]) -> str:
    """Of what there are words from this talk, each named once, in the order of the record."""
    found = Counter(
        called(part)
        for section, called in _CALLED
        for part in data.get(section, {}).values()
        if part.get("in") == key and not part.get("withdrawn")
    )
    parts = [name if number == 1 else say("talks.times", what=name, number=number) for name, number in found.items()]
    return say("talks.added", parts=listed(parts)) if parts else ""


# What a part is called in the list of what a talk added.
_CALLED: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("what_matters", lambda part: kind_called(plain(part.get("kind")) or "what matters")),
    ("preferences", lambda part: kind_called(plain(part.get("kind")))),
    ("choices", lambda _: say("talks.choice")),
    ("departures", lambda _: say("talks.departure")),
    ("plans", lambda _: say("talks.plan")),
    ("legal", lambda part: decision_called(plain(part.get("kind")))),
    ("outcomes", lambda _: say("talks.went")),
    ("recordings", lambda _: say("talks.heard")),
)


def _silent(talk: Mapping[str, Any]) -> str:
    """A talk that was offered and not wanted left no words, and that is no loss."""
    return say("talks.nothing") if talk.get("answer", "talked") == "talked" else ""


def _talk(talk: Mapping[str, Any], cast: Cast, longest: int, *, again: bool, added: str) -> Talk:
    minutes = _minutes(talk)
    present = [*(cast.name(key) for key in talk.get("with", ())), inside(talk.get("unnamed"))]
    return Talk(
        when=day(talk.get("when")) or say("cast.no_date"),
        clock=clock(talk.get("when")),
        length=length(minutes),
        share=minutes / longest if longest else 0.0,
        who=listed([name for name in present if name]),
        where=inside(talk.get("where")),
        topic=plain(talk.get("topic")),
        asked=plain(talk.get("asked")),
        answer=answered(talk, "talks", "talked"),
        left_with_them=plain(talk.get("left_with_them")),
        written=capital(cast.written(talk)),
        again=again,
        added=added,
    )


def _in_time(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(data.get("conversations", {}).items(), key=lambda talk: plain(talk[1].get("when")) or "~")


def _minutes(talk: Mapping[str, Any]) -> int:
    minutes = talk.get("minutes")
    return minutes if isinstance(minutes, int) and minutes > 0 else 0


def _with_words(data: Mapping[str, Any]) -> set[str]:
    """The conversations of which something that was said is on record."""
    sections = ("what_matters", "preferences", "choices")
    return {part["in"] for section in sections for part in data.get(section, {}).values() if part.get("in")}
