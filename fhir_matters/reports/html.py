"""One HTML file for people who have to share findings: the verdict, each rule, each finding, and a filter.

It is whole in itself and asks nobody for anything: its Content-Security-Policy allows its own style and script by their
hashes, and nothing else. Without the script everything is listed; the filter is only there with it. What a file says is
text, wherever it stands. The verdict comes first, so it is written when all is known; until then findings wait on disk.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from fhir_matters.issue import Aside, Excerpt, Issue, Report, Severity
from fhir_matters.reports.statistics import Statistics
from fhir_matters.reports.text import summary
from fhir_matters.reports.words import count, file_of, printable, resource, title_of
from fhir_matters.rules import RULES

_IN_MEMORY = 8 * 1024 * 1024
_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {policy}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Findings</title>
<style>{style}</style>
</head>
<body>"""


@dataclass
class _Seen:
    """What the filter has to offer, in the order that it was met."""

    rules: dict[str, None] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    profiles: dict[str, None] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        for issue in report:
            self.rules[issue.rule] = self.files[file_of(report)] = self.profiles[issue.profile] = None


def html(reports: Iterable[Report], *, show_values: bool = False) -> Iterator[str]:
    """The lines of one HTML file, when all reports are there."""
    statistics, seen = Statistics(), _Seen()
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n") as kept:
        for report in reports:
            statistics.add(report)
            seen.add(report)
            kept.writelines(f"{line}\n" for line in _article(report, show_values))
        kept.seek(0)
        yield from _page(statistics, seen, kept)


def _page(statistics: Statistics, seen: _Seen, kept: IO[str]) -> Iterator[str]:
    style, script = _part("findings.css"), _part("findings.js")
    policy = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    yield _HEAD.format(policy=policy, style=style)
    yield "<header>\n<h1>Findings</h1>"
    verdict, *rest = summary(statistics.tally)
    clean = statistics.tally.resources and not statistics.tally.failed
    yield f'<p class="verdict {"passed" if clean else "failed"}">{escape(verdict)}</p>'
    yield from (f"<p>{escape(line)}</p>" for line in rest)
    yield "</header>\n<main>"
    if statistics.findings:
        yield from _rules(statistics)
    if statistics.findings or statistics.tally.aside:
        yield '<section aria-labelledby="all">\n<h2 id="all">All findings</h2>'
        yield from _filter(seen)
        yield from (line.rstrip("\n") for line in kept)
        yield "</section>"
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>"


def _part(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


_TABLE = """<section aria-labelledby="rules">
<h2 id="rules">By rule</h2>
<table>
<thead><tr><th scope="col">Rule</th><th scope="col">Severity</th><th scope="col" class="number">Findings</th>
<th scope="col" class="number">Resources</th><th scope="col">What it means, and what to do</th></tr></thead>
<tbody>"""


def _rules(statistics: Statistics) -> Iterator[str]:
    yield _TABLE
    order = list(Severity)
    for code, severity, number, resources in sorted(statistics.rows(), key=lambda row: order.index(row[1])):
        yield f'<tr><th scope="row">{_code(code)}</th><td class="severity {severity.value}">{severity.value}</td>'
        for amount, of in ((number, "finding"), (resources, "resource")):
            yield f'<td class="number" data-of="{count(amount, of).partition(" ")[2]}">{amount:,}</td>'
        yield f"<td>{_meaning(code)}</td></tr>"
    yield "</tbody>\n</table>\n</section>"


def _code(code: str) -> str:
    """The code, as a link to the page of the specification that it rests on."""
    if code not in RULES:
        return _said(code)
    return f'<a href="{escape(RULES[code].spec)}" rel="noopener noreferrer">{code}</a>'


def _meaning(code: str) -> str:
    rule = RULES.get(code)
    return f"<p>{escape(rule.title)}. {escape(rule.why)}</p><p>{escape(rule.todo)}</p>" if rule else ""


def _filter(seen: _Seen) -> Iterator[str]:
    yield '<form id="filter" hidden>'
    for name, values in (("rule", seen.rules), ("file", seen.files), ("profile", seen.profiles)):
        yield f'<label for="{name}">{name.capitalize()}<select id="{name}" name="{name}">'
        yield '<option value="">All</option>'
        yield from (_option(name, value) for value in values if value)
        yield "</select></label>"
    yield '<output role="status"></output>\n</form>'


def _option(name: str, value: str) -> str:
    shown = f"{value} {title_of(value)}".rstrip() if name == "rule" else value
    return f'<option value="{_plain(value)}">{_plain(shown)}</option>'


def _article(report: Report, show_values: bool) -> Iterator[str]:
    if not report.issues and not report.aside:
        return
    name = " ".join(filter(None, (report.source, resource(report)))) or "resource"
    yield f"<article>\n<h3>{_said(name)}</h3>\n<ol>"
    for issue in report:
        yield from _item(report, issue, show_values)
    yield from map(_aside, report.aside)
    yield "</ol>\n</article>"


def _item(report: Report, issue: Issue, show_values: bool) -> Iterator[str]:
    data = {"rule": issue.rule, "file": file_of(report), "profile": issue.profile}
    attributes = " ".join(f'data-{name}="{_plain(value)}"' for name, value in data.items())
    yield f"<li {attributes}>"
    yield f"<p>{_severity(issue)} {_code(issue.rule)} {_place(issue)}{_position(issue)}</p>"
    yield f"<p>{_said(issue.message)}</p>"
    if issue.found and show_values:
        yield f"<p>Found: <code>{_said(issue.found)}</code></p>"
    if issue.excerpt is not None and show_values:
        yield _excerpt(issue.excerpt)
    notes = (("Profile", issue.profile), ("Decided by the terminology server", issue.server))
    yield from (f'<p class="quiet">{title}: {_said(value)}</p>' for title, value in notes if value)
    yield "</li>"


def _severity(issue: Issue) -> str:
    if issue.undecided:
        return f'<span class="severity undecided">{issue.severity.value}, undecided</span>'
    return f'<span class="severity {issue.severity.value}">{issue.severity.value}</span>'


def _place(issue: Issue) -> str:
    return f"<code>{_said(issue.path.expression)}</code>" if issue.path.expression else ""


def _position(issue: Issue) -> str:
    if issue.line is None:
        return ""
    column = "" if issue.column is None else f", column {issue.column}"
    return f' <span class="quiet">line {issue.line}{column}</span>'


def _excerpt(excerpt: Excerpt) -> str:
    before, value, after = excerpt.text[: excerpt.at], excerpt.text[excerpt.at :][:1], excerpt.text[excerpt.at + 1 :]
    return f"<pre>{_plain(before)}<mark>{_plain(value)}</mark>{_plain(after)}</pre>"


def _aside(aside: Aside) -> str:
    why = f": {_said(aside.reason)}" if aside.reason else "."
    what = f"{_code(aside.issue.rule)} {_place(aside.issue)}".rstrip()
    return f'<li class="quiet"><p>{what} was set aside by {_said(aside.by)}{why}</p></li>'


def _said(text: str) -> str:
    """What a file says: text that does not turn what is around it, whatever it holds."""
    return f"<bdi>{_plain(text)}</bdi>" if text else ""


def _plain(text: str) -> str:
    return escape(printable(text))
