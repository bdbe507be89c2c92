"""Our FHIRPath beside that of the HL7 validator: `python -m tests.conformance.fhirpath_differential FILES…`.

FILES are resources: JSON, NDJSON, folders or packages. On each, expressions that R4 itself asks, and small changes of
them, are evaluated by both; what they find is compared, item for item. Each disagreement is printed as small as it
gets, with both answers. Left out: what needs a clock or a host (`now()`, `memberOf()`, `conformsTo()` …).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from fhir_matters import jsonio
from fhir_matters.errors import FhirMattersError
from fhir_matters.fhirpath import compile as compiled
from fhir_matters.fhirpath.navigation import resource_node
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.reflection import info
from fhir_matters.fhirpath.values import plain, system
from tests.conformance.expressions import changed, expressions
from tests.conformance.originals import drawn, originals
from tests.conftest import SHARED
from tests.java.paths import Found, PathOracle

EACH = 20  # expressions a resource
LARGEST = 100_000  # bytes of a resource


@dataclass(frozen=True)
class Compared:
    """One expression on one resource, what each engine found, and whether that is the same."""

    expression: str
    resource: dict[str, Any]
    theirs: Found
    ours: Found

    @property
    def same(self) -> bool:
        """Both refuse it, or both find the same."""
        if self.theirs is None or self.ours is None:
            return self.theirs is self.ours
        return len(self.theirs) == len(self.ours) and all(map(_same, *map(self._ordered, (self.theirs, self.ours))))

    def _ordered(self, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Sorted where FHIRPath gives no order (N1: children, descendants, union, distinct, repeat)."""
        free = any(word in self.expression for word in ("children", "descendants", "|", "istinct", "union", "repeat"))
        return sorted(found, key=lambda item: item[1]) if free else found


def _same(theirs: tuple[str, str], ours: tuple[str, str]) -> bool:
    if theirs[1] == ours[1]:
        return True
    try:
        return Decimal(theirs[1]) == Decimal(ours[1])
    except InvalidOperation:
        return False


def ours(resource: dict[str, Any], expression: str) -> Found:
    """(type, text) of each item that ours finds; None where it refuses."""
    try:
        engine = compiled(expression, resource["resourceType"])
        return [_shown(each) for each in engine.items(resource_node(resource, engine.model), engine.scope(resource))]
    except FhirMattersError:
        return None


def _shown(item: Any) -> tuple[str, str]:
    value = system(item)
    if isinstance(value, Node):
        return value.type.name, ""
    text = plain(value) if not isinstance(item, Node) else item.value
    return info(item).name, "" if text is None else str(text).lower() if isinstance(text, bool) else str(text)


def compared(oracle: PathOracle, resource: dict[str, Any], asked: Sequence[str]) -> Iterator[Compared]:
    """Each expression on the resource, by both."""
    theirs = oracle.evaluate(jsonio.write(resource).decode(), asked)
    for expression, found in zip(asked, theirs, strict=True):
        yield Compared(expression, resource, found, ours(resource, expression))


def smallest(oracle: PathOracle, found: Compared) -> Compared:
    """The same disagreement with as little of the expression as still shows it."""
    size = max(1, len(found.expression) // 2)
    while size:
        cuts = dict.fromkeys(
            found.expression[:at] + found.expression[at + size :] for at in range(len(found.expression) - size + 1)
        )
        kind = _kind(found)
        smaller = (each for each in compared(oracle, found.resource, [*cuts][:400]) if not each.same)
        better = next((each for each in smaller if _kind(each) == kind), None)
        found, size = (better, min(size, len(better.expression) // 2)) if better else (found, size // 2)
    return found


def _kind(found: Compared) -> tuple[Any, ...]:
    return tuple(each if each is None else len(each) for each in (found.theirs, found.ours))


def asked(resource: dict[str, Any], random: Random, count: int) -> tuple[list[str], list[str]]:
    """So many expressions for the resource: half of them as R4 has them, half changed."""
    known = expressions(resource)
    chosen = [random.choice(known) for _ in range(count)]
    half = count // 2
    return chosen[:half], [changed(each, random) for each in chosen[half:]]


def table(asked_by_r4: Sequence[Compared], of_ours: Sequence[Compared]) -> Iterator[str]:
    """How far both agree, in all, on what R4 asks and on the changed; then the ways in which they do not."""
    every = [*asked_by_r4, *of_ours]
    for label, runs in (("ALL", every), ("  as R4 has them", asked_by_r4), ("  changed", of_ours)):
        yield f"{label:<20} n={len(runs):<6d} same={100 * sum(each.same for each in runs) / max(1, len(runs)):5.1f}%"
    for kind, count in Counter(way(each) for each in every if not each.same).most_common():
        yield f"  {kind}: {count}"


def way(found: Compared) -> str:
    """In which way the two do not agree."""
    if found.ours is None:
        return "HL7 answers, ours refuses"
    return "HL7 refuses, ours answers" if found.theirs is None else "both answer, differently"


def resources(files: Sequence[Path], random: Random, count: int) -> list[dict[str, Any]]:
    """So many resources out of the files, some of them more than once if there are fewer."""
    return [each.read() for each in islice(drawn(originals(files, LARGEST), random), count)]


def main(arguments: list[str] | None = None) -> int:
    """Compares; the line that begins with ALL says how far both agree. Exit code 0 unless nothing was compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000, help="expressions in all")
    parser.add_argument("--show", type=int, default=20, help="disagreements to print")
    chosen = parser.parse_args(arguments)
    random = Random(chosen.seed)
    with PathOracle(SHARED) as oracle:
        plain_runs, changed_runs = both(oracle, resources(chosen.files, random, -(-chosen.count // EACH)), random)
        wrong = [each for each in (*plain_runs, *changed_runs) if not each.same]
        for each in wrong[: chosen.show]:
            print("\n".join(_told(smallest(oracle, each), each.expression)))  # noqa: T201 (a command)
    print("\n".join(table(plain_runs, changed_runs)))  # noqa: T201
    return 0 if plain_runs else 1


def both(oracle: PathOracle, chosen: Iterable[dict[str, Any]], random: Random) -> tuple[list[Compared], list[Compared]]:
    """What both find on each resource: of what R4 asks, and of what was changed."""
    as_r4, as_changed = [], []
    for resource in chosen:
        plain, changed = asked(resource, random, EACH)
        found = list(compared(oracle, resource, [*plain, *changed]))
        as_r4 += found[: len(plain)]
        as_changed += found[len(plain) :]
    return as_r4, as_changed


def _told(found: Compared, whole: str) -> Iterator[str]:
    yield f"{found.resource['resourceType']}/{found.resource.get('id')}  {found.expression}"
    yield f"   of    {whole}"
    yield f"   HL7   {str(found.theirs)[:200]}"
    yield f"   ours  {str(found.ours)[:200]}"


if __name__ == "__main__":
    sys.exit(main())
