"""Is the person asked the same again: conversations on a loop, and questions whose answer is on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from fhir_matters.issue import Issue
from fhir_matters.lints.already import already_said
from fhir_matters.lints.asked import Answer, when_of
from fhir_matters.lints.findings import at, entries, finding, statements
from fhir_matters.lints.times import expired, review_due
from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms import Conversation
from fhir_matters.records.plainwords import telling, words
from fhir_matters.records.record import Record

_MOST_TOLD = 12
# What one may ask about more than once, since there may be more to say each time.
_ONE_ANSWER = {"place of care", "place of death", "cpr", "treatment"}
Same: TypeAlias = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Held:
    """One conversation of a loop, by key: how long it took, and how much came out of it."""

    key: str
    minutes: int | None
    added: int


@dataclass(frozen=True, slots=True)
class Loop:
    """The conversations, oldest first, in which the same question was put to the same people."""

    talks: tuple[Held, ...]

    @property
    def minutes(self) -> int:
        """All minutes that are on record."""
        return sum(talk.minutes or 0 for talk in self.talks)

    @property
    def for_nothing(self) -> tuple[Held, ...]:
        """Those after the first that added nothing."""
        return tuple(talk for talk in self.talks[1:] if not talk.added)


def loops(record: Record) -> Iterator[Loop]:
    """Every question that was put twice or more, and with nothing new at least once after the first."""
    groups: dict[Same, list[str]] = {}
    for key, talk in record.conversations.items():
        if (same := _same(record, talk)) is not None:
            groups.setdefault(same, []).append(key)
    for keys in groups.values():
        held = sorted(keys, key=lambda key: record.conversations[key].when)
        loop = Loop(tuple(Held(key, record.conversations[key].minutes, _added(record, key)) for key in held))
        if loop.for_nothing:
            yield loop


def loop(record: Record, _today: date) -> Iterator[Issue]:
    """The same conversation held again with nothing new: how many, how long, and what each added."""
    for found in loops(record):
        place = at("conversations", found.for_nothing[-1].key)
        yield finding("FM831", place, f"{_counted(found)} Added, oldest first: {_each(found)}.")


def _counted(found: Loop) -> str:
    unknown = sum(talk.minutes is None for talk in found.talks)
    timed = "" if unknown == len(found.talks) else f", {'at least ' * bool(unknown)}{found.minutes} minutes in all"
    empty, later = len(found.for_nothing), len(found.talks) - 1
    which = "the second" if later == 1 else f"{'all' if empty == later else empty} of the {later} after the first"
    return f"{len(found.talks)} conversations asked the same{timed}; {which} added nothing."


def _each(found: Loop) -> str:
    told = [f"{talk.key} {talk.added or 'nothing'}" for talk in found.talks[:_MOST_TOLD]]
    more = len(found.talks) - len(told)
    return ", ".join(told) + (f", and {more} more" if more else "")


def _same(record: Record, talk: Conversation) -> Same | None:
    """What makes two talks the same: the words that tell, and whom they were put to."""
    asked = talk.asked or talk.topic or ""
    about = telling(asked) or frozenset(words(asked))
    others = frozenset(talk.present).difference(record.colleagues)
    return (about, frozenset({"person"}) if "person" in others else others) if about else None


def _added(record: Record, key: str) -> int:
    """How much came out of a talk, from statements to plans; that something still stands counts too."""
    came = sum(part.conversation == key for _, _, part in entries(record))
    return came + sum(
        _said_again_in(record.conversations[key], again.when, again.to)
        for _, _, part in statements(record)
        for again in part.still_stands
    )


def _said_again_in(talk: Conversation, when: str, to: str | None) -> bool:
    """On the same day, and to somebody who was there."""
    return when[:10] == talk.when[:10] and (to is None or to in talk.present)


def asked_again(record: Record, _today: date) -> Iterator[Issue]:
    """A question to the person whose answer was on record when it was put."""
    for key, talk in record.conversations.items():
        if talk.asked is None or (talk.present and "person" not in talk.present):
            continue
        if known := [answer for answer in already_said(record, talk.asked) if _known(record, key, answer)]:
            where = ", ".join(answer.path.expression for answer in known[:3])
            place = at("conversations", key, "asked")
            yield finding("FM832", place, f"The answer was on record before this was asked: {where}.")


def _known(record: Record, key: str, answer: Answer) -> bool:
    """True where a statement surely answered it before the talk, no review was due, and the talk changed nothing."""
    talk, part = record.conversations[key], str(answer.path.keys[1])
    said = {**record.what_matters, **record.preferences}.get(part)
    if said is None or answer.by_words or not answer.when or not surely_after(talk.when, answer.when):
        return False
    if answer.kind not in _ONE_ANSWER and _added(record, key):
        return False
    if review_due(said, talk.when) or expired(said, talk.when):
        return False
    return not _replaced_by_then(record, key, part) and not any(
        _said_again_in(talk, again.when, again.to) for again in said.still_stands
    )


def _replaced_by_then(record: Record, key: str, part: str) -> bool:
    """True where something else took the place of a statement in the talk or before it."""
    when = record.conversations[key].when
    since = (said for _, _, said in statements(record) if said.replaces == part)
    return any(said.conversation == key or not surely_after(when_of(record, said), when) for said in since)
