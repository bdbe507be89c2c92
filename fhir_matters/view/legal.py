"""Decisions that bind by law, as a reader needs them in a hurry: what, by whom, and where the paper is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir_matters.view.carried import File, file_of
from fhir_matters.view.cast import Cast
from fhir_matters.view.catalogue import known, say
from fhir_matters.view.chains import no_longer_stands
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.wording import apart, capital, dated, inside, listed, plain, quoted


@dataclass(frozen=True, slots=True)
class Legal:
    """One decision; `rests_on` are the keys of the wishes that it puts into law.

    `ended` is True once it stands no longer; `taken_back` says since when, by whom and why, if that was written down.
    """

    key: str
    kind: str
    what: str
    details: tuple[str, ...]
    paper: str
    source: str
    when: str
    rests_on: tuple[str, ...]
    ended: bool = False
    taken_back: str = ""
    document: File | None = None
    outcomes: tuple[Outcome, ...] = ()
    earlier: tuple[Legal, ...] = ()


def legal_of(
    key: str,
    part: Mapping[str, Any],
    earlier: tuple[Legal, ...],
    *,
    cast: Cast,
    outcomes: Mapping[str, tuple[Outcome, ...]],
    today: date,
) -> Legal:
    """The decision with its names resolved."""
    kind = plain(part.get("kind"))
    document = file_of(part["document"]) if part.get("document") else None
    return Legal(
        key=key,
        kind=kind_called(kind),
        what=_what(kind, part, cast),
        details=tuple(_details(part)),
        paper=", ".join(_paper(part)),
        source=", ".join(_made(part, cast)),
        when=cast.when(part),
        rests_on=tuple(plain(on) for on in part.get("rests_on", ())),
        ended=no_longer_stands(part, today),
        taken_back=_taken_back(part.get("ended") or {}, cast),
        document=document if document and document.sort in ("picture", "paper") else None,
        outcomes=outcomes.get(key, ()),
        earlier=earlier,
    )


def kind_called(kind: str) -> str:
    """What a kind of decision is called; a kind that is none stands for itself."""
    called = known("legal.kinds", kind)
    return capital(kind) if called == kind else called


def _what(kind: str, part: Mapping[str, Any], cast: Cast) -> str:
    if kind == "cpr decision":
        return say("legal.attempt_cpr" if part.get("attempt_cpr") else "legal.no_cpr")
    if kind == "refusal of treatment":
        return say("legal.refuses", treatments=listed([inside(each) for each in part.get("treatments", ())]))
    agents = cast.together(part.get("agents", ()))
    return say("legal.may_decide", names=agents) if agents else kind_called(kind)


def _details(part: Mapping[str, Any]) -> Iterator[str]:
    if part.get("applies_when"):
        yield say("legal.applies_when", words=inside(part["applies_when"]))
    if part.get("even_if_life_at_risk") is not None:
        yield say("legal.even_if_life_at_risk" if part["even_if_life_at_risk"] else "legal.not_if_life_at_risk")
    yield from (say("legal.power", words=inside(power)) for power in part.get("powers", ()))
    term = " ".join(dated(key, part[name]) for name, key in _TERM if part.get(name))
    if term:
        yield say("legal.stands", term=term)
    if part.get("review_by"):
        yield dated("legal.look_again_by", part["review_by"])


def _taken_back(ended: Mapping[str, Any], cast: Cast) -> str:
    """Since when it stands no longer, who took it back and why; empty where nobody wrote down any of it."""
    if not ended:
        return ""
    when, by = plain(ended.get("when")), cast.speaker(ended.get("by"))
    if by:
        what = dated("legal.taken_back_on", when, who=by) if when else say("legal.taken_back_by", who=by)
    else:
        what = dated("legal.ended_on", when) if when else say("legal.ended")
    return say("legal.because", what=what, words=quoted(ended["why"])) if ended.get("why") else what


_TERM = (("valid_from", "dates.from"), ("valid_until", "dates.until"))


def _paper(part: Mapping[str, Any]) -> Iterator[str]:
    """Where the paper is, and the number under which it is registered."""
    if part.get("kept"):
        yield inside(part["kept"])
    if part.get("registered"):
        number, system = (plain(part["registered"].get(name)) for name in ("value", "system"))
        system = system.partition("://")[2] or system
        known_to = say("legal.registered_with", number=number, system=system)
        yield known_to if system else say("legal.registered", number=number)


def _made(part: Mapping[str, Any], cast: Cast) -> Iterator[str]:
    yield say("legal.made_by", who=cast.speaker(part.get("made_by", "person")))
    yield cast.day(part)
    if part.get("agreed_by"):
        yield say("legal.agreed_by", who=cast.together(part["agreed_by"]))
    if part.get("witnessed_by"):
        yield say("legal.witnessed_by", names=listed([apart(name) for name in part["witnessed_by"]]))
    if written := cast.written(part):
        yield written
