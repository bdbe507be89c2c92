"""The page in Welsh, and in a language that is written from right to left."""

from __future__ import annotations

import pytest

from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from tests.browser.conftest import DESK, PHONE, SMALL


@pytest.fixture
def worded(window, tmp_path):
    """Opens the page of a record in a language; `turned` is as a language from right to left has it."""

    def open_(data, language, *, turned=False, **how):
        page = html(page_of(data, language=language))
        file = tmp_path / "page.html"
        file.write_bytes(page.replace(b'dir="ltr">', b'dir="rtl">', 1) if turned else page)
        return window(file.as_uri(), offline=True, **how)

    return open_


@pytest.mark.parametrize("turned", [False, True], ids=["Welsh", "right to left"])
def test_nothing_is_wider_than_the_window_in_any_language(worded, everybody, turned):
    page = worded(everybody["full"], "cy", turned=turned)
    for size in (SMALL, PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_page_from_right_to_left_has_everything_on_the_other_side(worded, everybody):
    sides = {}
    for turned in (False, True):
        page = worded(everybody["farideh"], "en", turned=turned)
        boxes = [page.locator(part).first.bounding_box() for part in (".face", "h1", "#call")]
        sides[turned] = [box["x"] + box["width"] / 2 for box in boxes]
        # The line beside a decision in law does not touch its words.
        law = page.locator("div.legal").first.evaluate(
            "e => [getComputedStyle(e).paddingLeft, getComputedStyle(e).paddingRight]"
        )
        assert law[turned] != "0px"
    assert sides[False] == sorted(sides[False])
    assert sides[True] == sorted(sides[True], reverse=True)


def test_welsh_is_read_as_welsh_and_the_words_of_the_record_as_what_they_are(worded, everybody, axe):
    page = worded(everybody["full"], "cy")
    assert page.locator("html[lang=cy]").count() == 1
    assert page.locator("q[lang=en-GB]").count() > 5
    assert page.locator("[lang=en-GB]:not(q)", has_text="the yellow folder by the door").count() > 0
    assert axe(page) == []


def test_a_page_from_right_to_left_has_no_barrier(worded, everybody, axe):
    assert axe(worded(everybody["full"], "en", turned=True)) == []
