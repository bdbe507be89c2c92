"""The plugin in the pytest of somebody else: found by its entry point, silent until asked, plain where a test fails."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent.parent
SUITE = """
import pytest
from pathlib import Path

GOOD = {"resourceType": "Patient", "id": "p1", "active": True}

@pytest.fixture
def patient():
    return GOOD | {"gender": "SECRET"}

def test_valid_things_pass(assert_valid, fhir_validator, tmp_path):
    file = tmp_path / "patient.json"
    file.write_text('{"resourceType": "Patient", "active": true}')
    reports = assert_valid([GOOD, b'{"resourceType": "Patient", "active": true}', file])
    assert [report.source for report in reports] == ["", "", str(file)]
    assert assert_valid.validator is fhir_validator

def test_a_record_passes(assert_valid):
    from fhir_matters import Record
    assert assert_valid(Record.loads("person: {name: {text: Ada}}"))[0].resource_type == "Bundle"

def test_the_server_keeps_what_it_gets(fhir_server):
    from fhir_matters import Server
    Server(fhir_server.base).push(GOOD)
    assert fhir_server.held("Patient")

def test_an_invalid_patient_fails(assert_valid, patient):
    assert_valid(patient)

def test_a_file_fails_with_its_line(assert_valid, tmp_path):
    (tmp_path / "patient.json").write_text('{"resourceType": "Patient",\\n "favourite": "SECRET"}')
    assert_valid([GOOD, tmp_path])

def test_nothing_is_no_pass(assert_valid):
    assert_valid([])

CLAIMS = GOOD | {"meta": {"profile": ["http://example.org/none"]}}

def test_what_is_undecided_passes(assert_valid):
    assert assert_valid(CLAIMS)[0].undecided

@pytest.mark.fhir(strict=True)
def test_what_is_undecided_fails_where_it_is_strict(assert_valid):
    assert_valid(CLAIMS)

@pytest.mark.fhir(packages=["not.there#1.0.0"])
def test_a_package_that_is_not_there(assert_valid):
    pass

@pytest.mark.fhir("not.there#1.0.0")
def test_an_option_without_its_name(assert_valid):
    pass

@pytest.mark.fhir(extensions="none")
def test_a_word_that_there_is_not(assert_valid):
    pass

def test_what_is_no_resource(assert_valid, patient):
    assert_valid(1.5j)

@pytest.mark.fhir(package=["not.there#1.0.0"])
def test_an_option_that_there_is_not(assert_valid):
    pass

@pytest.mark.fhir_server("error=503", seed=7)
def test_the_server_misbehaves_as_the_marker_says(fhir_server):
    import requests
    assert requests.get(f"{fhir_server.base}/Patient", timeout=10).status_code == 503

@pytest.mark.fhir_server("drop-respond")
def test_a_fault_that_there_is_not(fhir_server):
    pass
"""
SAYS = (
    "test_suite.py:*: Patient/p1 is not valid FHIR R4.",
    "*Patient/p1*error*FM301*Patient.gender*",
    "*Use a code of the value set.*",
    "Values are not shown; pytest --fhir-show-values tells them.",
    "test_suite.py:*: 1 of 2 resources are not valid FHIR R4.",
    "*patient.json:2:*FM101*Patient.favourite*",
    "test_suite.py:*: there was nothing to validate, which is no pass.",
    "*http://example.org/none*",
)


@pytest.fixture
def suite(pytester, monkeypatch):
    """A project with tests, in which fhir-matters is installed as pyproject.toml says."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    installed = pytester.mkdir("fhir_matters-0.dist-info")
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: fhir-matters\nVersion: 0\n")
    lines = [f"{name} = {value}" for name, value in points.items()]
    (installed / "entry_points.txt").write_text("\n".join(["[pytest11]", *lines]))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyprojecttoml(
        '[tool.pytest.ini_options]\naddopts = "--strict-markers -p no:cacheprovider"\nfilterwarnings = ["error"]\n'
    )
    pytester.makepyfile(test_suite=SUITE)
    return pytester


def test_in_two_processes_the_valid_passes_and_the_rest_says_what_is_wrong_where_and_what_to_do(suite):
    ran = suite.runpytest_subprocess("-q", "-n", "2")
    ran.assert_outcomes(passed=5, failed=5, errors=5)
    ran.stdout.fnmatch_lines_random([*SAYS, "*not.there#1.0.0 is not on this machine*", "*There is no fault named*"])
    ran.stdout.fnmatch_lines_random(["*takes options by name*", "*unexpected keyword argument 'package'*"])
    ran.stdout.fnmatch_lines_random(["*any or known*", "test_suite.py:*: Expected one resource, found a complex*"])
    assert "SECRET" not in ran.stdout.str()
    assert "Traceback" not in ran.stdout.str()


def test_values_are_told_to_those_who_ask(suite):
    ran = suite.runpytest_subprocess("-q", "--fhir-show-values", "-k", "invalid_patient")
    ran.stdout.fnmatch_lines(["*Found: SECRET*"])
    assert "Values are not shown" not in ran.stdout.str()


def test_the_settings_of_pytest_are_those_of_the_validator(suite):
    suite.makefile(".toml", pytest='[pytest]\nfhir_strict = true\nfhir_profiles = ["http://example.org/none"]\n')
    suite.makepyfile(
        test_suite="""
        def test_it(fhir_validator):
            assert fhir_validator.strict
            assert fhir_validator.profiles == ("http://example.org/none",)
        """
    )
    assert suite.runpytest_subprocess("-q").parseoutcomes() == {"passed": 1}


def test_who_does_not_use_it_loads_nothing_of_it_but_its_fixtures(suite):
    suite.makepyfile(
        test_suite="""
        import sys
        def test_it():
            ours = {name for name in sys.modules if name.startswith("fhir_matters")}
            assert ours == {"fhir_matters", "fhir_matters.doors", "fhir_matters.pytest_plugin"}
            assert not {"click", "pydantic", "orjson", "lxml", "requests"} & set(sys.modules)
        """
    )
    assert suite.runpytest_subprocess("-q").parseoutcomes() == {"passed": 1}
