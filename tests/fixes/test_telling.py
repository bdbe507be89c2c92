"""A resource in plain words: everything that it says, and nothing that could be markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fhir_matters import Validator
from fhir_matters.fixes.telling import told

PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"use": "official", "family": "Bell", "given": ["Ann", "Jo"]}, {"text": "Annie"}],
    "birthDate": "1934-05-17",
    "active": False,
    "maritalStatus": {"coding": [{"system": "urn:s", "code": "M", "display": "Married"}, {"code": "X"}]},
    "contact": [{"relationship": [{"text": "my son"}], "name": {"text": "Dan"}, "period": {"start": "2020"}}],
    "photo": [{"contentType": "image/png", "data": "AAAA", "title": "At home"}],
    "communication": [{"language": {"text": "Welsh"}, "preferred": True}],
    "_birthDate": {"id": "x"},
}


def lines(resource):
    return ["".join(each.itertext()) for each in etree.fromstring(told(resource))]


def test_each_element_is_a_line_in_its_order():
    assert lines(PATIENT) == [
        "Patient",
        "Name: Ann Jo Bell; Annie",
        "Birth date: 1934-05-17",
        "Active: no",
        "Marital status: Married; X",
        "Contact: relationship: my son, name: Dan, period: 2020 to …",
        "Photo: content type: image/png, title: At home",
        "Communication: language: Welsh, preferred: yes",
    ]
    note = {"resourceType": "Basic", "note": [{"authorString": "Dan", "text": "She likes tea."}]}
    assert lines(note)[1] == "Note: author string: Dan, text: She likes tea."


def test_what_looks_like_a_type_and_has_more_is_told_part_by_part():
    odd = {"resourceType": "Basic", "code": {"reference": "A/1", "display": "A", "amount": {"value": 2, "unit": "g"}}}
    assert lines(odd)[1] == "Code: reference: A/1, display: A, amount: 2 g"


def test_what_is_said_has_the_language_of_the_resource_and_its_names_are_english():
    div = etree.fromstring(told({"resourceType": "Patient", "language": "cy", "name": [{"text": "Eirwen"}]}))
    assert (div.get("lang"), div.find(".//{*}b").get("lang")) == ("cy", "en")
    assert "lang" not in told({"resourceType": "Patient", "language": '"><script>'})


@pytest.mark.parametrize(
    "changed", [{"implicitRules": "urn:x"}, {"contact": [{"modifierExtension": [{"url": "urn:x"}]}]}]
)
def test_nobody_guesses_what_something_else_changes(changed):
    assert told(PATIENT | changed) is None


HOSTILE = st.text(st.sampled_from("ab<>&\"'\x00\x0b\ud800\ufffe]]>\n"), max_size=12)
DEEP = st.recursive(HOSTILE, lambda each: st.lists(each, max_size=3) | st.dictionaries(HOSTILE, each, max_size=3))


@given(st.dictionaries(HOSTILE, DEEP, max_size=4))
def test_whatever_it_says_is_text(fields):
    div = told({"resourceType": "Basic", **fields})
    assert {etree.QName(each).localname for each in etree.fromstring(div).iter()} <= {"div", "p", "b"}


def test_our_own_validator_finds_nothing_wrong_with_it():
    resource = {"resourceType": "Patient", "text": {"status": "generated", "div": told(PATIENT)}}
    assert list(Validator().validate(resource)) == []
