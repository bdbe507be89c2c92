"""How fast ours is beside others, in one run: `python -m tests.benchmarks [--quick] [--only PART] [FOLDER…]`.

The same corpora for all, the findings compared first, then rounds in which each passes once; ratios within a round.
Needs the shared folder; whoever is not on this machine (Java, Node, pyrofile-validator) is named as not run. FOLDERs of
JSON and NDJSON are measured too, against R4 and the packages given. Nothing is kept but with --json or --write.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.benchmarks import commands, page
from tests.benchmarks.bytecode import as_installed
from tests.benchmarks.contenders import ALL, HL7, OURS, PARSING, Contender
from tests.benchmarks.corpora import BULK, CORPORA, US_CORE, Corpus, bundle, folder, sampled
from tests.benchmarks.rounds import Race
from tests.benchmarks.same import Agreement, beside_hl7
from tests.java.counterparts import AbsentError

PARTS = (*CORPORA, "bundles", "start", "memory", "processes")
SIZES, JUDGED = (10, 100, 1_000, 10_000, 100_000), 1_000  # entries; of a longer one only ours and parsing
WHOLE = {"rounds": 5, "sample": 1_790, "warm": 2, "seconds": 5}
QUICK = {"rounds": 2, "sample": 150, "warm": 1, "seconds": 0}


@dataclass(frozen=True)
class Settings:
    """What a run does."""

    race: Race
    sample: int
    contenders: tuple[Contender, ...]
    quick: bool

    def say(self, words: str) -> None:
        self.race.say(words)


def measured(parts: Iterable[str], folders: Iterable[Corpus], settings: Settings) -> dict[str, Any]:
    """Every number of the parts."""
    chosen = list(parts)
    race = settings.race
    numbers: dict[str, Any] = {
        "settings": {
            "rounds": race.rounds,
            "warm": race.warm,
            "seconds": race.seconds,
            "sample": settings.sample,
            "short": settings.quick or race.rounds < 5,
        },
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 1),
        },
        "versions": _versions(settings.contenders),
        "corpora": {},
    }
    for corpus in (*(CORPORA[name] for name in chosen if name in CORPORA), *folders):
        numbers["corpora"][corpus.name] = _corpus(corpus, settings)
    for name in chosen:
        if name in _OTHERS:
            settings.say(name)
            numbers[name] = _OTHERS[name](settings)
    return numbers


def _versions(contenders: Iterable[Contender]) -> dict[str, str]:
    found = {}
    for each in contenders:
        try:
            found[each.name] = each.version()
        except importlib.metadata.PackageNotFoundError:
            continue  # it is named as not run
    return found


def _corpus(corpus: Corpus, settings: Settings) -> dict[str, Any]:
    settings.say(corpus.name)
    texts = sampled(corpus.texts(), settings.sample)
    contenders = [each for each in settings.contenders if each.guides or not corpus.packages or each.name == PARSING]
    return {"about": corpus.about, **_raced(texts, corpus.packages, contenders, settings)}


def _raced(
    texts: Sequence[bytes], packages: Sequence[Path], contenders: Iterable[Contender], settings: Settings
) -> dict[str, Any]:
    settings.say(f"  findings of {len(texts):,}")
    try:
        found = beside_hl7(texts, packages)
        texts, findings = found.judged, found.numbers()
        _tell(found, settings)
    except AbsentError as error:
        findings = {"absent": str(error).splitlines()[0]}
    return {
        "resources": len(texts),
        "bytes": sum(map(len, texts)),
        "findings": findings,
        "contenders": settings.race.run(texts, packages, contenders) if texts else {},
    }


def _tell(found: Agreement, settings: Settings) -> None:
    settings.say(f"  the same findings in {found.same:,} of {len(found.judged):,}")
    for difference, count in found.differences:
        settings.say(f"    {difference} ({count:,})")


def _bundles(settings: Settings) -> dict[str, Any]:
    """Each length a corpus of one; the race without threads, for there is one resource."""
    alone = replace(settings, race=replace(settings.race, threads=1))
    found = {}
    for size in [each for each in SIZES if each <= JUDGED or not settings.quick]:
        settings.say(f" of {size:,} entries")
        wanted = (OURS, PARSING, HL7) if size <= JUDGED else (OURS, PARSING)
        contenders = [each for each in settings.contenders if each.name in wanted]
        text = bundle(size)
        if size <= JUDGED:
            found[str(size)] = _raced([text], (), contenders, alone)
        else:
            raced = alone.race.run([text], (), contenders)
            found[str(size)] = {"findings": {"absent": "too long"}, "contenders": raced}
    return found


def _start(settings: Settings) -> dict[str, Any]:
    claiming = (BULK / "Patient.000.ndjson").read_bytes().splitlines()[0]
    plain = {key: value for key, value in json.loads(claiming).items() if key != "meta"}  # else it asks the network
    return {
        name: commands.started(patient, packages, settings.race.rounds)
        for name, patient, packages in (
            ("base R4", json.dumps(plain).encode(), ()),
            ("US Core 6.1.0", claiming, (US_CORE,)),
        )
    }


def _memory(settings: Settings) -> dict[str, Any]:
    texts = CORPORA["bulk"].texts()
    return commands.resident(sampled(texts, settings.sample) if settings.quick else texts)


def _processes(settings: Settings) -> dict[str, Any]:
    texts = CORPORA["bulk"].texts()
    times = 1 if settings.quick else -(-GIGABYTE // sum(map(len, texts)))
    return commands.parallel(texts, times, settings.race.threads, min(settings.race.rounds, 3))


GIGABYTE = 1_000_000_000

_OTHERS = {"bundles": _bundles, "start": _start, "memory": _memory, "processes": _processes}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    parser.add_argument("--only", choices=PARTS, action="append", metavar="PART", help=f"one of {', '.join(PARTS)}")
    parser.add_argument(
        "--beside", choices=[each.name for each in ALL], action="append", metavar="NAME", help="only this contender too"
    )
    parser.add_argument("--package", type=Path, action="append", default=[], help="for the FOLDERs: a .tgz file")
    parser.add_argument("--rounds", type=int, help="default 5")
    parser.add_argument("--sample", type=int, help="the most resources of each corpus; default 1,790")
    parser.add_argument("--processes", type=int, default=2, help="and threads of the HL7 validator; default 2")
    parser.add_argument("--quick", action="store_true", help="few resources, two rounds, no long Bundles")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all numbers in FILE")
    parser.add_argument("--write", action="store_true", help="keep them as speed.json, speed.md and speed.svg")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Measures, and prints the page; exit code 1 where findings differ."""
    chosen = _options().parse_args(arguments)
    as_installed()
    usual = QUICK if chosen.quick else WHOLE
    race = Race(chosen.rounds or usual["rounds"], usual["warm"], usual["seconds"], chosen.processes, _say)
    wanted = {OURS, PARSING, *chosen.beside} if chosen.beside else {each.name for each in ALL}
    contenders = tuple(each for each in ALL if each.name in wanted)
    settings = Settings(race, chosen.sample or usual["sample"], contenders, chosen.quick)
    folders = [replace(folder(each), packages=tuple(chosen.package)) for each in chosen.folders]
    parts = chosen.only or (() if folders else PARTS)
    numbers = measured(parts, folders, settings)
    if chosen.json:
        chosen.json.write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if chosen.write:
        page.write(numbers)
    print(page.terminal(numbers))  # noqa: T201 (a command)
    raced = (*numbers["corpora"].values(), *numbers.get("bundles", {}).values())
    return int(any(each["findings"].get("different") for each in raced))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201 (how far it is)


if __name__ == "__main__":
    sys.exit(main())
