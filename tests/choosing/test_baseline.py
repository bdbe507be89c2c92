"""What was there before is known again, though lines and items move; and nothing else is."""

from __future__ import annotations

import json

import pytest

from fhir_matters.choosing import Baseline, Choice, Chooser, fingerprint
from fhir_matters.errors import InputError
from fhir_matters.path import Path
from tests.choosing.findings import ALL, LATIN, WRONG, report, rules

SECOND = WRONG._replace(path=Path(("name", 1, "use"), "Patient.name[1].use"), line=9)


def left(before, *after):
    chooser = Chooser(Choice(baseline=Baseline.of(before)))
    return [rules(chooser(each)) for each in after], chooser.gone()


def test_what_was_there_before_is_set_aside_and_what_is_new_is_told():
    assert left([report(WRONG)], report(WRONG, LATIN)) == ([["FM303"]], 0)


@pytest.mark.parametrize(
    "moved",
    [
        report(WRONG._replace(line=400, column=2)),
        report(SECOND),
        report(WRONG._replace(message="Expected a code, found another.", found="other")),
    ],
)
def test_what_has_moved_is_known(moved):
    assert left([report(WRONG)], moved) == ([[]], 0)


def test_a_line_of_many_that_has_moved_is_known():
    assert left([report(WRONG, source="p.ndjson:12")], report(WRONG, source="p.ndjson:15")) == ([[]], 0)


@pytest.mark.parametrize(
    "other",
    [
        report(WRONG, source="b.json"),
        report(WRONG._replace(rule="FM302")),
        report(WRONG._replace(message="Another.")),
        report(WRONG._replace(path=Path(("gender",), "Patient.gender"))),
    ],
)
def test_another_finding_is_not_known(other):
    assert left([report(WRONG)], other)[0] == [[other.issues[0].rule]]


def test_of_those_that_are_alike_so_many_are_known_as_there_were():
    assert left([report(WRONG)], report(WRONG, SECOND)) == ([["FM301"]], 0)
    assert left([report(WRONG, SECOND)], report(WRONG)) == ([[]], 1)


def test_what_is_gone_is_counted_only_where_somebody_looked():
    before = [report(WRONG), report(WRONG, source="b.json")]
    assert left(before, report()) == ([[]], 1)


def test_that_something_was_not_checked_is_never_known():
    assert left([report(*ALL)], report(*ALL)) == ([["FM010"]], 0)


def test_a_baseline_is_written_and_read_and_is_the_same_in_any_order():
    before = Baseline.of([report(WRONG, SECOND), report(LATIN, source="b.json")])
    text = before.dumps()
    assert Baseline.loads(text).counts == before.counts
    assert Baseline.of([report(LATIN, source="b.json"), report(SECOND, WRONG)]).dumps() == text
    assert [each["count"] for each in json.loads(text)["findings"]] == [2, 1]


def test_a_baseline_holds_no_value():
    assert "femme" not in Baseline.of([report(WRONG._replace(found="femme"))]).dumps()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "{}",
        '{"format": 2, "findings": []}',
        '{"format": 1, "findings": [{}]}',
        '{"format": 1, "findings": 3}',
        Baseline.of([report(WRONG)]).dumps().replace('"count": 1', '"count": 0'),
        Baseline.of([report(WRONG)]).dumps().replace('"FM301"', "301"),
        "[" * 100000,
    ],
)
def test_what_is_no_baseline_is_refused(text):
    with pytest.raises(InputError, match="--write-baseline"):
        Baseline.loads(text, name="b.json")


def test_files_are_named_from_where_the_baseline_is(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "a.json"
    file.touch()
    monkeypatch.chdir(tmp_path)
    before = Baseline.of([report(WRONG, source="data/a.json")], folder=".")
    for name in (str(file), "./data/a.json", "data/../data/a.json"):
        chooser = Chooser(Choice(baseline=Baseline(before.counts, str(tmp_path))))
        assert rules(chooser(report(WRONG, source=name))) == []
    monkeypatch.chdir(tmp_path / "data")
    assert rules(Chooser(Choice(baseline=Baseline(before.counts, "..")))(report(WRONG, source="a.json"))) == []


def test_a_fingerprint_stays_while_lines_move_and_differs_between_findings():
    assert fingerprint(report(WRONG), WRONG) == fingerprint(report(SECOND), SECOND)
    assert len({fingerprint(report(issue), issue) for issue in ALL}) == len(ALL)
