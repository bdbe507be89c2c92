"""Patterns of places in a resource (`Patient.name.given`, `Bundle.**.subject`) and of files (`legacy/*.json`).

Those of places are the HL7 validator's (org.hl7.fhir.validation, `RulesDrivenPolicyAdvisor`): a step without an index
means every index, `*` one step and at the end all further ones. `**`, any number of steps, is ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache

from fhir_matters.path import Path

_NOTE = re.compile(r"/\*.*?\*/")


def at(pattern: str, path: Path) -> bool:
    """Whether the place is one of those that the pattern means, spelt as FHIRPath or by the names in the JSON."""
    steps = _steps(pattern)
    return _match(steps, _steps(path.expression)) or _match(steps, _by_keys(path))


def within(pattern: str, file: str) -> bool:
    """Whether the file is one that the pattern means: `*` stands for anything, and it may begin with any folder."""
    name = file.replace("\\", "/")
    wanted = pattern.replace("\\", "/").removeprefix("./")
    return fnmatchcase(name, wanted) or fnmatchcase(name, f"*/{wanted}")


@cache
def _steps(text: str) -> tuple[str, ...]:
    return tuple(_NOTE.sub("", text).split("."))


def _by_keys(path: Path) -> tuple[str, ...]:
    steps = [path.expression.partition(".")[0]]
    for key in path.keys:
        if isinstance(key, int):
            steps[-1] += f"[{key}]"
        else:
            steps.append(key)
    return tuple(steps)


def _match(wanted: Sequence[str], found: Sequence[str]) -> bool:
    if not wanted:
        return not found
    first, rest = wanted[0], wanted[1:]
    if first == "**":
        return any(_match(rest, found[skipped:]) for skipped in range(len(found) + 1))
    if not found:
        return False
    if first == "*" and not rest:
        return True
    return _is(first, found[0]) and _match(rest, found[1:])


def _is(step: str, found: str) -> bool:
    return step in ("*", found) or ("[" not in step and step == found.partition("[")[0])
