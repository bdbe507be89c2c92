"""HL7's own validator cases, run with ours: `python -m tests.conformance.hl7_cases DIR [--out OUT] [--list]`.

DIR is laid out like the shared `hl7-cases`: `cases.json` beside `validator/` with its `manifest.json` and `outcomes/`.
One OperationOutcome a run is written to OUT; the agreement is printed at five depths. A run that ours cannot do counts
as wrong; a run without an expectation, or whose around files are not there, is left out, and said.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance import agreement, xml_places
from tests.conformance.places import as_hl7
from tests.conformance.surroundings import Surroundings

Outcome = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One run of one case: what to validate, with what beside it, and what the HL7 validator said."""

    key: str
    mode: str
    module: str
    about: Mapping[str, Any]
    expected: Path


def cases(folder: Path) -> Iterator[Case]:
    """Every run of every case that can be scored."""
    entries = json.loads((folder / "cases.json").read_bytes())
    manifest = json.loads((folder / "validator" / "manifest.json").read_bytes())["test-cases"]
    names = Counter(each["name"] for each in manifest)
    used: Counter[str] = Counter()
    for about in manifest:
        version = ".".join((about.get("version") or "5.0").split(".")[:2])
        key = about["name"] if names[about["name"]] == 1 else f"{about['name']}@{version}"
        used[key] += 1
        key += "+" * (used[key] - 1)
        entry = entries.get(key)
        if entry is None or version != "4.0":
            continue
        for mode, run in entry["runs"].items():
            expected = folder / "validator" / "outcomes" / str(run["outcome"])
            if run["java_errors"] is not None and expected.is_file():
                yield Case(key, mode, entry["module"], about, expected)


def done(case: Case, around: Surroundings) -> Outcome | None:
    """The outcome of ours for one run; None, with the trace on stderr, where it fails."""
    try:
        report, resource = around.validated(case.about, case.mode)
    except Exception:  # noqa: BLE001 (whatever goes wrong, the run counts as wrong and the rest goes on)
        sys.stderr.write(f"{case.key} {case.mode}: {traceback.format_exc(limit=-3)}\n")
        return None
    xml = case.about["file"].endswith(".xml")
    return {
        "resourceType": "OperationOutcome",
        "issue": once(issue_of(each, resource, xml=xml) for each in report.issues),
    }


def once(issues: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each once: places as coarse as the HL7 validator's may be the same, and it says the same only once."""
    told = {(each["severity"], str(each.get("expression")), each["details"]["text"]): each for each in issues}
    return list(told.values())


def issue_of(issue: Any, resource: Any, *, xml: bool = False) -> dict[str, Any]:
    where = xml and xml_places.as_hl7(issue, resource)
    place = f"[{issue.line},{issue.column}]" if issue.line is not None else None
    found = {
        "severity": issue.severity.value,
        "code": issue.code,
        "details": {"text": f"{issue.rule} {issue.message_id} {issue.message} {issue.found}".strip()},
        "diagnostics": place,
        "expression": list(filter(None, [where or as_hl7(issue.path.expression, resource, issue.message_id)])),
    }
    return {name: value for name, value in found.items() if value}


def main(arguments: list[str] | None = None) -> int:
    """Runs all, prints the table; exit code 0 unless nothing could be compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, help="where to write one OperationOutcome a run")
    parser.add_argument("--list", action="store_true", help="name the runs whose verdict differs")
    parser.add_argument("--only", help="runs whose name begins so")
    chosen = parser.parse_args(arguments)
    around = Surroundings(chosen.folder / "validator")
    compared = []
    for case in cases(chosen.folder):
        if chosen.only and not case.key.startswith(chosen.only):
            continue
        ours = done(case, around)
        compared.append(
            agreement.run(f"{case.key}\t{case.mode}", case.module, json.loads(case.expected.read_bytes()), ours)
        )
        if chosen.out and ours is not None:
            chosen.out.mkdir(parents=True, exist_ok=True)
            name = f"{case.key.replace('/', '-')}-{case.mode}.json"
            (chosen.out / name).write_text(json.dumps(ours, indent=1), encoding="utf-8")
    print("\n".join(agreement.table(compared)))  # noqa: T201 (a command)
    if chosen.list:
        print("\n".join(_differing(compared)))  # noqa: T201
    return 0 if compared else 1


def _differing(runs: list[agreement.Run]) -> Iterator[str]:
    for each in runs:
        if not each.agrees["L1"]:
            undone = "" if each.ours is not None else " (not done)"
            yield f"{each.module}\t{each.name}\t{'FN' if each.theirs else 'FP'}{undone}"


if __name__ == "__main__":
    sys.exit(main())
