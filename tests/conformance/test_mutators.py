"""Every mutator changes a resource, in the same way for the same seed, and leaves what it was given alone."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from fhir_matters import Validator, jsonio, xmlio
from fhir_matters.definitions.registry import core
from fhir_matters.definitions.shapes import Shapes
from tests.conformance.differential import mutants
from tests.conformance.mutators import NAMES, mutant, texts
from tests.conformance.originals import Original, originals

EXAMPLES = Path(__file__).parents[2] / "examples" / "good"
NS = 'xmlns="http://www.w3.org/1999/xhtml"'
# One resource with a value of many types: what the examples have not.
PATIENT = {
    "resourceType": "Patient",
    "id": "ada",
    "text": {"status": "generated", "div": f"<div {NS}>Ada</div>"},
    "extension": [{"url": "http://example.org/fhir/StructureDefinition/a", "valueString": "b"}],
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d"}],
    "active": True,
    "name": [{"given": ["Ada", "A."], "family": "Example", "period": {"start": "2020"}}],
    "telecom": [{"system": "phone", "value": "1", "rank": 1}, {"system": "email", "value": "a@example.org"}],
    "birthDate": "1950-02-03",
    "deceasedDateTime": "2020-02-03T10:00:00Z",
    "maritalStatus": {"coding": [{"system": "http://example.org/c", "code": "a", "display": "A"}]},
    "photo": [{"contentType": "image/png", "data": "aGk="}],
    "contact": [{"relationship": [{"text": "friend"}], "name": {"text": "Bob"}}],
    "generalPractitioner": [{"reference": "Practitioner/a"}],
    "managingOrganization": {"reference": "Organization/a"},
}


def found() -> list[Original]:
    ours = Original("ada", "Patient", json.dumps(PATIENT).encode())
    return [ours, *originals([EXAMPLES], 20_000)]


@pytest.fixture(scope="module")
def made():
    """Some mutants of each mutator, as far as the examples have what it changes."""
    return list(islice(mutants(found(), 7), 3 * len(NAMES)))


def test_there_are_mutators_of_every_family_and_most_have_work_in_our_own_examples(made):
    assert len(NAMES) >= 40
    assert len({each.name for each in made}) >= 0.75 * len(NAMES)


def test_a_mutant_is_not_what_it_was_made_of(made):
    sources = {each.source: texts.written(each.read()) for each in found()}
    assert [each.name for each in made if each.text() == sources[each.source]] == []


def test_the_same_seed_makes_the_same_mutants_and_another_seed_others(made):
    again = list(islice(mutants(found(), 7), len(made)))
    assert [each.text() for each in again] == [each.text() for each in made]
    others = islice(mutants(found(), 8), len(made))
    assert [each.text() for each in others] != [each.text() for each in made]


def test_the_original_is_left_alone():
    before = json.dumps(PATIENT)
    for name in NAMES:
        mutant(name, "ada", PATIENT, "1")
    assert json.dumps(PATIENT) == before


def test_our_validator_has_a_report_for_every_mutant_and_is_not_content_with_most(made):
    validator = Validator()
    reports = [validator.validate(each.text().encode()) for each in made]
    wrong = sum(not report.ok for report in reports)
    assert wrong > len(made) / 2


def test_a_mutant_is_not_much_larger_than_what_it_was_made_of(made):
    assert max(len(each.text()) for each in made if each.name != "long-text") < 1_000_000


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_a_resource_written_as_xml_is_read_as_the_same_resource(file):
    resource = jsonio.read(file.read_bytes())
    document = xmlio.parse(texts.as_xml(resource), Shapes(core()))
    assert document.problems == []
    assert without_narratives(document.resource) == without_narratives(resource)


def without_narratives(value):
    """Two ways to write the same narrative are not the same text; contained resources carry none."""
    if isinstance(value, dict):
        return {name: without_narratives(each) for name, each in value.items() if name != "div"}
    return [without_narratives(each) for each in value] if isinstance(value, list) else value
