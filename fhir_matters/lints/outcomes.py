"""Was it honoured, and does the record say so: what was put into practice, what went otherwise, where it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fhir_matters.issue import Issue
from fhir_matters.lints.findings import at, entries, finding
from fhir_matters.records.dates import surely_after
from fhir_matters.records.forms import Departure, Outcome, Preference
from fhir_matters.records.plainwords import telling
from fhir_matters.records.record import Record
from fhir_matters.records.standing import left_standing

_FELL_SHORT = ("no", "partly")


def practice(record: Record, today: date) -> Iterator[Issue]:
    """A departure that has begun, and no outcome of it nor of what it rests on.

    A departure is the one thing in a record that is a wish put into practice, by its own dates. Once somebody has
    written down that the person has died, it is everything that they wished for, said in one finding.
    """
    open_ones = [key for key, departure in left_standing(record.departures).items() if _begun(record, departure, today)]
    for key in open_ones:
        if not _told(record, key):
            place = at("departures", key)
            yield finding("FM861", place, "This was put into practice, and nobody has written down how it went.")
    if _has_died(record) and (left := [key for key in _wished(record) if not _told(record, key)]):
        yield finding(
            "FM861", at("preferences", left[0]), f"Of {len(left)} wishes nobody has written down how it went."
        )


def _begun(record: Record, departure: Departure, today: date) -> bool:
    talk = record.conversations.get(departure.conversation or "")
    since = departure.start or departure.when or (talk.when if talk else None)
    return since is not None and surely_after(today.isoformat(), since)


def _wished(record: Record) -> Iterator[str]:
    return (key for key, said in left_standing(record.preferences).items() if said.answer == "given")


def _has_died(record: Record) -> bool:
    """True where a Patient came from elsewhere with R4's `deceased[x]`; the form of a person has no place for it."""
    known = [kept for kept in record.other if kept.of == "person"]
    said = [(str(each.get("path")).removeprefix("/"), each.get("value")) for kept in known for each in kept.changes]
    said += [(name, value) for kept in known for name, value in (kept.resource or {}).items()]
    return any(name.startswith("deceased") and value not in (None, False) for name, value in said)


def _told(record: Record, key: str) -> bool:
    """True where there is an outcome of this part, of what it rests on, or of what rests on it."""
    judged = {outcome.of for outcome in left_standing(record.outcomes).values()}
    return not judged.isdisjoint({key, *_rests(record, key)})


def _rests(record: Record, key: str) -> Iterator[str]:
    """What the part rests on, and what rests on it."""
    for _, other, part in entries(record):
        basis: tuple[str, ...] = getattr(part, "rests_on", ())
        if other == key:
            yield from basis
        elif key in basis:
            yield other


def why_not(record: Record, _today: date) -> Iterator[Issue]:
    """An outcome that falls short of the wish and says neither why nor anything else."""
    for key, outcome in left_standing(record.outcomes).items():
        if outcome.honoured in _FELL_SHORT and outcome.why is None and outcome.words is None:
            yield finding("FM862", at("outcomes", key), "This was not wholly honoured, and it does not say why.")


def place(record: Record, _today: date) -> Iterator[Issue]:
    """It was in another place than the one wished for, and whoever wrote that down said nothing about it."""
    for key, said in left_standing(record.preferences).items():
        if said.kind != "place of death" or _spoken_of(record, key):
            continue
        about = {key, *_rests(record, key)}
        for name, outcome in left_standing(record.outcomes).items():
            if outcome.of in about and _elsewhere(said, outcome):
                where = at("outcomes", name, "place")
                yield finding(
                    "FM863", where, "This is another place than the one they wished for; it does not say how."
                )


def _spoken_of(record: Record, key: str) -> bool:
    """True where an outcome of that wish is more than a yes: that it was not so, or some words."""
    several = (outcome for outcome in left_standing(record.outcomes).values() if outcome.of == key)
    return any(outcome.honoured != "yes" or outcome.why or outcome.words for outcome in several)


def _elsewhere(said: Preference, outcome: Outcome) -> bool:
    """No telling word in common; what is not written down differs from nothing."""
    wished, was = telling(said.wish or said.words or ""), telling(outcome.place or "")
    return bool(wished) and bool(was) and wished.isdisjoint(was)
