"""Records and resources as models of fhir.resources and back: nothing lost; what R4B cannot hold is refused by name."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import fhir.resources.R4B
import pytest
from fhir.resources.patient import Patient as R5Patient
from fhir.resources.R4B.nutritionproduct import NutritionProduct
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient
from fhir.resources.STU3.patient import Patient as OldPatient

from fhir_matters import FhirMattersError, Record, RecordError, Validator, jsonio, models
from fhir_matters.definitions.registry import core
from fhir_matters.modelled import resource_of
from fhir_matters.models import model_of

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
WEIGHT = {"resourceType": "Observation", "status": "final", "code": {"text": "Weight"}}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_record_is_the_same_again_from_its_models_and_from_one_of_its_bundle(file):
    record = Record.load(file)
    found = record.models()
    assert [each.get_resource_type() for each in found] == [
        entry["resource"]["resourceType"] for entry in record.bundle()["entry"]
    ]
    assert Record.from_models(found) == record
    assert Record.from_models(iter(reversed(found))).bundle() == record.bundle()
    assert Record.from_models(model_of(record.bundle("transaction"))) == record


@pytest.mark.parametrize("spelling", ["1.50", "1.0", "0.0000001", "12345678901234567890.123456789", "1e2", "-0.00"])
def test_numbers_stay_as_exact_as_a_model_has_them(spelling):
    observation = WEIGHT | {"valueQuantity": {"value": jsonio.Number(spelling)}}
    model = model_of(observation)
    assert model.valueQuantity.value == Decimal(spelling)
    told = resource_of(model)["valueQuantity"]["value"]
    assert Decimal(str(told)).as_tuple() == Decimal(spelling).as_tuple()
    whole = resource_of(model_of(WEIGHT | {"valueQuantity": {"value": 3}}))
    assert jsonio.write(whole["valueQuantity"]) == b'{"value":3}'


def test_a_model_is_validated_with_its_digits_and_in_any_depth():
    model = Observation(**WEIGHT, component=[{"code": {"text": "x"}, "valueQuantity": {"value": Decimal("0.10")}}])
    assert Validator().validate(model).ok
    assert b"0.10" in jsonio.write(resource_of(model))
    assert not Validator().validate(Patient(gender="femme")).ok


def test_an_instant_may_be_respelt_and_nothing_else_may_change(monkeypatch):
    observation = WEIGHT | {"issued": "2015-02-07T13:28:17.2+00:00", "effectiveDateTime": "2015-02"}
    assert resource_of(model_of(observation))["issued"] == "2015-02-07T13:28:17.200000Z"
    monkeypatch.setattr(models, "resource_of", lambda model: resource_of(model) | {"effectiveDateTime": "2015"})
    with pytest.raises(FhirMattersError, match=r"Observation\.effectiveDateTime, which its model would change"):
        model_of(observation)


SYNTHESIS = {"resourceType": "EffectEvidenceSynthesis", "status": "draft"}
REFUSED = {
    "a type that only R4 has": (SYNTHESIS, "EffectEvidenceSynthesis, of type EffectEvidenceSynthesis, which R4 has"),
    "one within": (
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": SYNTHESIS}]},
        r"Bundle\.entry\[0\]\.resource, of type EffectEvidenceSynthesis, which R4 has",
    ),
    "no type": ({"resourceType": "Patient", "contained": [{"resourceType": "Nope"}]}, "neither R4 nor they have"),
    "a datatype": ({"resourceType": "HumanName", "text": "x"}, "HumanName, of type HumanName, which neither"),
    "an element that only R4 has": (
        {"resourceType": "Evidence", "status": "draft", "exposureBackground": {"reference": "EvidenceVariable/a"}},
        r"Evidence\.exposureBackground, which R4 has and they do not",
    ),
    "an element of neither": (
        {"resourceType": "Patient", "name": [{"family": "x", "favourite": True}]},
        r"Patient\.name\[0\]\.favourite, which neither",
    ),
    "a value": (
        {"resourceType": "Patient", "multipleBirthInteger": "SECRET"},
        r"Patient\.multipleBirthInteger, which its model does not accept",
    ),
    "nothing": ({}, "found one without resourceType"),
    "a record": (Record.load(EXAMPLES[0]), r"record\.models\(\)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_r4b_cannot_hold_is_refused_by_its_place(case):
    resource, words = REFUSED[case]
    with pytest.raises(FhirMattersError, match=words) as refused:
        model_of(resource)
    assert "SECRET" not in str(refused.value)
    assert refused.value.next_step


def test_each_type_of_r4_that_the_models_do_not_have_is_refused_as_such_and_no_other():
    base = "http://hl7.org/fhir/StructureDefinition/"
    kinds = {url.removeprefix(base) for url in core().urls("StructureDefinition") if url.startswith(base)}
    resources = {name for name in kinds if (core().type(name) or {}).get("kind") == "resource" and name.isalnum()}
    refused = {name for name in resources if "of type" in refusal({"resourceType": name})}
    modules = {each.name for each in pkgutil.iter_modules(fhir.resources.R4B.__path__)}
    assert refused == {name for name in resources if name.lower() not in modules}
    assert len(resources) > 140
    assert {"RiskEvidenceSynthesis", "MedicinalProduct"} <= refused


def refusal(resource):
    try:
        model_of(resource)
    except FhirMattersError as error:
        return str(error)
    return ""


def test_what_r4_does_not_know_is_no_record_though_a_model_holds_it():
    patient = Patient(name=[{"text": "Ada"}])
    with pytest.raises(FhirMattersError, match="R4 does not know NutritionProduct"):
        Record.from_models([patient, NutritionProduct(status="active")])
    assert Record.from_models(patient).person.name.text == "Ada"
    assert [issue.rule for issue in Validator().validate(NutritionProduct(status="active"))] == ["FM006"]


@pytest.mark.parametrize(("model", "version"), [(R5Patient(), "R5"), (OldPatient(), "STU3")])
def test_models_of_other_versions_are_refused_wherever_they_come(model, version):
    class Ours(type(model)):
        """A model of somebody's own, made from that one."""

    for take in (Validator().validate, Record.from_models):
        for each in (model, Ours()):
            with pytest.raises(FhirMattersError, match=rf"FHIR {version}.*fhir\.resources\.R4B\.patient"):
                take(each)


def test_what_is_no_model_is_refused_with_what_to_call_instead():
    bundle = Record.load(EXAMPLES[0]).bundle()
    for wrong in ([bundle], "Patient", 1, Patient):
        with pytest.raises(FhirMattersError, match=r"fhir_matters\.read"):
            Record.from_models(wrong)
    with pytest.raises(RecordError):
        Record.from_models([])


def test_the_models_are_loaded_when_they_are_used():
    code = "import sys; from fhir_matters import Record; import fhir_matters.models; "
    code += f"r = Record.load({str(EXAMPLES[0])!r}); print('fhir.resources' in sys.modules); r.models(); "
    code += "print('fhir.resources' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]
