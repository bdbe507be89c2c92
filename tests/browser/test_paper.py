"""On paper, A4 and Letter: two sheets at most, large enough to read, and nothing lost of what a night shift needs."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from tests.browser.conftest import EVERYBODY, NAMES
from tests.view.full import grown

# In points, of 72 to the inch.
PAPER = {"A4": (595, 842), "Letter": (612, 792)}

# The smallest letters in points, and what they say.
SMALLEST = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = [99, ''];
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility()) continue;
    const points = parseFloat(getComputedStyle(e).fontSize) * .75;
    if (points < least[0] - .001) least = [points + .001, walk.currentNode.data];
  }
  return least;
}"""


def sheets(page, paper):
    return PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True))).pages


def letters(text):
    """What is left of a text wherever its lines are broken: Latin letters and digits."""
    return re.sub(r"[^A-Za-z0-9]", "", text)


@pytest.mark.parametrize("who", NAMES)
def test_it_prints_on_two_sheets_at_most_and_the_first_has_what_is_needed_at_night(seen, who):
    page = seen(who)
    needed = page.locator(":is(h1, #matters q, #do q, #dont q, #call .phone, #plans h3):not(.earlier *)")
    for paper, sides in PAPER.items():
        printed = sheets(page, paper)
        assert 1 <= len(printed) <= 2
        for sheet in printed:
            assert [round(float(side)) for side in sheet.mediabox[2:]] == pytest.approx(sides, abs=1)
        first = letters(printed[0].extract_text())
        assert [each for each in needed.all_text_contents() if letters(each) not in first] == []


@pytest.mark.parametrize("who", NAMES)
def test_there_is_room_for_what_is_still_to_come(opened, everybody, who):
    page = opened(grown(everybody[who]))
    assert max(len(sheets(page, paper)) for paper in PAPER) <= 2


def test_a_record_with_every_form_keeps_every_word_that_a_screen_shows_of_what_holds(seen):
    page = seen("full")
    shown = page.locator(
        ":is(#matters, #do, #dont, #instead, #plans, #wishes, #choices) :is(.words, h3, .wish, .decision)"
    )
    words = [element.inner_text() for element in shown.all() if not element.evaluate("e => e.closest('.earlier')")]
    printed = letters("".join(sheet.extract_text() for sheet in sheets(page, "A4")))
    assert len(words) > 20
    assert [each for each in words if letters(each) not in printed] == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_nothing_on_paper_is_too_small_to_read(seen, who):
    page = seen(who)
    page.emulate_media(media="print")
    points, words = page.evaluate(SMALLEST)
    page.emulate_media(media="screen")
    assert points >= 8.5, words


def test_on_paper_nothing_is_lost_of_what_a_night_shift_needs(opened, everybody):
    page = opened(everybody["full"])
    page.emulate_media(media="print")
    for part in (
        "#matters q",
        "#dont q",
        "#call .phone",
        "#instead .departure p:not(.rests)",
        "#plans li",
        ".legal .decision",
    ):
        assert page.locator(part).count() > 0
        assert all(shown.is_visible() for shown in page.locator(part).all()), part


def test_paper_is_printed_dark_on_light_whatever_the_screen_is(opened, everybody):
    page = opened(everybody["full"], color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    ink, paper = page.evaluate("['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])")
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
