"""What was said, as a reader sees it: the words, who said them and when, on what conditions, and what they replaced.

Where it stands on the page is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.catalogue import known, say
from fhir_matters.view.chains import over
from fhir_matters.view.legal import Legal
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.recordings import Recording
from fhir_matters.view.spoken import Words, translations_of, words_of
from fhir_matters.view.whole import Whole
from fhir_matters.view.wording import capital, dated, day, inside, plain, short

# In the order in which a reader looks for them.
WISHES = ("place of care", "place of death", "treatment", "cpr", "care experience", "please do", "please do not")
# What matters most stands first, then what is good, then what is hard.
KINDS = (
    "what matters", "joy", "laughter", "worry", "belief", "communication", "people", "strength", "wellness", "support",
    "unfinished", "also worth knowing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that was said or asked for, by whom and when, with its conditions and what it took the place of.

    A condition is what sort it is, and its words. `ask_again` asks whether it still stands, where its time has passed.
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
    conditions: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    ask_again: str = ""
    recording: Recording | None = None
    legal: tuple[Legal, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    earlier: tuple[Statement, ...] = ()


def statement_of(key: str, part: Mapping[str, Any], earlier: tuple[Statement, ...], whole: Whole) -> Statement:
    """The statement or preference with its names resolved; its own day, else that of the conversation."""
    kind, by, cast = _kind(part), part.get("said_by"), whole.cast
    treatment, words = plain(part.get("treatment")), words_of(part, whole.data)
    return Statement(
        key=key,
        kind=kind,
        label=f"{kind_called(kind)}: {inside(treatment)}" if treatment else kind_called(kind),
        words=words,
        translations=translations_of(part),
        source=cast.source(part, by) if by or words or cast.when(part) else "",
        heard=cast.heard(part, by),
        when=cast.when(part),
        by_person=by == "person",
        wish=short(part.get("wish")),
        why=plain(part.get("why")),
        answer=answered(part, "answers", "given"),
        conditions=tuple((say(f"said.{name}"), plain(part[name])) for name in ("only_if", "unless") if part.get(name)),
        notes=tuple(_notes(part, whole)),
        ask_again=_ask_again(part, whole),
        recording=whole.recordings.at(key, part),
        legal=whole.in_law(key) if kind in WISHES else (),  # what is law stands beside a wish
        outcomes=whole.outcomes.get(key, ()),
        earlier=earlier,
    )


def _kind(part: Mapping[str, Any]) -> str:
    return plain(part.get("kind")) or "what matters"


def kind_called(kind: str) -> str:
    """What a kind of statement or wish is called; a kind that is none stands for itself."""
    called = known("wishes", known("kinds", kind))
    return capital(kind) if called == kind else called


def answered(part: Mapping[str, Any], section: str, usual: str) -> str:
    """What became of a question that was not answered; empty where it was."""
    answer = plain(part.get("answer", usual))
    called = known(section, answer)
    return "" if called == answer else called


def _notes(part: Mapping[str, Any], whole: Whole) -> Iterator[str]:
    if part.get("how_firm"):
        yield say("said.how_firm", words=inside(part["how_firm"]))
    yield from (say("said.still_stands", how=_again(again, whole)) for again in part.get("still_stands", ()))
    term = " ".join(dated(key, part[name]) for name, key in _TERM if part.get(name))
    if term:
        yield say("said.held" if over(part.get("valid_until"), whole.today) else "said.holds", term=term)
    if part.get("review_by"):
        yield dated("said.ask_again_by", part["review_by"])


_TERM = (("valid_from", "dates.from"), ("valid_until", "dates.until"))


def _again(again: Mapping[str, Any], whole: Whole) -> str:
    by = say("said.again_by", who=whole.cast.speaker(again["by"])) if again.get("by") else ""
    to = say("said.again_to", who=whole.cast.name(again["to"])) if again.get("to") else ""
    return ", ".join(filter(None, (f"{day(again.get('when'))} {by}".strip(), to)))


def _ask_again(part: Mapping[str, Any], whole: Whole) -> str:
    """The question whether it still stands: its time is past, or the day for asking is and nobody has said so since."""
    until, due = part.get("valid_until"), part.get("review_by")
    if over(until, whole.today):
        return dated("gaps.held_until", until, what=kind_called(_kind(part)))
    again = [plain(each.get("when"))[:10] for each in part.get("still_stands", ())]
    if over(due, whole.today) and all(_before(when, plain(due)) for when in again):
        return dated("gaps.due", due, what=kind_called(_kind(part)))
    return ""


def _before(when: str, due: str) -> bool:
    """True where it was surely before the day for asking, or nobody knows when: on that very day is late enough."""
    known = min(len(when), len(due))
    return not when or when[:known] < due[:known]
