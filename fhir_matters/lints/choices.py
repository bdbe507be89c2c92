"""Was a choice weighed as the person's own: every side of life, every option, and resting on what matters to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, entries, finding
from fhir_matters.records.forms import LegalDecision
from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing


def sides(record: Record, _today: date) -> Iterator[Issue]:
    """Everything that was weighed is techno-clinical."""
    for key, choice in left_standing(record.choices).items():
        domains = [each.domain for option in choice.options.values() for each in option.considerations]
        if domains and set(domains) == {"techno-clinical"}:
            yield finding("FM811", at("choices", key), "Everything that was weighed here is techno-clinical.")


def something_for(record: Record, _today: date) -> Iterator[Issue]:
    """An option for which nothing is said."""
    for key, choice in left_standing(record.choices).items():
        for name, option in choice.options.items():
            if not any(each.speaks_for for each in option.considerations):
                place = at("choices", key, "options", name)
                yield finding("FM812", place, "Nothing is written down that speaks for this option.")


def as_things_are(record: Record, _today: date) -> Iterator[Issue]:
    """No option leaves things as they are."""
    for key, choice in left_standing(record.choices).items():
        if not any(option.as_things_are for option in choice.options.values()):
            place = at("choices", key, "options")
            yield finding("FM813", place, "None of the options leaves things as they are.")


def rests_on_something(record: Record, _today: date) -> Iterator[Issue]:
    """A decision that rests on nothing that was truly said."""
    said = {key for _, key, _ in entries(record)}
    for key, choice in left_standing(record.choices).items():
        if choice.decided and said.isdisjoint(choice.rests_on):
            place = at("choices", key, "decided")
            yield finding("FM814", place, "This decision does not say what it rests on of what matters.")


def whose(record: Record, _today: date) -> Iterator[Issue]:
    """A choice that a professional weighed or decided: that is advice."""
    for key, choice in left_standing(record.choices).items():
        if choice.weighed_by in record.colleagues:
            place = at("choices", key, "weighed_by")
            yield finding("FM815", place, "A professional is named as the one who weighed this.")
        if choice.decided and choice.decided.decided_by in record.colleagues:
            place = at("choices", key, "decided", "by")
            yield finding("FM815", place, "A professional is named as the one who decided this.")


def cpr(record: Record, _today: date) -> Iterator[Issue]:
    """A CPR decision that a clinician made, with no word of the person or of anybody of theirs."""
    for key, decision in left_standing(record.legal).items():
        if decision.kind == "cpr decision" and decision.made_by in record.colleagues and not _heard(record, decision):
            place = at("legal", key, "made_by")
            yield finding("FM816", place, "A professional made this, and nobody has written down what the person says.")


def _heard(record: Record, decision: LegalDecision) -> bool:
    """They agreed, were there when it was made, or have said something of CPR; it may also rest on what they said."""
    talk = record.conversations.get(decision.conversation or "")
    there = (*decision.agreed_by, *(talk.present if talk else ()))
    wishes = (said for said in left_standing(record.preferences).values() if said.kind == "cpr")
    asked = any(said.said_by not in record.colleagues and said.answer != "not asked" for said in wishes)
    return asked or bool(decision.rests_on) or not record.colleagues.keys() >= set(there)
