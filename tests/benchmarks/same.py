"""Before anything is timed: do ours and the HL7 validator find the same errors, each by its code and its place?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.sides import Both, Sides, wrong
from tests.conftest import SHARED
from tests.java.counterparts import Oracle

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Agreement:
    """What both said of the texts: those that the HL7 validator judged, and which errors only one of them found."""

    judged: tuple[bytes, ...]
    unjudged: int
    errors: int
    same: int
    differences: tuple[tuple[str, int], ...]

    def numbers(self) -> dict[str, Any]:
        return {
            "compared": len(self.judged),
            "same": self.same,
            "errors": self.errors,
            "unjudged": self.unjudged,
            "different": dict(self.differences),
        }


def agreement(texts: Sequence[bytes], said: Callable[[str], Both | None]) -> Agreement:
    """What both say of each text; `said` gives None where the HL7 validator comes to no verdict."""
    judged, errors, same = [], 0, 0
    differences: Counter[str] = Counter()
    for text in texts:
        both = said(text.decode())
        if both is None:
            continue
        judged.append(text)
        theirs, mine = wrong(both.theirs), wrong(both.ours)
        errors += theirs.total()
        same += both.ours is not None and theirs == mine
        differences.update(_named("only the HL7 validator", theirs - mine))
        differences.update(_named("only ours", mine - theirs))
    return Agreement(tuple(judged), len(texts) - len(judged), errors, same, tuple(differences.most_common()))


def _named(side: str, errors: Counter[tuple[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (code, place), count in errors.items():
        found[f"{side}: {code} at {_INDEX.sub('', place)}"] += count
    return found


def beside_hl7(texts: Sequence[bytes], packages: Sequence[Path]) -> Agreement:
    """With an HL7 validator started for it; raises AbsentError where it cannot be had."""
    with closing(Sides(lambda: Oracle(SHARED, packages), SHARED, packages)) as sides:
        return agreement(texts, lambda text: sides.said(text, "json"))
