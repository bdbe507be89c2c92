"""Makes `fhir_matters/rule_examples.json` of the tests' cases: `python -m tests.rules.made` writes it anew.

The cases say what breaks a rule and what only just does not, and tests hold the validator to them. Here they become
text, with the definitions that they rest on, and so without anything of the tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from fhir_matters.rule_examples import FILE
from fhir_matters.rules import RULES
from tests.lints.cases import CASES as RECORDS
from tests.rules.on_request import IN_WORDS, JUDGED
from tests.rules.writing import laid_out, short
from tests.validation.animals import PROFILES, SETS, SYSTEMS
from tests.validation.cases import CASES
from tests.validation.conftest import DEFINITIONS

KNOWN = {each["url"]: each for each in (*DEFINITIONS, *SYSTEMS, *SETS, *PROFILES)}
_LINK = re.compile(r'"(https://example\.org/[^"|]+)')


def examples() -> dict[str, dict[str, Any]]:
    """The examples of all rules, in their order."""
    return {code: dict(_example(code)) for code in sorted(RULES)}


def _example(code: str) -> Iterator[tuple[str, Any]]:
    if code in IN_WORDS:
        yield from zip(("language", "bad", "good"), ("words", *IN_WORDS[code]), strict=True)
    elif code in RECORDS:
        bad, places, goods = RECORDS[code]
        yield from zip(("language", "bad", "good"), ("yaml", _record(bad), _record(goods[0])), strict=True)
        yield "place", places[0]
    elif code in JUDGED:
        needs, _, bad, good = JUDGED[code]
        yield from zip(
            ("language", "bad", "good", "needs"), ("json", laid_out(bad), laid_out(good), needs), strict=True
        )
    else:
        yield from _case(*CASES[code])


def _case(bad: Any, place: str, good: Any) -> Iterator[tuple[str, Any]]:
    (bad, *profiles), (good, *others) = (each if isinstance(each, tuple) else (each,) for each in (bad, good))
    yield "language", _language(bad)
    yield "bad", _written(bad)
    yield "good", _written(good)
    yield "place", place
    if profiles:
        yield "profiles", profiles
        yield "good_profiles", others
    if needed := list(_needed(_written(bad), _written(good), profiles, others)):
        yield "definitions", [laid_out(_known(url)) for url in needed]


def _language(case: Any) -> str:
    if isinstance(case, str):
        return "xml"
    return "text" if isinstance(case, bytes) else "json"


def _written(case: Any) -> str:
    if isinstance(case, bytes):
        return case.decode("utf-8", "backslashreplace")
    return case if isinstance(case, str) else laid_out(short(case))


def _record(data: dict[str, Any]) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=96)


def _known(url: str) -> dict[str, Any]:
    return {key: value for key, value in KNOWN[url].items() if value is not None}


def _needed(*parts: Any) -> Iterator[str]:
    """The definitions that these name, and those that they name, each once."""
    ready = [part if isinstance(part, str) else json.dumps(part) for part in parts]
    seen: set[str] = set()
    while ready:
        for url in _LINK.findall(ready.pop(0)):
            if url in KNOWN and url not in seen:
                seen.add(url)
                yield url
                ready.append(json.dumps(_known(url)))


def text() -> str:
    """The file as it should be."""
    return json.dumps(examples(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
