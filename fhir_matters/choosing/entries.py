"""One entry of a file of what is to be set aside: which rule, where, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fhir_matters.choosing.codes import is_code
from fhir_matters.choosing.places import at, within
from fhir_matters.issue import Issue


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings of `rule` at `path` in `file`; what is empty means any.

    `rule` is a code of ours, how several begin, or a message id of the HL7 validator (at its end `*` for any letters;
    upper and lower case are one). `path` and `file` are patterns (`places.py`); with `regex`, `path` is a regular
    expression for the whole place. `origin` is the file that says so, and `entry` where in it.
    """

    rule: str
    path: str = ""
    file: str = ""
    reason: str = ""
    origin: str = ""
    entry: str = ""
    regex: bool = False

    def means(self, issue: Issue, file: str) -> bool:
        """Whether the entry is about this finding, in a report on this file."""
        return (
            self._is_rule(issue)
            and (not self.file or within(self.file, file))
            and (not self.path or self._is_at(issue))
        )

    def _is_rule(self, issue: Issue) -> bool:
        if is_code(self.rule):
            return issue.rule.startswith(self.rule.upper())
        wanted, found = self.rule.lower(), issue.message_id.lower()
        return found.startswith(wanted[:-1]) if wanted.endswith("*") else found == wanted

    def _is_at(self, issue: Issue) -> bool:
        if self.regex:
            return re.fullmatch(self.path, issue.path.expression) is not None
        return at(self.path, issue.path)

    def __str__(self) -> str:
        where = " in ".join(filter(None, (self.path, self.file)))
        return f"{', '.join(filter(None, (self.origin, self.entry)))}: {self.rule}{' at ' if where else ''}{where}"
