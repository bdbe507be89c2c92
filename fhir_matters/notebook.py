"""How reports, records and receipts look in a notebook. What is shown there is saved with it: values only when asked.

    from fhir_matters.notebook import shown

    report                                   # what is wrong, where, what to do
    shown(report, values=True)               # the values that findings are about, too
    record                                   # its page, as anybody may see it
    shown(record, reader="gwenno")           # as Gwenno may see it; reader="person" shows all

Every text is escaped by construction, and what does not print is spelt out. A record's page is a document of its own
in a frame where no script runs; `view/` draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from fhir_matters.errors import WrongArgument
from fhir_matters.issue import Issue, Report, Reports, Severity
from fhir_matters.pages import page_for
from fhir_matters.records.record import Record
from fhir_matters.reports.tally import Tally
from fhir_matters.reports.words import count, place, printable, resource
from fhir_matters.rules import RULES
from fhir_matters.server.receipt import Receipt
from fhir_matters.view.elements import Element, el
from fhir_matters.view.html import html

FEW, MOST = 10, 50
"""So many findings are all in sight; of one rule, and of a receipt's differences, so many are told in a notebook."""
_CELL = "text-align:left;vertical-align:top;padding-right:1em"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a notebook draws, and one line for where there is only text."""

    draw: Callable[[], str] = field(repr=False)

    def _repr_html_(self) -> str:
        return self.draw()


def shown(
    what: Report | Iterable[Report] | Record | Receipt, *, values: bool = False, reader: str = "anybody"
) -> Shown:
    """What a notebook should show: `values` are those of findings and differences, `reader` who looks at a record.

    A reader is a key of the record, `person`, or `anybody`. Raises RecordError for a reader who is not in the record,
    WrongArgument for what has no look of its own.
    """
    if isinstance(what, Record):
        page = record_html(what, reader=None if reader == "anybody" else reader)
        return Shown(lambda: page)
    if isinstance(what, Receipt):
        return Shown(lambda: receipt_html(what, values=values))
    reports = Reports((what,) if isinstance(what, Report) else tuple(what))
    if wrong := next((each for each in reports if not isinstance(each, Report)), None):
        raise WrongArgument(
            f"Expected a report, a record or a receipt, found {type(wrong).__name__}.",
            next_step="Show what Validator().validate, Record.load or Server.push return.",
        )
    return Shown(lambda: reports_html(reports, values=values))


def record_html(record: Record, *, reader: str | None = None) -> str:
    """The page of the record as this reader may see it today, in a frame; None is anybody.

    Raises RecordError for a reader who is not in the record.
    """
    page = page_for(record, reader)
    frame = {"sandbox": "", "srcdoc": html(page).decode(), "title": f"What matters to {printable(page.who)}"}
    return _written(el("iframe", attributes={**frame, "style": "width:100%;height:40em;border:1px solid"}))


def reports_html(reports: Iterable[Report], *, values: bool = False) -> str:
    """What was found, by rule, those with most findings first; where it is, what to do, and how much in all."""
    tally, by_rule = Tally(), dict[str, list[tuple[Report, Issue]]]()
    for report in reports:
        tally.add(report)
        for issue in report:
            by_rule.setdefault(issue.rule, []).append((report, issue))
    few = sum(map(len, by_rule.values())) <= FEW
    ordered = sorted(by_rule.items(), key=lambda item: (not any(i.is_error for _, i in item[1]), -len(item[1])))
    rules = (_rule(code, found, values, opened=few) for code, found in ordered)
    return _written(el("div", el("p", el("strong", _verdict(tally))), rules))


def receipt_html(receipt: Receipt, *, values: bool = False) -> str:
    """Where to, how much of what, whether anything was lost, and every difference that nobody had a right to make."""
    verdict = "✔ Nothing was lost." if receipt.nothing_lost else "✘ Not everything arrived as it was."
    totals = [el("tr", _cell(f"{number:,}"), _cell(action)) for action, number in receipt.totals.items()]
    differences = receipt.differences
    rows = [
        (line.target or line.source, each.path, each.kind, *(map(_value, (each.source, each.target)) if values else ()))
        for line, each in differences[:MOST]
    ]
    names = ("Resource", "Place", "What", *(("Was", "Is") if values else ()))
    return _written(
        el(
            "div",
            el("p", el("strong", verdict), f" To {printable(receipt.target)}, {receipt.finished}"),
            el("table", totals),
            _table(names, rows) if rows else None,
            _more(len(differences)),
        )
    )


def _verdict(tally: Tally) -> str:
    if not tally.resources:
        return "Nothing was checked."
    found = (
        count(tally.errors, "error"),
        count(tally.severities[Severity.WARNING], "warning"),
        count(tally.severities[Severity.INFORMATION], "note"),
        f"{tally.undecided:,} undecided, which is no pass",
    )
    told = ", ".join(each for each in found if not each.startswith("0 ")) or "nothing found"
    return f"{'✘' if tally.failed else '✔'} {count(tally.resources, 'resource')} checked: {told}."


def _rule(code: str, found: list[tuple[Report, Issue]], values: bool, *, opened: bool) -> Element:
    rule = RULES.get(code)
    severity = min((issue.severity for _, issue in found), key=list(Severity).index)
    title = f"{code} {severity.value}: {rule.title if rule else ''} ({count(len(found), 'finding')})"
    names = ("Where", "Resource", "Place", "What", *(("Found",) if values else ()))
    rows = [tuple(_finding(report, issue, values)) for report, issue in found[:MOST]]
    todo = el("p", rule.todo) if rule else None
    parts = (el("summary", printable(title)), todo, _table(names, rows), _more(len(found)))
    return el("details", parts, attributes={"open": ""} if opened else None)


def _finding(report: Report, issue: Issue, values: bool) -> Iterator[str]:
    yield place(report, issue) if report.source or issue.line else ""
    yield resource(report)
    yield issue.path.expression
    yield issue.message
    if values:
        yield issue.found


def _table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> Element:
    """The rows under these names; a column in which nothing stands is left out."""
    told = [(name, column) for name, *column in zip(names, *rows, strict=True) if any(column)]
    head = el("tr", (el("th", name, scope="col", style=_CELL) for name, _ in told))
    body = (el("tr", map(_cell, row)) for row in zip(*(column for _, column in told), strict=True))
    return el("table", el("thead", head), el("tbody", body))


def _cell(text: str) -> Element:
    return el("td", printable(text), style=_CELL)


def _more(number: int) -> Element | None:
    return el("p", f"… and {number - MOST:,} more") if number > MOST else None


def _value(value: Any) -> str:
    return "" if value is None else str(value)


def _written(element: Element) -> str:
    return etree.tostring(element, method="html", encoding="unicode")
