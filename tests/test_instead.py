"""Errors that say what to call instead: a name that there is not, and arguments of another kind than those taken."""

from __future__ import annotations

from collections import UserDict
from pathlib import Path
from types import MappingProxyType

import fhirclient.models.patient
import pytest
from fhirpy import SyncFHIRClient

from fhir_matters import (
    FhirMattersError,
    Record,
    RecordError,
    Report,
    Reports,
    Server,
    Validator,
    WrongArgument,
    read,
    validate_many,
)
from fhir_matters.instead import instead

EXAMPLE = Path(__file__).parent.parent / "examples" / "barbara.yaml"
PATIENT = {"resourceType": "Patient", "active": True}


@pytest.fixture(scope="module")
def record():
    return Record.load(EXAMPLE)


@instead(old="new", older="new")
class Thing:
    new = 1


def test_a_name_that_there_is_not_says_which_there_is_and_is_no_attribute_otherwise():
    for holder in (Thing, Thing()):
        with pytest.raises(AttributeError, match="Thing has no old: use new"):
            _ = holder.old
        assert not hasattr(holder, "older")
    assert "new" in dir(Thing())
    assert not {"old", "older"} & set(dir(Thing()))


def test_a_name_that_there_is_cannot_be_called_absent():
    with pytest.raises(AssertionError, match="Thing has"):
        instead(new="old")(Thing)


@pytest.mark.parametrize(
    ("ask", "use"),
    [
        (lambda: Validator().check, r"validate\(resource\)"),
        (lambda: Validator.validate_file, "validate_many"),
        (lambda: Report().is_valid, "ok"),
        (lambda: Server("http://localhost:9/fhir").upload, "push"),
    ],
)
def test_names_that_people_look_for_are_answered(ask, use):
    with pytest.raises(AttributeError, match=use):
        ask()


def test_so_are_those_of_a_record_when_they_are_called(record):
    with pytest.raises(AttributeError, match=r"fhir_matters\.read\(bundle\)"):
        Record.from_bundle({})
    with pytest.raises(AttributeError, match=r"dump\('json'\)"):
        record.to_json()
    assert "to_json" not in dir(record)
    assert record.model_copy() == record


@pytest.mark.parametrize(
    ("what", "use"),
    [
        (Path("a.json"), "validate_many"),
        ((PATIENT,), "one by one"),
        ({1, 2}, "one by one"),
        (fhirclient.models.patient.Patient(), r"as_json\(\)"),
        (Record, "a dict, JSON or XML"),
        (object(), "a dict, JSON or XML"),
    ],
)
def test_what_is_no_resource_at_all_is_a_type_error(what, use):
    with pytest.raises(TypeError, match=use) as raised:
        Validator().validate(what)
    assert isinstance(raised.value, FhirMattersError)


def test_a_record_is_not_a_resource_and_its_bundle_is(record):
    for take in (Validator().validate, read, Server("http://localhost:9/fhir").push):
        with pytest.raises(WrongArgument, match=r"record\.bundle\(\)"):
            take(record)


def test_resources_of_other_clients_are_taken_as_they_give_them():
    resource = SyncFHIRClient("http://localhost:9/fhir").resource("Patient", name=[{"family": "Quaye"}])
    assert Validator().validate(resource).ok
    theirs = fhirclient.models.patient.Patient({"resourceType": "Patient", "birthDate": "1941-05"})
    assert Validator().validate(theirs.as_json()).ok


def test_other_mappings_are_resources_too():
    validator = Validator()
    assert all(validator.validate(kind(PATIENT)).ok for kind in (dict, UserDict, MappingProxyType))


def test_the_name_of_a_file_is_not_what_is_in_it():
    (issue,) = Validator().validate("patient.json").issues
    assert "name of a file" in issue.message
    assert "name of a file" not in Validator().validate('{"a": "patient.json').issues[0].message
    for name in ("patient.json", b"{}", Path("patient.json"), 1):
        with pytest.raises(WrongArgument, match=r"jsonio\.read"):
            read(name)


def test_one_name_is_one_name_and_not_its_letters(tmp_path):
    file = tmp_path / "patient.json"
    file.write_text('{"resourceType": "Patient", "active": true}')
    assert Reports(validate_many(str(file))).ok
    assert Reports(validate_many(file)).ok
    assert Validator(profiles="https://example.org/p").profiles == ("https://example.org/p",)
    issues = Validator().validate(PATIENT, "https://example.org/p").issues
    assert ["https://example.org/p" in issue.message for issue in issues] == [True]
    with pytest.raises(FhirMattersError, match="The package not-there is not on this machine"):
        Validator(packages="not-there")


def test_resources_are_not_names_of_files():
    with pytest.raises(WrongArgument, match=r"Validator\(\)\.validate"):
        list(validate_many([PATIENT]))


def test_models_and_fhir_have_their_own_ways_to_a_record(record, tmp_path):
    models = record.models()
    for wrong in (models, models[0]):
        with pytest.raises(FhirMattersError, match=r"Record\.from_models"):
            read(wrong)
    with pytest.raises(WrongArgument, match="model_validate"):
        Record.loads({})
    file = tmp_path / "bundle.json"
    file.write_text('{"resourceType": "Bundle"}')
    with pytest.raises(RecordError, match=r"This is FHIR.*fhir_matters\.read"):
        Record.load(file)
