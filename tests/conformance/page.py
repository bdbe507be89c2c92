"""The page that says how far ours and the HL7 validator agree: generated from `agreement.json`, never by hand.

python -m tests.conformance.measuring    measure anew: `agreement.json`, and the page of it
python -m tests.conformance.page         the page of the numbers that are there
"""

# ruff: noqa: E501 (rows of Markdown)

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fhir_matters.rules import RULES

NUMBERS = Path(__file__).with_name("agreement.json")
PAGE = NUMBERS.with_suffix(".md")
KNOWN = Path(__file__).with_name("known.json")
HEAD = """\
# How far ours and the HL7 validator agree

Numbers of one run of every instrument under `tests/conformance/`, on one machine. The judge is the {validator}, without
a terminology server and with the same packages; where it and ours differ, it counts against ours, whoever is right.
Generated: `python -m tests.conformance.measuring`.

*Verdict*: both say valid, or both invalid. *Errors*: the same errors, each by its issue code and its place.
"""


def page(numbers: Mapping[str, Any]) -> str:
    """The page as Markdown, of what a run measured."""
    sections = (
        HEAD.format(validator=numbers["validator"]),
        *_contexts(numbers["contexts"], numbers["seed"]),
        *_cases(numbers["cases"]),
        *_fhirpath(numbers["fhirpath"]),
        *_snapshots(numbers["snapshots"]),
        *_undecided(),
        *_known(),
    )
    return "\n".join(sections)


def _head(titles: str) -> Iterator[str]:
    """The titles of a table, the first column words and the others numbers."""
    yield titles
    yield "|---|" + "--:|" * (titles.count("|") - 2)


def _contexts(contexts: Mapping[str, Any], seed: int) -> Iterator[str]:
    yield "## Real resources, as they are and changed\n"
    yield "The examples of each guide (for R4 also a corpus of synthetic records), as they are; then small changes of"
    yield f"them (`python -m tests.conformance.differential --seed {seed}`), spread over every family of rules. Speed is"
    yield "resources a second on the same resources in the same run, one thread each, both warm.\n"
    yield from _head(
        "| | resources | verdict | errors | mutants | verdict | errors | missed | false alarms | HL7 /s | ours /s | times |"
    )
    for name, each in contexts.items():
        plain, mutated, speed = each["plain"], each["mutants"], each["speed"]
        yield (
            f"| {name} | {plain['n']:,} | {plain['L1']} % | {plain['L3']} % | {mutated['n']:,} | {mutated['L1']} % "
            f"| {mutated['L3']} % | {mutated['missed']} | {mutated['false']} | {speed['hl7']:,.0f} | {speed['ours']:,.0f} "
            f"| {speed['ours'] / speed['hl7']:.1f} |"
        )
    yield ""
    yield "AU PS builds on AU Core and IPS 2, whose packages were not at hand: at each place that needs them both say so.\n"


def _cases(cases: Mapping[str, Any]) -> Iterator[str]:
    yield "## HL7's own cases\n"
    yield "The R4 runs of HL7's test suite that can be decided offline (`python -m tests.conformance.hl7_cases`), against"
    yield "the outcomes that HL7 recorded. A run that ours cannot do counts as wrong.\n"
    yield from _head("| module | runs | verdict | number of errors | errors | missed | false alarms |")
    for name, each in cases.items():
        yield (
            f"| {name} | {each['n']} | {each['L1']} % | {each['L2']} % | {each['L3']} % | {each['missed']} "
            f"| {each['false']} |"
        )
    yield ""


def _fhirpath(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## FHIRPath\n"
    yield "That HL7's R4 suite passes whole is held by `tests/fhirpath/test_official_suite.py`. Expressions that R4 itself asks of"
    yield "resources, and small changes of them, beside the HL7 validator's engine:\n"
    yield from _head("| expressions | evaluated | the same |")
    for name in ("as R4 has them", "changed"):
        count, same = found[name]
        yield f"| {name} | {count:,} | {100 * same / count:.1f} % |"
    yield ""
    yield (
        "The rest: " + "; ".join(f"{way}, {count}" for way, count in found["ways"].items()) + ". Ours refuses where the"
    )
    yield "specification asks for an error (a comparison of several items, `round()` of a name), and `hasValue()` is true"
    yield "of primitives only, as http://hl7.org/fhir/R4/fhirpath.html#functions says.\n"
    yield from _head("| engine | µs an invariant, median | slowest tenth | the same answers as ours |")
    for name, each in ((name, each) for name, each in found["speed"].items() if each):
        yield f"| {name} | {each['median']:.2f} | {each['slowest']:.2f} | {each['same']:.1f} % |"
    yield ""


def _snapshots(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## Snapshots\n"
    yield "Made from the differentials alone and compared with the published ones, field by field"
    yield "(`python -m tests.conformance.snapshots`). A profile whose base is in no package here is not made.\n"
    yield from _head("| package | profiles made | elements | fields that decide verdicts | all fields |")
    for name, each in found.items():
        yield f"| {name} | {each['made']} of {each['profiles']} | {each['elements']:,} | {each['deciding']} % | {each['all']} % |"
    yield ""


def _undecided() -> Iterator[str]:
    yield "## What is not evaluated\n"
    yield "Each is an issue of its own in every report, marked undecided; `--strict` makes it fail.\n"
    for rule in RULES.values():
        if rule.undecided:
            yield f"- **{rule.code}** {rule.title}. {rule.why}"
    yield "- Signatures are not verified. Nothing is fetched unless the caller passes something that does.\n"


def _known() -> Iterator[str]:
    yield "## Known disagreements\n"
    listed = json.loads(KNOWN.read_bytes())
    for each in listed:
        yield f"- only {each['side']}: `{each['code']}` at `{each['place']}`: {each['reason']} ({each['specification']})"
    yield (
        "They are counted above all the same.\n"
        if listed
        else "None is listed: each one above is still to be mended.\n"
    )


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(json.loads(NUMBERS.read_bytes())), encoding="utf-8")


if __name__ == "__main__":
    main()
