"""The HTML file by itself: escaped, self-contained, in order."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html as lxml_html

from fhir_matters.view.html import html
from fhir_matters.view.page import FIRST, page_of
from fhir_matters.view.text import text
from tests.records.strategies import records
from tests.view.hostile import ATTACKS, FIXED, hostile, overgrown

FILES = ("data:image/", "data:audio/", "data:video/")


def parsed(data):
    return lxml_html.fromstring(html(page_of(data)))


def words(element):
    return " ".join(element.text_content().split())


def test_the_first_things_are_the_face_the_name_and_what_matters(noor):
    root = parsed(noor)
    order = [element.tag for element in root.iter("img", "h1", "h2")][:3]
    assert order == ["img", "h1", "h2"]
    assert words(root.find(".//h1")) == "Noor"
    assert words(root.find(".//h2")) == "What matters to Noor"
    assert root.find(".//img").get("alt") == "The face of Noor"


def test_words_keep_the_language_they_were_said_in(noor):
    noor["what_matters"]["garden"] |= {"words": "پھلیاں", "language": "ur"}
    quote = parsed(noor).find(".//section[@id='matters']//q")
    assert (quote.get("lang"), quote.get("dir"), quote.text) == ("ur", "auto", "پھلیاں")


def test_a_language_that_is_none_is_not_claimed(noor):
    noor["what_matters"]["garden"]["language"] = "not a language!"
    assert parsed(noor).find(".//section[@id='matters']//q").get("lang") is None


def test_the_policy_allows_this_style_and_nothing_else(noor):
    page = html(page_of(noor)).decode()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = parsed(noor).find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert policy == (
        f"default-src 'none'; img-src data:; media-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("fixed", [FIXED, set()], ids=["words", "everything"])
def test_nothing_in_a_record_becomes_markup(anyone, fixed):
    root = parsed(hostile(anyone, fixed=fixed))
    tags = {element.tag for element in root.iter() if isinstance(element.tag, str)}
    assert tags.isdisjoint({"script", "base", "iframe", "object", "form"})
    assert [link.get("href") for link in root.iter("link")] == ["data:,"]
    assert len(root.findall(".//meta")) == len(parsed(anyone).findall(".//meta"))
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or name == "style"}
    links = [element.get("href") or element.get("src") for element in root.iter("a", "img", "audio", "video")]
    assert [link for link in links if not link.startswith(("tel:", "mailto:", *FILES))] == []
    assert words(root).count("<script>") > 0


def test_a_terminal_gets_no_command_from_a_record(anyone):
    shown = text(page_of(hostile(anyone)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert ATTACKS[2] in shown


def test_phone_and_mail_can_be_called_and_nothing_else(noor):
    noor["people"]["sam"] |= {"phone": "ask Ana", "email": "javascript:alert(1)@x.example?cc=y"}
    noor["people"]["ana"]["email"] = "ana@aziz.example"
    assert [link.get("href") for link in parsed(noor).iter("a")] == [
        "tel:+447700900555",
        "tel:+447700900555",
        "mailto:ana@aziz.example",
    ]


def test_headings_go_down_one_step_at_a_time(anyone):
    levels = [int(heading.tag[1]) for heading in parsed(anyone).iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_section_is_named_by_its_heading(anyone):
    root = parsed(anyone)
    for section in root.iter("section"):
        assert words(root.get_element_by_id(section.get("aria-labelledby")))


def test_the_same_record_gives_the_same_bytes(noor):
    assert html(page_of(noor)) == html(page_of(noor))


def test_an_empty_record_is_a_page_too():
    assert "Nobody has written down" in words(parsed({}))


def test_markup_in_a_name_is_text(noor):
    noor["person"]["likes_to_be_called"] = "<b>Noor</b> & co"
    assert words(parsed(noor).find(".//h1")) == "<b>Noor</b> & co"
    assert b"<b>Noor</b>" not in html(page_of(noor))


def test_one_huge_word_and_five_hundred_statements_are_still_a_page(full):
    data = overgrown(full)
    root = parsed(data)
    assert len(root.findall(".//section[@id='matters']//q")) == FIRST
    assert len(root.findall(".//section[@id='more']//q")) == 500 - FIRST
    assert "a" * 40_000 in words(root)
    assert len(text(page_of(data)).splitlines()) > 1000


def test_every_id_is_there_once(anyone):
    ids = [element.get("id") for element in parsed(anyone).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_the_first_screen_stays_one_screen_and_leads_to_the_rest(full):
    for section in ("what_matters", "preferences"):
        full[section] = {
            f"{section}-{number}": {"kind": "please do", "words": f"Number {number}.", "said_by": "person"}
            for number in range(250)
        }
    for statement in full["what_matters"].values():
        del statement["kind"]
    root = parsed(full)
    first = [len(root.findall(f".//section[@id='{name}']//q")) for name in ("matters", "do")]
    assert first == [FIRST, FIRST]
    link = root.find(".//section[@id='matters']//a[@href='#more']")
    assert words(link) == f"and {500 - 2 * FIRST} more, further down"
    assert len(root.findall(".//section[@id='more']//q")) == 500 - 2 * FIRST
    assert text(page_of(full)).count("“Number") == 500


def test_the_first_screen_leads_on_also_where_nothing_is_said_to_matter(full):
    wishes = {
        f"do-{number}": {"kind": "please do", "words": "Knock.", "said_by": "person"} for number in range(FIRST + 1)
    }
    root = parsed(full | {"what_matters": {}, "preferences": wishes})
    said = [words(each) for each in root.find(".//section[@id='matters']").iter("p")]
    assert said == ["Not written down yet.", "and one more, further down"]


def test_where_something_is_kept_back_the_header_says_so(full):
    root = lxml_html.fromstring(html(page_of(full, withheld=True)))
    assert "wants it kept apart" in words(root.find(".//header"))
    assert "wants it kept apart" in text(page_of(full, withheld=True)).partition("What matters to")[0]


def test_the_page_says_how_new_the_newest_words_are(full):
    assert "The newest words here are from 2 May 2026." not in words(parsed({}))
    full["preferences"]["shoes"] |= {"when": "2026-05-09"}
    assert "The newest words here are from 9 May 2026." in words(parsed(full).find(".//footer"))


def test_words_of_the_record_say_their_language_where_the_page_is_in_another(full):
    root = lxml_html.fromstring(html(page_of(full, language="cy")))
    marked = {words(each): each.get("lang") for each in root.iter() if each.get("lang")}
    assert root.get("lang") == "cy"
    assert {
        marked[said] for said in ("No shoes indoors.", "Have it", "my sister", "the yellow folder by the door")
    } == {"en-GB"}
    assert "Noor Aziz" not in marked
    assert not any(each.get("lang") == "en-GB" for each in parsed(full).iter() if each.tag != "q")


def test_brackets_that_run_the_other_way_keep_to_themselves(noor):
    noor["person"]["likes_to_be_called"] = "خانم کریمی (Khanom Karimi)"
    title = parsed(noor).find(".//h1")
    assert words(title) == "خانم کریمی (Khanom Karimi)"
    assert [words(each) for each in title.iter("bdi")] == ["خانم کریمی (Khanom Karimi)", "(Khanom Karimi)"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_any_record_is_a_page(record):
    page = page_of(record.model_dump(mode="json", exclude_defaults=True))
    root = lxml_html.fromstring(html(page))
    levels = [int(heading.tag[1]) for heading in root.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert text(page, 60)
