"""What was said, as a reader sees it: the words, who said them and when, on what conditions, and what they replaced.

What changed stays: a part that another replaces is set back behind it as `earlier`. Where it stands on the page is
not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from fhir_matters.view.cast import Cast
from fhir_matters.view.choices import Choice
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
    "undecided": "Was asked, and has not decided.",
    "not asked": "Has not been asked.",
    "not appropriate": "It was not the moment to ask.",
    "unable to say": "Was asked, and could not say.",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they were said, and the language they were said in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that was said or asked for, by whom and when, with its conditions and what it took the place of."""

    kind: str
    label: str
    words: Words | None
    source: str
    when: str = ""
    by_person: bool = True
    wish: str = ""
    why: str = ""
    answer: str = ""
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    earlier: tuple[Statement, ...] = ()


Shown = TypeVar("Shown", Statement, Choice)


def newest(parts: Mapping[str, Mapping[str, Any]], shown: Callable[[Mapping[str, Any]], Shown]) -> tuple[Shown, ...]:
    """Each part that nothing replaces, the latest first, with the chain of those before it.

    A ring of replacements loses no word.
    """
    live: dict[str, Mapping[str, Any]] = {key: part for key, part in parts.items() if not part.get("withdrawn")}
    replaced: set[Any] = {part.get("replaces") for part in live.values()}
    chains: list[list[str]] = []
    placed: set[str] = set()
    for key in (*(key for key in live if key not in replaced), *live):
        if key not in placed:
            chains.append(list(_chain(key, live)))
            placed.update(chains[-1])
    heads = (_with_earlier([shown(live[key]) for key in chain]) for chain in chains)
    return tuple(sorted(heads, key=lambda head: head.when, reverse=True))


def _with_earlier(chain: list[Shown]) -> Shown:
    return replace(chain[0], earlier=tuple(chain[1:]))


def _chain(key: str, parts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The key, the one that it replaces, and so on back."""
    seen = set[str]()
    while key in parts and key not in seen:
        seen.add(key)
        yield key
        key = parts[key].get("replaces") or ""


def statement_of(part: Mapping[str, Any], cast: Cast, data: Mapping[str, Any]) -> Statement:
    """The statement or preference with its names resolved; its own day, else that of the conversation."""
    kind, by = plain(part.get("kind")) or "what matters", part.get("said_by")
    label, treatment = LABELS.get(kind, capital(kind)), plain(part.get("treatment"))
    text = plain(part.get("words"))
    return Statement(
        kind=kind,
        label=f"{label}: {apart(treatment)}" if treatment else label,
        words=Words(text, plain(part.get("language") or data.get("language")) or "en") if text else None,
        source=cast.source(part, by) if by or text or cast.when(part) else "",
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
        notes=tuple(_statement_notes(part, cast)),
    )


def _statement_notes(part: Mapping[str, Any], cast: Cast) -> Iterator[str]:
    if part.get("how_firm"):
        yield f"How firm: {apart(part['how_firm'])}"
    for again in part.get("still_stands", ()):
        to = f", to {cast.name(again['to'])}" if again.get("to") else ""
        yield f"Still stands: said again {day(again.get('when'))}{to}"
    holds = [f"{word} {day(part[name])}" for name, word in _HOLDS if part.get(name)]
    if holds:
        yield f"Holds {' '.join(holds)}"
    if part.get("review_by"):
        yield f"Ask again by {day(part['review_by'])}"


_HOLDS = (("valid_from", "from"), ("valid_until", "until"))
