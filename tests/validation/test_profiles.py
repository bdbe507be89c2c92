"""Profiles: differentials on their bases, slices of every kind, choices, and R4's own vital signs."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.issue import Severity
from fhir_matters.validation.asked import Options
from fhir_matters.validation.validator import Validator
from tests.validation.resources import OURS, claims, extended, name_of, observation, patient

VITAL = "http://hl7.org/fhir/StructureDefinition/"
LOINC = "http://loinc.org"


def errors(validator: Validator, resource: dict[str, Any], *profiles: str) -> list[tuple[str, str]]:
    return [(issue.rule, issue.path.expression) for issue in validator.validate(resource, profiles).errors]


def quantity(**fields: Any) -> dict[str, Any]:
    return observation(valueQuantity=fields)


@pytest.mark.parametrize(
    ("name", "good", "bad", "issue"),
    [
        (
            "deep",
            observation(code={"coding": [{"display": "x"}]}),
            observation(code={"coding": [{"code": "x"}]}),
            ("FM108", "Observation.code.coding[0]"),
        ),
        ("measured", quantity(unit="m"), quantity(value=1), ("FM108", "Observation.value.ofType(Quantity)")),
        ("measured", quantity(unit="m"), observation(), ("FM108", "Observation")),
        (
            "one-phone",
            patient(telecom=[name_of("phone"), name_of("fax")]),
            patient(telecom=[name_of("phone"), name_of("phone")]),
            ("FM504", "Patient.telecom"),
        ),
        (
            "only-quantity",
            quantity(value=1),
            observation(valueString="x"),
            ("FM505", "Observation.value.ofType(string)"),
        ),
        ("only-quantity", quantity(value=1), observation(), ("FM108", "Observation")),
        ("needs-birth-time", patient(), patient(birthDate="1931-01-04"), ("FM503", "Patient.birthDate")),
    ],
)
def test_a_profile_without_a_snapshot_or_with_slices_is_checked(
    validator: Validator, name: str, good: dict[str, Any], bad: dict[str, Any], issue: tuple[str, str]
) -> None:
    assert errors(validator, good, OURS + name) == []
    assert issue in errors(validator, bad, OURS + name)


def test_a_profile_that_is_its_own_base_is_an_issue(validator: Validator) -> None:
    assert errors(validator, claims("its-own-base", patient())) == [("FM704", "Patient.meta.profile[0]")]


def test_an_extension_beside_a_primitive_value_satisfies_its_slice(validator: Validator) -> None:
    time = {"url": VITAL + "patient-birthTime", "valueDateTime": "1931-01-04T06:30:00Z"}
    resource = patient(birthDate="1931-01-04", _birthDate={"extension": [time]})
    assert errors(validator, resource, OURS + "needs-birth-time") == []


def pressure(**more: Any) -> dict[str, Any]:
    def part(code: str) -> dict[str, Any]:
        value = {"value": 120, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
        return {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": value}

    vital = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
    return observation(
        **{
            "category": [{"coding": [vital]}],
            "code": {"coding": [{"system": LOINC, "code": "85354-9"}]},
            "subject": {"reference": "Patient/a"},
            "effectiveDateTime": "2024-01-01",
            "component": [part("8480-6"), part("8462-4")],
            **more,
        }
    )


def test_a_blood_pressure_meets_the_vital_signs_profile(validator: Validator) -> None:
    assert errors(validator, pressure(), VITAL + "bp") == []


@pytest.mark.parametrize(
    ("change", "issue"),
    [
        ({"component": pressure()["component"][:1]}, ("FM503", "Observation")),
        ({"code": {"text": "pressure"}}, ("FM503", "Observation.code")),
        ({"category": [{"text": "x"}]}, ("FM503", "Observation")),
        ({"effectiveDateTime": None}, ("FM106", "Observation.effective.ofType(dateTime)")),
    ],
)
def test_a_blood_pressure_without_a_part_does_not(
    validator: Validator, change: dict[str, Any], issue: tuple[str, str]
) -> None:
    assert issue in errors(validator, pressure(**change), VITAL + "bp")


def test_what_base_and_profile_both_ask_for_each_of_them_misses(validator: Validator) -> None:
    resource = pressure()
    del resource["status"]
    found = validator.validate(resource).errors
    told = [(each.rule, each.path.expression, each.profile) for each in found]
    assert sorted(told) == [("FM108", "Observation", VITAL + "Observation"), ("FM108", "Observation", VITAL + "bp")]
    asked = validator.validate(resource, [VITAL + "bp"]).errors
    assert [(each.rule, each.profile) for each in asked] == [("FM108", VITAL + "bp")]


def test_an_extension_of_an_extension_is_known_by_its_own_url(validator: Validator) -> None:
    inner = {"url": OURS + "simple", "valueString": "x"}
    resource = extended(OURS + "complex", extension=[{"url": "part", "valueCode": "x"}, inner])
    assert errors(validator, resource) == [("FM553", "Patient.extension[0].extension[1]")]


@pytest.mark.parametrize(
    ("resource", "right"),
    [
        (patient(_birthDate={"extension": [{"url": VITAL + "patient-birthTime", "valueDateTime": "1931"}]}), True),
        (patient(_gender={"extension": [{"url": VITAL + "patient-birthTime", "valueDateTime": "1931"}]}), False),
        (patient(name=[{"_family": {"extension": [{"url": VITAL + "humanname-own-name", "valueString": "x"}]}}]), True),
        (patient(name=[{"extension": [{"url": VITAL + "humanname-own-name", "valueString": "x"}]}]), False),
        (patient(address=[{"extension": [{"url": VITAL + "geolocation", "extension": []}]}]), True),
        (patient(extension=[{"url": VITAL + "data-absent-reason", "valueCode": "unknown"}]), True),
    ],
)
def test_an_extension_stands_where_its_context_says(
    validator: Validator, resource: dict[str, Any], right: bool
) -> None:
    assert ("FM553" not in {rule for rule, _ in errors(validator, resource)}) is right


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/a",
        "Patient/a/_history/1",
        "http://example.org/fhir/Patient/a",
        "urn:uuid:00000000-0000-4000-8000-000000000001",
    ],
)
def test_every_spelling_of_a_reference_is_allowed(validator: Validator, reference: str) -> None:
    assert errors(validator, observation(subject={"reference": reference})) == []


def test_an_invariant_of_a_profile_is_evaluated_and_named(validator: Validator) -> None:
    without = {name: value for name, value in pressure().items() if name != "component"}
    found = [issue for issue in validator.validate(without, [VITAL + "bp"]) if issue.rule == "FM602"]
    assert [issue.message_id.partition("#")[2] for issue in found] == ["vs-2"]
    assert not any(issue.rule == "FM602" for issue in validator.validate(pressure(), [VITAL + "bp"]))


def test_strict_refuses_what_could_not_be_judged() -> None:
    unknown = patient(meta={"profile": ["https://example.org/nowhere"]})
    assert not Validator(strict=True).validate(unknown).ok
    assert Validator(strict=True).validate(patient()).ok
    assert Validator().validate(unknown).ok


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (patient(_birthDate={"id": "a"}), "Patient.birthDate"),
        (patient(name=[{"given": [None], "_given": [{"id": "a"}]}]), "Patient.name[0].given[0]"),
        (patient(gender="male", _gender={"id": "a"}), None),
        (patient(id="a"), None),
    ],
)
def test_an_id_alone_is_no_value(validator: Validator, resource: dict[str, Any], found: str | None) -> None:
    assert errors(validator, resource) == ([("FM602", found)] if found else [])


def test_an_object_with_an_id_alone_is_warned_of_as_the_hl7_validator_lets_it_pass(validator: Validator) -> None:
    (found,) = validator.validate(patient(name=[{"id": "a"}]))
    assert (found.rule, found.severity, str(found.path)) == ("FM105", "warning", "Patient.name[0]")


def test_a_value_that_meets_none_of_several_profiles_is_told_what_each_of_them_wants(validator: Validator) -> None:
    found = errors(validator, quantity(value=1), OURS + "either")
    assert found == [(rule, "Observation.value.ofType(Quantity)") for rule in ("FM509", "FM108", "FM108")]
    assert errors(validator, quantity(unit="m"), OURS + "either") == []


def test_an_extension_without_a_url_is_told_so_beside_what_is_missing(validator: Validator) -> None:
    resource = patient(extension=[{"valueString": "x"}])
    assert set(errors(validator, resource)) == {("FM108", "Patient.extension[0]"), ("FM558", "Patient.extension[0]")}


def test_words_that_a_code_system_has_not_may_be_a_warning_only() -> None:
    marital = {"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M", "display": "Merry"}
    resource = patient(maritalStatus={"coding": [marital]})
    for asked, severity in ((False, Severity.ERROR), (True, Severity.WARNING)):
        issues = Validator(options=Options(any_display=asked)).validate(resource).issues
        assert [issue.severity for issue in issues if issue.rule == "FM310"] == [severity]


def phone(use: str, **more: Any) -> dict[str, Any]:
    return {"system": "phone", "value": "1", "use": use, **more}


@pytest.mark.parametrize(
    ("telecom", "issues"),
    [
        ([phone("home"), phone("work"), {"system": "email", "value": "b"}], [("FM503", "Patient")]),
        ([phone("home"), phone("home")], [("FM503", "Patient"), ("FM504", "Patient.telecom")]),
        ([{"system": "phone", "use": "home"}], [("FM108", "Patient.telecom[0]"), ("FM503", "Patient")]),
        ([phone("mobile")], [("FM505", "Patient.telecom[0]")]),
        ([{"system": "email", "value": "b"}], [("FM503", "Patient")]),
    ],
)
def test_what_is_in_a_reslice_counts_there_alone(
    validator: Validator, telecom: list[dict[str, Any]], issues: list[tuple[str, str]]
) -> None:
    assert sorted(errors(validator, patient(telecom=telecom), OURS + "resliced")) == issues


@pytest.mark.parametrize("name", ["imposing", "imposing-more"])
def test_what_a_profile_imposes_is_asked_for_too(validator: Validator, name: str) -> None:
    assert errors(validator, patient(name=[{"text": "Bee"}]), OURS + name) == []
    assert errors(validator, patient(), OURS + name) == [("FM108", "Patient")]
    assert errors(validator, claims(name, patient())) == [("FM108", "Patient")]


def test_an_imposed_profile_that_nobody_knows_is_told(validator: Validator) -> None:
    report = validator.validate(patient(name=[{"text": "Bee"}]), [OURS + "imposing-more"])
    assert [(issue.rule, issue.undecided) for issue in report if issue.rule.startswith("FM7")] == [("FM709", True)]


def test_in_xml_each_profile_tells_which_element_comes_too_late(validator: Validator) -> None:
    late = '<gender value="male"/><active value="true"/>'
    text = '<Patient xmlns="http://hl7.org/fhir"><meta><profile value="{}"/></meta>' + late + "</Patient>"
    for profile, times in ((OURS + "fixed", 2), (OURS + "unheard-of", 1)):
        found = [each for each in validator.validate(text.format(profile)).issues if each.rule == "FM009"]
        assert [each.path.expression for each in found] == ["Patient.active"] * times
