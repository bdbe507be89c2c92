"""What speed has to be, and what a run measured: each bar once, in words and as a function of the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeAlias

from tests.benchmarks.contenders import HAPI, HL7, OURS, PARSING
from tests.benchmarks.corpora import BASE, CLAIMED
from tests.benchmarks.rounds import Spread, ratios, spread, threaded

Numbers: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """A measure, what it has to be, how a value of it is written, and what a run measured (None: it did not)."""

    measure: str
    asked: str
    written: str
    measured: Callable[[Numbers], Spread | None]
    holds: Callable[[Spread], bool]


def against(corpus: str, theirs: str, ours: str = OURS) -> Callable[[Numbers], Spread | None]:
    """How many times the seconds of the one are those of the other, on a corpus."""

    def measured(numbers: Numbers) -> Spread | None:
        found = numbers["corpora"].get(corpus, {}).get("contenders", {})
        both = [found.get(name, {}).get("seconds") for name in (theirs, ours)]
        return ratios(*both) if all(both) else None

    return measured


def resident(numbers: Numbers) -> Spread | None:
    found = numbers.get("memory", {}).get("ours")
    return spread([found]) if found else None


def started(numbers: Numbers) -> Spread | None:
    found = numbers.get("start", {}).get("base R4", {}).get("ours")
    return spread(found) if found else None


def sooner(numbers: Numbers) -> Spread | None:
    found = numbers.get("start", {}).get("base R4", {})
    return ratios(found["hl7"], found["ours"]) if found.get("hl7") and "absent" not in found else None


def entry_times(numbers: Numbers) -> dict[int, float]:
    """Microseconds an entry of ours, the median, by the length of the Bundle."""
    found = numbers.get("bundles", {})
    timed = {int(size): each["contenders"].get(OURS, {}).get("seconds") for size, each in found.items()}
    return {size: 1e6 * median(seconds) / size for size, seconds in timed.items() if seconds}


def steady(numbers: Numbers) -> Spread | None:
    """The time of an entry in every Bundle, by that in a Bundle of 1,000."""
    times = entry_times(numbers)
    return spread(each / times[1000] for each in times.values()) if 1000 in times and len(times) > 1 else None


def sped_up(numbers: Numbers) -> Spread | None:
    found = numbers.get("processes", {})
    timed = [found[each] for each in ("1", "2") if found.get(each)]
    return ratios(*timed) if len(timed) == 2 else None


def together(numbers: Numbers) -> float | None:
    """How many times the rate of the HL7 validator's two threads is that of our two processes, by their medians."""
    ours = numbers.get("processes", {})
    corpus = numbers["corpora"].get(BASE, {})
    theirs = corpus.get("contenders", {}).get(threaded(2), {}).get("seconds")
    if not theirs or not ours.get("2"):
        return None
    return (ours["resources"] / median(ours["2"])) / (corpus["resources"] / median(theirs))


BARS = (
    Bar(
        "base R4, against exact parsing alone",
        "≤ 6 times",
        "{:.1f}",
        against(BASE, OURS, PARSING),
        lambda found: found.median <= 6,
    ),
    Bar(
        "base R4, the HL7 validator at its best against ours",
        "≥ 25 times",
        "{:.1f}",
        against(BASE, HL7),
        lambda found: found.median >= 25,
    ),
    Bar(
        "base R4, HAPI's validator as vendors use it against ours",
        "≥ 350 times",
        "{:.0f}",
        against(BASE, HAPI),
        lambda found: found.median >= 350,
    ),
    Bar(
        "US Core 6.1.0, the HL7 validator at its best against ours",
        "≥ 25 times",
        "{:.1f}",
        against(CLAIMED, HL7),
        lambda found: found.median >= 25,
    ),
    Bar("resident memory, base R4, whole corpus", "≤ 120 MB", "{:.0f} MB", resident, lambda found: found.median <= 120),
    Bar("start to exit, one small file", "< 0.4 s", "{:.2f} s", started, lambda found: found.median < 0.4),
    Bar(
        "the HL7 validator's command line, start to exit, against ours",
        "> 30 times",
        "{:.0f}",
        sooner,
        lambda found: found.median > 30,
    ),
    Bar(
        "time an entry in Bundles of all lengths, against that in one of 1,000",
        "0.8 to 1.2",
        "{:.2f}",
        steady,
        lambda found: found.least >= 0.8 and found.most <= 1.2,
    ),
    Bar("two processes against one", "≥ 1.8 times", "{:.2f}", sped_up, lambda found: found.median >= 1.8),
)
