"""Many findings on one screen, a few in full."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.issue import Excerpt, Issue, Report, Severity
from fhir_matters.path import Path
from fhir_matters.quoting import quoted
from fhir_matters.reports import text
from fhir_matters.reports.grouped import FEW, SCREEN, grouped
from fhir_matters.rules import RULES

CODES = sorted(RULES)


def issue(rule, number=0, severity=Severity.ERROR, **more):
    path = Path(("name", number, "use"), f"Patient.name[{number}].use")
    return Issue(rule, severity, "invalid", f"Expected what {rule} wants.", path, line=number + 1, column=3, **more)


def many(rules, files=50, each=8):
    """So many findings in each of so many files, the rules taken in turn."""
    turns = iter(range(files * each))
    return [
        Report(tuple(issue(rules[next(turns) % len(rules)]) for _ in range(each)), f"{n}.json") for n in range(files)
    ]


@pytest.mark.parametrize("kinds", [1, 2, 5, 12, 40, 150])
def test_400_findings_in_50_files_fit_one_screen(kinds):
    lines = list(grouped(many(CODES[:kinds])))
    assert len(lines) <= SCREEN
    assert any("50 resources failed: 400 errors" in line for line in lines)
    assert any("--all" in line for line in lines)


def test_the_heaviest_and_most_frequent_rules_come_first_with_what_to_do():
    reports = [
        Report((issue("FM707", severity=Severity.WARNING),) * 30, "a.json"),
        Report((issue("FM202"),) * 2, "b.json"),
        Report((issue("FM301"),) * 3 + (issue("FM301", message_id="x")._replace(message="Another."),), "c.json"),
    ]
    assert list(grouped(reports))[:9] == [
        "error   FM301 Code outside a required value set: 4 findings in 1 resource",
        "    Patient.name.use (3 times, first at c.json:1:3): Expected what FM301 wants.",
        "    Use a code of the value set.",
        "    Patient.name.use (c.json:1:3): Another.",
        "error   FM202 Wrong format: 2 findings in 1 resource",
        "    Patient.name.use (2 times, first at b.json:1:3): Expected what FM202 wants.",
        "    Write it as expected.",
        "warning FM707 Vital signs profile checked: 30 findings in 1 resource",
        "    Patient.name.use (30 times, first at a.json:1:3): Expected what FM707 wants.",
    ]


def test_a_rule_that_spoke_once_is_told_with_its_place():
    lines = list(grouped([Report((issue("FM301"),) * 30, "a.json"), Report((issue("FM202"),), "b.json")]))
    assert "error   FM202 Wrong format: Patient.name.use (b.json:1:3)" in lines


def test_files_are_counted_where_there_are_several_and_resources_where_not():
    lines = [Report((issue("FM301"),) * 3, f"p.ndjson:{number}", "Patient", "p") for number in range(1, 11)]
    assert "30 findings in 10 resources" in next(grouped(lines))
    assert "400 findings in 50 files" in next(grouped(many(["FM301"])))


@pytest.mark.parametrize("number", [0, 1, FEW])
def test_a_few_are_told_as_ever(number):
    reports = [Report((issue("FM301", at),), f"{at}.json") for at in range(number)]
    assert list(grouped(reports)) == list(text(reports))


def test_one_more_than_a_few_is_grouped():
    reports = [Report((issue("FM301", at),), f"{at}.json") for at in range(FEW + 1)]
    assert len(list(grouped(reports))) < len(list(text(reports)))


def test_what_is_too_long_for_the_terminal_is_cut():
    assert max(map(len, grouped(many(CODES), width=80))) == 80


@given(
    st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(Severity), st.integers(1, 30)), min_size=1),
    st.integers(20, 60),
)
def test_whatever_was_found_fits_and_is_counted(found, screen):
    reports = [Report((issue(rule, severity=severity),) * often, rule) for rule, severity, often in found]
    lines = list(grouped(reports, screen=screen))
    if sum(often for *_, often in found) > FEW:
        assert len(lines) <= screen
        assert lines[0].startswith(tuple(each.value for each in Severity))


def test_what_could_not_be_decided_is_told_at_the_end_and_briefly():
    open_ = [issue("FM302", undecided=True, severity=Severity.WARNING)._replace(message=str(n)) for n in range(40)]
    lines = list(grouped([*many(["FM301"]), Report(tuple(open_), "x.json")]))
    assert len(lines) <= SCREEN
    assert any("more; --format concise lists them all" in line for line in lines)


RAW = '{\n  "name": [{\n    "use": "möglich", "text": "日本"}]}'.encode()


def excerpts(*places, raw=RAW, first_line=1):
    issues = tuple(issue("FM301")._replace(line=line, column=column) for line, column in places)
    return [each.excerpt for each in quoted(Report(issues), raw, first_line)]


def test_a_finding_is_quoted_with_its_line():
    assert excerpts((3, 12), (1, 1), (9, 1), (None, None)) == [
        Excerpt('    "use": "möglich", "text": "日本"}]}', 11),
        Excerpt("{", 0),
        None,
        None,
    ]
    assert excerpts((12, 3), raw=b"{}\r\n", first_line=12) == [Excerpt("{}", 2)]


def test_of_a_long_line_only_what_is_around_is_quoted():
    raw = b"x" * 500 + b"HERE" + b"y" * 500
    (quote,) = excerpts((1, 501), raw=raw)
    assert quote.text[quote.at :].startswith("HERE")
    assert (quote.text[0], quote.text[-1]) == ("…", "…")
    assert len(quote.text) < 120
    (first,), (last,) = excerpts((1, 1), raw=raw), excerpts((1, 1004), raw=raw)
    assert (first.text[0], last.text[-1]) == ("x", "y")


@pytest.mark.parametrize(
    ("line", "at", "before"),
    [('"a": "b"', 5, 5), ('"日本": 1', 6, 8), ('"e\u0301": 1', 5, 4), ("\t1", 1, 2), ("\u202e1", 1, 6)],
)
def test_the_caret_stands_under_the_value(line, at, before):
    shown = issue("FM301", excerpt=Excerpt(line, at))
    lines = list(text([Report((shown,), "a.json")], show_values=True))
    number = next(index for index, told in enumerate(lines) if " | " in told)
    assert lines[number + 1] == f"{' ' * 7} | {' ' * before}^"


def test_the_line_is_told_only_where_values_are_asked_for():
    shown = Report((issue("FM301", excerpt=Excerpt('"use": "femme"', 7)),), "a.json")
    assert "femme" not in "".join(text([shown]))
    assert '      1 | "use": "femme"' in list(text([shown], show_values=True))
