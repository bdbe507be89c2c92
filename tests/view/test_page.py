"""What stands on the page: who said it and when, what changed, and what nobody has written down."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from fhir_matters.view.gaps import _care, _person
from fhir_matters.view.page import page_of
from fhir_matters.view.whole import whole_of

THEN = date(2026, 3, 10)


def test_a_statement_says_who_said_it_when_and_to_whom(noor):
    page = page_of(noor)
    assert [said.source for said in page.matters] == [
        "Noor herself, 1 May 2026, with Ed Lowe",
        "Ana Aziz, 1 May 2026, with Ed Lowe",
    ]


def test_where_no_professional_was_there_the_others_are_named(noor):
    noor["conversations"]["talk"]["with"] = ["person", "ana", "cat"]
    assert page_of(noor).matters[0].source == "Noor herself, 1 May 2026, with Ana Aziz and Biscuit, the cat"


def test_what_was_said_on_another_day_was_not_heard_in_the_talk(noor):
    noor["what_matters"]["garden"] |= {"when": "2026-05-03", "medium": "written"}
    assert page_of(noor).matters[0].source == "Noor herself, 3 May 2026, in writing"


def test_a_missing_day_or_speaker_is_said_to_be_missing(noor):
    noor["what_matters"] = {"garden": {"words": "Beans."}}
    assert page_of(noor).matters[0].source == "Nobody wrote down who said this, no date written down"


def test_the_person_comes_before_those_who_speak_about_them(noor):
    noor["what_matters"] = dict(reversed(noor["what_matters"].items()))
    assert [said.by_person for said in page_of(noor).matters] == [True, False]


@pytest.mark.parametrize(("gender", "said"), [("male", "Noor himself"), ("other", "Noor"), (None, "Noor")])
def test_nobody_is_given_a_gender(noor, gender, said):
    noor["person"]["gender"] = gender
    assert page_of(noor).matters[0].source.split(",")[0] == said


def test_what_was_said_before_is_set_back_behind_what_replaced_it(noor):
    (home,) = [said for said in page_of(noor).preferences if said.kind == "place of death"]
    assert home.wish == "home"
    assert [(earlier.wish, earlier.source) for earlier in home.earlier] == [("hospital", "Noor herself, 2024")]


def test_a_ring_of_replacements_loses_no_word(noor):
    noor["preferences"]["then"]["replaces"] = "now"
    (shown,) = [said for said in page_of(noor).preferences if said.kind == "place of death"]
    assert {shown.wish, *(earlier.wish for earlier in shown.earlier)} == {"home", "hospital"}


def test_what_was_entered_by_mistake_is_counted_and_not_shown(noor):
    noor["preferences"]["now"]["withdrawn"] = True
    page = page_of(noor)
    assert [said.wish for said in page.preferences] == ["hospital"]
    assert page.notes == ("Entered by mistake and taken back, so not shown: 1.",)


def test_conditions_firmness_and_dates_stand_with_the_wish(noor):
    home = page_of(noor).preferences[0]
    assert home.conditions == ("Only if: Ana is here",)
    assert home.notes == (
        "How firm: Very",
        "Still stands: said again 2 June 2026, to Ed Lowe",
        "Holds from May 2026",
        "Ask again by 1 August 2026",
    )


def test_a_question_that_was_not_answered_is_on_the_page(noor):
    noor["preferences"] = {"heart": {"kind": "cpr", "answer": "declined to answer", "in": "talk"}}
    heart = page_of(noor).preferences[0]
    assert heart.answer == "Was asked, and chose not to answer."
    assert heart.source == "1 May 2026, with Ed Lowe"


def test_please_do_and_please_do_not_stand_by_themselves(noor):
    page = page_of(noor)
    assert [said.words.text for said in page.please_do_not] == ["No shoes indoors."]
    assert "please do not" not in {said.kind for said in page.preferences}


def test_the_first_to_call_comes_first(noor):
    noor["people"]["sam"]["roles"] = ["speaks for me"]
    assert [who.name for who in page_of(noor).call] == ["Ana Aziz", "Sam Aziz"]


def test_facts_are_few_and_readable(noor):
    assert page_of(noor).facts == ("born February 1950", "NHS number 999\xa0022\xa00530")
    assert page_of(noor).communicates == ("Speaks Urdu", "Needs an interpreter")


def test_a_face_is_a_data_uri_of_its_own_bytes(noor):
    face = page_of(noor).face
    assert face.source.startswith("data:image/png;base64,")
    assert face.caption == "At the allotment"


@pytest.mark.parametrize(
    "picture",
    [
        {"data": "not base64", "content_type": "image/png"},
        {"data": base64.b64encode(b"<svg onload=alert(1)>").decode(), "content_type": "image/svg+xml"},
        {"data": base64.b64encode(b"<script>").decode(), "content_type": "image/png"},
        {"data": base64.b64encode(b"\xff\xd8\xff").decode(), "content_type": "image/png"},
        {},
    ],
)
def test_what_is_no_picture_is_no_face(noor, picture):
    noor["person"]["face"] = picture
    page = page_of(noor)
    assert page.face is None
    assert "There is no picture of her face here. Would Noor like one?" in page.gaps


def test_an_empty_record_asks_for_what_is_missing():
    page = page_of({})
    assert page.gaps[0] == "Nobody has written down what they would like to be called."
    assert len(page.gaps) == 7


def test_a_whole_record_asks_little(noor):
    noor["person"]["communicates"] = "Slowly."
    assert page_of(noor, today=THEN).gaps == ()


def test_a_record_that_came_back_from_a_server_is_the_same_page(example):
    turned = {
        name: dict(reversed(part.items())) if isinstance(part, dict) and name != "person" else part
        for name, part in example.items()
    }
    assert page_of(turned) == page_of(example)


def test_examples_leave_nothing_to_ask_of_who_the_person_is(example):
    asked = {gap for theme in (_person, _care) for gap in theme(page_of(example), whole_of(example, THEN))}
    assert asked == set()
