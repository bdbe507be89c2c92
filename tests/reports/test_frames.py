"""Reports in memory as tables: a row a finding or a row a resource, in pyarrow and in pandas."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fhir_matters import FhirMattersError, Issue, Report, Reports, Severity
from fhir_matters.path import Path

pytest.importorskip("pandas", reason="pandas is missing: pip install '.[test]'")

WRONG = Issue("FM301", Severity.ERROR, "code-invalid", "Not a code.", Path((), "Patient.gender"), found="femme", line=4)
OPEN = Issue("FM601", Severity.WARNING, "incomplete", "Not evaluated.", undecided=True)
BAD = Report((WRONG, OPEN), "a.json", "Patient", "p1")
GOOD = Report((), "b.json", "Flag", "f")
WITHOUT = "import sys; sys.modules[{!r}] = None\nfrom fhir_matters import FhirMattersError, Report\n"
WITHOUT += "try: Report().to_pandas()\nexcept FhirMattersError as error: print(error)"


def test_a_row_is_a_finding_beside_the_resource_that_it_is_about():
    first, second = BAD.to_arrow().to_pylist()
    assert {name: first[name] for name in ("source", "resource_id", "rule", "expression", "line")} == {
        "source": "a.json",
        "resource_id": "p1",
        "rule": "FM301",
        "expression": "Patient.gender",
        "line": 4,
    }
    assert (second["rule"], second["line"], second["undecided"]) == ("FM601", None, True)


def test_a_row_can_be_a_resource_also_one_without_findings():
    table = Reports([BAD, GOOD]).to_arrow(each="resource")
    assert table.column("ok").to_pylist() == [False, True]
    assert [len(each) for each in table.column("findings").to_pylist()] == [2, 0]
    assert Reports([BAD, GOOD]).to_arrow().num_rows == 2


def test_values_are_there_only_when_asked_for():
    assert "femme" not in f"{BAD.to_arrow().to_pylist()}{BAD.to_pandas(each='resource').to_dict()}"
    assert BAD.to_arrow(show_values=True).column("found").to_pylist() == ["femme", ""]
    assert "femme" in str(BAD.to_arrow(each="resource", show_values=True).to_pylist())


def test_a_data_frame_groups_and_its_lines_stay_whole_numbers():
    frame = Reports([BAD, BAD, GOOD]).to_pandas()
    assert frame.groupby("rule").size().to_dict() == {"FM301": 2, "FM601": 2}
    assert frame["line"].tolist()[0] == 4
    assert str(frame["line"].dtype) == "Int64"
    assert frame["line"].isna().tolist() == [False, True, False, True]


def test_no_reports_are_a_table_with_its_columns_and_no_row():
    assert Reports().to_arrow().schema == BAD.to_arrow().schema
    assert Reports().to_arrow(each="resource").num_rows == 0
    assert list(Reports().to_pandas().columns) == BAD.to_arrow().column_names


def test_another_kind_of_row_is_refused():
    with pytest.raises(FhirMattersError, match="each='resource'"):
        BAD.to_arrow(each="file")


@pytest.mark.parametrize(("absent", "extra"), [("pandas", "fhir-matters[pandas]"), ("pyarrow", "fhir-matters[arrow]")])
def test_what_is_not_installed_is_named_with_its_extra(absent, extra):
    said = subprocess.run([sys.executable, "-c", WITHOUT.format(absent)], capture_output=True, text=True, check=True)
    assert extra in said.stdout


def test_reports_are_a_sequence_that_knows_whether_all_are_ok():
    reports = Reports([BAD, GOOD])
    assert (reports.ok, reports.failed, reports[1:].ok, reports[0]) == (False, Reports([BAD]), True, BAD)
    assert isinstance(reports[:1], Reports)
    assert Reports().ok


def test_a_report_is_neither_true_nor_false():
    with pytest.raises(TypeError, match=r"report\.ok"):
        assert GOOD
