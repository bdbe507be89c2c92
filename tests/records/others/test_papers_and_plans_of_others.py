"""Recordings, papers, plans and decisions that bind, in the shapes of others; and the story that a document tells."""

from __future__ import annotations

import pytest

from fhir_matters.records.others.markup import words_of
from tests.records.others.shapes import ADI, coded, forms, only, record, said, stays
from tests.records.values import PIXEL

PDF = "JVBERi0xLjMK"
PARTICIPANT = {"reference": {"reference": "RelatedPerson/ben"}, "role": coded("75783-1")}


def paper(file, **more):
    return {
        "resourceType": "DocumentReference",
        "id": "her-paper",
        "status": "current",
        "type": coded("84095-9", "Do not resuscitate"),
        "subject": {"reference": "Patient/ada"},
        "date": "2026-03-03T10:00:00Z",
        "author": [{"reference": "Patient/ada"}],
        "content": [{"attachment": file}],
        **more,
    }


def test_a_paper_that_carries_its_file_is_a_recording():
    form = only(paper({"contentType": "application/pdf", "data": PDF, "title": "As signed"}))
    assert (form.content.data, form.content.caption) == (PDF, "As signed")
    assert (form.shows, form.made_by, form.when) == ("Do not resuscitate", "person", "2026-03-03T10:00:00Z")


@pytest.mark.parametrize(
    ("file", "more"),
    [
        ({"contentType": "application/pdf", "url": "https://x.example/paper.pdf"}, {}),
        ({"contentType": "application/pdf", "data": "not base64"}, {}),
        ({"contentType": "application/pdf", "data": PDF, "hash": "AAAA"}, {}),
        ({"contentType": "text/plain", "data": "YWRh"}, {}),
        ({"contentType": "image/png", "data": PDF}, {}),
        ({"contentType": "application/pdf", "data": PDF}, {"status": "superseded"}),
        ({"contentType": "application/pdf", "data": PDF}, {"docStatus": "entered-in-error"}),
        ({"contentType": "application/pdf", "data": PDF}, {"type": coded("18842-5", "Discharge summary")}),
        ({"contentType": "application/pdf", "data": PDF}, {"subject": {"reference": "Patient/eve"}}),
    ],
)
def test_a_paper_that_is_elsewhere_or_not_what_it_claims_stays_as_it_came(file, more):
    assert stays(paper(file, **more))


def test_a_picture_is_a_recording_whatever_it_is_about():
    picture = {"contentType": "image/png", "data": PIXEL, "title": "The garden"}
    assert only(paper(picture, type=coded("1", "Photograph"))).shows == "Photograph"
    media = {
        "resourceType": "Media",
        "id": "garden",
        "status": "completed",
        "subject": {"reference": "Patient/ada"},
        "content": picture,
    }
    assert only(media).shows == "The garden"
    assert stays({**media, "content": {"contentType": "image/png", "url": "https://x.example/1"}})


def consent(**more):
    return {
        "resourceType": "Consent",
        "id": "her-agent",
        "status": "active",
        "scope": coded("75786-4"),
        "category": [coded("acd", system="http://terminology.hl7.org/CodeSystem/consentcategorycodes")],
        "patient": {"reference": "Patient/ada"},
        "dateTime": "2020-08-03",
        "provision": {"type": "permit", "actor": [PARTICIPANT], "action": [coded("x", "Tube feeding")]},
        **more,
    }


@pytest.mark.parametrize("scope", ["75786-4", "81377-4"])
def test_the_appointment_of_an_agent_is_a_decision_in_law_under_either_scope(scope):
    form = only(consent(scope=coded(scope)))
    assert (form.kind, form.agents, form.powers, form.when) == (
        "healthcare agent", ("ben-lark",), ("Tube feeding",), "2020-08-03",
    )  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"status": "inactive"},
        {"scope": coded("patient-privacy")},
        {"provision": {"type": "deny", "actor": [PARTICIPANT]}},
        {"provision": {"type": "permit", "actor": [PARTICIPANT, {"reference": {"display": "somebody"}}]}},
        {"provision": {"type": "permit", "actor": [PARTICIPANT], "provision": [{"type": "deny"}]}},
        {"performer": [{"display": "a judge"}]},
        {"modifierExtension": [{"url": "http://x.example/other", "valueString": "yes, but"}]},
    ],
)
def test_what_does_not_plainly_appoint_anybody_stays_as_it_came(more):
    assert stays(consent(**more))


