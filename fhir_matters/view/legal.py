"""Decisions that bind by law, as a reader needs them in a hurry: what, by whom, and where the paper is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir_matters.view.carried import File, file_of
from fhir_matters.view.cast import Cast
from fhir_matters.view.chains import no_longer_stands
from fhir_matters.view.outcomes import Outcome
from fhir_matters.view.wording import apart, capital, day, listed, plain, quoted

_DAY = len("2026-03-03")
_KINDS = {"cpr decision": "CPR decision", "refusal of treatment": "Refusal of treatment, made in advance"}


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
        kind=_KINDS.get(kind, capital(kind)),
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


def _what(kind: str, part: Mapping[str, Any], cast: Cast) -> str:
    if kind == "cpr decision":
        return "Attempt CPR" if part.get("attempt_cpr") else "Do not attempt CPR"
    if kind == "refusal of treatment":
        return f"Refuses {listed([apart(each) for each in part.get('treatments', ())])}"
    return f"{cast.together(part.get('agents', ()))} may decide" if part.get("agents") else capital(kind)


def _details(part: Mapping[str, Any]) -> Iterator[str]:
    if part.get("applies_when"):
        yield f"Applies: {apart(part['applies_when'])}"
    if part.get("even_if_life_at_risk") is not None:
        yield "Even if life is at risk" if part["even_if_life_at_risk"] else "Not where life is at risk"
    yield from (f"Power: {apart(power)}" for power in part.get("powers", ()))
    holds = [f"{word} {day(part[name])}" for name, word in _HOLDS if part.get(name)]
    if holds:
        yield f"Stands {' '.join(holds)}"
    if part.get("review_by"):
        yield f"Look at it again by {day(part['review_by'])}"


def _taken_back(ended: Mapping[str, Any], cast: Cast) -> str:
    """Since when it stands no longer, who took it back and why; empty where nobody wrote down any of it."""
    if not ended:
        return ""
    when, by = plain(ended.get("when")), cast.speaker(ended.get("by"))
    on = f" {'on' if len(when) >= _DAY else 'in'} {day(when)}" if when else ""
    said = f"{'Taken back' if by else 'Ended'}{on}{f' by {by}' if by else ''}"
    return f"{said}: {quoted(ended['why'])}" if ended.get("why") else said


_HOLDS = (("valid_from", "from"), ("valid_until", "until"))


def _paper(part: Mapping[str, Any]) -> Iterator[str]:
    """Where the paper is, and the number under which it is registered."""
    if part.get("kept"):
        yield apart(part["kept"])
    if part.get("registered"):
        number, system = (plain(part["registered"].get(name)) for name in ("value", "system"))
        system = system.partition("://")[2] or system
        yield f"registered as {number} ({system})" if system else f"registered as {number}"


def _made(part: Mapping[str, Any], cast: Cast) -> Iterator[str]:
    yield f"Made by {cast.speaker(part.get('made_by', 'person'))}"
    yield day(cast.when(part)) or "no date written down"
    if part.get("agreed_by"):
        yield f"agreed with {cast.together(part['agreed_by'])}"
    if part.get("witnessed_by"):
        yield f"witnessed by {listed([apart(name) for name in part['witnessed_by']])}"
    if written := cast.written(part):
        yield written
