"""The conversations on a line of time, and the loops in them: the same question, asked again and again.

What was said in them stands elsewhere on the page; here is who talked, for how long, and what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.cast import Cast
from fhir_matters.view.wording import apart, capital, clock, count, day, length, listed, plain

_ANSWERS = {
    "declined": "Declined to talk.",
    "not now": "Not now, was the answer.",
    "not appropriate now": "It was not the moment.",
}
_LOOP = 3  # asked twice is asking again; three times is a loop


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation; `share` is its length against the longest, `again` that its question had been asked before."""

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


@dataclass(frozen=True, slots=True)
class Loop:
    """One question that was asked three times or more, in one sentence."""

    sentence: str


def talks_of(data: Mapping[str, Any], cast: Cast) -> tuple[Talk, ...]:
    """Every conversation, oldest first; one without a date comes last."""
    talks = _in_time(data)
    longest = max((_minutes(talk) for talk in talks), default=0)
    seen, shown = set[str](), []
    for talk in talks:
        asked = plain(talk.get("asked"))
        shown.append(_talk(talk, cast, longest, bool(asked) and asked in seen))
        seen.add(asked)
    return tuple(shown)


def loops_in(data: Mapping[str, Any]) -> tuple[Loop, ...]:
    """The questions that were asked three times or more, and how much of what was answered is on record."""
    talks, kept = data.get("conversations", {}), _with_words(data)
    asked: dict[str, list[str]] = {}
    for key, talk in talks.items():
        if plain(talk.get("asked")):
            asked.setdefault(plain(talk["asked"]), []).append(key)
    return tuple(_loop(question, keys, talks, kept) for question, keys in asked.items() if len(keys) >= _LOOP)


def _loop(question: str, keys: list[str], talks: Mapping[str, Mapping[str, Any]], kept: set[str]) -> Loop:
    minutes = sum(_minutes(talks[key]) for key in keys)
    silent = "" if kept & set(keys) else " Not a word of the answers is on record."
    spent = f", {length(minutes)} in all" if minutes else ""
    quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{apart(question)}\N{RIGHT DOUBLE QUOTATION MARK}"
    return Loop(f"{capital(count(len(keys)))} talks{spent}, asked the same: {quoted}{silent}")


def _talk(talk: Mapping[str, Any], cast: Cast, longest: int, again: bool) -> Talk:
    minutes = _minutes(talk)
    present = [*(cast.name(key) for key in talk.get("with", ())), apart(talk.get("unnamed"))]
    return Talk(
        when=day(talk.get("when")) or "no date written down",
        clock=clock(talk.get("when")),
        length=length(minutes),
        share=minutes / longest if longest else 0.0,
        who=listed([name for name in present if name]),
        where=apart(talk.get("where")),
        topic=plain(talk.get("topic")),
        asked=plain(talk.get("asked")),
        answer=_ANSWERS.get(talk.get("answer", "talked"), ""),
        left_with_them=plain(talk.get("left_with_them")),
        written=capital(cast.written(talk)),
        again=again,
    )


def _in_time(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(data.get("conversations", {}).values(), key=lambda talk: plain(talk.get("when")) or "~")


def _minutes(talk: Mapping[str, Any]) -> int:
    minutes = talk.get("minutes")
    return minutes if isinstance(minutes, int) and minutes > 0 else 0


def _with_words(data: Mapping[str, Any]) -> set[str]:
    """The conversations of which something that was said is on record."""
    sections = ("what_matters", "preferences", "choices")
    return {part["in"] for section in sections for part in data.get(section, {}).values() if part.get("in")}
