"""Versions of packages and definitions: which answers what is asked for, and which is later. Looks nothing up.

Rules: the FHIR package specification (`6.1.x`, `current`, `dev`), semver 2.0, and for what is no semver natural order.
"""

from __future__ import annotations

import re
from typing import TypeAlias

# What is asked for where any will do, or the one being written just now.
ANY = frozenset({"", "latest", "current", "dev"})
WILD = frozenset({"x", "X", "*"})
PARTS = 3
NUMBERS = re.compile(r"\d{1,18}")
RELEASE = re.compile(r"\d+(\.\d+)*")
Order: TypeAlias = tuple[bool, tuple[int, ...], bool, tuple[tuple[int, str], ...]]


def answers(wanted: str, version: str) -> bool:
    """Whether the version is the one wanted: the very same, or one of those that `6.x`, `6.1.x` or `6.1` leave open."""
    if wanted == version:
        return True
    asked, found = wanted.split("."), version.split(".")
    if RELEASE.fullmatch(version) is None or not (WILD.intersection(asked) or len(asked) < PARTS):
        return False
    return len(asked) <= len(found) and all(
        one in WILD or one == other for one, other in zip(asked, found, strict=False)
    )


def near(wanted: str, version: str) -> bool:
    """Whether the version differs from the one wanted in the last part only, as `4.0.7` from `4.0.1`."""
    asked, found = wanted.split("."), version.split(".")
    whole = RELEASE.fullmatch(wanted) and RELEASE.fullmatch(version)
    return bool(whole) and len(asked) == len(found) == PARTS and asked[:-1] == found[:-1]


def order(version: str) -> Order:
    """What versions are sorted by: none first, and what is labelled (`1.0.0-ballot`) before what is released."""
    release, _, label = version.partition("+")[0].partition("-")
    numbers = tuple(map(int, NUMBERS.findall(release)))
    return bool(version), numbers, not label, tuple(_natural(part) for part in label.split("."))


def _natural(part: str) -> tuple[int, str]:
    number = NUMBERS.fullmatch(part)
    return (int(part), "") if number else (-1, part)
