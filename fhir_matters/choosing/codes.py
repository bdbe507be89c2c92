"""Rules as people name them: `FM301`, or how several begin, `FM3`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fhir_matters.errors import InputError
from fhir_matters.rules import RULES

NEVER = frozenset({"FM010", "FM708", "FM710"})
"""Rules that say that something was not checked. Nobody can set that aside: it would be taken for a pass."""
_CODE = re.compile(r"FM\d{0,3}", re.IGNORECASE)


def is_code(text: str) -> bool:
    """True for what is spelt as a rule of ours or as the beginning of some, whether or not there are any."""
    return _CODE.fullmatch(text) is not None


def codes(names: Iterable[str], place: str = "") -> tuple[str, ...]:
    """The codes and beginnings of codes that each name lists, with commas between.

    Raises InputError for what no rule begins with, and for a rule that says that something was not checked.
    """
    return tuple(_code(name.strip(), place) for listed in names for name in listed.split(",") if name.strip())


def _code(name: str, place: str) -> str:
    code = name.upper()
    if not is_code(code) or not any(known.startswith(code) for known in RULES):
        raise InputError(
            "Expected the code of a rule (FM301) or how some begin (FM3), found what no rule begins with.",
            place=place or name,
            next_step="`fhir-matters rules` lists them all.",
        )
    if code in NEVER:
        raise InputError(
            f"{code} says that something was not checked, and that is never a pass.",
            place=place or name,
            next_step="Leave it out, and do what the finding says.",
        )
    return code


def longest(code: str, beginnings: Iterable[str]) -> int:
    """How many letters of the code the most exact of these spells; -1 where it begins with none of them."""
    return max((len(each) for each in beginnings if code.startswith(each)), default=-1)
