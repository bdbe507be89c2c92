"""Pictures and recordings: seen and heard where the person allows it, and only what they claim to be."""

from __future__ import annotations

import base64
from datetime import date

import pytest
from lxml import html as lxml_html

from fhir_matters.view import recordings
from fhir_matters.view.html import html
from fhir_matters.view.page import page_of
from fhir_matters.view.text import text
from tests.view.noor import PIXEL

NOW = date(2026, 11, 25)


def parsed(data, today=NOW):
    return lxml_html.fromstring(html(page_of(data, today=today)))


def test_a_voice_stands_beside_its_words_and_can_be_played(full):
    said = parsed(full).get_element_by_id("matters")
    (voice,) = said.iter("audio")
    assert voice.get("src").startswith("data:audio/wav;base64,")
    assert "controls" in voice.attrib
    assert "autoplay" not in voice.attrib
    caption = voice.getparent().getparent().find("figcaption").text_content()
    for part in ("Noor telling of her garden", "made by Ana Aziz, 1 May 2026", "“Play it to the night staff.”"):
        assert part in caption


def test_a_picture_beside_no_words_has_a_place_of_its_own(full):
    (picture,) = parsed(full).get_element_by_id("recordings").iter("img")
    assert picture.get("alt") == "The blue folder, open"


def test_what_is_not_to_be_shown_is_nowhere_in_the_page(full):
    full["recordings"]["secret"]["content"]["data"] = base64.b64encode(base64.b64decode(PIXEL) + b"secret").decode()
    shown = html(page_of(full, today=NOW)).decode()
    assert full["recordings"]["secret"]["content"]["data"] not in shown
    assert "Kept" not in [caption.text_content() for caption in parsed(full).iter("figcaption")]
    assert "Pictures or recordings that are not to be shown, so not here: 1." in page_of(full, today=NOW).notes


def test_after_the_last_day_it_is_not_shown_any_more(full):
    assert not list(parsed(full, date(2027, 5, 2)).iter("audio"))
    assert len(list(parsed(full, date(2027, 5, 1)).iter("audio"))) == 1


def test_a_face_that_is_not_to_be_shown_is_neither_shown_nor_asked_for(full):
    full["person"]["face_showing"] = {"allowed": False}
    page = page_of(full, today=NOW)
    assert (page.face.source, page.face.caption) == ("", "")
    assert not any("picture of her face" in gap for gap in page.gaps)
    assert "the picture is not to be shown" in parsed(full).find(".//header").text_content()


@pytest.mark.parametrize(
    ("kind", "begins", "tag"),
    [
        ("audio/mpeg", b"ID3", "audio"),
        ("audio/mpeg", b"\xff\xfb", "audio"),
        ("audio/ogg", b"OggS", "audio"),
        ("audio/flac", b"fLaC", "audio"),
        ("audio/mp4", b"\0\0\0\x20ftypM4A ", "audio"),
        ("video/mp4", b"\0\0\0\x20ftypisom", "video"),
        ("video/quicktime", b"\0\0\0\x14ftypqt  ", "video"),
        ("video/webm", b"\x1a\x45\xdf\xa3", "video"),
        ("image/jpeg", b"\xff\xd8\xff", "img"),
    ],
)
def test_each_kind_has_its_player(full, kind, begins, tag):
    full["recordings"]["folder"]["content"] = {"data": base64.b64encode(begins).decode(), "content_type": kind}
    (shown,) = parsed(full).get_element_by_id("recordings").iter("img", "audio", "video")
    assert (shown.tag, shown.get("src").partition(";")[0]) == (tag, f"data:{kind}")


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("text/html", b"<script>"),
        ("image/svg+xml", b"<svg onload='x'>"),
        ("audio/mpeg", b"<html>"),
        ("video/mp4", b"MZ"),
        ("audio/wav", b"RIFF\0\0\0\0WEBP"),
    ],
)
def test_what_is_not_what_it_claims_to_be_is_not_embedded(full, kind, begins):
    full["recordings"]["folder"]["content"] = {"data": base64.b64encode(begins).decode(), "content_type": kind}
    section = parsed(full).get_element_by_id("recordings")
    assert not list(section.iter("img", "audio", "video"))
    assert "not what it says it is" in section.text_content()


def test_a_paper_is_named_and_not_opened(full):
    pdf = base64.b64encode(b"%PDF-1.7").decode()
    full["recordings"]["folder"]["content"] = {"data": pdf, "content_type": "application/pdf", "caption": "A letter"}
    assert "A paper (PDF). It is in the record." in parsed(full).get_element_by_id("recordings").text_content()


def test_what_has_no_room_is_named_and_the_rest_is_shown(full, monkeypatch):
    monkeypatch.setattr(recordings, "ROOM", 2 * len(base64.b64decode(PIXEL)))  # the face, and one more
    root = parsed(full)
    assert not list(root.iter("audio"))
    assert len(list(root.get_element_by_id("recordings").iter("img"))) == 1
    assert "Too large for this page (sound). It is in the record." in root.text_content()


def test_a_recording_that_two_name_is_carried_once_and_the_other_says_that_it_is_there(full):
    full["what_matters"]["brave"]["recording"] = "voice"
    root = parsed(full)
    assert len(list(root.iter("audio"))) == 1
    assert root.get_element_by_id("matters").text_content().count("It stands elsewhere on this page.") == 1


def test_a_recording_that_only_earlier_words_name_has_a_place_of_its_own(full):
    full["what_matters"]["brave"] |= {"replaces": "garden"}
    assert [voice.tag for voice in parsed(full).get_element_by_id("recordings").iter("audio")] == ["audio"]


def test_a_face_of_thirty_megabytes_is_named_and_the_page_stays_small(full):
    raw = b"\x89PNG\r\n\x1a\n" + bytes(30_000_000)
    full["person"]["face"] = {"data": base64.b64encode(raw).decode(), "content_type": "image/png"}
    shown = html(page_of(full, today=NOW))
    assert len(shown) < 1_000_000
    assert b"the picture (picture, 30 MB) is too large for this page; it is in the record" in shown
    assert not any("picture of her face" in gap for gap in page_of(full, today=NOW).gaps)


def test_to_whom_it_may_be_shown_stands_beside_it(full):
    full["recordings"]["folder"]["showing"] = {"to": ["ana", "ed"], "until": "2027-01-01"}
    assert "To be shown only for Ana Aziz and Ed Lowe until 1 January 2027." in text(page_of(full, today=NOW), 200)
