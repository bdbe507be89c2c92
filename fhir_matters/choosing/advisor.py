"""The HL7 validator's advisor file: message ids, perhaps with a place, that are not to be told.

As JSON, `{"suppress": ["id@path"]}`, or as text with a line `-id@path` for each. Places and ids match as they do there
(org.hl7.fhir.validation, `JsonDrivenPolicyAdvisor`, `TextDrivenPolicyAdvisor`); `^` begins a regular expression. What
else may be in such a file is about how the HL7 validator works, and is passed over, as it does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from fhir_matters.choosing.entries import Entry
from fhir_matters.errors import InputError

_SHAPE = 'Write {"suppress": ["message-id@path"]}, or a line -message-id@path for each.'


def advisor(text: str, name: str = "") -> tuple[Entry, ...]:
    """The entries of an advisor file. Raises InputError where it is neither JSON of that shape nor such lines."""
    if text.lstrip().startswith("{"):
        return tuple(_entry(each, name, f"suppress[{number}]") for number, each in enumerate(_json(text, name)))
    return tuple(_entry(said, name, f"line {number}") for number, said in _lines(text))


def _json(text: str, name: str) -> list[str]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("Expected an advisor file, found broken JSON.", place=name, next_step=_SHAPE) from None
    listed = data.get("suppress", [])
    listed = listed if isinstance(listed, list) else [listed]
    if not all(isinstance(each, str) for each in listed):
        raise InputError("Expected message ids under suppress, found others.", place=name, next_step=_SHAPE)
    return listed


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line.startswith("-"):
            yield number, line[1:].strip()


def _entry(said: str, name: str, entry: str) -> Entry:
    message_id, _, path = said.partition("@")
    place = ", ".join(filter(None, (name, entry)))
    if not message_id:
        raise InputError("Expected a message id, found none.", place=place, next_step=_SHAPE)
    regex = path.startswith("^")
    if regex:
        path = path[1:]
        try:
            re.compile(path)
        except re.error:
            raise InputError(
                "Expected a regular expression after ^, found none.", place=place, next_step=_SHAPE
            ) from None
    return Entry(message_id, path, reason="Suppressed there.", origin=name, entry=entry, regex=regex)
