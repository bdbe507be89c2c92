"""What stands on the page: who said it and when, what changed, and what nobody has written down."""

from __future__ import annotations

import base64
from datetime import date

import pytest
from lxml import html as lxml_html

from fhir_matters.view.gaps import _care, _person
from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from fhir_matters.view.text import text
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
    assert home.conditions == (("Only if", "Ana is here"),)
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


def test_a_short_answer_that_everybody_gives_is_in_the_language_of_the_page(noor):
    assert page_of(noor, language="cy").preferences[0].wish == "gartref"
    noor["preferences"]["now"]["wish"] = "the boat"
    assert page_of(noor).preferences[0].wish == "the boat"


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


def test_a_record_that_came_back_from_a_server_is_the_same_page(anyone):
    turned = {
        name: dict(reversed(part.items())) if isinstance(part, dict) and name != "person" else part
        for name, part in anyone.items()
    }
    assert page_of(turned) == page_of(anyone)


def test_examples_leave_nothing_to_ask_of_who_the_person_is(example):
    asked = {gap for theme in (_person, _care) for gap in theme(page_of(example), whole_of(example, THEN))}
    assert asked == set()


def test_what_was_kept_from_the_page_is_said_in_one_plain_sentence(full):
    said = "Some of what is in this record is not on this page: Noor wants it kept apart."
    assert page_of(full).withheld == ""
    assert page_of(full, withheld=True).withheld == said
    assert said in " ".join(text(page_of(full, withheld=True)).split())
    assert said.encode() in html(page_of(full, withheld=True))


def test_what_the_person_wants_kept_from_somebody_is_never_listed(full):
    shown = html(page_of(full, withheld=True)).decode() + text(page_of(full, withheld=True))
    assert "I shall tell him myself" not in shown


def test_who_is_not_to_be_told_is_named_to_the_team_alone(full):
    assert "not to be told" in text(page_of(full))
    family = page_of(full, for_team=False)
    assert "not to be told" not in text(family) + html(family).decode()


def test_it_says_who_wrote_it_down_for_whom_and_on_which_form(full):
    worry = next(said for said in page_of(full).matters if said.kind == "worry")
    assert worry.source.endswith(", written down by Mo Hart for the surgery on 2 May 2026 from: a letter")
    assert page_of(full).talks[0].written == "Written down by Ed Lowe from: the About Me form"


def test_the_same_words_in_another_language_stand_beside_them(full):
    garden = next(said for said in page_of(full).matters if said.key == "garden")
    assert [(words.text, words.language) for words in garden.translations] == [("Beans in by June.", "en")]
    quotes = lxml_html.fromstring(html(page_of(full))).findall(".//section[@id='matters']//q")
    assert [(quote.get("lang"), quote.get("dir")) for quote in quotes][:2] == [("ur", "auto"), ("en", "auto")]


def test_what_was_said_again_says_by_whom_and_to_whom(full):
    worry = next(said for said in page_of(full).matters if said.kind == "worry")
    assert worry.notes[0] == "Still stands: said again 10 May 2026 by Ana Aziz, to Mo Hart"


def test_not_now_is_an_answer_to_what_matters_too_and_comes_last(full):
    assert page_of(full).matters[-1].answer == "Was asked. Not now, was the answer."


def test_what_somebody_does_stands_with_their_name(full):
    page = page_of(full)
    assert [who.does for who in page.people if who.key == "sam"] == ["does the shopping on Fridays"]
    assert [who.does for who in page.colleagues if who.key == "ed"] == ["comes on Tuesdays"]
