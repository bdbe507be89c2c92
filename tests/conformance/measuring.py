"""Runs every instrument and keeps the numbers: `python -m tests.conformance.measuring [--mutants N] [--guides N] …`.

Writes `agreement.json` beside this file, and the page of it (`page.py`). Needs the shared folder, Java and Maven; takes
some ten minutes as it stands, and the more the more mutants are asked for. Each context is one HL7 validator and one of
ours with the same packages; `--jobs` of them are measured at a time, their speed alone afterwards.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from tests.benchmarks import fhirpath
from tests.conformance import agreement, fhirpath_differential, page, snapshots
from tests.conformance.differential import Comparison, as_they_are, is_known, mutants
from tests.conformance.hl7_cases import cases, done
from tests.conformance.mutators import plain
from tests.conformance.originals import Original, originals
from tests.conformance.sides import Sides
from tests.conformance.surroundings import Surroundings
from tests.conftest import SHARED, hl7_version
from tests.java.counterparts import Oracle
from tests.java.paths import PathOracle

PACKAGES, CORPUS = SHARED / "packages", SHARED / "corpora" / "bulk-10-patients"
# The name of a context → the guide that both know; its examples are judged, and mutated.
CONTEXTS = {
    "R4": None,
    "US Core 6.1.0": "hl7.fhir.us.core-6.1.0",
    "US Core 8.0.0": "hl7.fhir.us.core-8.0.0",
    "IPS 1.1.0": "hl7.fhir.uv.ips-1.1.0",
    "UK Core 1.2.0": "UK.Core.r4-1.2.0",
    "AU PS 1.0.0": "hl7.fhir.au.ps-1.0.0",
}
LARGEST, TIMED, EXPRESSIONS = 100_000, 300, 1000


def measured(chosen: argparse.Namespace) -> dict[str, Any]:
    """Every number that the page has."""
    contexts = {
        name: (guide, chosen.seed, chosen.guides if guide else chosen.mutants, chosen.plain)
        for name, guide in CONTEXTS.items()
    }
    with ProcessPoolExecutor(chosen.jobs, get_context("spawn")) as pool:
        judged = dict(zip(contexts, pool.map(_context, *zip(*contexts.values(), strict=True)), strict=True))
    return {
        "validator": hl7_version(),
        "seed": chosen.seed,
        "cases": _cases(),
        "contexts": {name: {**each, "speed": _speed(CONTEXTS[name])} for name, each in judged.items()},
        "fhirpath": _fhirpath(chosen.seed, EXPRESSIONS),
        "snapshots": {name: _snapshots(name) for name in snapshots.PACKAGES},
    }


def _cases() -> dict[str, dict[str, float]]:
    folder = SHARED / "hl7-cases"
    around = Surroundings(folder / "validator")
    runs = [
        agreement.run(each.key, each.module, json.loads(each.expected.read_bytes()), done(each, around))
        for each in cases(folder)
    ]
    modules = Counter(each.module for each in runs)
    named = {name: [each for each in runs if each.module == name] for name, _ in modules.most_common()}
    return {name: _shares(some) for name, some in {"all": runs, **named}.items()}


def _shares(runs: Sequence[agreement.Run]) -> dict[str, float]:
    """How many there are, and of these which percentage agrees at each depth."""
    agreed = {
        depth: round(100 * sum(each.agrees[depth] for each in runs) / max(1, len(runs)), 1)
        for depth in ("L1", "L2", "L3")
    }
    missed = sum(each.theirs and not each.ours for each in runs)
    return {
        "n": len(runs),
        **agreed,
        "missed": missed,
        "false": sum(bool(each.ours) and not each.theirs for each in runs),
    }


def _with(guide: str | None) -> tuple[list[Path], list[Original]]:
    """The packages of a context, and the resources that are judged in it."""
    packages = [PACKAGES / f"{guide}.tgz"] if guide else []
    return packages, originals(packages or [CORPUS, PACKAGES / "hl7.fhir.r4.examples-4.0.1.tgz"], LARGEST)


def _context(guide: str | None, seed: int, count: int, unchanged: int) -> dict[str, Any]:
    packages, found = _with(guide)
    with closing(Sides(lambda: Oracle(SHARED, packages), SHARED, packages)) as sides:
        as_is, mutated = Comparison(sides, 0), Comparison(sides, 0)
        for each in as_they_are(found, seed, unchanged):
            as_is.judge(each)
        for each in islice(mutants(found, seed), count):
            mutated.judge(each)
        return {
            "plain": _shares(as_is.runs),
            "mutants": {**_shares(mutated.runs), "known": sum(map(is_known, mutated.differences))},
        }


def _speed(guide: str | None) -> dict[str, float]:
    """Resources a second on those that the HL7 validator can judge: each side warm, it behind its pipe."""
    packages, found = _with(guide)
    some = found[:: max(1, len(found) // TIMED)][:TIMED]
    seconds = {}
    with closing(Sides(lambda: Oracle(SHARED, packages), SHARED, packages)) as sides:
        texts = [each.raw.decode() for each in some if sides.of(plain(each.source, each.read())) is not None]
        for name, validate in (("hl7", sides.theirs), ("ours", sides.ours)):
            start = perf_counter()
            for text in texts:
                validate(text)
            seconds[name] = len(texts) / (perf_counter() - start)
    return {name: round(each, 1) for name, each in seconds.items()}


def _fhirpath(seed: int, count: int) -> dict[str, Any]:
    random = Random(seed)
    chosen = fhirpath_differential.resources(
        [CORPUS, PACKAGES / "hl7.fhir.r4.examples-4.0.1.tgz"], random, -(-count // fhirpath_differential.EACH)
    )
    with PathOracle(SHARED) as oracle:
        as_r4, changed = fhirpath_differential.both(oracle, chosen, random)
    ways = Counter(fhirpath_differential.way(each) for each in (*as_r4, *changed) if not each.same)
    return {
        "as R4 has them": [len(as_r4), sum(each.same for each in as_r4)],
        "changed": [len(changed), sum(each.same for each in changed)],
        "ways": dict(ways.most_common()),
        "speed": fhirpath.measured(fhirpath.samples(sorted(CORPUS.glob("*.ndjson")))),
    }


def _snapshots(name: str) -> dict[str, float]:
    count = snapshots.compared(name, PACKAGES)
    return {
        "profiles": count.profiles,
        "made": count.profiles - len(count.left_out),
        "elements": count.elements,
        "deciding": round(count.deciding_share, 2),
        "all": round(count.share, 2),
    }


def main(arguments: list[str] | None = None) -> int:
    """Measures, and writes the numbers and the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=500, help="how many of R4 alone")
    parser.add_argument("--guides", type=int, default=500, help="how many of each guide")
    parser.add_argument(
        "--plain", type=int, default=1000, help="how many resources as they are, at most, in each context"
    )
    parser.add_argument("--jobs", type=int, default=1, help="how many contexts at a time")
    parser.add_argument("--seed", type=int, default=2026)
    numbers = measured(parser.parse_args(arguments))
    page.NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    page.PAGE.write_text(page.page(numbers), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
