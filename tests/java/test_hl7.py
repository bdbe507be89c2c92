"""The HL7 validator answers as an oracle must: a verdict for each resource, with place and message id, always alike."""

from __future__ import annotations

import json

OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "what matters"},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">what matters</div>'},
}


def test_a_valid_resource_has_no_finding_at_all(hl7):
    assert [finding for finding in hl7.validate(json.dumps(OBSERVATION)) if finding.severity != "information"] == []


def test_a_missing_status_is_found_at_its_place(hl7):
    (error,) = hl7.errors(json.dumps({key: value for key, value in OBSERVATION.items() if key != "status"}))
    assert (error.id, error.location) == ("Validation_VAL_Profile_Minimum", "Observation")
    assert "Observation.status" in error.text


def test_line_and_column_are_those_of_the_text(hl7):
    errors = hl7.errors(json.dumps({**OBSERVATION, "status": "finale"}, indent=1))
    assert {(error.location, error.line) for error in errors} == {("Observation.status", 3)}


def test_xml_is_read_too(hl7):
    errors = hl7.errors('<Patient xmlns="http://hl7.org/fhir"><gender value="kind"/></Patient>', form="xml")
    assert {error.location for error in errors} == {"Patient.gender"}


def test_a_profile_is_checked_when_asked(hl7):
    vital_signs = "http://hl7.org/fhir/StructureDefinition/vitalsigns"
    assert hl7.errors(json.dumps(OBSERVATION)) == []
    assert "subject" in " ".join(error.text for error in hl7.errors(json.dumps(OBSERVATION), profiles=[vital_signs]))


def test_what_is_no_json_is_a_finding_and_no_end(hl7):
    assert hl7.errors('{"resourceType": "Obs')[0].severity == "fatal"
    assert hl7.errors(json.dumps(OBSERVATION)) == []


def test_the_verdict_does_not_wear_out(hl7):
    verdicts = {json.dumps([f.id for f in hl7.errors('{"resourceType": "Observation"}')]) for _ in range(250)}
    assert len(verdicts) == 1
