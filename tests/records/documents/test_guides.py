"""The documents of the examples and of a person of whom nothing is known, as the HL7 validator, HAPI and we judge them.

Each kind with the guides whose profiles its Composition claims, which are thereby proved. A few minutes.
"""

from __future__ import annotations

import re

import pytest

from fhir_matters import jsonio
from fhir_matters.records.record import Record
from fhir_matters.validation.validator import Validator
from tests.java.counterparts import claiming_ours, verdict
from tests.profiles.guides import GUIDES, defined, files
from tests.profiles.test_claims import UNKNOWN
from tests.records.documents.test_adi import directive
from tests.records.documents.test_documents import DAY, EXAMPLES, composition

KINDS = {"own": "UK Core", "ips": "IPS 1.1.0", "adi": "PACIO ADI 2.1.0"}
OURS = "https://w3id.org/fhir-matters/"
TRULY = ("eirwen", "nia")  # who have put something into law themselves


def documents(kind):
    """The documents of that kind, by whose they are: for anybody, and for the person, from whom nothing is kept."""
    if kind == "adi":
        found = {each.stem: Record.load(each) for each in EXAMPLES if each.stem in TRULY}
    else:
        found = {each.stem: Record.load(each) for each in EXAMPLES} | {"nobody": Record.loads("person: {name: Sam}")}
    made = {
        f"{name} for {reader}": record.document(kind, date=DAY, custodian="The hospice", reader=reader)
        for name, record in found.items()
        for reader in (None, "person")
    }
    return made | ({"sam": directive()} if kind == "adi" else {})


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_has_no_error_and_each_claim_of_its_composition_is_proved(hl7_with, shared, kind):
    guide = GUIDES[KINDS[kind]]
    proved = defined(guide, shared)
    with hl7_with(files(guide, shared)) as hl7:
        for name, document in documents(kind).items():
            found = hl7.validate(jsonio.write(document))
            assert [f"{name}: {each.location}: {each.text}" for each in found if each.is_error] == []
            unknown = {url for each in found if each.id == UNKNOWN for url in re.findall(r"'(\S+)'", each.text)}
            claims = set(composition(document)["meta"]["profile"])
            assert {url for url in claims if not url.startswith(OURS)} <= proved - unknown


@pytest.mark.parametrize("kind", KINDS)
def test_we_find_no_error_in_a_document(kind):
    validator = Validator()
    for name, document in documents(kind).items():
        assert [(name, each) for each in validator.validate(document).issues if each.is_error] == []


def test_hapi_finds_no_error_in_a_document_of_our_own(hapi_knowing_us):
    for name, document in documents("own").items():
        found = verdict(hapi_knowing_us, jsonio.write(claiming_ours(document)))
        assert [(name, each) for each in found["error"]] == []
