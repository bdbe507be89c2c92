"""The page of forms and fields: whole, current, and in words for people."""

from __future__ import annotations

import copy

import pytest
from jsonschema import Draft202012Validator

from fhir_matters.records import forms as public
from fhir_matters.records import notation
from fhir_matters.records.forms import Kept, Parts
from fhir_matters.records.record import Record
from profiles import forms

PAGE = forms.PAGE.read_text(encoding="utf-8")
FORMS = forms._public()
FIELDS = [(form, name) for form in (Parts, *FORMS) for name in form.model_fields]


def test_the_page_is_current():
    assert forms.page() == PAGE


def test_every_public_form_has_its_heading_and_its_source():
    named = {name for name in public.__all__ if hasattr(getattr(public, name), "model_fields")}
    headings = {line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")}
    assert named - {"Entry", "Parts", "Said", "Spoken"} <= headings
    assert {form.__name__ for form in FORMS} <= set(forms.SOURCES)


def test_only_what_came_from_elsewhere_has_no_place_of_its_own():
    without = {line.split("`")[1] for line in PAGE.splitlines() if f"| {forms.KEPT} |" in line}
    assert without == {"other", *Kept.model_fields}


def test_every_row_of_a_form_says_on_what_it_rests_and_words_of_a_list_name_their_codes():
    rows = [
        line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `") and line.count("|") > 5
    ]
    assert [row[0] for row in rows if not row[-1].strip()] == []
    coded = {row[0]: row[3].strip() for row in rows if len(row) > 4}
    assert (coded["`honoured`"], coded["`domain`"]) == ("`honoured`", "`part-of-life`")


@pytest.mark.parametrize(("form", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_a_field_says_what_it_is_in_a_sentence(form, name):
    said = form.model_fields[name].description
    assert said
    assert said[0].isupper()
    assert said.endswith((".", "…"))


def test_the_sample_reads_as_a_record():
    assert Record.load(forms.SAMPLE).id == "every-field"


def test_the_schema_takes_every_field_and_refuses_one_more_in_any_form():
    schema, data = Draft202012Validator(Record.schema()), notation.read(forms.SAMPLE.read_bytes()).data
    assert list(schema.iter_errors(data)) == []
    for places in forms._forms(Record.load(forms.SAMPLE)).values():
        for place in places:
            more = copy.deepcopy(data)
            owner = forms._at(more, place)
            if owner.keys() != {"text"} or "text" in str(place):
                owner["shoe size"] = 7
                assert not schema.is_valid(more)
