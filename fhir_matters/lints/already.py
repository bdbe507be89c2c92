"""What the person has said already to such a question, so that nobody asks it again unknowing. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fhir_matters.lints.asked import Answer, Question, heard_by, name_of, present_in, when_of
from fhir_matters.lints.elsewhere import elsewhere
from fhir_matters.lints.findings import at, statements
from fhir_matters.lints.settled import settled
from fhir_matters.lints.times import expired
from fhir_matters.records.forms import Preference, WhatMatters
from fhir_matters.records.plainwords import telling
from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing

# Answers, even where nothing was said: to have been asked and to have declined is to be known too.
_ANSWERED = ("given", "declined to answer")


def already_said(record: Record, question: str, *, today: date | None = None) -> tuple[Answer, ...]:
    """What is on record in answer to such a question: what stands first, then the surer match, then the newest.

    Found by the kind of the question (where, cpr, what matters, what if …), by the name of a treatment, by plain words,
    or because the very same was asked then; among statements, choices, departures, plans, decisions in law and
    outcomes; and in what others wrote and no form holds, also by the section of a document. What was withdrawn was
    never said and is left out. With `today`, what was valid until an earlier day stands no longer.
    """
    asked = Question.of(question)
    found = (
        *_statements(record, asked, today),
        *_decisions(record, asked),
        *settled(record, asked, today),
        *elsewhere(record, asked),
        *_declined(record, asked),
        *_facts(record, asked),
    )
    newest = sorted(found, key=lambda answer: answer.said_again or answer.when, reverse=True)
    return tuple(sorted(newest, key=lambda answer: (not answer.stands, answer.by_words)))


def _statements(record: Record, asked: Question, today: date | None) -> Iterator[Answer]:
    stand = {*left_standing(record.what_matters), *left_standing(record.preferences)}
    for section, key, said in statements(record):
        why = _why(record, asked, said)
        shared = [] if why else asked.shares(_texts(said))
        if said.answer in _ANSWERED and (why or shared):
            over = today is not None and expired(said, today.isoformat())
            yield Answer(
                at(section, key), said.kind, _in_words(said), said.answer, name_of(record, said.said_by),
                heard_by(record, said, said.said_by), when_of(record, said),
                max((again.when for again in said.still_stands), default=""),
                why or f"It has the same words: {', '.join(shared)}.", key in stand and not over, not why,
            )  # fmt: skip


def _why(record: Record, asked: Question, said: WhatMatters | Preference) -> str:
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


def _decisions(record: Record, asked: Question) -> Iterator[Answer]:
    """What was decided where the choice was about the same."""
    stand = left_standing(record.choices)
    for key, choice in record.choices.items():
        shared = asked.shares([choice.question])
        if choice.decided is None or not shared:
            continue
        with_whom = choice.decided.together_with or choice.with_whom
        yield Answer(
            at("choices", key), "choice", choice.decided.words, "given", name_of(record, choice.decided.decided_by),
            tuple(name_of(record, who) for who in with_whom),
            choice.decided.when or when_of(record, choice), "",
            f"The choice was about it: {', '.join(shared)}.", stands=key in stand,
        )  # fmt: skip


def _declined(record: Record, asked: Question) -> Iterator[Answer]:
    """Talks about the same that they declined."""
    for key, talk in record.conversations.items():
        shared = asked.shares([talk.asked, talk.topic])
        if talk.answer == "declined" and shared:
            yield Answer(
                at("conversations", key), "conversation", "", "declined to answer", name_of(record, "person"),
                present_in(record, talk, "person"), talk.when, "",
                f"They declined to talk about it: {', '.join(shared)}.",
            )  # fmt: skip


def _facts(record: Record, asked: Question) -> Iterator[Answer]:
    """What they like to be called, and what people are to them: on record without words of theirs."""
    called = record.person.likes_to_be_called
    if called and "call" in asked.telling and not asked.roles:
        path, why = at("person", "likes_to_be_called"), "The question is what they like to be called."
        yield Answer(path, "person", called, "given", "", (), "", "", why)
    for key, someone in record.people.items():
        if fitting := sorted(asked.roles.intersection(someone.roles)):
            why = f"The question is who is “{fitting[0]}”."
            yield Answer(at("people", key, "roles"), "people", name_of(record, key), "given", "", (), "", "", why)
