"""Systems that are a grammar or an international list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_matters.terminology import Answer, Terminology
from fhir_matters.terminology.grammars import language, media_type, unit, uri

IN, OUT, UNKNOWN = Answer.IN, Answer.OUT, Answer.UNKNOWN
TAGS = (
    "en de-CH EN-us zh-Hant-TW sr-Latn sl-rozaj-biske de-1996 es-419 nl-BE tlh qaa x-whatever i-klingon "
    "en-GB-oed zh-cmn-Hans-CN de-CH-x-phonebk en-a-bbb-x-a-ccc sh"
)


class Nothing:
    def find(self, _canonical, _kind=None):
        return None


@pytest.mark.parametrize("tag", TAGS.split())
def test_language_tags_are_in(tag):
    assert language(tag) is IN


@pytest.mark.parametrize("tag", ["", "xx", "zz-ZZ", "en_US", "e", "en-", "-en", "en US", "en--US", "abcdefghi", "de-x"])
def test_what_is_no_language_tag_is_out(tag):
    assert language(tag) is OUT


@pytest.mark.parametrize(
    "text",
    [
        "text/plain",
        "application/fhir+json",
        "application/fhir+json;fhirVersion=4.0",
        'text/html; charset="utf-8"',
        "application/hl7-cda+xml",
        "application/vnd.oasis.opendocument.text",
        "json",
        "xml",
        "ttl",
    ],
)
def test_media_types_are_in(text):
    assert media_type(text) is IN


@pytest.mark.parametrize("text", ["", "foo", "text/", "/plain", "text/pl ain", "text/plain;", "image/jpeg;q", "a/b/c"])
def test_what_is_no_media_type_is_out(text):
    assert media_type(text) is OUT


@pytest.mark.parametrize(
    "text", ["mm[Hg]", "{puff}/d", "10*9/L", "1", "kg.m/s2", "[in_i'H2O]", "%", "zorch", "{wine glasses}/d"]
)
def test_what_may_be_a_unit_is_unknown(text):
    assert unit(text) is UNKNOWN


@pytest.mark.parametrize("text", ["", "kg m", "mm[Hg", "µg", "{puff", "a)", "(m]", "{é}"])
def test_what_cannot_be_a_unit_is_out(text):
    assert unit(text) is OUT


def test_uris_are_absolute():
    assert uri("urn:uuid:1") is IN
    assert uri("Patient/1") is OUT


@pytest.mark.parametrize(("code", "answer"), [("EUR", IN), ("XCG", IN), ("eur", OUT), ("ZZZ", OUT), ("€", OUT)])
def test_currencies_are_a_list(code, answer):
    assert Terminology(Nothing()).system_knows("urn:iso:std:iso:4217", code) is answer


def test_a_grammar_speaks_where_no_code_system_does():
    tx = Terminology(Nothing())
    assert tx.system_knows("urn:ietf:bcp:47", "de-CH") is IN
    assert tx.system_knows("urn:ietf:bcp:47", "de_CH") is OUT
    assert tx.system_knows("http://unitsofmeasure.org", "kg m") is OUT


@given(st.text(max_size=300))
def test_every_text_gets_an_answer(text):
    assert {language(text), media_type(text), unit(text), uri(text)} <= set(Answer)
