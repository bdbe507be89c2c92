"""Whether the parts of a record fit each other: every key exists, is of the right sort, and is one of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms import Entry, Kept, Parts, Preference
from fhir_matters.records.refers import Place, Reference, references

SECTIONS = (
    "people", "colleagues", "conversations", "recordings", "what_matters", "preferences", "choices", "departures",
    "plans", "legal", "outcomes", "sharing",
)  # fmt: skip
# The sections whose forms come from a talk and may replace each other.
REPLACEABLE = tuple(s for s in SECTIONS if s not in ("people", "colleagues", "conversations", "sharing"))
_SORT = {
    "person": "the person",
    "people": "someone",
    "colleagues": "a colleague",
    "conversations": "a conversation",
    "what_matters": "what matters",
    "preferences": "a preference",
    "choices": "a choice",
    "recordings": "a recording",
    "departures": "a departure",
    "plans": "a plan",
    "legal": "a legal decision",
    "outcomes": "an outcome",
    "sharing": "a wish about sharing",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not fit: at which place, and what it is."""

    place: Place
    message: str


def sections_of(parts: Parts) -> dict[str, str]:
    """In which section each key is; `person` is the person."""
    return {"person": "person"} | {key: section for section in SECTIONS for key in getattr(parts, section)}


def problems(parts: Parts) -> Iterator[Problem]:
    """Everything in the record that does not fit together, in the order of the record."""
    yield from _same_key_twice(parts)
    known = sections_of(parts)
    for place, key, sorts in _references(parts):
        if (message := mistaken(key, sorts, known)) is not None:
            yield Problem(place, message)
    yield from _no_such_option(parts)
    yield from _agents_who_are_not_told(parts)
    yield from _ended_before_made(parts)
    yield from _circles(parts)


def _same_key_twice(parts: Parts) -> Iterator[Problem]:
    first = {"person": "person"}
    for section in SECTIONS:
        for key in getattr(parts, section):
            if first.setdefault(key, section) != section:
                yield Problem((section, key), f"this key is already used under {first[key]}; give it another")


def mistaken(key: str, sorts: tuple[str, ...], known: Mapping[str, str]) -> str | None:
    """What is wrong with a key that should be in one of these sections; None if it is there."""
    section = known.get(key)
    if section in sorts:
        return None
    expected = " or ".join(_SORT[sort] for sort in sorts)
    if section is None:
        near = get_close_matches(key, [k for k, s in known.items() if s in sorts], 1)
        return f"there is no {key!r} in this record" + (f"; did you mean {near[0]!r}?" if near else f" ({expected})")
    return f"{key!r} is {_SORT[section]}; this must be {expected}"


def _references(parts: Parts) -> Iterator[Reference]:
    yield from references(parts.person, ("person",))
    for section in SECTIONS:
        for key, form in getattr(parts, section).items():
            yield from references(form, (section, key))


def _no_such_option(parts: Parts) -> Iterator[Problem]:
    for key, choice in parts.choices.items():
        chosen = choice.decided.option if choice.decided else None
        if chosen is not None and chosen not in choice.options:
            message = f"{chosen!r} is none of the options: {', '.join(choice.options)}"
            yield Problem(("choices", key, "decided", "option"), message)


def _agents_who_are_not_told(parts: Parts) -> Iterator[Problem]:
    """Nobody can decide for somebody of whom they are not to be told; who could once, may be told no more."""
    replaced = {legal.replaces for legal in parts.legal.values() if not legal.withdrawn}
    for key, legal in parts.legal.items():
        if legal.withdrawn or legal.ended or key in replaced:
            continue
        for index, agent in enumerate(legal.agents):
            someone = parts.people.get(agent)
            if someone is not None and "not to be told" in someone.roles:
                message = f"{agent!r} is to decide for the person and is “not to be told”; it can be only one of them"
                yield Problem(("legal", key, "agents", index), message)


def _ended_before_made(parts: Parts) -> Iterator[Problem]:
    """A decision that has its day from a talk, and was taken back before that."""
    for key, legal in parts.legal.items():
        talk = parts.conversations.get(legal.conversation or "")
        ended = legal.ended and legal.ended.when
        if talk and ended and surely_after(legal.when or talk.when, ended):
            yield Problem(("legal", key, "ended", "when"), "it ended before the conversation in which it was made")


def _circles(parts: Parts) -> Iterator[Problem]:
    """Nothing replaces itself, not even by way of others."""
    for section in REPLACEABLE:
        replaced = {key: form.replaces for key, form in getattr(parts, section).items()}
        for key in replaced:
            if comes_back(key, replaced):
                yield Problem((section, key, "replaces"), "this replaces itself in the end; one of them came first")
    rests = {key: choice.rests_on for key, choice in parts.choices.items()}
    for key, on in rests.items():
        if key in on:
            yield Problem(("choices", key, "rests_on"), "a choice does not rest on itself")


def comes_back(start: str, replaced: Mapping[str, str | None]) -> bool:
    """True where whoever goes from a key to what it replaces, and on from there, comes to that key again."""
    seen: set[str] = set()
    at = replaced.get(start)
    while at is not None and at not in seen:
        if at == start:
            return True
        seen.add(at)
        at = replaced.get(at)
    return False


def without_echo(parts: Parts) -> dict[str, Any]:
    """The sections whose forms repeat what the record says elsewhere, without the repetition.

    A date that is the conversation's, whoever wrote that down, a language that is the record's, and words that are
    the wish, are the same as none.
    """
    found: dict[str, Any] = {}
    for section in REPLACEABLE:
        forms = getattr(parts, section)
        quieter = {key: _quieter(form, parts) for key, form in forms.items()}
        if any(quieter[key] is not form for key, form in forms.items()):
            found[section] = quieter
    return found


def _quieter(form: Entry, parts: Parts) -> Entry:
    echo: dict[str, None] = {}
    talk = parts.conversations.get(form.conversation or "")
    if talk and form.when == talk.when:
        echo["when"] = None
    if talk and form.written_down == talk.written_down:
        echo["written_down"] = None
    if getattr(form, "language", None) == parts.language:
        echo["language"] = None
    if isinstance(form, Preference) and form.words is not None and form.words == form.wish and not form.translations:
        echo["words"] = None
    echo = {name: value for name, value in echo.items() if getattr(form, name) is not None}
    return form.model_copy(update=echo) if echo else form


def kept_places(kept: tuple[Kept, ...]) -> dict[str, Kept]:
    """The changes that are kept for our own parts, by part."""
    return {item.of: item for item in kept if item.of is not None and item.changes}