def test_that_no_resuscitation_is_to_be_tried_is_a_decision():
    dnr = [coded("dnr", system="http://terminology.hl7.org/CodeSystem/consentcategorycodes")]
    form = only(consent(category=dnr, scope=coded("adr"), provision={"type": "deny"}))
    assert (form.kind, form.attempt_cpr, form.made_by) == ("cpr decision", False, "person")
    assert stays(consent(category=dnr, scope=coded("adr"), provision={"type": "permit"}))
    assert stays(consent(category=dnr, scope=coded("adr"), provision={"type": "deny", "code": [coded("1")]}))


def plan(**more):
    return {
        "resourceType": "CarePlan",
        "id": "if-in-a-coma",
        "status": "active",
        "intent": "proposal",
        "category": [coded("81378-2")],
        "subject": {"reference": "Patient/ada"},
        "addresses": [{"display": "In a coma"}, {"display": "Brain damage"}],
        "supportingInfo": [{"reference": "Observation/said"}],
        **more,
    }


def test_wishes_under_conditions_are_a_plan_that_rests_on_them():
    kept = forms(record(plan(), said()))
    assert (kept["care-plan"].trigger, kept["care-plan"].rests_on) == (
        "In a coma; Brain damage", ("what-she-likes",),
    )  # fmt: skip
    condition = {"url": f"{ADI}/adi-condition-code-extension", "valueCodeableConcept": {"text": "In a coma"}}
    assert forms(record(plan(addresses=[], extension=[condition]), said()))["care-plan"].trigger == "In a coma"


@pytest.mark.parametrize(
    "more",
    [
        {"supportingInfo": []},
        {"addresses": []},
        {"addresses": [{"reference": "Condition/coma", "display": "In a coma"}]},
        {"activity": [{"detail": {"status": "scheduled", "description": "Call the priest"}}]},
        {"status": "revoked"},
        {"category": [coded("assess-plan")]},
    ],
)
def test_another_plan_stays_as_it_came(more):
    kept = record(plan(**more), said())
    assert kept.plans == {}
    assert plan(**more) in [entry["resource"] for entry in kept.bundle()["entry"]]


def story(div: str | None, **more):
    section = {"title": "Patient Story", "code": coded("81338-6", "Patient Goals, preferences, and priorities")}
    text = {"text": {"status": "additional", "div": div}} if div else {}
    return {
        "resourceType": "Composition",
        "id": "doc",
        "status": "final",
        "type": coded("60591-5"),
        "subject": {"reference": "Patient/ada"},
        "date": "2026-03-03",
        "author": [{"reference": "Patient/ada"}],
        "title": "Summary",
        "section": [{**section, **text, **more}],
    }


XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
DIV = f"<div {XHTML}><p>I like the <b>garden</b>.</p>\n<ul><li>And&nbsp;tea &amp; toast</li></ul></div>"


def test_the_patient_story_of_a_document_is_what_matters_in_its_own_words():
    form = only(story(DIV))
    assert (form.kind, form.words, form.said_by, form.when) == (
        "what matters", "I like the garden.\nAnd tea & toast", "person", "2026-03-03",
    )  # fmt: skip
    assert only({**story(DIV), "author": [{"display": "a clinic"}]}).kind == "care experience"


def test_a_story_that_lists_what_is_read_for_itself_or_has_no_words_stays_as_it_came():
    assert stays(story(None))
    assert stays(story(DIV, entry=[{"reference": "Observation/x"}]))
    assert stays(story(DIV, code=coded("81338-6", "Blood pressure")))
    assert stays(story(DIV, text={"status": "empty", "div": DIV}))
    assert stays({**story(DIV), "section": story(DIV)["section"] * 2})


@pytest.mark.parametrize(
    "div",
    [
        None,
        7,
        "",
        "no markup",
        "<div>",
        "<div></div>",
        "<div><!-- x --></div>",
        '<!DOCTYPE div [<!ENTITY b "c">]><div>&b;</div>',
    ],
)
def test_what_is_no_narrative_has_no_words(div):
    assert words_of(div) is None
