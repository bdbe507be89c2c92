"""The lines that findings are about, as they stand in the file: kept beside each finding for those who may see them.

They are what a person's record says, and so are only taken where values are asked for. Nothing here looks for places.
"""

from __future__ import annotations

from dataclasses import replace

from fhir_matters.issue import Excerpt, Issue, Report

WIDTH = 100
"""So many characters of a line are kept; there are files of one long line."""
_BEFORE = 40


def quoted(report: Report, raw: bytes, first_line: int = 1) -> Report:
    """The report with the line that each located issue is about; `raw` begins on `first_line` of its file."""
    if not any(issue.line for issue in report):
        return report
    lines = raw.split(b"\n")
    return replace(report, issues=tuple(_with_line(issue, lines, first_line) for issue in report))


def _with_line(issue: Issue, lines: list[bytes], first_line: int) -> Issue:
    if issue.line is None or not 0 <= issue.line - first_line < len(lines):
        return issue
    line = lines[issue.line - first_line].decode("utf-8", "replace").rstrip("\r")
    return issue._replace(excerpt=_excerpt(line, (issue.column or 1) - 1))


def _excerpt(line: str, at: int) -> Excerpt:
    """The line, or what is around the place in it, with … where something was left out."""
    if len(line) <= WIDTH:
        return Excerpt(line, at)
    start = max(0, min(at - _BEFORE, len(line) - WIDTH))
    before, after = "…" if start else "", "…" if start + WIDTH < len(line) else ""
    return Excerpt(f"{before}{line[start : start + WIDTH]}{after}", at - start + len(before))
