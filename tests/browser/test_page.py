"""The page where people meet it: on a phone, on a desk, on a wide screen, with large letters and without scripts."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from lxml import html as lxml_html

from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from tests.browser.conftest import DESK, EVERYBODY, NAMES, PHONE, SIZES, SMALL, WIDE, with_letters_of
from tests.conftest import absent

# A line that runs out of its box sideways, or of which a part is cut away.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility()
    && !e.closest('svg') && getComputedStyle(e).display !== 'inline'
    && (e.scrollWidth > e.clientWidth + 1 || (e.scrollHeight > e.clientHeight + 1
      && getComputedStyle(e).overflowY !== 'visible'))).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def one_font(chromium, playing, tmp_path):
    """A browser on a machine with a single font, of typewriter letters: none that the page would like."""
    fonts = sorted(Path("/usr/share/fonts").rglob("*.ttf"), key=lambda file: ("Mono" not in file.stem, file.stem))
    if not fonts:
        absent("fonts", "there are none in /usr/share/fonts; install fonts-dejavu-core")
    (tmp_path / "fonts").mkdir()
    shutil.copy(fonts[0], tmp_path / "fonts")
    settings = tmp_path / "fonts.conf"
    settings.write_text(f"<fontconfig><dir>{tmp_path}/fonts</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>")
    opened = playing.chromium.launch(
        executable_path=chromium, args=["--no-sandbox"], env=os.environ | {"FONTCONFIG_FILE": str(settings)}
    )
    yield opened
    opened.close()


@pytest.mark.parametrize("who", NAMES)
def test_the_first_screen_shows_the_face_the_name_and_what_matters(seen, who):
    page = seen(who)
    for size in SIZES.values():
        page.set_viewport_size(size)
        face = page.locator("img").first
        assert face.evaluate("face => face.naturalWidth") > 100
        for part in (face, page.locator("h1"), page.locator("#matters .words").first):
            box = part.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size["height"], size


@pytest.mark.parametrize("who", NAMES)
def test_on_a_desk_it_also_shows_what_to_do_and_whom_to_call(seen, who):
    page = seen(who)
    for size in (DESK, WIDE):
        page.set_viewport_size(size)
        for part in page.locator(":is(#do, #dont, #call) :is(.words, .phone)").all():
            assert part.bounding_box()["y"] < size["height"]


@pytest.mark.parametrize("who", NAMES)
def test_on_a_desk_nothing_is_left_empty_beside_a_long_right_column(seen, who):
    page = seen(who)

    def box(part):
        found = page.locator(f"#{part}")
        return found.bounding_box() if found.count() else None

    below = {part: found["y"] + found["height"] for part in ("matters", "call", "do", "dont") if (found := box(part))}
    on_the_left = [below[part] for part in below if box(part)["x"] < DESK["width"] / 2]
    assert max(below.values()) - max(on_the_left) < 200
    if box("call") and box("do"):
        assert 0 < box("do")["y"] - below["call"] < 40
    if box("instead"):
        assert box("instead")["y"] > max(below.values())
        assert box("instead")["width"] > DESK["width"] * 0.9


@pytest.mark.parametrize("who", EVERYBODY)
def test_nothing_is_cut_off_or_wider_than_the_window(seen, who):
    page = seen(who)
    for width in (320, 390, 760, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT_OFF) == [], width


@pytest.mark.parametrize("who", EVERYBODY)
def test_letters_may_be_twice_as_large(opened, everybody, who):
    page = opened(everybody[who])
    with_letters_of(32, page)
    for size in (DESK, PHONE, SMALL):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.evaluate(CUT_OFF) == [], size


@pytest.mark.parametrize("who", EVERYBODY)
def test_lines_and_letters_may_be_spaced_as_a_reader_needs_them(opened, everybody, who):
    # WCAG 2.2, 1.4.12: line height 1.5, after paragraphs 2, between letters 0.12, between words 0.16 of their size.
    page = opened(everybody[who], size=PHONE, bypass_csp=True)
    spaced = "line-height: 1.5; letter-spacing: .12em; word-spacing: .16em; margin-bottom: 2em"
    page.add_style_tag(content=f"*{{ {spaced.replace(';', ' !important;')} !important }}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_on_a_phone_the_number_to_call_first_is_on_the_first_screen(seen, who):
    number = seen(who, PHONE).locator("#call .phone").first.bounding_box()
    assert number["y"] + number["height"] <= PHONE["height"]


def test_from_right_to_left_the_page_is_its_own_mirror_image(opened, everybody):
    page = opened(everybody["full"])
    face, call = page.locator(".face").bounding_box(), page.locator("#call").bounding_box()
    assert face["x"] < DESK["width"] / 2 < call["x"]
    page.evaluate("document.documentElement.dir = 'rtl'")
    mirrored, on_the_left = page.locator(".face").bounding_box(), page.locator("#call").bounding_box()
    assert mirrored["x"] + mirrored["width"] == pytest.approx(DESK["width"] - face["x"], abs=1)
    assert on_the_left["x"] == pytest.approx(DESK["width"] - call["x"] - call["width"], abs=1)
    for size in SIZES.values():
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_words_go_in_the_direction_of_their_own_language(seen):
    page = seen("farideh")
    quotes = page.locator("q")
    directions = {
        (quote.get_attribute("lang"), quote.evaluate("q => q.matches(':dir(rtl)')")) for quote in quotes.all()
    }
    assert (directions & {("fa", False), ("en", True)}, ("fa", True) in directions) == (set(), True)
    assert page.locator("q:lang(fa)").first.evaluate("q => getComputedStyle(q).quotes").startswith('"«"')


@pytest.mark.parametrize("who", ["barbara", "full"])
def test_it_is_the_same_to_the_pixel_where_scripts_may_not_run(opened, everybody, who):
    with_them, without = (opened(everybody[who], java_script_enabled=may) for may in (True, False))
    assert with_them.screenshot(full_page=True) == without.screenshot(full_page=True)


def test_a_browser_with_one_font_that_nobody_chose_shows_all_of_it(one_font, everybody, tmp_path):
    page = one_font.new_page()
    for who in ("barbara", "farideh"):
        (tmp_path / "page.html").write_bytes(html(page_of(everybody[who])))
        page.goto((tmp_path / "page.html").as_uri())
        for size in SIZES.values():
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert page.evaluate(CUT_OFF) == [], size
            name = page.locator("h1").bounding_box()
            assert name["y"] + name["height"] <= size["height"]


def test_a_voice_can_be_played_and_does_not_play_by_itself(opened, everybody):
    voice = opened(everybody["full"]).locator("audio").first
    assert voice.evaluate("voice => voice.paused && voice.controls && !voice.autoplay")
    voice.evaluate("voice => new Promise(done => { voice.onended = done; voice.muted = true; voice.play() })")
    assert voice.evaluate("voice => voice.currentTime") > 0


def test_what_is_over_is_folded_away_and_can_be_opened(opened, everybody):
    page = opened(everybody["full"])
    inside = page.locator("#over article").first
    assert not inside.is_visible()
    page.locator("#over summary").first.click()
    assert inside.is_visible()


def test_the_policy_keeps_out_what_it_is_there_to_keep_out(browser, everybody, tmp_path):
    """What the window of every other test would hear, it hears: here things are put into a page that do not belong."""
    page, heard = browser.new_page(), []
    page.on("console", lambda told: heard.append(told.text))
    file = tmp_path / "page.html"
    planted = (
        b"<script>window.pwned=1</script><p style='color:red' onclick='x'>x</p><img src='http://localhost:9/x.png'>"
        b"<style>p{color:red}</style><iframe src='http://localhost:9/'></iframe><form action='/x'><input></form>"
    )
    file.write_bytes(html(page_of(everybody["nia"])).replace(b"<main>", b"<main>" + planted))
    page.goto(file.as_uri())
    assert page.evaluate("window.pwned") is None
    assert page.locator("p").first.evaluate("p => getComputedStyle(p).color") != "rgb(255, 0, 0)"
    for directive in ("script-src", "style-src", "img-src", "default-src"):
        assert any(directive in line for line in heard), directive
    page.close()


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_browser_reads_it_as_it_was_written(seen, everybody, who):
    read = Counter(seen(who).evaluate("[...document.querySelectorAll('*')].map(e => e.localName)"))
    written = Counter(element.tag for element in lxml_html.fromstring(html(page_of(everybody[who]))).iter())
    assert read == written
