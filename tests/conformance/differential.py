"""Real resources, changed, judged by the HL7 validator and by ours; every disagreement made as small as it can be.

`python -m tests.conformance.differential --seed N --count K [--packages PATH.tgz]… [--out DIR] FILES…`

FILES are JSON, NDJSON, folders and packages (their examples). The same seed and files make the same mutants. With
`--plain` the resources are judged as they are, `--count 0` all of them. The agreement is printed for each mutator and
in all, on a line that begins with ALL. What is known and not mended is listed, with its reason, in `known.json`: it
counts all the same. The HL7 validator is built by Maven when it is first asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from fhir_matters.errors import InputError
from tests.conformance import agreement
from tests.conformance.minimise import Disagreement, disagreement, smallest
from tests.conformance.mutators import NAMES, Mutant, mutant, plain
from tests.conformance.originals import Original, drawn, originals
from tests.conformance.sides import Both, Sides, errors
from tests.java.counterparts import Oracle

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("FHIR_MATTERS_SHARED") or HERE.parents[2] / "shared")
# So many resources are tried until one has what a mutator changes.
PATIENCE = 200


@dataclass(frozen=True)
class Difference:
    """One disagreement: of which mutant, the smallest resource that shows it, and what both say of that."""

    mutant: Mutant
    kinds: Disagreement
    text: str
    both: Both


def mutants(found: list[Original], seed: int, only: Sequence[str] = NAMES) -> Iterator[Mutant]:
    """Mutants without end, each mutator in its turn; one that nothing here suits is passed over from then on."""
    source = drawn(found, Random(seed))
    patience = min(PATIENCE, 2 * len(found))
    turn, number = list(only), 0
    while turn:
        for name in tuple(turn):
            number += 1
            tried = (_made(name, each, f"{seed}/{number}/{at}") for at, each in enumerate(islice(source, patience)))
            if (made := next(filter(None, tried), None)) is not None:
                yield made
            else:
                turn.remove(name)


def _made(name: str, original: Original, seed: str) -> Mutant | None:
    return mutant(name, original.source, original.read(), seed)


def as_they_are(found: list[Original], seed: int, count: int) -> Iterator[Mutant]:
    """The resources themselves: all, or so many of them."""
    chosen = found if not count or count >= len(found) else Random(seed).sample(found, count)
    return (plain(each.source, each.read()) for each in chosen)


class Comparison:
    """Judges mutants one by one and keeps what came of it."""

    def __init__(self, sides: Sides, tries: int) -> None:
        self._sides = sides
        self._tries = tries
        self.undone = 0
        self.runs: list[agreement.Run] = []
        self.differences: list[Difference] = []

    def judge(self, made: Mutant) -> None:
        """One run; where the two disagree also the smallest resource on which they do."""
        both = self._said(made)
        if both is None:
            self.undone += 1
            return
        self.runs.append(agreement.run(made.source, made.name, both.theirs, both.ours))
        if kinds := disagreement(both):
            small = smallest(made.resource, lambda resource: self._said(made, resource), self._tries)
            again = self._said(made, small) or both
            self.differences.append(Difference(made, kinds, made.text(small), again))

    def _said(self, made: Mutant, resource: Any = None) -> Both | None:
        try:
            return self._sides.of(made, resource)
        except InputError:
            return None


def known() -> list[dict[str, str]]:
    """The disagreements that stay: side, code, the end of the place, the reason and the sentence it rests on."""
    listed: list[dict[str, str]] = json.loads((HERE / "known.json").read_bytes())
    return listed


def is_known(difference: Difference) -> bool:
    """True where all of it is listed."""
    return all(
        any(each["side"] == side and each["code"] == code and place.endswith(each["place"]) for each in known())
        for side, code, place in difference.kinds
    )


def told(difference: Difference, longest: int = 1500) -> str:
    """A disagreement for people: what each side finds, and the smallest resource."""
    made = difference.mutant
    lines = [f"--- {made.name} {made.source}{' (known)' if is_known(difference) else ''}"]
    lines += [f"  {' '.join(kind)}" for kind in sorted(difference.kinds)]
    lines += [f"  hl7:  {each[:300]}" for each in errors(difference.both.theirs)]
    lines += [f"  ours: {each[:300]}" for each in errors(difference.both.ours)]
    text = difference.text if len(difference.text) <= longest else difference.text[:longest] + " …"
    return "\n".join([*lines, text])


def main(arguments: list[str] | None = None) -> int:
    """Runs all, prints disagreements and agreement; exit code 0 unless nothing could be compared."""
    chosen = _parser().parse_args(arguments)
    found = originals(chosen.files, chosen.largest)
    if not found:
        sys.stderr.write("No resource in these files: give JSON, NDJSON, folders or packages of them.\n")
        return 1
    only = [name for name in NAMES if not chosen.only or name.startswith(tuple(chosen.only))]
    made = (
        as_they_are(found, chosen.seed, chosen.count)
        if chosen.plain or not chosen.count
        else islice(mutants(found, chosen.seed, only), chosen.count)
    )
    sides = Sides(lambda: Oracle(chosen.shared, chosen.packages), chosen.shared, chosen.packages, chosen.profile)
    with closing(sides):
        comparison = Comparison(sides, chosen.tries)
        for each in made:
            before = len(comparison.differences)
            comparison.judge(each)
            for at, difference in enumerate(comparison.differences[before:], before):
                _show(difference, at, chosen.out)
    lines = list(agreement.table(comparison.runs))
    sys.stdout.write("\n".join(lines) + "\n")
    listed = sum(map(is_known, comparison.differences))
    sys.stdout.write(f"disagreements: {len(comparison.differences)}, of which known: {listed}\n")
    sys.stdout.write(f"on which the HL7 validator came to no verdict, left out: {comparison.undone}\n")
    return 0 if comparison.runs else 1


def _show(difference: Difference, number: int, out: Path | None) -> None:
    sys.stdout.write(told(difference) + "\n")
    sys.stdout.flush()
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        stem = out / f"{number:04d}-{difference.mutant.name}"
        stem.with_suffix("." + difference.mutant.form).write_text(difference.text, "utf-8", "surrogatepass")
        stem.with_suffix(".txt").write_text(told(difference, longest=0), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILES")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=0, help="how many mutants; 0 with --plain is all")
    parser.add_argument("--plain", action="store_true", help="judge the resources as they are")
    parser.add_argument(
        "--packages", type=Path, action="append", default=[], help="a guide that both know; again for more"
    )
    parser.add_argument("--profile", action="append", default=[], help="what every resource has to meet")
    parser.add_argument("--only", action="append", default=[], help="mutators whose names begin so")
    parser.add_argument("--largest", type=int, default=100_000, help="resources of more bytes are left out")
    parser.add_argument("--tries", type=int, default=120, help="how often both are asked to make a disagreement small")
    parser.add_argument("--out", type=Path, help="where to write the disagreements as files")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder with packages/")
    return parser


if __name__ == "__main__":
    sys.exit(main())
