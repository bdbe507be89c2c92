"""Choices as a reader sees them: options side by side, what speaks for and against each, by domain, and what it weighs.

No score is computed and no domain ranks above another: they stand in the order of the alphabet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fhir_matters.view.cast import Cast
from fhir_matters.view.catalogue import say
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.spoken import Words
from fhir_matters.view.whole import Whole
from fhir_matters.view.wording import chances, dated, day, inside, listed, plain, position

DOMAINS = ("psychological", "social", "spiritual", "techno-clinical")


@dataclass(frozen=True, slots=True)
class Consideration:
    """One thing for or against; `bar` is the place of the weight on the person's own scale, from 0 to 1."""

    domain: str
    words: str
    weight: str
    bar: float | None
    likelihood: str
    raised_by: str
    tipped_it: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go, and whether it is the one that was chosen."""

    what: str
    as_things_are: bool
    chosen: bool
    speaks_for: tuple[Consideration, ...]
    against: tuple[Consideration, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that was weighed; `decided` is empty while it still is."""

    key: str
    question: str
    source: str
    when: str
    options: tuple[Option, ...]
    decided: str
    decided_by: str
    tipped: tuple[str, ...]
    reservations: tuple[tuple[str, str], ...]
    rests_on: tuple[Words, ...]
    notes: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = ()
    earlier: tuple[Choice, ...] = ()


def choice_of(key: str, part: Mapping[str, Any], earlier: tuple[Choice, ...], whole: Whole) -> Choice:
    """The choice with every name resolved and its options in the order of the record."""
    decided, cast = part.get("decided") or {}, whole.cast
    options = tuple(_option(option, name == decided.get("option"), cast) for name, option in part["options"].items())
    weighed_by = part.get("weighed_by", "person")
    present = [key for key in part.get("with_whom", ()) if key != weighed_by]
    about = (cast.speaker(weighed_by), cast.day(part))
    others = say("cast.with", names=cast.together(present)) if present else ""
    return Choice(
        key=key,
        question=plain(part.get("question")),
        source=", ".join(filter(None, (*about, others, cast.written(part)))),
        when=cast.when(part),
        options=options,
        decided=plain(decided.get("words")),
        decided_by=_decided_by(decided, cast),
        tipped=tuple(one.words for option in options for one in (*option.speaks_for, *option.against) if one.tipped_it),
        reservations=tuple(
            (plain(one.get("words")), cast.speaker(one.get("by"))) for one in part.get("reservations", ())
        ),
        rests_on=whole.rests_on(part.get("rests_on", ())),
        notes=tuple(filter(None, (_none_of_these(decided), _look_again(part), _unheard(options)))),
        outcomes=whole.outcomes.get(key, ()),
        earlier=earlier,
    )


def _option(option: Mapping[str, Any], chosen: bool, cast: Cast) -> Option:
    sides = {
        side: sorted(
            (_consideration(one, side, cast) for one in option.get("considerations", ()) if one.get(side)),
            key=lambda one: one.domain,
        )
        for side in ("for", "against")
    }
    return Option(
        what=plain(option.get("what")),
        as_things_are=bool(option.get("as_things_are")),
        chosen=chosen,
        speaks_for=tuple(sides["for"]),
        against=tuple(sides["against"]),
    )


def _consideration(one: Mapping[str, Any], side: str, cast: Cast) -> Consideration:
    weight = one.get("weight") or {}
    return Consideration(
        domain=plain(one.get("domain")),
        words=plain(one[side]),
        weight=_weight(weight),
        bar=position(weight.get("number"), plain(weight.get("scale"))),
        likelihood=_likelihood(one.get("likelihood") or {}, cast),
        raised_by=cast.name(one.get("raised_by")),
        tipped_it=bool(one.get("tipped_it")),
    )


def _weight(weight: Mapping[str, Any]) -> str:
    """The weight as it was given: words, a number on the scale they named, or both."""
    number, scale = plain(weight.get("number")), inside(weight.get("scale"))
    counted = f"{number} ({scale})" if number and scale else number or scale
    return ", ".join(filter(None, (inside(weight.get("words")), counted)))


def _likelihood(likely: Mapping[str, Any], cast: Cast) -> str:
    range_ = chances(likely.get("low"), likely.get("high"))
    over = say("choices.over", time=inside(likely["over"])) if likely.get("over") else ""
    says = say("choices.says", who=cast.name(likely["source"])) if likely.get("source") else ""
    return ", ".join(filter(None, (inside(likely.get("words")), f"{range_} {over}".strip(), says)))


def _decided_by(decided: Mapping[str, Any], cast: Cast) -> str:
    if not decided:
        return ""
    others = decided.get("together_with", ())
    with_whom = say("choices.together_with", who=cast.together(others)) if others else ""
    return ", ".join(filter(None, (cast.speaker(decided.get("by")), day(decided.get("when")), with_whom)))


def _none_of_these(decided: Mapping[str, Any]) -> str:
    return say("choices.none_of_these") if decided.get("none_of_these") else ""


def _look_again(part: Mapping[str, Any]) -> str:
    return dated("choices.look_again", part["look_again"]) if part.get("look_again") else ""


def _unheard(options: tuple[Option, ...]) -> str:
    """The domains of which nobody has said anything, as something to ask."""
    heard = {one.domain for option in options for one in (*option.speaks_for, *option.against)}
    missing = [say(f"domains.{domain}") for domain in DOMAINS if domain not in heard]
    return say("choices.unweighed", domains=listed(missing, "list.or")) if missing else ""
