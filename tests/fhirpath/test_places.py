"""Where an expression's elements stand in the JSON: the steps lead back to the very values that it finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters import fhirpath
from fhir_matters.fhirpath.errors import CannotEvaluate, InvalidExpression
from fhir_matters.fhirpath.places import places

PATIENT = {
    "resourceType": "Patient",
    "id": "a",
    "active": True,
    "text": {"status": "generated", "div": "<div/>"},
    "contained": [{"resourceType": "Group", "id": "g"}],
    "name": [
        {"use": "official", "given": ["Ada", "Ada", "Bee"], "_given": [None, {"id": "q"}]},
        {"family": "Ada"},
        {"_given": [{"extension": [{"url": "u", "valueCode": "x"}]}]},
    ],
    "birthDate": "1950",
    "_birthDate": {"extension": [{"url": "x", "valueCode": "y"}]},
    "_gender": {"id": "nothing-said"},
    "deceasedBoolean": False,
    "contact": [{"name": {"family": "x"}}],
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Patient", [()]),
        ("name", [("name", 0), ("name", 1), ("name", 2)]),
        ("name.where(use = 'official').given[1]", [("name", 0, "given", 1)]),
        ("name[0].given.last()", [("name", 0, "given", 2)]),
        ("name.given.where(id = 'q')", [("name", 0, "given", 1)]),
        ("name[2].given", [("name", 2, "given", 0)]),
        ("name[2].given.extension", [("name", 2, "_given", 0, "extension", 0)]),
        ("birthDate", [("birthDate",)]),
        ("birthDate.extension.value", [("_birthDate", "extension", 0, "valueCode")]),
        ("gender", [("gender",)]),
        ("deceased", [("deceasedBoolean",)]),
        ("active", [("active",)]),
        ("id", [("id",)]),
        ("text.div", [("text", "div")]),
        ("contained.id", [("contained", 0, "id")]),
        ("contact.name.family", [("contact", 0, "name", "family")]),
        ("address", []),
        ("name[7]", []),
        (
            "descendants().where($this = 'Ada')",
            [("name", 0, "given", 0), ("name", 0, "given", 1), ("name", 1, "family")],
        ),
    ],
)
def test_an_element_is_told_from_others_that_say_the_same(expression, expected):
    assert places(PATIENT, expression) == expected


@pytest.mark.parametrize("expression", ["1 + 1", "name.count()", "name.given.first() + 'x'", "name.exists()"])
def test_a_value_that_was_worked_out_stands_nowhere(expression):
    with pytest.raises(CannotEvaluate):
        places(PATIENT, expression)


@pytest.mark.parametrize("expression", ["song", "name.song", "name.where("])
def test_what_is_no_fhirpath_of_the_type_is_an_error(expression):
    with pytest.raises(InvalidExpression):
        places(PATIENT, expression)


GIVEN = st.lists(st.text("abc", min_size=1), min_size=1, max_size=4)


@given(names=st.lists(st.fixed_dictionaries({"given": GIVEN, "family": st.text("abc", min_size=1)}), max_size=3))
def test_the_steps_lead_to_what_the_expression_finds_and_nothing_is_changed(names):
    patient = {"resourceType": "Patient", "name": names}
    before = repr(patient)
    for expression in ("name.given", "name.family", "name.given.where($this = 'a')", "descendants()"):
        found = []
        for keys in places(patient, expression):
            value = patient
            for key in keys:
                value = value[key]
            found.append(value)
        assert found == fhirpath.evaluate(patient, expression)
    assert repr(patient) == before
