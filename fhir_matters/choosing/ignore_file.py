"""The ignore file: what is to be set aside, as TOML, each entry with its reason.

[[ignore]]
rule = "FM303"                    # or FM3, or a message id of the HL7 validator
path = "Patient.maritalStatus"    # where in the resource, and (or)
file = "legacy/*.json"            # in which files
reason = "The old system has no other codes; it goes in March."
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from fhir_matters.choosing.codes import codes, is_code
from fhir_matters.choosing.entries import Entry
from fhir_matters.errors import InputError

_KEYS = ("rule", "path", "file", "reason")
_SHAPE = 'Write: [[ignore]], then rule = "FM303", path = "Patient.name" or file = "*.json", reason = "…".'


def ignore_file(text: str, name: str = "") -> tuple[Entry, ...]:
    """The entries of an ignore file. Raises InputError that says what is wrong with which of them."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"Expected TOML, found something else: {error}.", place=name, next_step=_SHAPE) from None
    listed = data.get("ignore", [])
    if data.keys() - {"ignore"} or not isinstance(listed, list):
        raise InputError("Expected only tables [[ignore]], found something else.", place=name, next_step=_SHAPE)
    return tuple(_entries(listed, name))


def _entries(listed: list[Any], name: str) -> Iterator[Entry]:
    for number, each in enumerate(listed, 1):
        entry = f"entry {number}"
        place = ", ".join(filter(None, (name, entry)))
        if problem := _problem(each):
            raise InputError(problem, place=place, next_step=_SHAPE)
        rule = each["rule"].strip()
        if is_code(rule):
            (rule,) = codes([rule], place)
        yield Entry(rule, each.get("path", ""), each.get("file", ""), each["reason"].strip(), name, entry)


def _problem(entry: Any) -> str:
    """What is wrong with an entry, as a sentence; empty where nothing is."""
    if not isinstance(entry, Mapping):
        return "Expected a table, found something else."
    unknown = sorted(entry.keys() - set(_KEYS))
    wrong = [key for key, value in entry.items() if not isinstance(value, str) or not value.strip()]
    where = 'Expected where it is to be set aside, path or file, found neither; everywhere is path = "*".'
    problems = (
        (unknown, f"Expected only {', '.join(_KEYS)}, found {', '.join(unknown)}."),
        (wrong, f"Expected words as {', '.join(wrong)}, found none."),
        ("rule" not in entry, "Expected the rule that is to be set aside, found none."),
        ("reason" not in entry, "Expected a reason, found none: whoever reads this next year needs it."),
        ("path" not in entry and "file" not in entry, where),
    )
    return next((words for holds, words in problems if holds), "")
