"""The start of the command: what one small file does not need is not loaded, and little memory is enough."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

VALIDATE = """
import sys
from fhir_matters.cli.main import main
try:
    main()
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""
# What other commands, other formats and other resources are there for.
UNUSED = {
    "pydantic": "forms",
    "yaml": "record files",
    "fhir.resources": "their models",
    "requests": "servers",
    "urllib3": "servers",
    "starlette": "the embedded server",
    "lxml": "narratives and XML",
    "pyarrow": "tables",
    "multiprocessing": "several processes",
    "fhir_matters.xmlio": "XML",
    "fhir_matters.choosing": "setting findings aside",
    "fhir_matters.reports.html": "one of the formats",
    "fhir_matters.records": "records",
    "fhir_matters.server": "servers",
    "fhir_matters.validation.answers": "answers to questionnaires",
    "fhir_matters.validation.definitions": "definitions",
    "fhir_matters.fhirpath.html": "narratives",
}


def loaded(*arguments):
    ran = subprocess.run([sys.executable, "-c", VALIDATE, "validate", *arguments], capture_output=True, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    return {name for name in ran.stderr.decode().split("\n") if name in UNUSED}


def test_a_patient_needs_neither_forms_nor_servers_nor_xml(tmp_path):
    file = tmp_path / "patient.json"
    file.write_text(json.dumps({"resourceType": "Patient", "contact": [{"gender": "male"}], "birthDate": "1950"}))
    assert loaded(file) == set()


def test_what_is_needed_is_loaded(tmp_path):
    file = tmp_path / "patient.xml"
    file.write_text('<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>')
    assert loaded(file) == {"lxml", "fhir_matters.xmlio"}
    file = tmp_path / "set.json"
    file.write_text(json.dumps({"resourceType": "ValueSet", "status": "draft", "url": "https://example.org/v"}))
    assert loaded(file) == {"fhir_matters.validation.definitions"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts a process's memory in kilobytes")
def test_the_whole_corpus_takes_less_than_120_megabytes(corpus):
    command = [sys.executable, "-m", "fhir_matters", "validate", "--format", "concise", *corpus]
    measure = f"import resource, subprocess; subprocess.run({[*map(str, command)]!r}, stdout=subprocess.DEVNULL); "
    measure += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    told = subprocess.run([sys.executable, "-c", measure], capture_output=True, check=True)
    assert 1024 < int(told.stdout) < 120 * 1024
