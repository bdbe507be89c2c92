"""Findings as one HTML file: what it says, and that nothing in it is anything but text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from fhir_matters.choosing import Choice, Entry, chosen
from fhir_matters.issue import Issue, Report, Severity
from fhir_matters.path import Path
from fhir_matters.reports import REPORTERS
from tests.reports.test_for_machines import ANY, BAD, GOOD, OPEN, WRONG

OTHER = Report((WRONG._replace(rule="FM101"),), "b.json", "Patient", "p2")
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "div", "script"),
    *("h1", "h2", "h3", "p", "span", "code", "pre", "mark", "bdi", "a", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "form", "label", "select", "option", "output"),
}


def written(*reports, **options) -> str:
    return "\n".join(REPORTERS["html"](reports, **options))


def read(*reports, **options):
    return lxml_html.document_fromstring(written(*reports, **options))


def test_the_verdict_comes_first_and_then_each_rule_with_what_to_do():
    page = read(BAD, OTHER, GOOD)
    assert (
        page.find_class("verdict")[0].text
        == "3 resources checked, 2 resources failed: 2 errors, 1 note, 1 undecided question."
    )
    assert [row.find("th/a").text for row in page.findall(".//tbody/tr")] == ["FM101", "FM301", "FM302", "FM707"]
    assert "Use a code of the value set." in page.find(".//tbody").text_content()


def test_each_finding_stands_under_its_resource_with_what_it_is_filtered_by():
    first, second = read(BAD, OTHER, GOOD).findall(".//article")
    assert first.find("h3").text_content() == "data/a b.ndjson:4 Patient/p1"
    assert [dict(item.attrib) for item in second.iter("li")] == [
        {"data-rule": "FM101", "data-file": "b.json", "data-profile": WRONG.profile}
    ]
    words = second.text_content()
    for said in ("error", "FM101", "Patient.gender", "line 4, column 13", WRONG.message, WRONG.profile):
        assert said in words


def test_the_filter_offers_what_there_is_and_is_hidden_until_the_script_runs():
    page = read(BAD, OTHER)
    assert "hidden" in page.get_element_by_id("filter").attrib
    offered = {
        name: [each.get("value") for each in page.get_element_by_id(name)] for name in ("rule", "file", "profile")
    }
    assert offered == {
        "rule": ["", "FM301", "FM707", "FM302", "FM101"],
        "file": ["", "data/a b.ndjson", "b.json"],
        "profile": ["", WRONG.profile],
    }


def test_what_is_undecided_or_set_aside_is_said_in_words():
    assert "warning, undecided" in read(Report((OPEN,), "a.json")).text_content()
    entry = Entry("FM301", "*", reason="Until March.", origin="i.toml")
    page = read(*chosen([Report((WRONG,), "a.json")], Choice(entries=(entry,))))
    assert "nothing found but what was set aside" in page.text_content()
    assert "FM301 Patient.gender was set aside by i.toml: Until March." in page.find(".//article").text_content()


def test_values_and_lines_are_there_only_when_asked_for():
    assert "femme" not in written(BAD)
    shown = read(BAD, show_values=True)
    assert [each.text_content() for each in shown.iter("pre")] == ['"gender": "femme"'] * 3
    assert shown.find(".//mark").text == "f"


def test_nothing_checked_is_no_success():
    assert read().find_class("verdict")[0].get("class") == "verdict failed"


def test_the_policy_allows_its_own_style_and_script_and_nothing_else():
    page = read(BAD)
    policy = page.find(".//meta[@http-equiv]").get("content")
    for name in ("style", "script"):
        (inside,) = (element.text for element in page.iter(name))
        assert f"{name}-src 'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:", policy)


@given(st.lists(ANY, min_size=1, max_size=3))
def test_whatever_a_file_says_stays_text(several):
    attack = "<script>alert(1)</script><img src=x onerror=y>\"'&\u202e"
    hostile = Issue(attack, Severity.ERROR, attack, attack, Path((attack,), attack), attack, attack, attack)
    page = read(*several, Report((hostile,), attack, attack, attack), show_values=True)
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= ELEMENTS
    attributes = {name for element in page.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or name in ("src", "style")}
    assert all(link.startswith("http://hl7.org/fhir/") for link in page.xpath("//@href"))
    assert attack.replace("\u202e", "\\u202e") in page.text_content()
