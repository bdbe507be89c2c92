"""Any Questionnaire as a form: ours, and one whose linkIds are numbers, as those of many others are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html as lxml_html

from fhir_matters.records.asking import answers, questionnaire, record_of
from fhir_matters.records.record import Record
from fhir_matters.view.form.filled import Filled
from fhir_matters.view.form.given import given_of, in_order, items_of
from fhir_matters.view.form.html import Around, form_sheet
from fhir_matters.view.form.questions import form_of
from tests.records.strategies import records
from tests.view.conftest import EXAMPLES

NOW = datetime(2026, 3, 3, tzinfo=UTC)
OURS = form_of(questionnaire())
slow = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
NUMBERED = {
    "resourceType": "Questionnaire",
    "status": "active",
    "title": "Another",
    "item": [
        {"linkId": "1", "type": "group", "text": "Pets", "repeats": True, "item": [
            {"linkId": "1.1", "type": "string", "text": "Name", "required": True},
            {"linkId": "1.1.2", "type": "group", "text": "Food", "repeats": True, "item": [
                {"linkId": "7", "type": "choice", "text": "Which?", "repeats": True,
                 "answerOption": [{"valueString": "hay"}, {"valueCoding": {"code": "fish"}}]},
                {"linkId": "8", "type": "integer", "text": "How much?",
                 "enableWhen": [{"question": "7", "operator": "exists", "answerBoolean": True}]},
            ]},
        ]},
        {"linkId": "2", "type": "date", "text": "Since when?"},
    ],
}  # fmt: skip


def page_of(filled: Filled) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(form_sheet(filled, Around("A form")).html)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_what_is_on_record_can_be_typed_again_and_changes_nothing(file):
    record, slips = Record.load(file), {}
    found = answers(record)
    typed = given_of(OURS, found["item"])
    assert in_order(OURS, typed) == typed
    assert record_of({**found, "item": items_of(OURS, typed, NOW, slips)}, record) == record
    assert slips == {}


@slow
@given(records())
def test_any_record_can_be_typed_again_and_changes_nothing(record):
    found, slips = answers(record), {}
    typed = given_of(OURS, found["item"])
    again = record_of({**found, "item": items_of(OURS, typed, NOW, slips)}, record)
    assert (again, slips) == (record, {})


def test_a_form_whose_links_are_numbers_is_read_and_filled_in():
    form, slips = form_of(NUMBERED), {}
    typed = {
        "1~3.1": ["Bess"], "1~3.1.2~1.7": ["hay", "fish"], "1~3.1.2~1.8": ["lots"], "2": ["May 2020"], "3": ["no"],
    }  # fmt: skip
    counted = in_order(form, typed)
    assert list(counted) == ["1~0.1", "1~0.1.2~0.7", "1~0.1.2~0.8", "2"]
    items = items_of(form, counted, NOW, slips)
    assert list(slips) == ["1~0.1.2~0.8"]
    assert [item["linkId"] for item in items] == ["1", "2"]
    assert given_of(form, items)["2"] == ["2020-05"]


def test_every_field_has_a_label_and_a_name_of_its_own():
    page = page_of(Filled(OURS, {}))
    labels = {label.get("for") for label in page.iter("label")}
    ids = [found.get("id") for found in page.iter() if found.get("id")]
    assert len(ids) == len(set(ids))
    for found in page.iter("input", "select", "textarea"):
        inside = any(around.tag == "label" for around in found.iterancestors())
        assert found.get("type") == "hidden" or found.get("aria-label") or inside or found.get("id") in labels
        assert found.get("autocomplete") == "off"
    assert all(len(group.xpath("./legend")) == 1 for group in page.iter("fieldset"))


def test_everything_that_may_be_asked_has_a_place_on_the_page_but_what_is_hidden():
    def questions(parts):
        return [each for part in parts for each in ((part, *questions(part.parts)) if part.group else (part,))]

    names = {found.get("name").replace("~0", "") for found in page_of(Filled(OURS, {})).xpath("//*[@name]")}
    asked = {
        each.link for each in questions(OURS.parts)
        if not each.group and not each.hidden and each.kind != "display" and not each.link.endswith(".still")
    }  # fmt: skip
    assert asked <= names


def test_nothing_on_the_page_is_a_script_or_is_fetched():
    page = page_of(Filled(OURS, {}))
    assert [found.tag for found in page.iter("script", "iframe", "object")] == []
    assert not [name for found in page.iter() for name in found.attrib if name.startswith("on") or name == "style"]
