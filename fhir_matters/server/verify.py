"""A receipt, held against the server again: for each resource, whether it is still as the receipt says.

Reads only. It says what the server holds now, not who changed it or why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, TypeAlias

from fhir_matters.server.compare import sha256
from fhir_matters.server.plan import counting, version
from fhir_matters.server.receipt import Line, Receipt
from fhir_matters.server.rest import Rest
from fhir_matters.server.target import Progress, there

State: TypeAlias = Literal["as received", "changed since", "gone", "different", "never arrived"]
WORDS: dict[State, str] = {
    "as received": "still as received",
    "changed since": "changed since, with a new version",
    "gone": "gone",
    "different": "different without a new version",
    "never arrived": "never arrived, says the receipt",
}
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Now:
    """One resource of a receipt now: `version` is the one that the server holds, empty where it has none."""

    line: Line
    state: State
    version: str = ""

    def __str__(self) -> str:
        if self.state == "changed since":
            return f"{self.line.target}: changed since, version {self.line.version} is now {self.version}"
        newer = f", in version {self.version}" if self.version not in ("", self.line.version) else ""
        return f"{self.line.target or self.line.source}: {WORDS[self.state]}{newer}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of everything in a receipt; `resources` are in its order."""

    target: str
    resources: Sequence[Now] = field(repr=False)

    @property
    def ok(self) -> bool:
        """True where every resource is still as received."""
        return all(each.state == "as received" for each in self.resources)

    @property
    def totals(self) -> dict[State, int]:
        """How many resources of each state."""
        counted = Counter(each.state for each in self.resources)
        return {state: counted[state] for state in WORDS if counted[state]}


def verify(receipt: Receipt, server: Rest, progress: Progress | None = None) -> Verification:
    """What the server holds now of what the receipt says. Raises ServerError where it cannot be asked."""
    report = counting(progress, "verify", sum(bool(line.target) for line in receipt.lines))
    lines = iter(receipt.lines)
    found: list[Now] = []
    while some := list(islice(lines, AT_ONCE)):
        held = there(server, [line.target for line in some if line.target], surely=True, done=report)
        found.extend(states(some, {place: (sha256(each), version(each)) for place, each in held.items()}))
    return Verification(server.base, tuple(found))


def states(lines: Iterable[Line], held: Mapping[str, tuple[str, str]]) -> Iterator[Now]:
    """Each line and what became of it, where `held` has hash and version of what is there, by `Type/id`."""
    for line in lines:
        if not line.target:
            yield Now(line, "never arrived")
        elif line.target not in held:
            yield Now(line, "gone")
        else:
            digest, number = held[line.target]
            same: State = "changed since" if number != line.version else "different"
            yield Now(line, "as received" if digest == line.target_sha256 else same, number)
