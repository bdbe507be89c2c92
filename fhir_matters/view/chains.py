"""What changed and what stands: a part that another replaces is set back behind it; nothing is laid out here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol, TypeAlias, TypeVar

from fhir_matters.view.wording import plain

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
Part: TypeAlias = Mapping[str, Any]


class Dated(Protocol):
    """What has a day by which it is put in order."""

    @property
    def when(self) -> str:
        """The date as it is spelt; empty where nobody wrote one down."""


Shown = TypeVar("Shown", bound=Dated)


def newest(parts: Mapping[str, Part], shown: Callable[[str, Part, tuple[Shown, ...]], Shown]) -> tuple[Shown, ...]:
    """Each part that nothing replaces, the latest first, made with the chain of those before it.

    A ring of replacements loses no word; what was withdrawn is left out.
    """
    live: dict[str, Part] = {key: part for key, part in parts.items() if not part.get("withdrawn")}
    replaced: set[Any] = {part.get("replaces") for part in live.values()}
    chains: list[list[str]] = []
    placed: set[str] = set()
    for key in (*(key for key in live if key not in replaced), *live):
        if key not in placed:
            chains.append(list(_chain(key, live)))
            placed.update(chains[-1])
    heads = (shown(key, live[key], tuple(shown(old, live[old], ()) for old in before)) for key, *before in chains)
    return tuple(sorted(heads, key=lambda head: head.when, reverse=True))


def _chain(key: str, parts: Mapping[str, Part]) -> Iterator[str]:
    """The key, the one that it replaces, and so on back."""
    seen = set[str]()
    while key in parts and key not in seen:
        seen.add(key)
        yield key
        key = parts[key].get("replaces") or ""


def no_longer_stands(part: Part, today: date) -> bool:
    """True for a decision that was taken back or has ended, and for one whose last day is past."""
    return part.get("ended") is not None or over(part.get("valid_until"), today)


def over(until: Any, today: date) -> bool:
    """True where the last day is surely past: a month or a year is over when it has ended, and no date never is."""
    found = _DAY.match(plain(until))
    return found is not None and today.isoformat()[: len(found[0])] > found[0]
