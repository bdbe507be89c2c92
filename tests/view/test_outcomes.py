"""How it went: every view under what it is about, where it was beside where they wished, and what was avoided."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html as lxml_html

from fhir_matters.view.html import html
from fhir_matters.view.outcomes import disagree
from fhir_matters.view.page import page_of

NOW = date(2026, 11, 25)


def home(data):
    return next(wish for wish in page_of(data, today=NOW).preferences if wish.key == "now")


def test_two_who_disagree_both_stand_in_the_order_of_time(full):
    ana, mo = home(full).outcomes
    assert [(one.honoured, one.source) for one in (ana, mo)] == [
        ("Honoured", "Ana Aziz, 3 September 2026"),
        ("Honoured in part", "Mo Hart, 4 September 2026"),
    ]
    assert disagree((ana, mo))
    assert not disagree((ana, ana))


def test_they_stand_side_by_side_on_the_page(full):
    root = lxml_html.fromstring(html(page_of(full, today=NOW)))
    (views,) = root.xpath("//div[@class='went']/div[@class='views']")
    assert [view.findtext("p[@class='honoured']") for view in views] == ["Honoured", "Honoured in part"]
    assert "They see it differently, and both stand." in views.getparent().text_content()


def test_where_it_was_stands_beside_where_they_wished(full):
    assert [one.place for one in home(full).outcomes] == ["Wished: home · In the end: home", ""]
    full["outcomes"]["seen-by-ana"]["of"] = "garden"
    (joy,) = [said for said in page_of(full, today=NOW).matters if said.key == "garden"]
    assert joy.outcomes[0].place == "In the end: home"


def test_what_was_avoided_says_who_saw_it_and_how_many_hours(full):
    assert home(full).outcomes[0].avoided == (
        "an ambulance call, seen by Ana Aziz",
        "time of staff (6 hours), seen by Ed Lowe: two visits",
    )


def test_one_hour_is_one_hour_and_something_else_is_in_words(full):
    full["outcomes"]["seen-by-ana"]["avoided"] = [
        {"what": "staff time", "hours": "1"},
        {"what": "something else", "words": "a night in a corridor"},
    ]
    assert home(full).outcomes[0].avoided == ("time of staff (1 hour)", "a night in a corridor")


@pytest.mark.parametrize(
    ("honoured", "said"),
    [
        ("no", "Not honoured"),
        ("could not know", "Nobody could know"),
        ("changed their mind", "Noor changed her mind"),
    ],
)
def test_what_became_of_it_is_said_without_blame(full, honoured, said):
    full["outcomes"]["seen-by-ana"]["honoured"] = honoured
    assert home(full).outcomes[0].honoured == said


@pytest.mark.parametrize(
    ("of", "where"),
    [("garden", "matters"), ("drip", "choices"), ("stairs", "instead"), ("bleed", "plans"), ("refusal", "wishes")],
)
def test_it_stands_under_whatever_it_is_about(full, of, where):
    full["outcomes"]["seen-by-mo"]["of"] = of
    root = lxml_html.fromstring(html(page_of(full, today=NOW)))
    assert "The night line did not know" in root.get_element_by_id(where).text_content()


def test_how_it_went_with_what_was_taken_back_stands_by_itself(full):
    full["preferences"]["now"]["withdrawn"] = True
    page = page_of(full, today=NOW)
    assert [one.key for one in page.outcomes] == ["seen-by-ana", "seen-by-mo"]
    assert b'id="outcomes"' in html(page)


def test_how_it_went_with_what_was_said_before_stands_behind_it(full):
    full["outcomes"]["seen-by-mo"]["of"] = "then"
    assert [one.key for one in home(full).earlier[0].outcomes] == ["seen-by-mo"]
