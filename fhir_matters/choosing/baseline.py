"""The baseline: what was found before, so that only what is new is told.

A finding is known again by its file, resource, rule, place without indices and message: lines and items may move. Of
those that are alike so many are known as there were. No value of a resource is in it.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from fhir_matters.choosing.codes import NEVER
from fhir_matters.errors import InputError
from fhir_matters.issue import Issue, Report
from fhir_matters.path import without_indices

FORMAT = 1
_OF_MANY = re.compile(r"(.+):\d+")


class Known(NamedTuple):
    """What a finding is known again by."""

    file: str
    resource: str
    rule: str
    place: str
    message: str


@dataclass(frozen=True)
class Baseline:
    """How many findings of each kind there were. Files are named as they are from `folder`, where the baseline is."""

    counts: Mapping[Known, int] = field(default_factory=dict)
    folder: str = ""
    name: str = "the baseline"

    @classmethod
    def of(cls, reports: Iterable[Report], folder: str = "") -> Baseline:
        """The baseline of all that is found in the reports."""
        return cls(Counter(key for report in reports for key in found(report, folder)), folder)

    @classmethod
    def loads(cls, text: str, folder: str = "", name: str = "the baseline") -> Baseline:
        """The baseline that was written. Raises InputError where this is none."""
        try:
            counts = dict(_read(json.loads(text)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise InputError(
                "Expected a baseline, found something else.",
                place=name,
                next_step=f"--write-baseline {name} writes one.",
            ) from None
        return cls(counts, folder, name)

    def dumps(self) -> str:
        """The same always for the same findings, a line for each kind of them, so that changes are seen in a diff."""
        findings = [json.dumps({**key._asdict(), "count": count}) for key, count in sorted(self.counts.items())]
        listed = ",\n".join(findings)
        return f'{{"format": {FORMAT}, "findings": [\n{listed}\n]}}\n'


def _read(data: Any) -> Iterator[tuple[Known, int]]:
    if data["format"] != FORMAT:
        raise ValueError
    for each in data["findings"]:
        count, key = each["count"], Known(*(each[name] for name in Known._fields))
        if not isinstance(count, int) or count < 1 or not all(isinstance(part, str) for part in key):
            raise ValueError
        yield key, count


def found(report: Report, folder: str = "") -> Iterator[Known]:
    """What each finding of the report is known again by; that something was not checked is never known."""
    return (known(report, issue, folder) for issue in report if issue.rule not in NEVER)


def known(report: Report, issue: Issue, folder: str = "") -> Known:
    """What the finding is known again by."""
    resource = "/".join(filter(None, (report.resource_type, report.resource_id)))
    place, message = without_indices(issue.path.expression), without_indices(issue.message)
    return Known(file_of(report, folder), resource, issue.rule, place, message)


def file_of(report: Report, folder: str = "") -> str:
    """The file of a report, without the line of its resource: from this folder, or as it was named."""
    return _file_of(report.source, folder)


@lru_cache(maxsize=64)
def _file_of(source: str, folder: str) -> str:
    match = _OF_MANY.fullmatch(source)
    file = match[1] if match else source
    if folder and os.path.lexists(file):
        with suppress(ValueError):  # on another drive
            file = os.path.relpath(file, folder)
    return file.replace("\\", "/")


def fingerprint(report: Report, issue: Issue) -> str:
    """A short name of the finding that stays the same while lines move, for other tools' memories."""
    return sha256("\0".join(known(report, issue)).encode("utf-8", "replace")).hexdigest()[:32]
