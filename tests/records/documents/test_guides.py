"""The documents of the examples, in the judgement of the HL7 validator with each guide's own definitions."""

from __future__ import annotations

import pytest

from fhir_matters import jsonio
from fhir_matters.records.record import Record
from tests.records.documents.test_adi import directive
from tests.records.documents.test_documents import DAY, EXAMPLES

NOBODY = "person: {name: Sam}"
GUIDES = {
    "own": ("fhir.r4.ukcore.stu3.currentbuild-0.0.9-pre-release.tgz",),
    "ips": ("hl7.fhir.uv.ips-1.1.0.tgz",),
    "adi": ("hl7.fhir.us.pacio-adi-2.1.0-20240509.tgz", "hl7.fhir.us.core-6.1.0.tgz"),
}


@pytest.mark.parametrize("kind", GUIDES)
def test_a_document_has_no_error(hl7_with, shared, kind):
    records = [Record.loads(NOBODY), *map(Record.load, EXAMPLES)]
    documents = [directive()] if kind == "adi" else [record.document(kind, date=DAY) for record in records]
    with hl7_with([shared / "packages" / name for name in GUIDES[kind]]) as hl7:
        assert [found for each in documents for found in hl7.errors(jsonio.write(each))] == []
