"""The page that says what is claimed of which guide, and what proves it: generated, never written by hand.

    python -m tests.profiles.guides_page           count anew: profiles/guides.json, and the page of it
    python -m tests.profiles.guides_page --check   write nothing; exit code 1 where the page is not that of the numbers

The numbers are those of the runs in `test_claims.py`, which compares them and lets the HL7 validator judge.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from profiles import build
from tests.conftest import SHARED, hl7_version
from tests.profiles.guides import GENERATED, GUIDES, PROOFS, examples, run

PAGE = PROOFS.with_suffix(".md")
# The columns: each guide with the runs that prove what is claimed of it.
COLUMNS = {
    "R4": ("R4",),
    "US Core": ("US Core 6.1.0", "US Core 7.0.0", "US Core 8.0.0"),
    "PACIO ADI": ("PACIO ADI 2.1.0",),
    "IPS": ("IPS 1.1.0",),
    "UK Core": ("UK Core",),
    "PCO": ("PCO 0.2.0",),
}
HEAD = """\
# What others can read

Which profiles of other guides the resources of a record claim in `meta.profile`, and what proves it. A claim is
computed for each instance from what it is (`fhir_matters/records/guides/`), and is not made where a rule is not met.
Each row is one of our own profiles. A cell has the profile that is claimed and how many instances claim it and are
judged without an error: in the {examples} examples under `examples/`, and in {generated} generated records. A dash
says that nothing of the guide is claimed: to its readers the resource is plain R4.

The judge is the {validator}, with the packages of each run below and our own, one run after the other.
It has no terminology server: what a package does not hold (value sets of VSAC, all of SNOMED CT) it leaves open.

This page is generated: `python -m tests.profiles.guides_page`. The runs are those of `tests/profiles/test_claims.py`.
"""


def page(proofs: Mapping[str, Any]) -> str:
    """The page as Markdown, of what a run counted."""
    head = HEAD.format(examples=proofs["records"], generated=GENERATED, validator=proofs["validator"])
    return "\n".join([head, *_table(proofs["runs"]), "", *_runs(proofs["runs"]), ""])


def _table(runs: Mapping[str, Any]) -> Iterator[str]:
    titles = {
        f["url"]: f["title"] for f in map(json.loads, build.read(build.PACKAGE).values()) if "title" in f and "url" in f
    }
    yield f"| | {' | '.join(COLUMNS)} |"
    yield f"|---|{'---|' * len(COLUMNS)}"
    for ours in runs["R4"]["examples"] | runs["R4"]["generated"]:
        cells = (_cell(runs, names, ours) for names in COLUMNS.values())
        yield f"| **{titles[ours]}** `{_last(ours)}` | {' | '.join(cells)} |"


def _cell(runs: Mapping[str, Any], names: tuple[str, ...], ours: str) -> str:
    """Each profile once, with the versions that know it where not all do."""
    found: dict[str, list[str]] = {}
    for name in names:
        for url in runs[name]["generated"].get(ours, {}) | runs[name]["examples"].get(ours, {}):
            found.setdefault(url, []).append(name)
    return "<br>".join(_claim(runs, url, ours, names, where) for url, where in found.items()) or "-"


def _claim(runs: Mapping[str, Any], url: str, ours: str, names: tuple[str, ...], where: list[str]) -> str:
    numbers = (runs[where[0]][over].get(ours, {}).get(url, 0) for over in ("examples", "generated"))
    versions = "" if len(where) == len(names) else f" ({', '.join(name.rpartition(' ')[2] for name in where)})"
    profile = "" if url == ours else f"[{_last(url)}]({url}){versions} "
    return profile + " + ".join(map(str, numbers))


def _last(url: str) -> str:
    return url.rpartition("/")[2]


def _runs(runs: Mapping[str, Any]) -> Iterator[str]:
    yield "| run | packages | instances judged, of which generated |"
    yield "|---|---|---|"
    for name, found in runs.items():
        by_chance = _sum(found["generated"])
        packages = ", ".join(f"`{each}`" for each in found["packages"]) or "R4 core and our own alone"
        yield f"| {name} | {packages} | {_sum(found['examples']) + by_chance}, {by_chance} |"


def _sum(counted: Mapping[str, Mapping[str, int]]) -> int:
    return sum(number for urls in counted.values() for number in urls.values())


def main(arguments: list[str]) -> int:
    """Exit code: 0 written or current, 1 not current."""
    if "--check" in arguments:
        return 0 if PAGE.read_text() == page(json.loads(PROOFS.read_bytes())) else 1
    runs = {name: run(guide, SHARED) for name, guide in GUIDES.items()}
    proofs = {"validator": hl7_version(), "records": len(examples()), "runs": runs}
    PROOFS.write_text(json.dumps(proofs, indent=1) + "\n")
    PAGE.write_text(page(proofs))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
