"""R4's invariants, by ours, fhirpathpy and fhirpathrs in one run: `python -m tests.benchmarks.fhirpath FILES…`.

FILES are NDJSON. Every invariant is evaluated on the same elements of the files that have it; each engine is given the
invariant as it likes it best (compiled, where it can), its answers are counted beside ours, and its time is the best
of several rounds. The others come with the extra `benchmark`. What is printed is microseconds an evaluation: the
median over the invariants, the slowest tenth, and how many times the median of ours.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, TypeAlias

from fhir_matters import jsonio
from fhir_matters.fhirpath import compile as compiled
from fhir_matters.fhirpath.model import core_model
from fhir_matters.fhirpath.navigation import resource_node
from fhir_matters.fhirpath.node import Node
from fhir_matters.fhirpath.scope import Scope
from tests.fhirpath.invariants import elements

# (expression, path, elements) → a function that gives the answer for each element
Engine: TypeAlias = Callable[[str, str, "list[Sample]"], Callable[[], list[Any]]]
SAMPLES, ROUNDS = 20, 5


@dataclass(frozen=True)
class Sample:
    """An element that has the invariant, and the resource around it."""

    node: Node
    scope: Scope


@dataclass(frozen=True)
class Timed:
    """One invariant in one engine: microseconds an evaluation, and its answers."""

    microseconds: float
    answers: list[Any]


def samples(files: Iterable[Path]) -> dict[tuple[str, str, str], list[Sample]]:
    """(key, path, expression) → some of the elements in the files that have it; a primitive is none."""
    found: dict[tuple[str, str, str], list[Sample]] = {}
    for file in files:
        for line in file.read_bytes().splitlines()[:100]:
            node = resource_node(jsonio.read(line), core_model())
            for each, scope, path, constraints in elements(node):
                if isinstance(each.value, dict):
                    for key, expression in constraints.items():
                        if "trace(" in expression:  # it prints
                            continue
                        kept = found.setdefault((key, path, expression), [])
                        if len(kept) < SAMPLES:
                            kept.append(Sample(each, scope))
    return found


def ours(expression: str, path: str, chosen: list[Sample]) -> Callable[[], list[Any]]:
    """Ours, compiled."""
    engine = compiled(expression, path)
    return lambda: [engine.holds(each.node, each.scope) for each in chosen]


def fhirpathpy(expression: str, path: str, chosen: list[Sample]) -> Callable[[], list[Any]]:  # noqa: ARG001
    """fhirpathpy with its R4 model, compiled; it is not told which element a value is."""
    from fhirpathpy import compile as made  # noqa: PLC0415 (may be absent)
    from fhirpathpy.models import models  # noqa: PLC0415

    engine = made(expression, model=models["r4"])
    values = [(each.node.value, {"resource": each.scope.resource.value}) for each in chosen]
    return lambda: [_truth(engine(value, context)) for value, context in values]


def fhirpathrs(expression: str, path: str, chosen: list[Sample]) -> Callable[[], list[Any]]:  # noqa: ARG001
    """fhirpathrs, which compiles nothing beforehand and knows no model."""
    from fhirpathrs import evaluate  # noqa: PLC0415 (may be absent)

    values = [each.node.value for each in chosen]
    return lambda: [_truth(evaluate(expression, value)) for value in values]


def _truth(found: Any) -> bool | None:
    """FHIRPath's singleton evaluation of what an engine gives: a list, or the one value out of it."""
    items = found if isinstance(found, list) else [] if found is None else [found]
    return None if not items else items[0] if isinstance(items[0], bool) else True


ENGINES: dict[str, Engine] = {"fhir-matters": ours, "fhirpathpy": fhirpathpy, "fhirpathrs": fhirpathrs}


def timed(engine: Engine, expression: str, path: str, chosen: list[Sample]) -> Timed | None:
    """The best of several rounds; None where the engine cannot do it."""
    try:
        run = engine(expression, path, chosen)
        answers = run()
    except Exception:  # noqa: BLE001 (whatever an engine raises, it could not)
        return None
    best = min(_seconds(run) for _ in range(ROUNDS))
    return Timed(1e6 * best / len(chosen), answers)


def _seconds(run: Callable[[], Any]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def measured(found: dict[tuple[str, str, str], list[Sample]]) -> dict[str, dict[str, float] | None]:
    """For each engine the median and the slowest tenth in microseconds, and the share of answers that are as ours."""
    runs = {
        name: {each: timed(engine, each[2], each[1], some) for each, some in found.items()}
        for name, engine in ENGINES.items()
    }
    base = runs["fhir-matters"]
    return {name: _summary({key: one for key, one in each.items() if one}, base) for name, each in runs.items()}


def _summary(done: dict[Any, Timed], base: dict[Any, Timed | None]) -> dict[str, float] | None:
    if not done:
        return None
    times = sorted(one.microseconds for one in done.values())
    same = sum((mine := base[key]) is not None and one.answers == mine.answers for key, one in done.items())
    return {"median": median(times), "slowest": quantiles(times, n=10)[-1], "same": 100 * same / len(base)}


def table(found: dict[tuple[str, str, str], list[Sample]]) -> Iterator[str]:
    """A line for each engine."""
    yield f"{len(found)} invariants of {len({path for _, path, _ in found})} elements, {SAMPLES} elements each at most"
    yield f"{'engine':<14}{'median µs':>10}{'slowest tenth':>15}{'times ours':>12}{'same answers':>14}"
    engines = measured(found)
    for name, each in engines.items():
        if each is None:
            yield f"{name:<14} could do none"
            continue
        times = each["median"] / engines["fhir-matters"]["median"]
        yield f"{name:<14}{each['median']:>10.2f}{each['slowest']:>15.2f}{times:>12.1f}{each['same']:>13.1f}%"


def main(arguments: list[str] | None = None) -> int:
    """Prints the table; exit code 1 where the files have no element with an invariant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    chosen = parser.parse_args(arguments)
    files = [each for file in chosen.files for each in (sorted(file.glob("*.ndjson")) if file.is_dir() else [file])]
    found = samples(files)
    print("\n".join(table(found)) if found else "no element with an invariant")  # noqa: T201 (a command)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
