"""What the person has said already to such a question, so that nobody asks it again unknowing. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from fhir_matters.lints.findings import at, standing, statements
from fhir_matters.lints.times import expired
from fhir_matters.path import Path
from fhir_matters.records.forms import Colleague, Conversation, Preference, Said, Someone, WhatMatters
from fhir_matters.records.plainwords import telling, words
from fhir_matters.records.record import Record

# For each kind, the words (as `plainwords` has them) of which all in one group make a question one of that kind.
_ASKED = {
    "what matters": "important",
    "joy": "enjoy | good day",
    "laughter": "laugh",
    "worry": "afraid",
    "belief": "belief",
    "strength": "strong | proud",
    "people": "family | people",
    "communication": "communicate | speak with | speak to",
    "support": "help you | support you",
    "unfinished": "unfinished | still want say | still need say",
    "care experience": "cared for how | looked after how",
    "treatment": "treatment",
    "place of care": "where care | where cared | where look after | go home | going home",
    "place of death": "where die | place die | where end | place end | home end | home die | go home | going home",
    "cpr": "cpr | heart stop",
    "please do": "please do | like us do | want us do",
    "please do not": "please not | like us not do | want us not do | want us never do",
}  # fmt: skip
# The same for what people are to the person.
_ROLES = {
    "speaks for me": "who speak for",
    "knows me best": "who know best",
    "call first": "who call first | who ring first | who phone first",
    "to be told": "who tell | who told",
    "not to be told": "who not tell | who not told",
}


def _groups(table: dict[str, str]) -> dict[str, tuple[frozenset[str], ...]]:
    return {name: tuple(frozenset(words(group)) for group in text.split("|")) for name, text in table.items()}


_KIND_GROUPS, _ROLE_GROUPS = _groups(_ASKED), _groups(_ROLES)
# Answers, even where nothing was said: to have been asked and to have declined is to be known too.
_ANSWERED = ("given", "declined to answer")
_ENOUGH = 2  # telling words in common; for a question that has but one, that one


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered once: in whose words, to whom, when, and whether it still stands.

    `by` and `to` are names or, for want of one, roles; `when` is a FHIR date, empty where none is known, and
    `said_again` the last time that it was confirmed. `answer` is `declined to answer` where there are no words.
    `why` says what in the question found it; `by_words` that it was nothing but words in common, the weaker sign.
    """

    path: Path
    kind: str
    words: str
    answer: str
    by: str
    to: tuple[str, ...]
    when: str
    said_again: str
    why: str
    stands: bool = True
    by_words: bool = False


