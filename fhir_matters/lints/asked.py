"""A question, and an answer on record: what a question is about, and what an answer carries. Searches nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fhir_matters.path import Path
from fhir_matters.records.forms import Colleague, Conversation, Entry, Someone
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
    "what if": "if | happens when | do when | plan",
    "outcome": "honoured | how did go",
}  # fmt: skip
# The same for what people are to the person.
_ROLES = {
    "speaks for me": "who speak for | who decide for | who decides for",
    "knows me best": "who know best",
    "call first": "who call first | who ring first | who phone first",
    "to be told": "who tell | who told",
    "not to be told": "who not tell | who not told",
}


def _groups(table: dict[str, str]) -> dict[str, tuple[frozenset[str], ...]]:
    return {name: tuple(frozenset(words(group)) for group in text.split("|")) for name, text in table.items()}


_KIND_GROUPS, _ROLE_GROUPS = _groups(_ASKED), _groups(_ROLES)
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


@dataclass(frozen=True, slots=True)
class Question:
    """A question as words, as the words that tell, and as the kinds of statement that answer it."""

    telling: frozenset[str]
    kinds: frozenset[str]
    roles: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Question:
        """The question that a text asks."""
        said = frozenset(words(text))
        return cls(telling(text), _fitting(_KIND_GROUPS, said), _fitting(_ROLE_GROUPS, said))

    def same_as(self, other: str | None) -> bool:
        """True where the same words tell what the other is about."""
        return bool(self.telling) and other is not None and self.telling == telling(other)

    def shares(self, texts: Iterable[str | None]) -> list[str]:
        """The telling words that it has in common with the texts, if they are enough for a match."""
        shared = self.telling & {word for text in texts if text for word in telling(text)}
        return sorted(shared) if len(shared) >= max(1, min(len(self.telling), _ENOUGH)) else []


def _fitting(groups: dict[str, tuple[frozenset[str], ...]], said: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, several in groups.items() if any(group <= said for group in several))


def when_of(record: Record, said: Entry) -> str:
    """When it was said, or when the conversation was; empty where neither is known."""
    talk = record.conversations.get(said.conversation or "")
    return said.when or (talk.when if talk else "")


def heard_by(record: Record, said: Entry, speaker: str | None) -> tuple[str, ...]:
    """The names of those who heard it from the speaker: who else was in the conversation."""
    talk = record.conversations.get(said.conversation or "")
    return present_in(record, talk, speaker) if talk else ()


def present_in(record: Record, talk: Conversation, speaker: str | None) -> tuple[str, ...]:
    """The names of those who were in a conversation beside the speaker."""
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
