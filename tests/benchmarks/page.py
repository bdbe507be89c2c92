"""The page of the speed, generated from `speed.json`, never by hand.

python -m tests.benchmarks --write    measure anew: `speed.json`, and the page and the figure of it
python -m tests.benchmarks.page       the page and the figure of the numbers that are there
"""

# ruff: noqa: E501 (rows of Markdown)

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import figure
from tests.benchmarks.bars import BARS, Bar, Numbers, together
from tests.benchmarks.contenders import ALL, HL7, OURS, PARSING
from tests.benchmarks.rounds import Spread, ratios, spread

NUMBERS = Path(__file__).with_name("speed.json")
PAGE, FIGURE = NUMBERS.with_suffix(".md"), NUMBERS.with_suffix(".svg")
HEAD = """\
# How fast ours is

One run of `python -m tests.benchmarks` on one machine, side by side: in each round every contender passes once over the
same resources and takes its own time, in its own process, without the pipe. A ratio is made within a round; *least,
median, most* are of the rounds. Before that ours and the HL7 validator are compared on the same resources, each error
by its code and its place. Generated: `python -m tests.benchmarks --write`.
"""


def page(numbers: Numbers) -> str:
    """The page as Markdown, of what a run measured."""
    sections = (
        HEAD,
        *_settings(numbers),
        *_bars(numbers),
        "![Microseconds a resource, on a logarithmic scale](speed.svg)\n",
        *(line for name, each in numbers["corpora"].items() for line in _corpus(name, each)),
        *_bundles(numbers.get("bundles", {})),
        *_commands(numbers),
        *_contenders(numbers["versions"]),
    )
    return "\n".join(sections)


def _settings(numbers: Numbers) -> Iterator[str]:
    each, machine = numbers["settings"], numbers["machine"]
    yield (
        f"This run: {each['rounds']} rounds after at least {each['warm']} and {each['seconds']} seconds to warm up, at most {each['sample']:,} resources of each corpus, "
        f"{machine['cores']} cores, Python {machine['python']}."
    )
    if machine["load"] > machine["cores"] / 4:
        yield (
            f"**The machine was not quiet**: {machine['load']:.1f} programs ran on its {machine['cores']} cores already. "
            "Ratios are to be read with care, times not at all."
        )
    if each["short"]:
        yield "**A short run**, to show what is measured: few resources, few rounds, nobody warm. It judges nothing."
    yield from each.get("notes", ())
    yield ""


def _head(titles: str) -> Iterator[str]:
    """The titles of a table, the first column words and the others numbers."""
    yield titles
    yield "|---|" + "--:|" * (titles.count("|") - 2)


def _three(found: Spread, form: str = "{:.1f}") -> str:
    return " | ".join(form.format(each) for each in (found.least, found.median, found.most))


def _bars(numbers: Numbers) -> Iterator[str]:
    yield "## What it has to be\n"
    yield from _head("| measure | asked | least | median | most | |")
    for bar in BARS:
        found = bar.measured(numbers)
        if found is None:
            yield f"| {bar.measure} | {bar.asked} | | | | not measured |"
        else:
            yield f"| {bar.measure} | {bar.asked} | {_three(found, bar.written)} | {_verdict(bar, found, numbers)} |"
    yield ""


def _verdict(bar: Bar, found: Spread, numbers: Numbers) -> str:
    if numbers["settings"]["short"]:
        return "short run"
    return "met" if bar.holds(found) else "not met"


def _corpus(name: str, corpus: Numbers) -> Iterator[str]:
    yield f"## {name[0].upper()}{name[1:]}\n"
    yield f"{corpus['resources']:,} resources ({corpus['bytes'] / corpus['resources'] / 1000:.1f} kB each): {corpus['about']}."
    yield from _findings(corpus["findings"])
    yield ""
    yield from _head(
        "| | µs a resource, least | median | most | times ours, least | median | most | resources a second | called invalid | MB |"
    )
    mine = corpus["contenders"].get(OURS, {}).get("seconds")
    for who, each in corpus["contenders"].items():
        if "absent" not in each:
            yield _row(who, each, corpus["resources"], mine)
    yield ""
    yield from (
        f"Not run: {who}: {each['absent']}.\n" for who, each in corpus["contenders"].items() if "absent" in each
    )