def already_said(record: Record, question: str, *, today: date | None = None) -> tuple[Answer, ...]:
    """What is on record in answer to such a question: what stands first, then the surer match, then the newest.

    Found by the kind of the question (where, cpr, what matters …), by the name of a treatment, by plain words, or
    because the very same was asked then. What was withdrawn was never said and is left out. With `today`, what was
    valid until an earlier day stands no longer.
    """
    asked = _Question.of(question)
    found = (
        *_statements(record, asked, today),
        *_decisions(record, asked),
        *_declined(record, asked),
        *_facts(record, asked),
    )
    newest = sorted(found, key=lambda answer: answer.said_again or answer.when, reverse=True)
    return tuple(sorted(newest, key=lambda answer: (not answer.stands, answer.by_words)))


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as words, as the words that tell, and as the kinds of statement that answer it."""

    telling: frozenset[str]
    kinds: frozenset[str]
    roles: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Question:
        said = frozenset(words(text))
        return cls(telling(text), _fitting(_KIND_GROUPS, said), _fitting(_ROLE_GROUPS, said))

    def same_as(self, other: str | None) -> bool:
        return bool(self.telling) and other is not None and self.telling == telling(other)

    def shares(self, texts: Iterable[str | None]) -> list[str]:
        """The telling words that it has in common with the texts, if they are enough for a match."""
        shared = self.telling & {word for text in texts if text for word in telling(text)}
        return sorted(shared) if len(shared) >= max(1, min(len(self.telling), _ENOUGH)) else []


def _fitting(groups: dict[str, tuple[frozenset[str], ...]], said: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, several in groups.items() if any(group <= said for group in several))


def _statements(record: Record, asked: _Question, today: date | None) -> Iterator[Answer]:
    stand = {*standing(record.what_matters), *standing(record.preferences)}
    for section, key, said in statements(record):
        answer = said.answer if isinstance(said, Preference) else "given"
        why = _why(record, asked, said)
        shared = [] if why else asked.shares(_texts(said))
        if answer in _ANSWERED and (why or shared):
            over = today is not None and isinstance(said, Preference) and expired(said, today.isoformat())
            yield Answer(
                at(section, key), said.kind, _in_words(said), answer, name_of(record, said.said_by),
                _heard_by(record, said), when_of(record, said),
                max((again.when for again in said.still_stands), default=""),
                why or f"It has the same words: {', '.join(shared)}.", key in stand and not over, not why,
            )  # fmt: skip


def _why(record: Record, asked: _Question, said: WhatMatters | Preference) -> str:
    """Why a statement is one that answers the question, in a sentence; empty if it is not."""
    talk = record.conversations.get(said.conversation or "")
    if said.kind in asked.kinds and (said.kind != "treatment" or not _treatment(said)):
        return f"The question is one about {said.kind}."
    if isinstance(said, WhatMatters) and "what matters" in asked.kinds:
        return "The question is one about what matters."
    if shared := asked.telling & telling(_treatment(said)):
        return f"It names the treatment: {', '.join(sorted(shared))}."
    return "The same question was asked then." if talk is not None and asked.same_as(talk.asked) else ""


def _texts(said: WhatMatters | Preference) -> tuple[str | None, ...]:
    conditions = (said.wish, said.only_if, said.unless) if isinstance(said, Preference) else ()
    return (said.words, said.why, *conditions)


def _treatment(said: WhatMatters | Preference) -> str:
    return said.treatment or "" if isinstance(said, Preference) else ""


def _in_words(said: WhatMatters | Preference) -> str:
    return said.words or (said.wish or "" if isinstance(said, Preference) else "")


def when_of(record: Record, said: Said) -> str:
    """When it was said, or when the conversation was; empty where neither is known."""
    talk = record.conversations.get(said.conversation or "")
    return said.when or (talk.when if talk else "")


def _heard_by(record: Record, said: Said) -> tuple[str, ...]:
    talk = record.conversations.get(said.conversation or "")
    return _present(record, talk, said.said_by) if talk else ()


def _present(record: Record, talk: Conversation, speaker: str | None) -> tuple[str, ...]:
    named = [name_of(record, key) for key in talk.present if key != speaker]
    return (*named, talk.unnamed) if talk.unnamed else tuple(named)


def name_of(record: Record, key: str | None) -> str:
    """How somebody is called: the person as they like it, others by name or who they are; empty where nobody knows."""
    if key == "person":
        return record.person.likes_to_be_called or record.person.name.text
    known: Someone | Colleague | None = record.people.get(key or "") or record.colleagues.get(key or "")
    if known is None:
        return ""
    other = known.who if isinstance(known, Someone) else known.role or known.team
    return known.name.text if known.name else other or ""


def _decisions(record: Record, asked: _Question) -> Iterator[Answer]:
    """What was decided where the choice was about the same."""
    stand = standing(record.choices)
    for key, choice in record.choices.items():
        shared = asked.shares([choice.question])
        if choice.decided is None or not shared:
            continue
        talk = record.conversations.get(choice.conversation or "")
        with_whom = choice.decided.together_with or choice.with_whom
        yield Answer(
            at("choices", key), "choice", choice.decided.words, "given", name_of(record, choice.decided.decided_by),
            tuple(name_of(record, who) for who in with_whom),
            choice.decided.when or choice.when or (talk.when if talk else ""), "",
            f"The choice was about it: {', '.join(shared)}.", stands=key in stand,
        )  # fmt: skip


def _declined(record: Record, asked: _Question) -> Iterator[Answer]:
    """Talks about the same that they declined."""
    for key, talk in record.conversations.items():
        shared = asked.shares([talk.asked, talk.topic])
        if talk.answer == "declined" and shared:
            yield Answer(
                at("conversations", key), "conversation", "", "declined to answer", name_of(record, "person"),
                _present(record, talk, "person"), talk.when, "",
                f"They declined to talk about it: {', '.join(shared)}.",
            )  # fmt: skip


def _facts(record: Record, asked: _Question) -> Iterator[Answer]:
    """What they like to be called, and what people are to them: on record without words of theirs."""
    called = record.person.likes_to_be_called
    if called and "call" in asked.telling and not asked.roles:
        path, why = at("person", "likes_to_be_called"), "The question is what they like to be called."
        yield Answer(path, "person", called, "given", "", (), "", "", why)
    for key, someone in record.people.items():
        if fitting := sorted(asked.roles.intersection(someone.roles)):
            why = f"The question is who is “{fitting[0]}”."
            yield Answer(at("people", key, "roles"), "people", name_of(record, key), "given", "", (), "", "", why)
