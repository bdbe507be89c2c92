"""`fhirpath`: one JSON value a line; what is no FHIRPath, or has no answer, is one sentence and exit code 2."""

from __future__ import annotations

import pytest


@pytest.fixture
def patient(tmp_path):
    file = tmp_path / "patient.json"
    file.write_text('{"resourceType":"Patient","active":true,"name":[{"given":["Ann","Bea"],"use":"usual"}]}')
    return file


def test_each_item_is_one_line_of_json(run, patient):
    assert run("fhirpath", "name.given | active", patient).out == '"Ann"\n"Bea"\ntrue\n'
    assert run("fhirpath", "name", patient).out == '{"given":["Ann","Bea"],"use":"usual"}\n'
    assert run("fhirpath", "1.50 | @2020-01 | 4 'mg'", patient).out == '1.50\n"2020-01"\n"4 \'mg\'"\n'


def test_nothing_found_prints_nothing(run, patient):
    assert run("fhirpath", "birthDate", patient) == (0, "", "")


@pytest.mark.parametrize(
    ("expression", "says"),
    [("name.", "character 6"), ("nme", "character 1"), ("name.given = 1 + 'x'", "takes"), ("memberOf('x')", "host")],
)
def test_what_cannot_be_answered_is_one_sentence_and_2(run, patient, expression, says):
    ran = run("fhirpath", expression, patient)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_a_file_that_is_no_resource_is_2(run, tmp_path):
    (tmp_path / "x.json").write_text("[]")
    assert run("fhirpath", "id", tmp_path / "x.json").code == 2
