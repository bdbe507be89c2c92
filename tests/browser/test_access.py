"""For everybody: what axe-core finds (nothing), the keyboard alone, what a screen reader reads, colours that carry."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESK, EVERYBODY, PHONE, SIZES, SMALL, with_letters_of

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

REACHABLE = "a[href], summary, audio[controls], video[controls], input, button"
# Where the keyboard is: which of all that can be reached, whether it shows, and whether one sees that it is there.
REACHED = f"""() => {{
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  if (e === document.body) return null;
  return {{
    which: [...document.querySelectorAll('{REACHABLE}')].filter(e => e.checkVisibility()).indexOf(e),
    marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    shown: box.bottom > 0 && box.top < innerHeight && box.left >= 0 && box.right <= innerWidth,
  }};
}}"""
MOST_STEPS = 200


@pytest.mark.parametrize("who", EVERYBODY)
def test_axe_finds_nothing_at_any_size(opened, everybody, axe, who):
    page = opened(everybody[who])
    for size in (*SIZES.values(), SMALL):
        page.set_viewport_size(size)
        assert axe(page) == [], size
    with_letters_of(32, page)
    assert axe(page) == []


@pytest.mark.parametrize(
    "how",
    [
        {"color_scheme": "dark"},
        {"contrast": "more"},
        {"color_scheme": "dark", "contrast": "more"},
        {"forced_colors": "active"},
    ],
    ids=["dark", "high contrast", "dark and high contrast", "forced colours"],
)
def test_axe_finds_nothing_in_any_colours(opened, everybody, axe, how):
    page = opened(everybody["full"], **how)
    for summary in page.locator("summary").all():
        summary.click()
    assert axe(page) == []


def test_axe_finds_what_is_wrong_where_something_is(opened, everybody, axe):
    page = opened(everybody["nia"])
    page.evaluate("""() => { document.querySelector('img').removeAttribute('alt');
        document.documentElement.removeAttribute('lang'); document.querySelector('h1').outerHTML = '<h4>Nain</h4>';
        document.querySelector('.facts').style.color = '#ccc' }""")
    found = " ".join(axe(page))
    for rule in ("image-alt", "html-has-lang", "color-contrast", "page-has-heading-one"):
        assert f"{rule}:" in found


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(opened, everybody, scheme, contrast):
    ratio, words = opened(everybody["full"], color_scheme=scheme, contrast=contrast).evaluate(CONTRAST)
    assert ratio >= (7 if contrast == "more" else 4.5), words


@pytest.mark.parametrize(("who", "size"), [*((who, PHONE) for who in EVERYBODY), ("full", DESK)])
def test_the_keyboard_alone_reaches_everything_in_order_and_one_sees_where_it_is(opened, everybody, who, size):
    page = opened(everybody[who], size=size)
    for summary in page.locator("summary").all():
        summary.press("Enter")
    page.evaluate("document.activeElement.blur()")
    page.mouse.click(1, 1)
    reached = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        here = page.evaluate(REACHED)
        if here is None:
            break
        assert here["shown"], here
        assert here["marked"], here
        if here["which"] not in reached[-1:]:  # a player has several stops of its own
            reached.append(here["which"])
    assert reached == list(range(sum(each.is_visible() for each in page.locator(REACHABLE).all())))


def test_what_is_folded_opens_and_closes_with_a_key(opened, everybody):
    page = opened(everybody["full"])
    summary, inside = page.locator("#over summary").first, page.locator("#over article").first
    for key, seen in (("Enter", True), ("Space", False)):
        summary.press(key)
        assert inside.is_visible() == seen


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_screen_reader_reads_the_face_the_name_what_matters_and_all_else_in_one_order(seen, who):
    page = seen(who)
    read = {}
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        read[name] = re.findall(
            r"- ((?:heading|img|link|main|contentinfo|banner|region)\b.*)", page.locator("body").aria_snapshot()
        )
    assert read["phone"] == read["desk"] == read["wide"]
    headings = [line for line in read["desk"] if line.startswith("heading")]
    matters = page.locator("#matters h2").inner_text()
    assert headings[0].endswith("[level=1]")
    assert headings[1].startswith(f'heading "{matters}"')
    face = [line for line in read["desk"] if line.startswith("img")]
    if page.locator(".face img").count():
        assert read["desk"].index(face[0]) < read["desk"].index(headings[0])
    kinds = [line.split()[0].rstrip(":") for line in read["desk"]]
    assert (kinds[0], kinds.count("main"), kinds.count("contentinfo")) == ("main", 1, 1)


def test_every_part_of_the_page_is_a_landmark_with_the_name_of_its_heading(seen):
    page = seen("full")
    for section in page.locator("section").all():
        heading = section.locator("h2").inner_text()
        assert page.get_by_role("region", name=heading, exact=True).count() == 1


def test_the_page_says_which_language_it_is_in_and_each_quote_which_it_is_in(seen):
    page = seen("eirwen")
    assert page.locator("html").get_attribute("lang")
    assert page.locator("q[lang=cy]").count() > 3
