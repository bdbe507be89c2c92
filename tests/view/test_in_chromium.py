"""The page where people meet it: on a desk, on a phone, on paper."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import html as lxml_html

from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from tests.view.full import grown
from tests.view.hostile import FIXED, hostile

FILES = ("data:image/", "data:audio/", "data:video/")
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

# The smallest contrast of any text with what is behind it (WCAG 2.2, relative luminance), and the text.
CONTRAST = """() => {
  const parts = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = e => { const c = parts(getComputedStyle(e).backgroundColor);
    return c.length < 4 || c[3] > 0 ? c : e.parentElement ? behind(e.parentElement) : [255, 255, 255]; };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = [21, ''];
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim()) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, walk.currentNode.data];
  }
  return worst;
}"""

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


@pytest.fixture
def opened(browser):
    """Opens the page of a record in a window; asserts that it asks for nothing and complains about nothing."""
    windows, heard = [], []

    def open_(data, **how):
        window = browser.new_context(viewport=DESK, **how).new_page() if how else browser.new_page(viewport=DESK)
        windows.append(window)
        for event in ("console", "pageerror", "dialog", "download"):
            window.on(event, lambda told, event=event: heard.append((event, str(told))))
        window.on("request", lambda request: heard.append(("request", request.url[:80])))
        window.set_content(html(page_of(data)).decode())
        return window

    yield open_
    for window in windows:
        window.context.close()
    assert [told for told in heard if not told[1].startswith(FILES)] == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_first_screen_shows_the_face_the_name_and_what_matters(opened, example, size):
    window = opened(example)
    window.set_viewport_size(size)
    face = window.locator("img").first
    assert face.evaluate("face => face.naturalWidth") > 100
    for seen in (face, window.locator("h1"), window.locator("#matters .words").first):
        box = seen.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size["height"]


def test_on_a_desk_it_also_shows_what_to_do_and_whom_to_call(opened, example):
    window = opened(example)
    for name in ("do", "dont", "call"):
        for part in window.locator(f"#{name} .words, #{name} .phone").all():
            assert part.bounding_box()["y"] < DESK["height"]


def test_on_a_desk_nothing_is_left_empty_beside_a_long_right_column(opened, example):
    window = opened(example)

    def box(part):
        found = window.locator(f"#{part}")
        return found.bounding_box() if found.count() else None

    below = {part: found["y"] + found["height"] for part in ("matters", "call", "do", "dont") if (found := box(part))}
    on_the_left = [below[part] for part in below if box(part)["x"] < DESK["width"] / 2]
    assert max(below.values()) - max(on_the_left) < 200
    if box("call") and box("do"):
        assert 0 < box("do")["y"] - below["call"] < 40
    if box("instead"):
        assert box("instead")["y"] > max(below.values())
        assert box("instead")["width"] > DESK["width"] * 0.9


@pytest.mark.parametrize("width", [320, 390, 760, 1280])
def test_nothing_is_wider_than_the_window(opened, anyone, width):
    window = opened(anyone)
    window.set_viewport_size({"width": width, "height": 800})
    assert window.evaluate("document.documentElement.scrollWidth") <= width


def test_letters_may_be_twice_as_large(opened, anyone):
    window = opened(anyone)
    window.evaluate("document.documentElement.style.fontSize = '212%'")
    assert window.evaluate("document.documentElement.scrollWidth") <= DESK["width"]
    assert window.locator("h1").bounding_box()["height"] > 0


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("growing", [dict, grown], ids=["as it is", "grown"])
def test_it_prints_on_two_sheets_at_most(opened, example, growing, paper):
    printed = opened(growing(example)).pdf(format=paper, print_background=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


def test_nothing_on_paper_is_too_small_to_read(opened, anyone):
    window = opened(anyone)
    window.emulate_media(media="print")
    points, words = window.evaluate(SMALLEST)
    assert points >= 8.5, words


def test_on_paper_nothing_is_lost_of_what_a_night_shift_needs(opened, full):
    window = opened(full)
    window.emulate_media(media="print")
    for part in (
        "#matters q",
        "#dont q",
        "#call .phone",
        "#instead .departure p:not(.rests)",
        "#plans li",
        ".legal .decision",
    ):
        assert window.locator(part).count() > 0
        assert all(shown.is_visible() for shown in window.locator(part).all()), part


def test_on_a_phone_the_number_to_call_first_is_on_the_first_screen(opened, anyone):
    window = opened(anyone)
    window.set_viewport_size(PHONE)
    number = window.locator("#call .phone").first.bounding_box()
    assert number["y"] + number["height"] <= PHONE["height"]


def test_a_voice_can_be_played_and_does_not_play_by_itself(opened, full):
    voice = opened(full).locator("audio")
    assert voice.evaluate("voice => voice.paused && voice.controls && !voice.autoplay")
    voice.evaluate("voice => new Promise(done => { voice.onended = done; voice.muted = true; voice.play() })")
    assert voice.evaluate("voice => voice.currentTime") > 0


def test_what_is_over_is_folded_away_and_can_be_opened(opened, full):
    window = opened(full)
    inside = window.locator("#over article").first
    assert not inside.is_visible()
    window.locator("#over summary").first.click()
    assert inside.is_visible()


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(opened, full, scheme, contrast):
    ratio, words = opened(full, color_scheme=scheme, contrast=contrast).evaluate(CONTRAST)
    assert ratio >= (7 if contrast == "more" else 4.5), words


def test_a_browser_reads_it_as_it_was_written(opened, anyone):
    seen = Counter(opened(anyone).evaluate("[...document.querySelectorAll('*')].map(e => e.localName)"))
    written = Counter(element.tag for element in lxml_html.fromstring(html(page_of(anyone))).iter())
    assert seen == written


@pytest.mark.parametrize("fixed", [FIXED, set()], ids=["words", "everything"])
def test_a_hostile_record_does_nothing(opened, anyone, fixed):
    window = opened(hostile(anyone, fixed=fixed))
    window.mouse.move(200, 200)
    assert window.evaluate("window.pwned") is None


def test_it_has_one_main_part_a_header_and_a_footer(opened, anyone):
    window = opened(anyone)
    assert [window.locator(name).count() for name in ("main", "header", "footer")] == [1, 1, 1]
    assert window.evaluate("document.documentElement.lang") == "en"