def _row(who: str, each: Numbers, count: int, mine: Sequence[float] | None) -> str:
    found = spread(1e6 * seconds / count for seconds in each["seconds"])
    times = _three(ratios(each["seconds"], mine), "{:,.2f}" if who == PARSING else "{:,.1f}") if mine else "| |"
    memory = each.get("peak") or ""
    return (
        f"| {who} | {_three(found, '{:,.1f}')} | {times} | {1e6 / found.median:,.0f} | {each['invalid']:,} | {memory} |"
    )


def _findings(found: Numbers) -> Iterator[str]:
    if "absent" in found:
        yield f"Findings were not compared: {found['absent']}."
        return
    yield (
        f"Ours and the HL7 validator find the same errors in {found['same']:,} of {found['compared']:,} "
        f"({found['errors']:,} errors in all)."
    )
    if found["unjudged"]:
        yield f"{found['unjudged']:,} that the HL7 validator could not judge are left out."
    yield from (f"- {difference} ({count:,})" for difference, count in found["different"].items())


def _bundles(bundles: Numbers) -> Iterator[str]:
    if not bundles:
        return
    yield "## Bundles of any length\n"
    yield "Microseconds an entry, the median of the rounds, in made collections of a Patient for every nine Observations.\n"
    names = [each.name for each in ALL if any(each.name in found["contenders"] for found in bundles.values())]
    yield from _head(f"| entries | {' | '.join(names)} | the same findings |")
    for size, found in bundles.items():
        cells = [_entry(found["contenders"].get(name, {}), int(size)) for name in names]
        same = found["findings"]
        told = "" if "absent" in same else f"{same['same']} of {same['compared']}"
        yield f"| {int(size):,} | {' | '.join(cells)} | {told} |"
    yield ""


def _entry(found: Numbers, size: int) -> str:
    return f"{1e6 * median(found['seconds']) / size:,.1f}" if found.get("seconds") else ""


def _commands(numbers: Numbers) -> Iterator[str]:
    yield "## The command, from start to exit\n"
    yield "Ours is compiled to bytecode, as pip leaves it.\n"
    yield from _head("| | least | median | most |")
    for name, each in numbers.get("start", {}).items():
        yield f"| ours, one small file, {name} | {_three(spread(each['ours']), '{:.2f} s')} |"
        for kind, words in (("hl7", "its own command line"), ("library", "as a library, to its first verdict")):
            if each.get(kind):
                yield f"| {HL7}, {words}, {name} | {_three(spread(each[kind]), '{:.1f} s')} |"
    yield from _jobs(numbers.get("processes", {}))
    yield ""
    if memory := numbers.get("memory"):
        theirs = f", {memory['hl7']:,} MB of the {HL7} (allowed 3 GB)" if memory.get("hl7") else ""
        yield f"Resident at most, {memory['resources']:,} resources in one file: {memory['ours']} MB of ours{theirs}.\n"
    if several := numbers.get("processes"):
        yield f"All processes together, {several['resources']:,} resources: {several['MB']} MB at most."
        if times := together(numbers):
            yield f"Two of them, start and exit in it, are {times:,.1f} times as fast as the {HL7} warm with two threads."
        yield ""


def _jobs(found: Numbers) -> Iterator[str]:
    for name, seconds in found.items():
        if name.isdigit():
            rate = spread(found["resources"] / each for each in seconds)
            yield f"| ours, resources a second with --jobs {name}, start and exit in it | {_three(rate, '{:,.0f}')} |"


def _contenders(versions: Numbers) -> Iterator[str]:
    yield "## Who is who\n"
    for each in ALL:
        version = f" {versions[each.name]}" if each.name in versions else ""
        yield f"- **{each.name}**{version}: {each.about}."
    yield "- To HAPI a profile that it does not have is an error; fhir.resources and medplum look up no code."
    yield "- MB: the most that was resident in the process, over all its passes.\n"


def terminal(numbers: Numbers) -> str:
    """What is printed after a run: the page, without what only a browser shows."""
    return "\n".join(line for line in page(numbers).splitlines() if not line.startswith("!["))


def write(numbers: dict[str, Any]) -> None:
    """Keeps the numbers, and what is made of them."""
    NUMBERS.write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(numbers), encoding="utf-8")
    FIGURE.write_text(figure.drawn(numbers), encoding="utf-8")


def main() -> None:
    """The page and the figure of the numbers that are there."""
    write(json.loads(NUMBERS.read_bytes()))


if __name__ == "__main__":
    main()
