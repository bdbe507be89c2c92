"""The person, those around them, professionals and talks, in the shapes of others."""

from __future__ import annotations

import pytest

from fhir_matters.errors import RecordError
from fhir_matters.records.read import read
from tests.records.others.shapes import NURSE, PATIENT, SCT, SON, coded, forms, only, record, said, stays
from tests.records.values import PIXEL

ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


@pytest.mark.parametrize(
    ("names", "name", "called"),
    [
        ([{"family": "Lark", "given": ["Ada", "May"]}], "Ada May Lark", None),
        ([{"use": "usual", "text": "Ada Lark"}], "Ada Lark", None),
        ([{"use": "usual", "given": ["Addie"]}, {"use": "official", "text": "Ada Lark"}], "Ada Lark", "Addie"),
        ([{"use": "nickname", "text": "Addie"}, {"text": "Ada Lark"}], "Ada Lark", "Addie"),
        ([{"use": "old", "text": "Ada Finch"}, {"use": "official", "text": "Ada Lark"}], "Ada Lark", None),
        ([{"use": "official"}, {"use": "old", "text": "Ada Finch"}], "Ada Finch", None),
    ],
)
def test_a_person_has_the_official_name_and_is_called_as_usual_where_that_is_another(names, name, called):
    person = read({**PATIENT, "name": names}).person
    assert (person.name.text, person.likes_to_be_called) == (name, called)


def test_a_patient_without_a_name_is_called_as_others_refer_to_them_if_they_agree():
    nameless = {"resourceType": "Patient", "id": "ada"}
    shown = said(subject={"reference": "Patient/ada", "display": "Ada Lark"})
    other = said(id="other", subject={"reference": "Patient/ada", "display": "Mrs Lark"})
    assert read([nameless, shown]).person.name.text == "Ada Lark"
    with pytest.raises(RecordError, match="what the person is called"):
        read([nameless, shown, other])


def test_what_no_form_accepts_of_a_person_stays_in_the_patient_alone():
    odd = {
        **PATIENT, "birthDate": "about 1941", "gender": "F", "language": "?", "telecom": [{"system": "phone"}],
        "photo": [{"contentType": "image/tiff", "data": "AAAA"}],
        "identifier": [{"system": "has a blank", "value": "1"}],
    }  # fmt: skip
    found = read(odd)
    assert (found.person.born, found.person.gender, found.person.face, found.language) == (None, None, None, "en")
    assert found.bundle()["entry"][0]["resource"] == odd
    photo = {"contentType": "image/png", "data": PIXEL}
    assert read({**PATIENT, "photo": [photo]}).person.face.data == PIXEL


def test_someone_is_what_they_are_to_the_person_in_words_that_are_there():
    assert record().people["ben-lark"].relation == "natural son"
    words = [{"text": "my eldest"}, *SON["relationship"]]
    assert read([PATIENT, {**SON, "relationship": words}]).people["ben-lark"].relation == "my eldest"
    speaks = [coded("HPOWATT", "healthcare power of attorney", system=ROLES)]
    assert read([PATIENT, {**SON, "relationship": speaks}]).people["ben-lark"].roles == ("speaks for me",)


@pytest.mark.parametrize(
    "more",
    [
        {"active": False},
        {"patient": {"reference": "Patient/eve"}},
        {"name": [{"use": "official"}]},
        {"relationship": [coded("WIT", system="http://terminology.hl7.org/CodeSystem/v3-ParticipationType")]},
    ],
)
def test_who_is_nobody_to_the_person_stays_as_they_came(more):
    found = read([PATIENT, {**SON, **more}])
    assert found.people == {}
    assert found.bundle()["entry"][1]["resource"] == {**SON, **more}


