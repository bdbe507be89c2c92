"""Narratives that surely are as they may be: one look tells, and nothing is passed over that would be reported."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fhir_matters.validation import markup, narrative, roads
from fhir_matters.validation.context import Context, Finding, Scope
from fhir_matters.validation.roads import Sound
from tests.validation.resources import XHTML

TAMED = ["table", "tbody", "tr", "td", "th", "ul", "li", "p", "b", "i", "a", "img", "br", "span", "div", "dl", "dd"]
TEXTS = st.sampled_from(["", "", " ", "\n\t", "\xa0", "words", " words ", "&nbsp;", "<!-- said -->", "<?say it?>"])
LINKS = ["#here", "#there", "#", "", " ", "https://a.org/b_c", "a b", "urn:a", "JavaScript:a()", "data:,a b", "data:"]
KEYS = ["href", "src", "class", "xml:lang", "onclick", "id", "name", "a.name", "summary", "width", "xlink:href"]
ATTRIBUTES = st.dictionaries(st.sampled_from(KEYS[:4]), st.sampled_from(LINKS), max_size=1) | st.dictionaries(
    st.sampled_from(KEYS), st.sampled_from(LINKS), max_size=2
)


def element(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    told = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(inside)}</{name}>"


def narratives(names: list[str]) -> st.SearchStrategy[str]:
    def within(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(element, st.sampled_from(names), ATTRIBUTES, st.lists(inner, max_size=3))

    parts = st.lists(st.recursive(TEXTS, within, max_leaves=10), max_size=4)
    opened = f'<div {XHTML} xmlns:xlink="http://www.w3.org/1999/xlink"'
    return st.builds(element, st.just("div"), ATTRIBUTES, parts).map(lambda div: opened + div[4:])


WILD = [*sorted(markup.ELEMENTS), "script", "B", "xlink:b"]


def findings(div: str) -> list[Finding]:
    named = {"resourceType": "Patient", "text": {"status": "generated", "div": div}, "name": [{"id": "here"}]}
    context = Context(Scope(named))
    narrative.checks(div, context, None)
    return context.findings


@settings(max_examples=200, deadline=None)
@given(narratives(TAMED) | narratives(WILD))
def test_nothing_is_passed_over(div: str) -> None:
    told = findings(div)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roads, "sound", lambda _: None)
        patch.setattr(narrative, "_all_lead", lambda *_: False)
        assert findings(div) == told


def inner(text: str) -> Sound | None:
    return roads.sound(etree.fromstring(f"<div {XHTML}>{text}</div>"))


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("a", Sound(says=True)),
        ("", Sound()),
        (" \n", Sound()),
        ("\xa0", Sound(says=True)),
        ('<img src="#a" alt="b"/>', Sound(says=True, leads=True)),
        ('<p xml:lang="en">a <a href="#b">c</a><br/></p>', Sound(says=True, leads=True)),
        ("<table>\n<tr>\n<td>a</td>\n</tr>\n</table>", Sound(says=True)),
        ("<ul>\xa0<li/></ul>", Sound(says=True)),
        ("<table><tr>a<td/></tr></table>", None),
        ("<table><td/></table>", None),
        ("<tr><td/></tr>", None),
        ("<li>a</li>", None),
        ("<p><span><ul><li>a</li></ul></span></p>", None),
        ("<b>a<i><b>c</b></i></b>", None),
        ("<br>a</br>", None),
        ("<br><b/></br>", None),
        ("<p onclick='a'>b</p>", None),
        ("<script>a</script>", None),
        ("a<!-- b -->", None),
        ('<p xmlns="https://a.org">b</p>', None),
    ],
)
def test_what_is_surely_sound_and_what_another_look_is_taken_at(text: str, sound: Sound | None) -> None:
    assert inner(text) == sound
    assert inner(text) == sound


def test_the_roads_that_are_kept_are_not_more_than_there_may_be() -> None:
    for number in range(roads.MOST_KEPT + 9):
        assert inner(f"<a{number}/>") is None
    assert roads.Road.kept <= roads.MOST_KEPT
    assert inner("<p>a</p>") == Sound(says=True)


def test_an_id_is_a_word_of_its_own() -> None:
    for said, found in [
        ('<p id="a">', 1),
        ("<a name = 'a'>", 1),
        ('<p grid="a">', 0),
        ('<p nameid="a" surname="b">', 0),
    ]:
        assert len(narrative.NAME.findall(said)) == found
