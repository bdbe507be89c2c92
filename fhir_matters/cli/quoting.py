"""Judging where values may be shown: each finding comes with the line that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from fhir_matters.issue import Report
from fhir_matters.quoting import quoted
from fhir_matters.sources import Document
from fhir_matters.validation.judging import Judge


@dataclass(frozen=True)
class QuotingJudge(Judge):
    """Judges, and keeps with each finding the line that it is about: only where values may be shown."""

    def ready(self) -> Callable[[Document], Report]:
        """See `Judge`."""
        return partial(_quoted, super().ready())


def _quoted(judging: Callable[[Document], Report], document: Document) -> Report:
    return quoted(judging(document), document.raw, document.first_line)
