"""Before asking: what others wrote answers too, whether a form holds it or not."""

from __future__ import annotations

import pytest

from fhir_matters.lints.already import Answer, already_said
from fhir_matters.records.read import read
from fhir_matters.records.record import Record
from tests.records.others.shapes import PATIENT, SCT, coded, said

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def asked(question: str, *resources) -> tuple[Answer, ...]:
    return already_said(read([PATIENT, *resources]), question)


def document(*sections):
    return {
        "resourceType": "Composition",
        "id": "doc",
        "status": "final",
        "subject": {"reference": "Patient/ada"},
        "date": "2026-03-03",
        "section": list(sections),
    }


def test_what_was_read_into_a_form_answers_like_our_own():
    (answer,) = asked("Where would you want to die?", said(coded("75780-7", text="Where"), valueString="By the sea"))
    assert (answer.path.expression, answer.words, answer.by) == ("preferences.where", "By the sea", "Ada Lark")


def test_a_code_answers_where_no_form_could_hold_it():
    decided = said(coded("450476008", "Not for attempted CPR", system=SCT), valueString=None)
    (answer,) = asked("Shall we try to resuscitate you?", decided)
    assert (answer.path.expression, answer.words) == ("other[1].resource", "Not for attempted CPR")
    assert answer.why == "Its code says that it is about cpr."
    assert not answer.by_words


def test_a_section_answers_for_what_it_lists_and_for_what_it_tells():
    flag = {
        "resourceType": "Flag",
        "id": "f",
        "status": "active",
        "code": {"text": "?"},
        "subject": {"reference": "Patient/ada"},
    }
    listed = {
        **flag,
        "resourceType": "Observation",
        "status": "final",
        "valueString": "My allotment",
        "code": {"text": "x"},
    }
    story = {"title": "Patient Story", "code": coded("81338-6"), "entry": [{"reference": "Observation/f"}]}
    (answer,) = asked("What matters to you?", listed, document(story))
    assert (answer.words, answer.why) == ("My allotment", "It is in the section “Patient Story” of a document.")
    told = {**story, "text": {"status": "additional", "div": f"<div {XHTML}>Peace and quiet</div>"}}
    answers = asked("What matters to you?", document(told, told))
    assert [answer.words for answer in answers] == ["Peace and quiet"] * 2
    assert answers[1].path.expression == "other[1].resource.section[1]"


def test_a_questionnaire_answers_the_same_question_and_the_same_words():
    answers = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": "Patient/ada"},
        "authored": "2026-03-03",
        "item": [{"text": "About you", "item": [{"text": "Do you have a dog?", "answer": [{"valueString": "Bess."}]}]}],
    }
    (answer,) = asked("Have you a dog?", answers)
    assert (answer.words, answer.when, answer.why) == ("Bess.", "2026-03-03", "The same question was asked then.")
    (answer,) = asked("What is it with Bess, the dog?", answers)
    assert (answer.by_words, answer.why) == (True, "It has the same words: bess, dog.")
    assert asked("Have you a cat?", answers) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"status": "entered-in-error"},
        {"subject": {"reference": "Patient/eve"}},
        {"code": coded("75780-7", "Blood pressure")},
    ],
)
def test_what_was_never_so_or_is_another_persons_or_means_something_else_is_no_answer(more):
    found = {"component": [{"code": {"text": "x"}, "valueString": "By the sea"}], "valueString": None}
    assert asked("Where would you want to die?", said(coded("75780-7"), **found))
    assert asked("Where would you want to die?", said(**{"code": coded("75780-7"), **found, **more})) == ()


@pytest.mark.parametrize("status", ["proposed", "draft", "rejected", "inactive", "entered-in-error"])
def test_a_decision_that_is_not_in_force_is_no_answer(status):
    dnr = coded("dnr", system="http://terminology.hl7.org/CodeSystem/consentcategorycodes")
    consent = {"resourceType": "Consent", "patient": {"reference": "Patient/ada"}, "category": [dnr]}
    kept = {**consent, "provision": {"type": "permit"}}
    assert asked("Do we resuscitate?", {**kept, "status": "active"})
    assert asked("Do we resuscitate?", {**kept, "status": status}) == ()


def test_an_older_version_is_found_and_stands_no_more():
    def version(day: int):
        meta = {"lastUpdated": f"2026-03-0{day}T10:00:00Z"}
        return said(coded("75780-7"), meta=meta, effectiveDateTime=f"2026-03-0{day}", valueString=f"Place {day}")

    answers = asked("Where would you want to die?", version(1), version(2))
    assert [(answer.words, answer.stands) for answer in answers] == [("Place 2", True), ("Place 1", False)]


def test_it_is_found_beside_our_own_record_too():
    own = Record.loads("person: {name: Ada Lark}").bundle()
    whose = {"reference": own["entry"][0]["fullUrl"]}
    own["entry"].append({"fullUrl": "urn:uuid:1", "resource": said(coded("75780-7"), subject=whose)})
    (answer,) = already_said(read(own), "Where would you want to die?")
    assert answer.path.expression == "other[0].resource"
    assert answer.why == "Its code says that it is about place of death."


@pytest.mark.parametrize(
    "broken", [{"section": 7}, {"section": [None, {"text": "x"}]}, {"item": {}}, {"code": []}, {"date": 1}]
)
def test_nothing_odd_in_it_breaks_the_search(broken):
    kinds = ("Composition", "QuestionnaireResponse", "Flag")
    assert asked("What matters?", *({"resourceType": kind, "id": kind, **broken} for kind in kinds)) == ()
