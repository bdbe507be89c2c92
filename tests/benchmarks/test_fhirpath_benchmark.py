"""The benchmark of FHIRPath measures what it says: the same elements, every answer counted, failures said."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks import fhirpath

PATIENTS = [
    {"resourceType": "Patient", "id": "a", "contact": [{"name": {"family": "B"}}]},
    {"resourceType": "Patient", "id": "b", "contact": [{"gender": "male"}]},
]


@pytest.fixture
def found(tmp_path):
    file = tmp_path / "Patient.ndjson"
    file.write_text("\n".join(map(json.dumps, PATIENTS)))
    return fhirpath.samples([file])


def test_an_invariant_is_asked_of_the_elements_that_have_it(found):
    (pat_1,) = [some for (key, path, _), some in found.items() if key == "pat-1" and path == "Patient.contact"]
    assert [each.node.value for each in pat_1] == [{"name": {"family": "B"}}, {"gender": "male"}]
    assert not [expression for _, _, expression in found if "trace(" in expression]


def test_ours_answers_what_is_asked(found):
    ((key, some),) = [(key, some) for key, some in found.items() if key[0] == "pat-1" and key[1] == "Patient.contact"]
    timed = fhirpath.timed(fhirpath.ours, key[2], key[1], some)
    assert timed.answers == [True, False]
    assert timed.microseconds > 0


def test_an_engine_that_fails_is_said_to_fail_and_one_that_answers_otherwise_is_not_the_same(found, monkeypatch):
    def fails(*_):
        raise ValueError

    def contrary(expression, path, chosen):
        return lambda: [not each for each in fhirpath.ours(expression, path, chosen)()]

    monkeypatch.setattr(fhirpath, "ENGINES", {"fhir-matters": fhirpath.ours, "broken": fails, "contrary": contrary})
    lines = list(fhirpath.table(found))
    assert lines[2].split()[-1] == "100.0%"
    assert lines[3].split() == ["broken", "could", "do", "none"]
    assert lines[4].split()[-1] == "0.0%"
