"""What was said, as a reader sees it: the words, who said them and when, on what conditions, and what they replaced.

Where it stands on the page is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.chains import over
from fhir_matters.view.legal import Legal
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.recordings import Recording
from fhir_matters.view.spoken import Words, translations_of, words_of
from fhir_matters.view.whole import Whole
from fhir_matters.view.wording import apart, capital, day, plain

LABELS = {
    "place of care": "Where to be cared for",
    "place of death": "Where to die",
    "treatment": "Treatment",
    "cpr": "If the heart stops (CPR)",
    "care experience": "How care should feel",
    "please do": "Please do",
    "please do not": "Please don\N{RIGHT SINGLE QUOTATION MARK}t",
}
# What matters most stands first, then what is good, then what is hard.
KINDS = (
    "what matters", "joy", "laughter", "worry", "belief", "communication", "people", "strength", "wellness", "support",
    "unfinished", "also worth knowing",
)  # fmt: skip
_ANSWERS = {
    "declined to answer": "Was asked, and chose not to answer.",
    "not now": "Was asked. Not now, was the answer.",
    "undecided": "Was asked, and has not decided.",
    "not asked": "Has not been asked.",
    "not appropriate": "It was not the moment to ask.",
    "unable to say": "Was asked, and could not say.",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that was said or asked for, by whom and when, with its conditions and what it took the place of.

    `ask_again` is why it should be asked again, where its time has passed.
    """

    key: str
    kind: str
    label: str
    words: Words | None
    source: str
    heard: str = ""
    translations: tuple[Words, ...] = ()
    when: str = ""
    by_person: bool = True
    wish: str = ""
    why: str = ""
    answer: str = ""
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ask_again: str = ""
    recording: Recording | None = None
    legal: tuple[Legal, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    earlier: tuple[Statement, ...] = ()


def statement_of(key: str, part: Mapping[str, Any], earlier: tuple[Statement, ...], whole: Whole) -> Statement:
    """The statement or preference with its names resolved; its own day, else that of the conversation."""
    kind, by, cast = plain(part.get("kind")) or "what matters", part.get("said_by"), whole.cast
    label, treatment = LABELS.get(kind, capital(kind)), plain(part.get("treatment"))
    words = words_of(part, whole.data)
    return Statement(
        key=key,
        kind=kind,
        label=f"{label}: {apart(treatment)}" if treatment else label,
        words=words,
        translations=translations_of(part),
        source=cast.source(part, by) if by or words or cast.when(part) else "",
        heard=cast.heard(part, by),
        when=cast.when(part),
        by_person=by == "person",
        wish=plain(part.get("wish")),
        why=plain(part.get("why")),
        answer=_ANSWERS.get(part.get("answer", "given"), ""),
        conditions=tuple(
            f"{capital(name.replace('_', ' '))}: {apart(part[name])}"
            for name in ("only_if", "unless")
            if part.get(name)
        ),
        notes=tuple(_notes(part, whole)),
        ask_again=_ask_again(part, whole),
        recording=whole.recordings.get(plain(part.get("recording"))),
        legal=whole.in_law(key),
        outcomes=whole.outcomes.get(key, ()),
        earlier=earlier,
    )


def _notes(part: Mapping[str, Any], whole: Whole) -> Iterator[str]:
    if part.get("how_firm"):
        yield f"How firm: {apart(part['how_firm'])}"
    yield from (f"Still stands: {_again(again, whole)}" for again in part.get("still_stands", ()))
    holds = [f"{word} {day(part[name])}" for name, word in _HOLDS if part.get(name)]
    if holds:
        yield f"{'Held' if over(part.get('valid_until'), whole.today) else 'Holds'} {' '.join(holds)}"
    if part.get("review_by"):
        yield f"Ask again by {day(part['review_by'])}"


_HOLDS = (("valid_from", "from"), ("valid_until", "until"))


def _again(again: Mapping[str, Any], whole: Whole) -> str:
    by = f" by {whole.cast.speaker(again['by'])}" if again.get("by") else ""
    to = f", to {whole.cast.name(again['to'])}" if again.get("to") else ""
    return f"said again {day(again.get('when'))}{by}{to}"


def _ask_again(part: Mapping[str, Any], whole: Whole) -> str:
    """Why to ask again: its time is past, or the day for asking is, and nobody has said since that it still stands."""
    until, due = part.get("valid_until"), part.get("review_by")
    if over(until, whole.today):
        return f"held until {day(until)}"
    again = [plain(each.get("when"))[:10] for each in part.get("still_stands", ())]
    if over(due, whole.today) and all(_before(when, plain(due)) for when in again):
        return f"was to be asked again by {day(due)}"
    return ""


def _before(when: str, due: str) -> bool:
    """True where it was surely before the day for asking, or nobody knows when: on that very day is late enough."""
    known = min(len(when), len(due))
    return not when or when[:known] < due[:known]