def test_a_colleague_has_the_role_and_the_team_of_the_one_role_beside():
    role = {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {"reference": "Practitioner/nia"},
        "organization": {"reference": "Organization/hospice"},
        "code": [coded("1", "Community nurse")],
    }
    team = {"resourceType": "Organization", "id": "hospice", "name": "Hill Hospice"}
    (nia,) = record(role, team, said(performer=[{"reference": "PractitionerRole/role"}])).colleagues.values()
    assert (nia.name.text, nia.role, nia.team) == ("Nia Rowe", "Community nurse", "Hill Hospice")
    assert only(role, team, said(performer=[{"reference": "PractitionerRole/role"}])).said_by == "nia-rowe"
    (nia,) = record(role, {**role, "id": "second"}, team).colleagues.values()
    assert (nia.role, nia.team) == (None, None)
    alone = {**role, "practitioner": {"display": "Omar Bell"}}
    assert read([PATIENT, alone]).colleagues["omar-bell"].role == "Community nurse"


def talk(**more):
    return {
        "resourceType": "Procedure",
        "id": "the-talk",
        "status": "completed",
        "code": coded("713603004", "Advance care planning", system=SCT),
        "subject": {"reference": "Patient/ada"},
        "performedDateTime": "2026-03-03",
        "performer": [{"actor": {"reference": f"{kind}"}} for kind in ("Practitioner/nia", "Patient/ada")],
        **more,
    }


def test_a_talk_about_what_is_to_come_is_a_conversation_and_what_was_said_in_it_says_so():
    kept = forms(record(talk(), said(partOf=[{"reference": "Procedure/the-talk"}])))
    assert kept["advance-care-planning"].present == ("nia-rowe", "person")
    assert kept["advance-care-planning"].topic == "Advance care planning"
    assert kept["what-she-likes"].conversation == "advance-care-planning"


def test_a_talk_that_did_not_happen_says_why():
    declined = coded("714747005", system=SCT)
    assert only(talk(status="not-done", statusReason=declined)).answer == "declined"
    assert only(talk(code=declined)).answer == "declined"
    assert stays(talk(status="not-done"))
    assert stays(talk(status="in-progress"))


@pytest.mark.parametrize(
    "more",
    [
        {"code": coded("80146002", "Appendectomy", system=SCT)},
        {"code": coded("713603004")},
        {"subject": {"reference": "Patient/eve"}},
        {"performedDateTime": None},
    ],
)
def test_what_is_no_talk_stays_as_it_came(more):
    assert stays({name: value for name, value in talk(**more).items() if value is not None})


def visit(**more):
    return {
        "resourceType": "Encounter",
        "id": "the-visit",
        "status": "finished",
        "class": {"code": "HH"},
        "subject": {"reference": "Patient/ada"},
        "reasonCode": [coded("713603004", system=SCT)],
        "period": {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T10:40:00Z"},
        "participant": [{"individual": {"reference": "Practitioner/nia"}}],
        **more,
    }


def test_a_visit_that_was_for_the_talk_is_the_conversation():
    form = only(visit())
    assert (form.when, form.minutes, form.present) == ("2026-03-03T10:00:00Z", 40, ("nia-rowe",))
    assert stays(visit(reasonCode=[coded("38341003", system=SCT)]))
    assert only(visit(period={"start": "2026-03-03", "end": "2026-03-04"})).minutes is None


def test_a_visit_and_the_talk_in_it_are_one_conversation():
    both = [talk(encounter={"reference": "Encounter/the-visit"}), visit()]
    kept = forms(record(*both, said(encounter={"reference": "Encounter/the-visit"})))
    assert set(kept) == {"advance-care-planning", "what-she-likes"}
    assert kept["what-she-likes"].conversation == "advance-care-planning"


def test_the_names_of_many_are_told_apart_and_stay_the_same_in_any_order():
    twins = [{**NURSE, "id": str(number)} for number in range(3)]
    one, other = read([PATIENT, *twins]), read([*reversed(twins), PATIENT])
    assert set(one.colleagues) == set(other.colleagues)
    assert len(one.colleagues) == 3
