"""Paths, issues, reports and errors."""

from __future__ import annotations

import pytest

from fhir_matters.errors import FhirMattersError, InputError, RecordError, ServerError
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Path

ERROR = Issue("FM120", Severity.ERROR, "value", "Wrong.")
NOTE = Issue("FM601", Severity.INFORMATION, "incomplete", "Not evaluated.", undecided=True)


def test_a_path_is_printed_as_fhirpath_and_points_as_json_pointer():
    path = Path(("name", 0, "given", 1), "Patient.name[0].given[1]")
    assert str(path) == "Patient.name[0].given[1]"
    assert path.pointer == "/name/0/given/1"


def test_a_pointer_escapes_what_rfc_6901_says():
    assert Path(("a/b", "m~n")).pointer == "/a~1b/m~0n"
    assert Path().pointer == ""


@pytest.mark.parametrize(
    ("severity", "expected"), [("fatal", True), ("error", True), ("warning", False), ("information", False)]
)
def test_only_errors_make_a_resource_invalid(severity, expected):
    issue = Issue("FM1", Severity(severity), "value", "")
    assert issue.is_error is expected
    assert Report((issue,)).ok is not expected


def test_what_is_undecided_fails_only_where_strict():
    assert Report((NOTE,)).ok
    assert not Report((NOTE,), strict=True).ok
    assert Report((), strict=True).ok


def test_a_report_gives_its_issues_in_order_and_by_kind():
    report = Report((NOTE, ERROR))
    assert list(report) == [NOTE, ERROR]
    assert report.errors == (ERROR,)
    assert report.undecided == (NOTE,)


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        ERROR.message = "other"
    with pytest.raises(AttributeError):
        Report().source = "x"


def test_an_error_says_where_what_and_what_next():
    error = InputError("Expected UTF-8, found UTF-16.", place="a.json", next_step="Save the file as UTF-8.")
    assert str(error) == "a.json: Expected UTF-8, found UTF-16. Save the file as UTF-8."
    assert str(FhirMattersError("Nothing.")) == "Nothing."


def test_a_record_error_lists_its_problems():
    error = RecordError("This record says something wrong.", problems=("1:2 person.name: expected.",))
    assert str(error) == "This record says something wrong.\n  1:2 person.name: expected."


def test_a_server_error_knows_its_status():
    assert ServerError("No.", status=409).status == 409
    assert ServerError("No answer.").status == 0
