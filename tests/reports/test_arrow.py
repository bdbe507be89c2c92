"""Reports as tables: a row a resource, findings in a list, batches and row groups of bounded size."""

from __future__ import annotations

import io
import subprocess
import sys
from itertools import count, islice

import pytest

from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Path

pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install '.[test]'")
import pyarrow as pa
from pyarrow import parquet

from fhir_matters.reports import arrow
from tests.reports.found import WRONG

OPEN = Issue("FM601", Severity.WARNING, "incomplete", "Not evaluated.", undecided=True)
LATE = Issue("FM708", Severity.ERROR, "timeout", "Not all was checked.", undecided=True)
BAD = Report((WRONG, OPEN), "a.json", "Patient", "p1")
READ = {
    "arrow": lambda raw: pa.ipc.open_stream(raw).read_all(),
    "parquet": lambda raw: parquet.read_table(io.BytesIO(raw)),
}


def rows(*reports, **options):
    return pa.Table.from_batches(arrow.batches(reports, **options)).to_pylist()


def written(style, reports, **options):
    sink = io.BytesIO()
    arrow.WRITERS[style](reports, sink, **options)
    return sink.getvalue()


def test_a_report_is_a_row_and_its_findings_a_list():
    (row,) = rows(BAD)
    first, second = row.pop("findings")
    assert row == {
        "source": "a.json",
        "resource_type": "Patient",
        "resource_id": "p1",
        "ok": False,
        "verdict": "invalid",
        "fatal": 0,
        "error": 1,
        "warning": 0,
        "information": 0,
        "undecided": 1,
        "set_aside": 0,
    }
    assert first == {
        "rule": "FM301",
        "severity": "error",
        "code": "code-invalid",
        "expression": "Patient.gender",
        "line": 4,
        "column": 13,
        "message": "Expected a code, found another.",
        "message_id": "Terminology_TX_NoValid_16",
        "profile": "http://hl7.org/fhir/StructureDefinition/Patient",
        "undecided": False,
        "server": "",
    }
    assert (second["undecided"], second["line"]) == (True, None)


@pytest.mark.parametrize(
    ("issues", "strict", "expected"),
    [
        ((), False, ("valid", True)),
        ((OPEN._replace(undecided=False),), False, ("valid", True)),
        ((OPEN,), False, ("undecided", True)),
        ((OPEN,), True, ("undecided", False)),
        ((LATE,), False, ("undecided", False)),
        ((LATE, WRONG), False, ("invalid", False)),
    ],
)
def test_what_could_not_be_told_is_neither_valid_nor_invalid(issues, strict, expected):
    (row,) = rows(Report(issues, strict=strict))
    assert (row["verdict"], row["ok"]) == expected


def test_values_are_there_only_when_asked_for():
    assert "femme" not in str(rows(BAD))
    (row,) = rows(BAD, show_values=True)
    assert [finding["found"] for finding in row["findings"]] == ["femme", ""]


def test_half_a_character_out_of_a_key_is_replaced():
    (row,) = rows(Report((WRONG._replace(path=Path((), "Patient.\ud800x")),), resource_id="\udfff"))
    assert (row["resource_id"], row["findings"][0]["expression"]) == ("?", "Patient.?x")


def test_batches_are_made_as_reports_come_and_none_is_large():
    endless = (Report((), f"{number}.json") for number in count())
    assert [len(each) for each in islice(arrow.batches(endless), 3)] == [arrow.MOST_ROWS] * 3
    many = Report((WRONG,) * arrow.MOST_FINDINGS)
    assert [len(each) for each in arrow.batches([many, many, BAD])] == [1, 1, 1]


@pytest.mark.parametrize("style", READ)
def test_a_file_holds_what_the_batches_hold(style):
    table = READ[style](written(style, [BAD, Report()], show_values=True))
    assert table.to_pylist() == rows(BAD, Report(), show_values=True)
    assert table.schema == arrow.schema(show_values=True)


@pytest.mark.parametrize("style", READ)
def test_a_file_about_nothing_has_columns_and_no_row(style):
    table = READ[style](written(style, []))
    assert (table.num_rows, table.schema) == (0, arrow.schema())


def test_parquet_is_written_in_row_groups_as_it_comes(monkeypatch):
    monkeypatch.setattr(arrow, "_ROW_GROUP", 1)
    file = parquet.ParquetFile(io.BytesIO(written("parquet", [BAD] * (2 * arrow.MOST_ROWS + 1))))
    groups = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    assert groups == [arrow.MOST_ROWS, arrow.MOST_ROWS, 1]


@pytest.mark.parametrize("style", READ)
@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_a_run_that_breaks_off_keeps_every_finding_made(style, stop):
    def reports():
        yield from [BAD] * (arrow.MOST_ROWS + 5)
        raise stop

    sink = io.BytesIO()
    with pytest.raises(stop):
        arrow.WRITERS[style](reports(), sink)
    assert READ[style](sink.getvalue()).num_rows == arrow.MOST_ROWS + 5


def test_without_pyarrow_it_says_what_to_install():
    code = "import sys; sys.modules['pyarrow'] = None; import fhir_matters.arrow"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "pip install 'fhir-matters[arrow]'" in ran.stderr
