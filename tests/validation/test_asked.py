"""What a user may ask beyond FHIR, each off unless asked."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_matters.definitions.registry import core
from fhir_matters.validation.asked import Options
from fhir_matters.validation.validator import Validator
from tests.conformance.surroundings import Loose
from tests.validation.conftest import Own, element, profile
from tests.validation.resources import OURS, bundle, claims, composition, entry, observation, patient


def rules(resource: Any, **chosen: Any) -> list[tuple[str, str]]:
    judge = Validator(registry=core().with_layer(Own()), options=Options(**chosen))
    return [(issue.rule, issue.path.expression) for issue in judge.validate(resource).errors]


NAMED = patient(name=[{"text": "Bee <b onclick='x'>Bee</b>"}])
NOTED = {"resourceType": "Communication", "status": "completed", "note": [{"text": "worse <br/> today"}]}


def test_html_in_a_string_is_refused_where_security_is_asked_for() -> None:
    assert rules(NAMED, security=True) == [("FM220", "Patient.name[0].text")]
    assert rules(NAMED) == []
    assert rules(patient(name=[{"text": "a < b, b > c"}]), security=True) == []


def test_html_in_markdown_is_refused_where_plain_markdown_is_asked_for() -> None:
    assert rules(NOTED, plain_markdown=True) == [("FM220", "Communication.note[0].text")]
    assert rules(NOTED) == []
    linked = {**NOTED, "note": [{"text": "see <https://example.org> or <a@example.org>, if 3 < 4"}]}
    assert rules(linked, plain_markdown=True) == []


def test_an_experimental_definition_is_refused_where_only_final_ones_are_wanted() -> None:
    draft = {"resourceType": "ValueSet", "status": "draft", "experimental": True}
    assert rules(draft, final=True) == [("FM902", "ValueSet")]
    assert rules({**draft, "experimental": False}, final=True) == rules(draft) == []


@pytest.mark.parametrize(("place", "wrong"), [("Patient", {0, 2}), ("Patient:1", {2}), ("0", {0}), ("Person", set())])
def test_a_profile_is_asked_of_entries_by_their_place(place: str, wrong: set[int]) -> None:
    whole = bundle("collection", entry(1), entry(2, {"resourceType": "Basic", "code": {"text": "x"}}), entry(3))
    found = rules(whole, entries=((place, OURS + "one-name"),))
    assert {int(expression[13]) for rule, expression in found} == wrong
    assert {rule for rule, _ in found} <= {"FM108"}


def test_comments_pass_where_they_are_let_pass() -> None:
    text = '{ // about\n "resourceType": "Patient", // more\n "active": true}'
    assert {rule for rule, _ in rules(text)} == {"FM008"}
    assert rules(text, comments=True) == []


SYSTEM = "http://terminology.hl7.org/CodeSystem/"


def test_an_address_in_the_space_of_hl7_is_of_something_defined_where_that_is_asked_for() -> None:
    lost = patient(maritalStatus={"coding": [{"system": f"{SYSTEM}nobody-wrote-this", "code": "a"}]})
    assert rules(lost, complete=True) == [("FM217", "Patient.maritalStatus.coding[0].system")]
    assert rules(lost) == []
    for known in (f"{SYSTEM}v3-MaritalStatus", "http://hl7.org/fhir/sid/us-ssn", "https://example.org/of-our-own"):
        assert rules(patient(identifier=[{"system": known, "value": "a"}]), complete=True) == []


def allergy(**coding: str) -> dict[str, Any]:
    known = {"system": f"{SYSTEM}allergyintolerance-clinical", "code": "active"}
    verified = {"coding": [{"system": f"{SYSTEM}allergyintolerance-verification", "code": "confirmed"}]}
    return {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": {"display": "Ada"},
        "clinicalStatus": {"coding": [{**known, **coding}]},
        "verificationStatus": verified,
    }


def test_under_a_required_binding_the_system_is_here_and_in_its_version_where_that_is_asked_for() -> None:
    system = "AllergyIntolerance.clinicalStatus.coding[0].system"
    assert ("FM325", system) in rules(allergy(system=f"{SYSTEM}nobody-wrote-this"), complete=True)
    assert ("FM325", system) in rules(allergy(version="999"), complete=True)
    assert rules(allergy(), complete=True) == rules(allergy(version="999")) == []


def test_of_a_code_of_snomed_ct_nothing_is_judged_where_the_packages_are_all_there_is() -> None:
    snomed = allergy(system="http://snomed.info/sct", code="73211009")
    assert ("FM301", "AllergyIntolerance.clinicalStatus") in rules(snomed)
    assert ("FM301", "AllergyIntolerance.clinicalStatus") not in rules(snomed, complete=True)


def test_a_canonical_to_something_inside_finds_it_where_that_is_asked_for() -> None:
    question = {"linkId": "a", "type": "choice", "answerValueSet": "#answers"}
    form = {"resourceType": "Questionnaire", "status": "draft", "item": [question]}
    answers = {"resourceType": "ValueSet", "id": "answers", "status": "draft"}
    assert ("FM218", "Questionnaire.item[0].answerValueSet") in rules(form, complete=True)
    assert rules(form) == []
    assert rules({**form, "contained": [answers]}, complete=True) == []


def test_a_document_names_each_entry_that_another_means_by_type_and_id_only() -> None:
    notes = [observation(id=name, subject={"reference": "Patient/p"}) for name in "ab"]
    first = composition(section=[{"entry": [{"reference": entry(number)["fullUrl"]}]} for number in (2, 3, 4)])
    whole = bundle("document", entry(1, first), entry(2, notes[0]), entry(3, notes[1]), entry(4, patient(id="p")))
    found = [each for each in rules(whole) if each[0] == "FM432"]
    assert found == [("FM432", "Bundle.entry[1]"), ("FM432", "Bundle.entry[2]")]


def test_a_link_may_lead_to_another_entry_of_the_bundle_and_not_beyond() -> None:
    def linked(name: str) -> dict[str, Any]:
        div = f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="#{name}">see</a></div>'
        return bundle(
            "collection", entry(1, patient(text={"status": "generated", "div": div})), entry(2, patient(id="bee"))
        )

    assert rules(linked("bee")) == []
    assert rules(linked("wasp")) == [("FM216", "Bundle.entry[0].resource.text.div")]


def test_a_code_of_a_value_set_of_absent_ones_is_wrong_only_where_the_packages_are_complete() -> None:
    repeats = {
        "resourceType": "ValueSet",
        "url": f"{OURS}elsewhere",
        "compose": {"include": [{"valueSet": ["https://example.org/ValueSet/absent"]}]},
    }
    binding = {"strength": "required", "valueSet": f"{OURS}elsewhere"}
    made = profile("bound-elsewhere", "Patient", element("Patient.language", max="1", binding=binding))
    registry = core().with_layer(Loose([made, repeats]))
    for complete in (True, False):
        judge = Validator(registry=registry, options=Options(complete=complete))
        found = [each.rule for each in judge.validate(claims("bound-elsewhere", patient(language="en"))).errors]
        assert found == (["FM301"] if complete else [])


def test_a_value_set_over_codes_of_snomed_ct_is_wrong_only_where_the_packages_are_complete() -> None:
    below = {"property": "concept", "op": "is-a", "value": "404684003"}
    made = {
        "resourceType": "ValueSet",
        "status": "draft",
        "compose": {"include": [{"system": "http://snomed.info/sct", "filter": [below]}]},
    }
    assert rules(made) == []
    assert rules(made, complete=True) == [("FM901", "ValueSet.compose.include[0].filter[0]")]


def test_one_value_set_that_two_profiles_bind_to_is_told_of_once() -> None:
    binding = {"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/administrative-gender"}
    made = profile("bound-again", "Patient", element("Patient.gender", max="1", binding=binding))
    judge = Validator(registry=core().with_layer(Loose([made])))
    found = [each.rule for each in judge.validate(claims("bound-again", patient(gender="x"))).errors]
    assert found == ["FM301", "FM312"]
