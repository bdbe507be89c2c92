"""R4's own invariants: all compile, all run on real resources, and what they find is what is wrong there."""

from __future__ import annotations

import sys
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from fhir_matters import jsonio
from fhir_matters.fhirpath import compile as compiled

sys.path.insert(0, str(Path(__file__).parent))
from invariants import all_of_r4, results

# No text: advice that few real resources follow. Names that are no identifiers: advice as well.
ADVICE = {"dom-6", "adf-0", "spd-0", "nsd-0", "sdf-0", "csd-0", "pdf-0", "tst-0", "vsd-0"}
# What R4's examples break by their own definitions; the HL7 validator has corrected expressions for que-7.
BROKEN = {"txt-1", "txt-2", "que-7", "sdf-4"}


def test_every_invariant_of_r4_compiles_for_every_type_that_has_it():
    invariants = all_of_r4()
    assert len({key for key, _ in invariants}) >= 238
    for (_, expression), paths in invariants.items():
        for path in paths:
            assert compiled(expression, path.partition(".")[0])


def test_the_corpus_breaks_no_invariant(corpus):
    lines = [line for file in corpus for line in file.read_bytes().splitlines()[::10]]
    found = [each for line in lines for each in results(jsonio.parse(line))]
    assert len(found) > 20_000
    assert {key for _, key, result in found if result is False} <= {"dom-6"}


def test_the_examples_of_r4_break_what_is_broken_in_them(shared):
    broken, ran = Counter(), set()
    for resource in _examples(shared / "packages" / "hl7.fhir.r4.examples-4.0.1.tgz"):
        found = list(results(resource))
        ran |= {key for _, key, _ in found}
        broken.update({key for _, key, result in found if result is False})
    assert len(ran) > 200
    assert set(broken) - ADVICE <= BROKEN


def _examples(package):
    """All but the largest and the thousands of definitions of R4 itself, which the examples carry along."""
    with tarfile.open(package) as members:
        for member in members:
            name = Path(member.name).name
            plain = not name.startswith((".", "package", "Bundle-", "CodeSystem-", "ValueSet-", "ig-r4"))
            if member.isfile() and name.endswith(".json") and plain and member.size < 60_000:
                yield jsonio.parse(members.extractfile(member).read())


WRONG = {
    "pat-1": {"resourceType": "Patient", "contact": [{"gender": "female"}]},
    "per-1": {"resourceType": "Patient", "name": [{"text": "x", "period": {"start": "2021", "end": "2020-05-01"}}]},
    "ext-1": {"resourceType": "Patient", "extension": [{"url": "http://example.org/x"}]},
    "cpt-2": {"resourceType": "Patient", "telecom": [{"value": "555"}]},
    "dom-2": {
        "resourceType": "Patient",
        "contained": [{"resourceType": "Patient", "id": "a", "contained": [{"resourceType": "Patient", "id": "b"}]}],
    },
    "obs-6": {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "valueString": "x",
        "dataAbsentReason": {"text": "x"},
    },
    "obs-7": {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
        "valueInteger": 1,
        "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}, "valueInteger": 1}],
    },
    "obs-3": {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "referenceRange": [{"age": {"low": {"value": 1}}}],
    },
    "qty-3": {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueQuantity": {"code": "g"}},
    "tim-4": {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"display": "x"},
        "occurrenceTiming": {"repeat": {"duration": -1.50, "durationUnit": "d"}},
    },
    "bdl-7": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": "http://example.org/Basic/1", "resource": {"resourceType": "Basic", "id": "1"}}] * 2,
    },
    "bdl-3": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"request": {"method": "GET", "url": "Patient"}}],
    },
    "que-2": {
        "resourceType": "Questionnaire",
        "status": "draft",
        "item": [{"linkId": "1", "type": "string", "text": "x"}, {"linkId": "1", "type": "string", "text": "x"}],
    },
    "app-3": {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"status": "accepted", "actor": {"display": "x"}}],
    },
    "org-1": {"resourceType": "Organization", "active": True},
    "att-1": {"resourceType": "Patient", "photo": [{"data": "AAAA"}]},
}


@pytest.mark.parametrize("key", WRONG)
def test_a_resource_that_breaks_an_invariant_is_found(key):
    assert broken(WRONG[key]) == {key}


def broken(resource):
    """The invariants that are false; without dom-3, which the HL7 validator does in code, and the advice of dom-6."""
    return {each for _, each, result in results(resource) if result is False} - {"dom-3", "dom-6"}


def test_the_hl7_validator_finds_the_same_invariants_broken(hl7):
    for resource in WRONG.values():
        findings = hl7.validate(jsonio.write(resource))
        said = {each.id.rpartition("#")[2] for each in findings if each.is_error and "#" in each.id}
        assert said == broken(resource)
