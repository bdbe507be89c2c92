"""A record that attacks whoever looks at it stays text: in a file, on a server, as words, links, pictures and names."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections import Counter
from copy import deepcopy

import pytest
from lxml import html as lxml_html

from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from fhir_matters.view.wording import plain
from tests.browser.conftest import DESK, EVERYBODY, PHONE
from tests.view.hostile import ATTACKS, hostile

SAFE_LINKS = ("tel:", "mailto:", "data:image/", "data:audio/", "data:video/")
# Everything that an element of the page may have; `on…` and `style` are not among it.
ATTRIBUTES = """() => [...new Set([...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()))]"""
LINKS = """() => [...document.querySelectorAll('main *, footer *')].flatMap(e =>
    ['href', 'src', 'poster', 'action', 'data'].map(name => e.getAttribute(name)).filter(value => value !== null))"""
# How wide and high the face is, and where the name ends. Asked of the browser at once: the face may be megabytes.
FACE_AND_NAME = """() => { const face = document.querySelector('.face img').getBoundingClientRect();
    return [face.width, face.height, document.querySelector('h1').getBoundingClientRect().bottom] }"""
TURNED = re.compile("[\u202a-\u202e\u2066\u2067]")


def tags(page):
    return Counter(page.evaluate("[...document.querySelectorAll('*')].map(e => e.localName)"))


def provoke(page):
    """What a reader might do: open all, point at it, put the keyboard on it."""
    for summary in page.locator("summary").all():
        summary.click()
    for element in page.locator("a[href], audio, video").all():
        element.focus()
        element.dispatch_event("mouseover")
    page.mouse.move(200, 200)


def harmless(page, data):
    provoke(page)
    assert page.evaluate("window.pwned") is None
    assert tags(page) == Counter(element.tag for element in lxml_html.fromstring(html(page_of(data))).iter())
    assert not set(tags(page)) & {"script", "base", "iframe", "object", "embed", "form", "math", "template"}
    assert not [name for name in page.evaluate(ATTRIBUTES) if name.startswith("on") or name == "style"]
    assert [link for link in page.evaluate(LINKS) if not link.startswith(SAFE_LINKS)] == []
    assert not TURNED.search(page.inner_text("body"))
    for width in (PHONE["width"], DESK["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nearly_every_string_that_is_no_key_date_or_code_was_attacked(assailant, tell):
    assert len(assailant.accepted) > 100
    for place in (("person", "name", "text"), ("people", "joan", "phone"), ("what_matters", "garden", "words")):
        assert len(assailant.accepted[place]) > 6
    tell(f"strings of a record that were attacked: {len(assailant.accepted)}, each with up to {len(ATTACKS)} attacks")


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_whatever_a_form_accepts_in_any_string_is_text_on_the_page(opened, assailant, number):
    data = assailant.turn(number)
    page = opened(data)
    harmless(page, data)
    assert page.locator("h1").text_content() == plain(data["person"]["likes_to_be_called"])
    assert page.locator("q").first.text_content() == plain(data["what_matters"]["garden"]["words"])


@pytest.mark.parametrize("who", EVERYBODY)
def test_nor_does_it_where_the_forms_would_refuse_it(opened, everybody, who):
    data = hostile(deepcopy(everybody[who]), fixed=set())
    page = opened(data)
    harmless(page, data)
    assert page.locator("h1").text_content() == plain(
        data["person"].get("likes_to_be_called") or data["person"]["name"]["text"]
    )


def png(width, height, *, noise=False):
    """A picture of that size: of one colour, or of one that cannot be made smaller."""
    line = b"\0" + (bytes(range(256)) * (width * 3 // 256 + 1))[: width * 3] if noise else bytes(1 + (width + 7) // 8)
    head = struct.pack(">IIBBBBB", width, height, 8 if noise else 1, 2 if noise else 0, 0, 0, 0)
    packed = zlib.compress(line * height, 0 if noise else 9)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    drawn = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + drawn


@pytest.mark.parametrize(
    "raw",
    [png(30_000, 8), png(8, 30_000), png(800, 800, noise=True)],
    ids=["very wide", "very high", "two megabytes"],
)
def test_a_huge_picture_stays_in_its_place(opened, everybody, raw):
    data = deepcopy(everybody["full"])
    data["person"]["face"] = {"data": base64.b64encode(raw).decode(), "content_type": "image/png"}
    page = opened(data)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        wide, high, name = page.evaluate(FACE_AND_NAME)
        assert 100 < wide <= 200
        assert 60 < high <= 260
        assert name <= size["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_of_a_picture_of_thirty_megabytes_the_page_says_that_it_is_there(opened, everybody):
    data = deepcopy(everybody["full"])
    data["person"]["face"] = {
        "data": base64.b64encode(png(3200, 3200, noise=True)).decode(),
        "content_type": "image/png",
    }
    assert "31 MB" in opened(data).locator(".face.none").inner_text()


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (
            "image/svg+xml",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.pwned=1'><script>pwned=1</script></svg>",
        ),
        ("text/html", b"<script>window.pwned=1</script>"),
        ("image/png", b"<script>window.pwned=1</script>"),
        ('image/png" onerror="window.pwned=1', png(1, 1)),
    ],
    ids=["a drawing", "a page", "a page that is called a picture", "markup for a kind"],
)
def test_a_picture_that_is_a_program_is_no_picture(opened, everybody, kind, raw):
    data = deepcopy(everybody["full"])
    data["person"]["face"] = {"data": base64.b64encode(raw).decode(), "content_type": kind}
    page = opened(data)
    assert page.locator(".face.none").count() == 1
    harmless(page, data)
